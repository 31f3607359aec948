"""GeoJSON files and feature text.

Standard: RFC 7946 (WGS 84 lon, lat; right-handed rings; no ``crs`` member).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, TypedDict, cast

import orjson

from zymap.errors import InvalidData

MEDIA_TYPE = "application/geo+json"
# How many lists lie round the positions of a geometry (RFC 7946, 3.1).
DEPTH = {
    "Point": 0,
    "MultiPoint": 1,
    "LineString": 1,
    "MultiLineString": 2,
    "Polygon": 2,
    "MultiPolygon": 3,
}


class Feature(TypedDict):
    """A GeoJSON feature as Python objects; ``geometry`` is None where nobody has located it."""

    type: str
    id: str
    geometry: dict[str, Any] | None
    properties: dict[str, Any]


def read_features(path: Path) -> list[Feature]:
    """Read the features of a GeoJSON FeatureCollection.

    Parameters
    ----------
    path : pathlib.Path
        A UTF-8 file.

    Raises
    ------
    InvalidData
        The file cannot be read, is not JSON or is no FeatureCollection of features with
        an ``id``, a ``geometry`` member and ``properties``.
    """
    try:
        document = orjson.loads(path.read_bytes())
    except OSError as error:
        raise InvalidData(f"{path}: cannot be read ({error.strerror})") from error
    except orjson.JSONDecodeError as error:
        raise InvalidData(f"{path}: not JSON: {error}") from error
    if not isinstance(document, dict) or document.get("type") != "FeatureCollection":
        raise InvalidData(f"{path}: not a GeoJSON FeatureCollection")
    features = cast(dict[str, Any], document).get("features")
    if not isinstance(features, list):
        raise InvalidData(f"{path}: the FeatureCollection has no features array")
    for number, feature in enumerate(cast(list[Any], features)):
        _check_feature(path, number, feature)
    return cast(list[Feature], features)


def _check_feature(path: Path, number: int, feature: Any) -> None:
    if not isinstance(feature, dict) or cast(dict[str, Any], feature).get("type") != "Feature":
        raise InvalidData(f"{path}: features[{number}] is not a Feature")
    row = cast(dict[str, Any], feature)
    if not isinstance(row.get("id"), str):
        raise InvalidData(f"{path}: features[{number}] has no id (text)")
    if "geometry" not in row or not isinstance(row["geometry"], dict | None):
        raise InvalidData(f"{path}: {row['id']} has no geometry member (an object or null)")
    if not isinstance(row.get("properties"), dict):
        raise InvalidData(f"{path}: {row['id']} has no properties")


def render_features(name: str, features: Iterable[Feature], fields: Sequence[str]) -> bytes:
    """Return a layer file: one feature a line, sorted by id, properties in the order of `fields`.

    The same features always give the same bytes, so that a diff shows what changed.
    """
    lines = [
        orjson.dumps(
            {
                "type": "Feature",
                "id": feature["id"],
                "geometry": feature["geometry"],
                "properties": {key: feature["properties"].get(key) for key in fields},
            }
        )
        for feature in sorted(features, key=lambda feature: feature["id"])
    ]
    head = b'{"type":"FeatureCollection","name":' + orjson.dumps(name) + b',"features":[\n'
    return head + b",\n".join(lines) + b"\n]}\n"


def write_features(
    path: Path, name: str, features: Iterable[Feature], fields: Sequence[str]
) -> None:
    """Write a layer file as `render_features` gives it.

    The file is written beside its place and then renamed, so that no half file is left behind.
    """
    content = render_features(name, features, fields)
    part = path.with_name(path.name + ".part")
    try:
        part.write_bytes(content)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


# The members of a feature's text in their order, which others rely on (`zymap.positions`, too).
_BEFORE_ID, _BEHIND_ID = b'{"type":"Feature","id":', b',"collection":'
# A GeometryCollection has geometries where the others have coordinates (RFC 7946, 3.1).
_GEOMETRY_MEMBERS = ("type", "coordinates", "geometries")


def feature_text(feature: Feature, collection: str, fields: Sequence[str]) -> bytes:
    """Return the feature as the JSON (UTF-8) that every answer passes on unopened.

    The member ``collection`` tells where a feature lives, since an answer may be over several. It
    is not JSON-FG's ``featureType``: GDAL takes a document with that for JSON-FG, which this is
    not. A geometry keeps its type and coordinates alone: further members, as ``bbox``, would
    stay behind where an answer is in another CRS.
    """
    properties, geometry = feature["properties"], feature["geometry"]
    return orjson.dumps(
        {
            "type": "Feature",
            "id": feature["id"],
            "collection": collection,
            "geometry": geometry
            and {key: geometry[key] for key in _GEOMETRY_MEMBERS if key in geometry},
            "properties": {key: properties.get(key) for key in fields},
        }
    )


def text_start(feature_id: str) -> bytes:
    """Return what the text of a feature begins with, and that of no other."""
    return b"%b%b%b" % (_BEFORE_ID, orjson.dumps(feature_id), _BEHIND_ID)


def id_of(text: bytes) -> str:
    """Return the id in the text of a feature (`feature_text`), without decoding the rest of it."""
    # No text inside a JSON string can hold an unescaped quote: the first find is the member.
    return orjson.loads(text[len(_BEFORE_ID) : text.index(_BEHIND_ID)])
