"""The works as a whole: the list that the map shows, and how many each further choice leaves."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from zymap.catalog import AREA_FIELD, DUE_FIELD, STATUS_FIELD, Source
from zymap.errors import InvalidRequest
from zymap.lateness import DUE_CLASSES
from zymap.query import Condition, Query
from zymap.store.base import Store
from zymap_api.documents import OFFERS, answer_document, representation
from zymap_api.items import Listing, answer_items
from zymap_api.media import choose
from zymap_api.params import NONE, SELECTION, Asked, parse_items
from zymap_api.state import catalog_of, moment_of, state_of

router = APIRouter()
METHODS = ["GET", "HEAD"]
# The fields that the map filters by, by the name of their parameter.
FACETS: Mapping[str, str] = {
    "area": AREA_FIELD,
    "kind": "kind",
    "status": STATUS_FIELD,
    "location_status": "location_status",
}
SEARCHED_MAXIMUM = 20_000


async def works(request: Request) -> Response:
    """Answer the works of all areas: projects, planned roads, parks; located or not."""
    return await answer_items(request, all_works)


def all_works(request: Request) -> Listing:
    """Return the list of all works."""
    return Listing(catalog_of(request).works())


@router.api_route("/works/facets", methods=METHODS)
def facets(request: Request) -> Response:
    """Answer how many works each value of a filter would leave, the other filters kept."""
    store = state_of(request).store
    asked, kind = _asked(request)
    query = asked.whole
    count = store.count(query)
    document = {
        "numberMatched": count.matched,
        "numberLocated": count.located,
        "as_of": asked.as_of,
        "facets": {
            **{name: _facet(store, query, field) for name, field in FACETS.items()},
            "due": _due(store, query, asked.as_of),
        },
    }
    return answer_document(request, "项目分面计数 / Facets of the works", document, kind)


@router.api_route("/works/deadlines", methods=METHODS)
def deadlines(request: Request) -> Response:
    """Answer how many works are due on each date, and by words that name none."""
    store = state_of(request).store
    asked, kind = _asked(request)
    query = asked.whole
    dated = store.facet(query, DUE_FIELD)
    undated = query._replace(conditions=(*query.conditions, Condition(DUE_FIELD, (None,))))
    worded = store.facet(undated, "deadline_text")
    by_frequency = sorted(worded.items(), key=lambda item: -item[1])
    document = {
        "dated": [
            {"deadline": date, "deadline_text": None, "count": number}
            for date, number in sorted(dated.items(), key=lambda item: item[0] or "")
            if date is not None
        ],
        "worded": [
            {"deadline_text": text, "count": number} for text, number in by_frequency if text
        ],
    }
    return answer_document(request, "项目期限 / Deadlines of the works", document, kind)


@router.api_route("/search-texts", methods=METHODS)
def search_texts(request: Request) -> Response:
    """Answer what a search finds each feature by: names, pinyin, initials.

    Raises
    ------
    InvalidRequest
        There are more features than a client should search by itself.
    """
    kind = representation(request)
    store = state_of(request).store
    found: dict[str, str] = {}
    for layer in store.catalog().layers:
        query = Query((Source(layer.id),))
        if len(found) + store.count(query).matched > SEARCHED_MAXIMUM:
            raise InvalidRequest(
                f"there are more than {SEARCHED_MAXIMUM} features; search with q instead"
            )
        found |= store.search_texts(query)
    return answer_document(request, "检索文本 / Search texts", {"texts": found}, kind)


def _asked(request: Request) -> tuple[Asked, str]:
    """Return the question for works that are counted, and the representation of the counts."""
    moment = moment_of(request)
    catalog, query_string = moment.catalog, request.scope["query_string"]
    asked = parse_items(query_string, catalog, moment.day, catalog.works(), without=SELECTION)
    return asked, choose(asked.f, request.headers.get("accept"), OFFERS)


def _facet(store: Store, query: Query, field: str) -> dict[str, int]:
    """Count the values of a field among what the other conditions leave."""
    others = tuple(item for item in query.conditions if item.field != field)
    found = store.facet(query._replace(conditions=others), field)
    return {NONE if value is None else value: number for value, number in found.items()}


def _due(store: Store, query: Query, as_of: str) -> dict[str, int]:
    return {
        name: store.count(query._replace(due=(name,), as_of=as_of)).matched for name in DUE_CLASSES
    }


# Plain, as the hot doors of `zymap_api.routes.ogc`.
hot_routes = (Route("/works", works, methods=METHODS),)
