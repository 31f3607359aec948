"""Layers larger than what is held in memory: the file does not show how they were read."""

import json
import tracemalloc

import pyogrio
import pytest
import shapely

from zymap.catalog import Source
from zymap.export import FORMATS, job
from zymap.query import Query, SortKey

LAYERS = ("areas", "works", "lanes", "spots", "goals")


def mixed(feature, count):
    """Return features of every shape, some of them nowhere, with texts that a cell does not hold."""
    ring = [[113.6, 34.7], [113.61, 34.7], [113.61, 34.71], [113.6, 34.7]]
    hole = [[113.605, 34.7005], [113.606, 34.7005], [113.606, 34.701], [113.605, 34.7005]]
    shapes = [
        {"type": "Polygon", "coordinates": [ring, hole]},
        {"type": "MultiPolygon", "coordinates": [[ring, hole], [ring]]},
        {"type": "LineString", "coordinates": ring[:3]},
        {"type": "MultiLineString", "coordinates": [ring[:2], ring[1:]]},
        {"type": "Point", "coordinates": [113.6, 34.7, 80.5]},
        {"type": "MultiPoint", "coordinates": [*ring[:2], ring[2]]},
        None,
    ]
    return [
        feature(
            n, shapes[n % len(shapes)], name_zh=f"名称{n}" + "长" * (n % 4 * 40), fact_ids=["F1"]
        )
        for n in range(count)
    ]


@pytest.mark.parametrize("format_", sorted(FORMATS))
def test_a_layer_read_in_pieces_makes_the_same_file(format_, store, hand, monkeypatch):
    whole, _ = hand(store, format_, *LAYERS, name="whole")
    monkeypatch.setattr(job, "BATCH", 2)
    pieces, _ = hand(store, format_, *LAYERS, name="pieces")
    assert pieces.read_bytes() == whole.read_bytes()


def test_layers_that_take_turns_make_the_same_shapefiles(store, hand, monkeypatch):
    sources = tuple(Source(layer) for layer in LAYERS)
    query = Query(sources, sort=(SortKey("id", descending=True),))
    whole, _ = hand(store, "shp", query=query, name="whole")
    monkeypatch.setattr(job, "BATCH", 1)
    pieces, _ = hand(store, "shp", query=query, name="pieces")
    assert pieces.read_bytes() == whole.read_bytes()


def test_shapes_of_all_kinds_and_long_texts_come_through_in_pieces(
    shelf, feature, unpacked, csv_cells, monkeypatch
):
    works = mixed(feature, 35)
    monkeypatch.setattr(job, "BATCH", 3)
    folder = unpacked(shelf(works=works), "shp", "works")
    found = {}
    for path in folder.glob("*.shp"):
        meta, _, shapes, columns = pyogrio.raw.read(path)
        ids = columns[meta["fields"].tolist().index("id")]
        found |= dict(zip(ids.tolist(), shapely.from_wkb(shapes), strict=True))
    meant = {
        row["id"]: shapely.force_2d(shapely.from_geojson(json.dumps(row["geometry"])))
        for row in works
        if row["geometry"]
    }
    assert found.keys() == meant.keys()
    assert all(shapely.equals_exact(found[n].normalize(), meant[n].normalize()) for n in meant)
    nowhere = {row["id"] for row in works if row["geometry"] is None}
    assert {row["id"] for row in csv_cells(folder / "unlocated.csv")} == nowhere
    texts = {row["id"]: row["text"] for row in csv_cells(folder / "full_text.csv")}
    long = {row["id"]: row["properties"]["name_zh"] for row in works if row["id"] not in nowhere}
    assert texts == {key: text for key, text in long.items() if len(text.encode()) > 254}
    assert texts


def test_progress_tells_every_batch_that_is_read_and_compared(shelf, feature, hand, monkeypatch):
    monkeypatch.setattr(job, "BATCH", 2)
    told = []
    store = shelf(works=[feature(n, None if n == 4 else (113.6, 34.7)) for n in range(5)])
    hand(store, "shp", "works", progress=lambda step, done: told.append((step.value, done)))
    assert told == [("read", 2), ("read", 4), ("read", 5), ("check", 2), ("check", 4)]


def test_a_shapefile_of_a_large_layer_takes_no_more_memory_than_one_of_a_small(
    shelf, feature, hand, monkeypatch
):
    monkeypatch.setattr(job, "BATCH", 100)

    def peak(count):
        store = shelf()
        store._features = {"works": Endless(feature, count)}
        tracemalloc.start()
        hand(store, "shp", "works", name=f"{count}.zip")
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    peak(100)
    small, large = peak(200), peak(2000)
    # The zip is packed and tested a megabyte at a time.
    assert large < small + 2_000_000
    monkeypatch.setattr(job, "BATCH", 2000)
    assert peak(2000) > 2 * large


class Endless:
    """Features that are made when they are asked for, every one with a text too long for a cell."""

    def __init__(self, feature, count):
        self._feature, self._count = feature, count

    def __iter__(self):
        for number in range(self._count):
            place = None if number % 5 == 0 else (113.6, 34.7)
            yield self._feature(number, place, name_zh=f"{number}" + "长" * 200)
