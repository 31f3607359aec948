"""Sound and broken variants of the made-up district, as folders and lists of statements.

`write_dataset(folder)` writes tests/testland.py's district without a single finding: two areas,
Chinese text, lines, points and polygons in one layer, unlocated features, hostile names such as
``{{7*7}}``. A test breaks one thing of it: by an edit of the features before they are written,
or by replacing a whole layer (``write_dataset(folder, works=[…])``).
"""

from __future__ import annotations

import copy
import csv
from collections.abc import Callable
from pathlib import Path

from tests.testland import FEATURES, catalog_text

from zymap.catalog import read_catalog
from zymap.geojson import Feature, write_features

Layers = dict[str, list[Feature]]
FACT_COLUMNS = ("id", "section", "quote_zh", "kind", "quantity", "deadline")
QUOTE = "今年要在东片区新建一座产业园,同时在西片区修一座跨河大桥,六月底前完工通车"
FACTS = [
    {"id": "F1", "quote_zh": QUOTE, "kind": "project", "deadline": "2021-06-30"},
    {"id": "F2", "quote_zh": "新建产业园", "kind": "project", "deadline": "2021"},
    {
        "id": "F3",
        "quote_zh": "停车场35处",
        "kind": "target",
        "quantity": "35",
        "deadline": "2021-12-31",
    },
    {"id": "F4", "quote_zh": "尽快新建城市书房", "kind": "place", "deadline": "尽快"},
    {"id": "F5", "quote_zh": "空话", "kind": "policy"},
]
_FACT_IDS = {"zy-goal-1": ["F3"], "zy-library": ["F4"]}


def write_dataset(
    folder: Path,
    edit: Callable[[Layers], None] | None = None,
    catalog: str | None = None,
    **layers: list[Feature],
) -> Path:
    """Write the district into a folder that does not exist yet; return the folder.

    Parameters
    ----------
    edit : callable, optional
        Changes a copy of the features by layer id, in place.
    catalog : str, optional
        Text of the catalogue, if not the district's own.
    **layers : list of Feature
        Features that stand in for those of a layer.
    """
    features = {**sound_features(), **layers}
    if edit is not None:
        edit(features)
    folder.mkdir(parents=True)
    (folder / "catalog.toml").write_text(catalog or catalog_text(), encoding="utf-8")
    for layer in read_catalog(folder).layers:
        names = [item.name for item in layer.fields]
        write_features(folder / layer.file, layer.id, features.get(layer.id, []), names)
    return folder


def sound_features() -> Layers:
    """Return a copy of the district's features that breaks no rule and agrees with `FACTS`."""
    features = copy.deepcopy(FEATURES)
    for rows in features.values():
        for feature in rows:
            properties = feature["properties"]
            properties["fact_ids"] = _FACT_IDS.get(feature["id"], properties["fact_ids"])
    find(features, "zy-goal-1")["properties"]["counted_from"] = ["works?kind=parking"]
    return features


def find(features: Layers, feature_id: str) -> Feature:
    """Return the feature with an id, to be changed in place."""
    return next(f for rows in features.values() for f in rows if f["id"] == feature_id)


def write_facts(path: Path, facts: list[dict[str, str]] = FACTS) -> Path:
    """Write a list of statements; return its path."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, FACT_COLUMNS, restval="")
        writer.writeheader()
        writer.writerows(facts)
    return path
