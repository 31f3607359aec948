"""Targets and the places that count towards them.

A target names what counts in its field ``counted_from``: expressions ``layer?field=value``
over the layers of the dataset. What is listed is not what is done, and candidates are
neither: they are a computed suggestion.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from zymap.catalog import STATUS_FIELD, Catalog, parse_source
from zymap.lateness import DONE
from zymap.query import Condition, Query
from zymap.store.base import Store


@dataclass(frozen=True, slots=True)
class Progress:
    """How many places a target has on record.

    Attributes
    ----------
    listed : int
        Features that count towards the target.
    located : int
        Of these, with a geometry.
    done : int
        Of these, with a status of completion or later.
    """

    listed: int
    located: int
    done: int


def progress(store: Store, catalog: Catalog, counted_from: Sequence[str]) -> Progress | None:
    """Count the places of a target, or return None where nothing in the layers counts.

    Parameters
    ----------
    counted_from : sequence of str
        The target's expressions.

    Raises
    ------
    InvalidData
        An expression names no layer.
    """
    sources = [parse_source(text) for text in counted_from]
    counted = [
        source for source in sources if catalog.layer(source.collection).role != "candidates"
    ]
    if not sources:
        return None
    if not counted:
        return Progress(0, 0, 0)
    query = Query(tuple(counted))
    count = store.count(query)
    done = store.count(Query(tuple(counted), conditions=(Condition(STATUS_FIELD, DONE),)))
    return Progress(count.matched, count.located, done.matched)
