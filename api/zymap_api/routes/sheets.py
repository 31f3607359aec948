"""The printed briefing sheet, as PDF and as a picture."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from fastapi import APIRouter
from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, Response

from zymap import export, sheet
from zymap.bbox import BBox, parse_bbox
from zymap.errors import InvalidRequest
from zymap.query import Query
from zymap_api.answers import entity_tag, not_modified
from zymap_api.downloads import MadeFile
from zymap_api.media import PDF, PNG
from zymap_api.params import NOT_OF_SHEETS, parse_items, read_parameters
from zymap_api.routes.areas import of_area, require_area
from zymap_api.state import catalog_of, moment_of, state_of

router = APIRouter()
METHODS = ["GET", "HEAD"]
# What a sheet may be told beside the filters.
SHEET = ("paper", "lang", "view", "candidates", "only", "title")
MEDIA_TYPES: Mapping[sheet.SheetFormat, str] = {"pdf": PDF, "png": PNG}


@dataclass(frozen=True, slots=True)
class Order:
    """A sheet that somebody asked for."""

    query: Query
    options: sheet.SheetOptions


@router.api_route("/sheet.pdf", methods=METHODS)
async def sheet_pdf(request: Request) -> Response:
    """Answer the briefing sheet of the works that the parameters ask for."""
    return await run_in_threadpool(_answer, request, _read(request, "pdf", None))


@router.api_route("/sheet.png", methods=METHODS)
async def sheet_png(request: Request) -> Response:
    """Answer the first page of the sheet as a picture, or its map alone."""
    return await run_in_threadpool(_answer, request, _read(request, "png", None))


@router.api_route("/areas/{area_id}/sheet.pdf", methods=METHODS)
async def area_sheet(request: Request, area_id: str) -> Response:
    """Answer the briefing sheet of a key area."""
    require_area(request, area_id)
    return await run_in_threadpool(_answer, request, _read(request, "pdf", area_id))


def _read(request: Request, format_: sheet.SheetFormat, area_id: str | None) -> Order:
    """Turn the query string into a question and the look of the sheet."""
    catalog = catalog_of(request)
    parts = request.scope["query_string"].split(b"&")
    own = [part for part in parts if part.split(b"=")[0].decode("latin-1") in SHEET]
    filters = b"&".join(part for part in parts if part not in own)
    sources = catalog.works()
    extra = None if area_id is None else of_area(sources, area_id)
    day = moment_of(request).day
    asked = parse_items(filters, catalog, day, sources, extra, without=NOT_OF_SHEETS)
    values = read_parameters(b"&".join(own), SHEET)
    options = sheet.SheetOptions(
        as_of=asked.as_of,
        paper=cast(sheet.Paper, values.get("paper", "A3")),
        language=cast(sheet.Language, values.get("lang", "zh")),
        format=format_,
        view=_view(values["view"]) if "view" in values else None,
        candidates=_flag(values.get("candidates", "false")),
        only=cast("sheet.Part | None", values.get("only")),
        title=values.get("title", ""),
    )
    return Order(asked.paged if asked.limited else asked.paged._replace(limit=None), options)


def _view(text: str) -> BBox:
    try:
        return parse_bbox(text)
    except InvalidRequest as error:
        message = error.message.replace("bbox", "view", 1)
        raise InvalidRequest(message, parameter="view") from error


def _flag(text: str) -> bool:
    if text not in ("true", "false"):
        raise InvalidRequest("candidates must be true or false", parameter="candidates")
    return text == "true"


def _answer(request: Request, order: Order) -> Response:
    """Make the sheet and return the file; an error is an error and never half a file."""
    query, options = order.query, order.options
    # The day of making is printed, and the day that is judged on may be today.
    tag = entity_tag(request, f"{options.format} {options.as_of} {moment_of(request).day}")
    unchanged = not_modified(request, tag)
    if unchanged is not None:
        return unchanged
    state = state_of(request)
    title = ("地图", "map") if options.only else ("简报图", "sheet")
    suffix = f"_{options.paper}.{options.format}"
    name = export.file_name(state.store.catalog(), query, title, suffix)
    with MadeFile(name.ascii) as made, state.exports.one():
        summary = sheet.make(state.store, query, options, made.path)
    return FileResponse(
        made.path,
        media_type=MEDIA_TYPES[options.format],
        headers={
            "Content-Disposition": export.content_disposition(name),
            "ETag": tag,
            "Cache-Control": "no-cache",
            "X-Zymap-Features": str(summary.listed),
            "X-Zymap-Located": str(summary.located),
            "X-Zymap-Overdue": str(summary.overdue),
            "X-Zymap-Pages": str(summary.pages),
        },
        background=BackgroundTask(made.remove),
    )
