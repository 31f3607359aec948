"""What counts towards a target: expressions over the layers of the dataset."""

from __future__ import annotations

from urllib.parse import parse_qsl

from zymap.catalog.model import Source
from zymap.errors import InvalidData


def parse_source(text: str) -> Source:
    """Parse ``layer`` or ``layer?field=value&field=value`` (values may be lists: ``a,b``).

    Raises
    ------
    InvalidData
        The text is not of that form.
    """
    layer, _, conditions = text.partition("?")
    try:
        pairs = parse_qsl(conditions, strict_parsing=True) if conditions else []
    except ValueError as error:
        raise InvalidData(f"counted_from: {text!r} is not layer?field=value") from error
    if not layer.isidentifier():
        raise InvalidData(f"counted_from: {text!r} names no layer")
    return Source(layer, tuple((name, tuple(value.split(","))) for name, value in pairs))
