"""Files: the answer that is built on disk, checked, and handed over whole."""

from __future__ import annotations

import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Self

from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import FileResponse, Response

from zymap import export
from zymap.crs import CRS84, OFFERED, STORED, parse_crs
from zymap.errors import InvalidRequest, NotWritable
from zymap.query import Query
from zymap.workshop import workshop
from zymap_api.answers import content_crs, entity_tag, not_modified
from zymap_api.links import self_url
from zymap_api.params import Asked
from zymap_api.state import State, state_of


def download(request: Request, asked: Asked, kind: str) -> Response:
    """Export what was asked and return the file.

    The file is finished and checked before the status line goes out, so an error is an error
    and never half a file.

    Raises
    ------
    InvalidRequest
        More features are asked for than the settings let into one file, or only a part of each
        in a format that has all of it.
    NotRepresentable
        The format or encoding cannot hold the data.
    """
    tag = entity_tag(request, kind)
    unchanged = not_modified(request, tag)
    if unchanged is not None:
        return unchanged
    state = state_of(request)
    whole = asked.paged if asked.limited else asked.paged._replace(limit=None)
    query = export.leave_out_empty(state.store, whole, kind)
    _refuse_too_many(state, query)
    code = parse_crs(asked.crs).code if asked.crs else STORED
    name = export.download_name(state.store.catalog(), query, kind)
    with MadeFile(name.ascii) as made, state.exports.one():
        manifest = export.run(
            state.store,
            query,
            format=kind,
            crs=code,
            encoding=asked.encoding,
            target=made.path,
            columns=export.Columns(asked.properties, not asked.skip_geometry),
        )
    return FileResponse(
        made.path,
        media_type=export.FORMATS[kind].media_type_for(len(query.sources)),
        headers={
            **_next_page(request, asked),
            "Content-Disposition": export.content_disposition(name),
            # Files are x, y by the rules of their formats: in degrees that is CRS84.
            "Content-Crs": content_crs(CRS84 if code == STORED else OFFERED[code]),
            "ETag": tag,
            "Cache-Control": "no-cache",
            "Vary": "Accept",
            "X-Zymap-Features": str(manifest.features),
            "X-Zymap-Located": str(manifest.located),
            "X-Zymap-Sha256": manifest.sha256,
        },
        background=BackgroundTask(made.remove),
    )


class MadeFile:
    """A place to make a file in, which is handed over if all goes well.

    Raises
    ------
    NotWritable
        The system's folder for temporary files is full or read-only.
    """

    def __init__(self, name: str) -> None:
        self._stack = ExitStack()
        try:
            lent = workshop(Path(tempfile.gettempdir()), "zymap-export-")
            self.path = self._stack.enter_context(lent) / name
        except OSError as error:
            raise NotWritable(f"{name} cannot be written: {error.strerror}") from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None:
            self.remove()

    def remove(self) -> None:
        """Remove the file; to be called when it has been handed over."""
        self._stack.close()


def _refuse_too_many(state: State, query: Query) -> None:
    matched, most = state.store.count(query).matched, state.settings.export_features
    if min(matched, query.limit or matched) > most:
        raise InvalidRequest(
            f"{matched} features match; a file has at most {most}, so ask for fewer, or by pages "
            "with limit"
        )


def _next_page(request: Request, asked: Asked) -> dict[str, str]:
    """Return the header ``Link`` to the next page, if a limit was set and leaves something."""
    # A header cannot say what a posted search has to post again.
    if not asked.limited or asked.query.limit is None or request.method == "POST":
        return {}
    page = state_of(request).store.page(asked.query, asked.after)
    if page.last is None:
        return {}
    address = self_url(request, after=page.last)
    return {"Link": f'<{address}>; rel="next"'}
