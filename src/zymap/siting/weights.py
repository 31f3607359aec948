"""How much parking demand a feature stands for: assumptions, by kind.

The numbers are relative and are zymap's own judgement; no survey stands behind them.
``docs/parking-siting.md`` gives the reasons.
"""

from __future__ import annotations

from collections.abc import Mapping

from zymap.catalog import Catalog, Layer
from zymap.geojson import Feature

# Kinds are an open list of the dataset; these are the ones that zymap knows.
VISITED: Mapping[str, float] = {
    "venue": 4.0,
    "heritage": 3.0,
    "facility": 3.0,
    "station": 3.0,
    "project": 2.0,
    "park": 2.0,
    "school": 2.0,
    "ecology": 1.0,
}
# Nobody parks for these: plans, pipes, water, whole areas, and car parks themselves.
UNVISITED = frozenset(
    {"planning", "utility", "water", "area", "district", "parking", "road", "target"}
)
UNKNOWN_WORK = 1.0
# Of an existing street, for each stretch of one grid spacing.
STREET_POINT = 1.0
STREET = "road"
PLACED = ("located", "approximate")


def weight_of(catalog: Catalog, layer: Layer, feature: Feature) -> float:
    """Return the weight of a feature as a whole; 0 if it stands for no demand."""
    properties = feature["properties"]
    kind = properties.get("kind")
    if properties.get("location_status") not in PLACED or layer.role not in ("works", "context"):
        return 0.0
    if isinstance(kind, str) and kind in VISITED:
        return VISITED[kind]
    known = kind in UNVISITED or kind not in catalog.kinds
    return UNKNOWN_WORK if layer.role == "works" and not known else 0.0


def is_street(layer: Layer, feature: Feature) -> bool:
    """Tell whether a feature is a street that cars use today."""
    properties = feature["properties"]
    # Where the layer does not tell streets from road works, only context is surely there today.
    today = layer.role == "context" or properties.get("role") == "existing"
    placed = properties.get("location_status") in PLACED
    return properties.get("kind") == STREET and today and placed
