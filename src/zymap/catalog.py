"""The catalogue of a dataset: which layers a folder holds and what their fields mean.

A folder with a ``catalog.toml`` is all that zymap needs to know of a district; no code names
a place.
"""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, cast

from zymap import codelists
from zymap.codelists import Code, CodeList
from zymap.errors import InvalidData, NotFound, UnknownName

FORMAT = 1
CATALOG_FILE = "catalog.toml"

FieldType = Literal["string", "integer", "number", "date", "boolean", "list"]
Role = Literal["boundary", "areas", "works", "candidates", "context", "targets"]
FIELD_TYPES: tuple[FieldType, ...] = ("string", "integer", "number", "date", "boolean", "list")
ROLES: tuple[Role, ...] = ("boundary", "areas", "works", "candidates", "context", "targets")
# What the API and the page ask of every layer, of every layer with shapes, and of some roles.
NAMED = ("name_zh", "name_en", "kind", "area_id")
PLACED = ("location_status", "coordinateUncertaintyInMeters")
ROLE_FIELDS: Mapping[str, tuple[str, ...]] = {
    "areas": ("boundary_status",),
    "works": ("status", "deadline", "deadline_text", "location_status"),
    "targets": ("counted_from",),
}
GEOMETRY_TYPES = ("Point", "LineString", "Polygon")


@dataclass(frozen=True, slots=True)
class Field:
    """One attribute of a layer.

    Attributes
    ----------
    name : str
        Name of the GeoJSON property, of the GeoPackage column and of the API parameter.
    type : FieldType
        ``list`` is a list of strings.
    shp : str
        Name in a Shapefile: at most 10 ASCII characters (dBASE III).
    enum : str or None
        Name of the code list that the values come from.
    unit : str or None
        UCUM unit of a number.
    hidden : bool
        True if the field cannot be asked for by the API.
    """

    name: str
    title_zh: str
    title_en: str
    type: FieldType
    shp: str
    required: bool = False
    enum: str | None = None
    unit: str | None = None
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Source:
    """A layer to read from, with the conditions that its features must meet.

    Attributes
    ----------
    collection : str
        Id of the layer.
    where : tuple of (str, tuple of str)
        Field name and the values of which one must hold.
    """

    collection: str
    where: tuple[tuple[str, tuple[str, ...]], ...] = ()


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer of the dataset: a collection of the API, a table of the GeoPackage."""

    id: str
    file: str
    role: Role
    geometry: tuple[str, ...]
    title_zh: str
    title_en: str
    description_zh: str
    description_en: str
    source: str
    licence: str
    date: str
    lineage: str
    fields: tuple[Field, ...]
    temporal: str | None = None
    works: tuple[tuple[str, tuple[str, ...]], ...] = ()

    def field(self, name: str) -> Field:
        """Return the field called `name`.

        Raises
        ------
        UnknownName
            The layer has no such field.
        """
        for candidate in self.fields:
            if candidate.name == name:
                return candidate
        raise UnknownName(f"layer {self.id} has no field {name}", parameter=name)

    def has_field(self, name: str) -> bool:
        """Tell whether the layer has a field called `name`."""
        return any(candidate.name == name for candidate in self.fields)


@dataclass(frozen=True, slots=True)
class Dataset:
    """What the folder as a whole is: titles, place, source document and licence."""

    id: str
    title_zh: str
    title_en: str
    place_zh: str
    place_en: str
    description_zh: str
    description_en: str
    report_zh: str
    report_en: str
    licence: str
    attribution_zh: str
    attribution_en: str
    date: str
    year: int
    id_prefix: str


@dataclass(frozen=True, slots=True)
class Catalog:
    """The dataset, its code lists and its layers, in the order of the file.

    Attributes
    ----------
    text : str
        The TOML that it was read from; stored beside the data so that both stay together.
    """

    dataset: Dataset
    kinds: CodeList
    areas: CodeList
    layers: tuple[Layer, ...]
    text: str = field(repr=False, default="")

    def layer(self, layer_id: str) -> Layer:
        """Return the layer with the id `layer_id`.

        Raises
        ------
        NotFound
            There is no such layer.
        """
        for candidate in self.layers:
            if candidate.id == layer_id:
                return candidate
        raise NotFound(f"there is no collection {layer_id}")

    def by_role(self, *roles: Role) -> tuple[Layer, ...]:
        """Return the layers that play one of `roles`, in catalogue order."""
        return tuple(layer for layer in self.layers if layer.role in roles)

    def works(self) -> tuple[Source, ...]:
        """Return the sources of the works: everything promised that could have a place."""
        return tuple(Source(layer.id, layer.works) for layer in self.by_role("works"))

    def code_list(self, name: str) -> CodeList:
        """Return the code list called `name`: the dataset's own or a built-in one.

        Raises
        ------
        UnknownName
            There is no such code list.
        """
        lists = {"kinds": self.kinds, "areas": self.areas, **codelists.BUILT_IN}
        if name not in lists:
            raise UnknownName(f"there is no code list {name}", parameter=name)
        return lists[name]


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
    catalog = Catalog(
        dataset=_dataset(_table(data, "dataset")),
        kinds=lists["kinds"],
        areas=lists["areas"],
        layers=tuple(_layer(table, fields) for table in _tables(data, "layers")),
        text=text,
    )
    _check_references(catalog)
    return catalog


def _check_references(catalog: Catalog) -> None:
    # A GeoPackage and a workbook name their tables by title, so these must differ too.
    for names in (
        [layer.id for layer in catalog.layers],
        [layer.title_zh for layer in catalog.layers],
    ):
        for name in names:
            if names.count(name) > 1:
                raise InvalidData(f"{CATALOG_FILE}: two layers are called {name}")
    for layer in catalog.layers:
        for name in (layer.temporal, *(name for name, _ in layer.works)):
            if name is not None:
                layer.field(name)
        for item in layer.fields:
            if item.enum is not None:
                catalog.code_list(item.enum)
        needed = (*NAMED, *(PLACED if layer.geometry else ()), *ROLE_FIELDS.get(layer.role, ()))
        for name in needed:
            if not layer.has_field(name):
                raise InvalidData(f"{CATALOG_FILE}: layer {layer.id} must have the field {name}")
        _check_shapefile_names(layer)
    if len(catalog.by_role("areas")) > 1 or len(catalog.by_role("targets")) > 1:
        raise InvalidData(f"{CATALOG_FILE}: at most one layer may have role areas, one targets")


def _check_shapefile_names(layer: Layer) -> None:
    seen: dict[str, str] = {}
    for item in layer.fields:
        key = item.shp.lower()
        if not (item.shp.isascii() and item.shp.isidentifier() and len(item.shp) <= 10):
            raise InvalidData(
                f"{CATALOG_FILE}: field {item.name}: shp = {item.shp!r} must be an ASCII "
                "identifier of at most 10 characters"
            )
        if key in seen:
            raise InvalidData(
                f"{CATALOG_FILE}: layer {layer.id}: fields {seen[key]} and {item.name} share "
                f"the Shapefile name {item.shp}"
            )
        seen[key] = item.name


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
    names = tuple(n for n in Dataset.__dataclass_fields__ if n != "year")
    year = table.get("year")
    if not isinstance(year, int):
        raise InvalidData(f"{CATALOG_FILE}: [dataset]: year must be a whole number")
    return Dataset(year=year, **{name: _text(table, name, "[dataset]") for name in names})


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
