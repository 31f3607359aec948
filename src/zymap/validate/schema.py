"""Properties: the listed ones and no other, of the right type, with codes of the code lists."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Iterator, Mapping
from typing import Any, cast

from zymap.catalog import FieldType
from zymap.validate.dataset import Dataset
from zymap.validate.finding import Problem


def check_members(dataset: Dataset) -> Iterator[Problem]:
    """Check that every listed field is there, null where unknown, and no unlisted one."""
    for layer, row in dataset.rows():
        listed = [item.name for item in layer.fields]
        for name in listed:
            if name not in row.properties:
                yield Problem(layer.id, row.id, f"{name} is missing (null where unknown)")
        for name in row.properties:
            if name not in listed:
                yield Problem(layer.id, row.id, f"{name} is no field of the layer")


def check_types(dataset: Dataset) -> Iterator[Problem]:
    """Check that values are of the field's type: whole integers, dates as YYYY-MM-DD."""
    for layer, row in dataset.rows():
        for item in layer.fields:
            value = row.properties.get(item.name)
            if value is not None and not TYPES[item.type](value):
                yield Problem(layer.id, row.id, f"{item.name}: {value!r} is no {item.type}")


def check_required(dataset: Dataset) -> Iterator[Problem]:
    """Check that required fields have a value."""
    for layer, row in dataset.rows():
        for item in layer.fields:
            if item.required and row.properties.get(item.name) in (None, ""):
                yield Problem(layer.id, row.id, f"{item.name} has no value")


def check_enums(dataset: Dataset) -> Iterator[Problem]:
    """Check that codes are of the field's code list."""
    for layer, row in dataset.rows():
        for item in layer.fields:
            value = row.properties.get(item.name)
            codes = value if item.type == "list" else [value]
            if item.enum is None or not isinstance(codes, list):
                continue
            known = dataset.catalog.code_list(item.enum)
            for code in cast(list[Any], codes):
                if isinstance(code, str) and code not in known:
                    message = f"{item.name}: {code!r} is not in the code list {item.enum}"
                    yield Problem(layer.id, row.id, message)


def is_date(value: Any) -> bool:
    """Tell whether a value is a day as YYYY-MM-DD (RFC 3339, full-date)."""
    try:
        # Python also reads 20210630 and 2021-W26-3.
        return isinstance(value, str) and dt.date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def _is_integer(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_number(value: Any) -> bool:
    return _is_integer(value) or (isinstance(value, float) and math.isfinite(value))


def _is_list(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in cast(list[Any], value))


TYPES: Mapping[FieldType, Callable[[Any], bool]] = {
    "string": lambda value: isinstance(value, str),
    "integer": _is_integer,
    "number": _is_number,
    "date": is_date,
    "boolean": lambda value: isinstance(value, bool),
    "list": _is_list,
}
