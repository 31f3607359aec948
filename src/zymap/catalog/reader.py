"""Read a ``catalog.toml``."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, cast

from zymap.catalog.model import (
    FIELD_TYPES,
    GEOMETRY_TYPES,
    ROLES,
    Catalog,
    Dataset,
    Field,
    Layer,
    ProjectPackage,
)
from zymap.catalog.rules import check_references
from zymap.codelists import Code, CodeList
from zymap.errors import InvalidData

FORMAT = 1
CATALOG_FILE = "catalog.toml"


def read_catalog(folder: Path) -> Catalog:
    """Read the catalogue of a geodata folder.

    Parameters
    ----------
    folder : pathlib.Path
        A folder with a ``catalog.toml``.

    Raises
    ------
    InvalidData
        The file is missing, is not TOML or does not say what a catalogue must say.
    """
    path = folder / CATALOG_FILE
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidData(f"{path}: cannot be read as a catalogue ({error})") from error
    return parse_catalog(text)


# Loading, opening and serving a dataset each ask for the same one.
@lru_cache(maxsize=2)
def parse_catalog(text: str) -> Catalog:
    """Parse the text of a ``catalog.toml``.

    Raises
    ------
    InvalidData
        The text is not TOML or does not say what a catalogue must say.
    """
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InvalidData(f"{CATALOG_FILE}: not TOML: {error}") from error
    if data.get("format") != FORMAT:
        raise InvalidData(f"{CATALOG_FILE}: format must be {FORMAT}, is {data.get('format')!r}")
    fields = {name: _field(name, table) for name, table in _table(data, "fields").items()}
    lists = {name: _code_list(name, _table(data, name)) for name in ("kinds", "areas")}
    dataset = _dataset(_table(data, "dataset"))
    catalog = Catalog(
        dataset=dataset,
        kinds=lists["kinds"],
        areas=lists["areas"],
        layers=tuple(_layer(table, fields) for table in _tables(data, "layers")),
        glossary=_glossary(data),
        projects=_projects(_table(data, "oc4ids"), dataset) if "oc4ids" in data else None,
        text=text,
    )
    check_references(catalog)
    return catalog


def _glossary(data: Mapping[str, Any]) -> dict[str, str]:
    table = _table(data, "glossary") if "glossary" in data else {}
    return {word: _text(table, word, "[glossary]") for word in table}


def _table(data: Mapping[str, Any], name: str) -> dict[str, Any]:
    value = data.get(name)
    if not isinstance(value, dict):
        raise InvalidData(f"{CATALOG_FILE}: table [{name}] is missing")
    return cast(dict[str, Any], value)


def _tables(data: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    value = data.get(name)
    if not isinstance(value, list) or not value:
        raise InvalidData(f"{CATALOG_FILE}: there is no [[{name}]]")
    return cast(list[dict[str, Any]], value)


def _text(table: Mapping[str, Any], key: str, where: str, default: str | None = None) -> str:
    value = table.get(key, default)
    if isinstance(value, dt.date):
        return value.isoformat()
    if not isinstance(value, str):
        raise InvalidData(f"{CATALOG_FILE}: {where}: {key} must be text")
    return value


def _dataset(table: Mapping[str, Any]) -> Dataset:
    where = "[dataset]"
    optional = ("publisher", "licence_url")
    names = [
        name
        for name in Dataset.__dataclass_fields__
        if name not in ("year", "updated") and (name in table or name not in optional)
    ]
    year = table.get("year")
    if not isinstance(year, int):
        raise InvalidData(f"{CATALOG_FILE}: [dataset]: year must be a whole number")
    return Dataset(
        year=year,
        updated=_day(table, "updated", where) if "updated" in table else None,
        **{name: _text(table, name, where) for name in names},
    )


def _projects(table: Mapping[str, Any], dataset: Dataset) -> ProjectPackage:
    where = "[oc4ids]"
    kinds, types = table.get("kinds"), table.get("types", {})
    if not isinstance(kinds, list) or not isinstance(types, dict):
        raise InvalidData(f"{CATALOG_FILE}: {where}: kinds must be a list, types a table")
    return ProjectPackage(
        kinds=tuple(str(kind) for kind in cast(list[Any], kinds)),
        prefix=_text(table, "prefix", where, dataset.id),
        type_field=_text(table, "type_field", where) if "type_field" in table else None,
        types={value: _text(types, value, f"{where} types") for value in types},
    )


def _day(table: Mapping[str, Any], key: str, where: str) -> str:
    value = table.get(key)
    if type(value) is not dt.date:
        raise InvalidData(f"{CATALOG_FILE}: {where}: {key} must be a date (2026-01-31)")
    return value.isoformat()


def _code_list(name: str, table: Mapping[str, Any]) -> CodeList:
    keys = ("zh", "en", "short_zh", "short_en")
    return {
        code: Code(*(_text(_table(table, code), k, f"[{name}.{code}]", "") for k in keys))
        for code in table
    }


def _field(name: str, table: Any) -> Field:
    where = f"[fields.{name}]"
    if not isinstance(table, dict):
        raise InvalidData(f"{CATALOG_FILE}: {where} is not a table")
    row = cast(dict[str, Any], table)
    kind = _text(row, "type", where)
    if kind not in FIELD_TYPES:
        raise InvalidData(f"{CATALOG_FILE}: {where}: type {kind!r} is none of {FIELD_TYPES}")
    return Field(
        name=name,
        title_zh=_text(row, "title_zh", where),
        title_en=_text(row, "title_en", where),
        type=kind,
        shp=_text(row, "shp", where),
        required=bool(row.get("required", False)),
        enum=_text(row, "enum", where) if "enum" in row else None,
        unit=_text(row, "unit", where) if "unit" in row else None,
        hidden=bool(row.get("hidden", False)),
    )


def _layer(table: Mapping[str, Any], fields: Mapping[str, Field]) -> Layer:
    layer_id = _text(table, "id", "[[layers]]")
    where = f"layer {layer_id}"
    role = _text(table, "role", where)
    if role not in ROLES:
        raise InvalidData(f"{CATALOG_FILE}: {where}: role {role!r} is none of {ROLES}")
    unknown = [name for name in table.get("fields", []) if name not in fields]
    if unknown:
        raise InvalidData(f"{CATALOG_FILE}: {where}: no [fields.{unknown[0]}]")
    geometry = tuple(table.get("geometry", ()))
    if any(name not in GEOMETRY_TYPES for name in geometry):
        raise InvalidData(f"{CATALOG_FILE}: {where}: geometry must be of {GEOMETRY_TYPES}")
    texts = ("file", "title_zh", "title_en", "description_zh", "description_en")
    origin = ("source", "licence", "date", "lineage")
    return Layer(
        id=_identifier(layer_id, where),
        role=role,
        geometry=geometry,
        fields=tuple(fields[name] for name in table.get("fields", [])),
        temporal=_text(table, "temporal", where) if "temporal" in table else None,
        works=tuple((name, tuple(values)) for name, values in table.get("works", {}).items()),
        **{name: _text(table, name, where) for name in (*texts, *origin)},
    )


def _identifier(name: str, where: str) -> str:
    # The id becomes a table name, a path segment and a file name, so it must be safe as all three.
    if not (name.isascii() and name.isidentifier() and name == name.lower()):
        raise InvalidData(f"{CATALOG_FILE}: {where}: the id must be a lower-case identifier")
    return name
