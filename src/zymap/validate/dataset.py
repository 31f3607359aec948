"""The files of a geodata folder as far as they can be read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import orjson

from zymap.catalog import Catalog, Layer, Role, read_catalog
from zymap.errors import InvalidData
from zymap.geojson import Feature, read_features
from zymap.validate.facts_file import Facts
from zymap.validate.shapes import make_shape

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry


@dataclass(frozen=True, slots=True)
class Row:
    """A feature with its shape.

    Attributes
    ----------
    shape : shapely geometry or None
        WGS 84 lon, lat in degrees; None where the geometry is null or malformed.
    """

    id: str
    geometry: dict[str, Any] | None
    properties: dict[str, Any]
    shape: BaseGeometry | None

    def texts(self, name: str) -> list[str]:
        """Return the strings of a list property; nothing if it is no list."""
        value = self.properties.get(name)
        items = cast(list[Any], value) if isinstance(value, list) else []
        return [item for item in items if isinstance(item, str)]


@dataclass(frozen=True, slots=True)
class LayerFile:
    """One layer as its file has it.

    Attributes
    ----------
    members : mapping
        Members of the FeatureCollection other than ``features``.
    content : bytes
        The file.
    """

    layer: Layer
    rows: tuple[Row, ...]
    members: Mapping[str, Any]
    content: bytes

    @property
    def features(self) -> list[Feature]:
        """The features, to be written again."""
        return [
            {"type": "Feature", "id": r.id, "geometry": r.geometry, "properties": r.properties}
            for r in self.rows
        ]


@dataclass(frozen=True, slots=True)
class Dataset:
    """A geodata folder: what could be read, and what could not.

    Attributes
    ----------
    unread : mapping of str to str
        Id of a layer whose file cannot be read, and the reason.
    facts : Facts or None
        The statements of the source document, where that list is at hand.
    """

    catalog: Catalog
    files: tuple[LayerFile, ...]
    unread: Mapping[str, str] = field(default_factory=dict[str, str])
    facts: Facts | None = None

    def rows(self, *roles: Role) -> Iterator[tuple[Layer, Row]]:
        """Yield all features, or those of layers that play one of `roles`, with their layer."""
        for file in self.files:
            if not roles or file.layer.role in roles:
                for row in file.rows:
                    yield file.layer, row


def read_dataset(folder: Path, facts: Facts | None = None) -> Dataset:
    """Read a geodata folder; a layer file that cannot be read is noted and passed over.

    Raises
    ------
    InvalidData
        The catalogue cannot be read, so that nothing can be said of the layers.
    """
    catalog = read_catalog(folder)
    files: list[LayerFile] = []
    unread: dict[str, str] = {}
    for layer in catalog.layers:
        try:
            files.append(_read_layer(folder, layer))
        except InvalidData as error:
            # The finding names the layer; the path of this machine is no part of it.
            unread[layer.id] = error.message.replace(str(folder / layer.file), layer.file)
    return Dataset(catalog, tuple(files), unread, facts)


def _read_layer(folder: Path, layer: Layer) -> LayerFile:
    path = folder / layer.file
    features = read_features(path)
    content = path.read_bytes()
    document = cast(dict[str, Any], orjson.loads(content))
    members = {name: value for name, value in document.items() if name != "features"}
    rows = tuple(
        Row(f["id"], f["geometry"], f["properties"], make_shape(f["geometry"])) for f in features
    )
    return LayerFile(layer, rows, members, content)
