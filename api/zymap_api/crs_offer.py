"""In which CRS the features of some collections are to be had.

Standard: OGC 18-058r1, 6.2 (lists of CRS) and /req/crs/fc-crs-valid-value.
"""

from __future__ import annotations

from collections.abc import Sequence

from starlette.requests import Request

from zymap.bbox import bounds_of
from zymap.catalog import Source
from zymap.crs import BY_URI, CRS84, CRS84_URI, Crs, parse_crs_uri
from zymap.errors import UnknownName
from zymap.planebox import offered_for
from zymap_api.state import state_of

# Of a collection in the list of all of them: whatever the list of all has.
GLOBAL_LIST = "#/crs"


def offered(request: Request, sources: Sequence[Source]) -> tuple[Crs, ...]:
    """Return the CRS of these collections, CRS84 first."""
    store = state_of(request).store
    return offered_for(bounds_of(store.extent(source.collection).bbox for source in sources))


def parse_offered(request: Request, sources: Sequence[Source], text: str | None) -> Crs:
    """Parse the parameter ``crs`` of an answer; without one it is CRS84.

    Raises
    ------
    UnknownName
        It is no URI of a CRS that the features of these collections are to be had in.
    """
    if text is None:
        return CRS84
    crs = parse_crs_uri("crs", text)
    if crs.projected and crs not in (known := offered(request, sources)):
        raise UnknownName(
            f"crs: {crs.uri} does not reach where these features are; "
            f"use one of {', '.join(item.uri for item in known)}",
            parameter="crs",
        )
    return crs


def short_list(uris: Sequence[str]) -> list[str]:
    """Return a collection's list as the document of all collections has it.

    CRS84 stays in front: clients of Part 1 read the first entry alone.
    """
    return [CRS84_URI, GLOBAL_LIST] if len(uris) == len(BY_URI) else list(uris)
