"""Which layers a file holds."""

from __future__ import annotations

from zymap.export.formats import find_format
from zymap.query import Query, check_query
from zymap.store.base import Store


def leave_out_empty(store: Store, query: Query, format_key: str) -> Query:
    """Return the question without the layers in which nothing matches.

    Formats that are one file a layer only: a folder of empty Shapefiles hides the ones that hold
    something, while an empty sheet or table costs nothing and keeps its headings. One layer is
    always left, so that an empty answer has its schema.

    Parameters
    ----------
    format_key : str
        Key of `zymap.export.FORMATS`.

    Raises
    ------
    InvalidRequest
        The question names something that does not exist.
    """
    check_query(query, store.catalog())
    if find_format(format_key).packing != "always":
        return query
    kept = tuple(
        source
        for source in query.sources
        if store.count(query._replace(sources=(source,), after=None)).matched
    )
    return query._replace(sources=kept or query.sources[:1])
