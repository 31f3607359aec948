"""What a catalogue says: the dataset, its layers and their fields."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Literal

from zymap import codelists
from zymap.codelists import CodeList
from zymap.errors import NotFound, UnknownName

FieldType = Literal["string", "integer", "number", "date", "boolean", "list"]
Role = Literal["boundary", "areas", "works", "candidates", "context", "targets"]
FIELD_TYPES: tuple[FieldType, ...] = ("string", "integer", "number", "date", "boolean", "list")
ROLES: tuple[Role, ...] = ("boundary", "areas", "works", "candidates", "context", "targets")
# The fields that membership in an area and deadline windows are asked of.
AREA_FIELD = "area_id"
DUE_FIELD = "deadline"
# How far a work has come; a code of the code list ``status``.
STATUS_FIELD = "status"
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
    """What the folder as a whole is: titles, place, source document and licence.

    Attributes
    ----------
    publisher : str or None
        Who publishes the dataset.
    licence_url : str or None
        Canonical address of the licence.
    updated : str or None
        ISO date of the last change to the data.
    """

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
    publisher: str | None = None
    licence_url: str | None = None
    updated: str | None = None


@dataclass(frozen=True, slots=True)
class ProjectPackage:
    """What an OC4IDS project package of the dataset says beyond the features.

    Attributes
    ----------
    kinds : tuple of str
        Codes of the kinds that are infrastructure projects.
    prefix : str
        What a project's id begins with.
    type_field : str or None
        The field whose value tells the project type, by `types`.
    types : mapping of str to str
        Value of `type_field` to code of the OC4IDS code list projectType.
    """

    kinds: tuple[str, ...]
    prefix: str
    type_field: str | None
    types: Mapping[str, str]


# Compared by identity: there is one of a revision, and what is made of it is remembered by it.
@dataclass(frozen=True, slots=True, eq=False)
class Catalog:
    """The dataset, its code lists and its layers, in the order of the file.

    Attributes
    ----------
    glossary : dict
        Words of the report that recur in the data, to what they mean in English.
    projects : ProjectPackage or None
        None if the dataset does not say which of its works are infrastructure projects.
    text : str
        The TOML that it was read from; stored beside the data so that both stay together.
    """

    dataset: Dataset
    kinds: CodeList
    areas: CodeList
    layers: tuple[Layer, ...]
    glossary: Mapping[str, str] = field(default_factory=dict[str, str])
    projects: ProjectPackage | None = None
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

    def in_english(self, words: str) -> str:
        """Return words of the report in English, as far as the glossary has them.

        Parameters
        ----------
        words : str
            One text, or several with "；" between them.
        """
        parts = [self.glossary.get(part, part) for part in words.split("；")]
        return self.glossary.get(words) or "; ".join(parts)

    def by_role(self, *roles: Role) -> tuple[Layer, ...]:
        """Return the layers that play one of `roles`, in catalogue order."""
        return tuple(layer for layer in self.layers if layer.role in roles)

    def works(self) -> tuple[Source, ...]:
        """Return the sources of the works: everything promised that could have a place."""
        return tuple(Source(layer.id, layer.works) for layer in self.by_role("works"))

    def area_sources(self, fields: Collection[str]) -> tuple[Source, ...]:
        """Return what a file of an area is made of: all layers but the boundary.

        Parameters
        ----------
        fields : collection of str
            Fields that are asked for; nothing in a layer without one of them can match, so
            such a layer is left out.
        """
        return tuple(
            Source(layer.id)
            for layer in self.layers
            if layer.role != "boundary" and all(layer.has_field(name) for name in fields)
        )

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
