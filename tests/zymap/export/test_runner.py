"""The one entrance: refusals, the manifest, and that a target is old or new, never half."""

import hashlib
import json
import os
import signal
import subprocess
import sys
import textwrap
import zipfile

import pytest

from zymap import __version__, export
from zymap.catalog import Source
from zymap.errors import ExportFailed, InvalidRequest, NotFound, NotRepresentable, UnknownName
from zymap.export import FORMATS
from zymap.query import Condition, Query

AREA = Query(
    tuple(Source(name) for name in ("areas", "works", "lanes", "spots", "goals")),
    conditions=(Condition("area_id", ("east",)),),
)


@pytest.mark.parametrize("format_", FORMATS)
def test_every_format_holds_an_area_with_all_its_layers(format_, store, hand):
    target, manifest = hand(store, format_, query=AREA)
    assert target.stat().st_size > 0
    assert manifest.features == 6
    assert [layer.collection for layer in manifest.layers] == list(AREA.collections)
    assert manifest.sha256 == hashlib.sha256(target.read_bytes()).hexdigest()


@pytest.mark.parametrize("format_", FORMATS)
def test_every_format_holds_nothing_at_all(format_, shelf, hand):
    target, manifest = hand(shelf(), format_, query=AREA)
    assert target.stat().st_size > 0
    assert (manifest.features, manifest.bbox) == (0, None)


@pytest.mark.parametrize("format_", FORMATS)
def test_every_format_holds_a_layer_of_which_nothing_is_located(format_, shelf, feature, hand):
    store = shelf(works=[feature(i, None) for i in range(3)])
    _, manifest = hand(store, format_, "works")
    assert (manifest.features, manifest.located, manifest.unlocated) == (3, 0, 3)


@pytest.mark.parametrize("format_", FORMATS)
def test_every_format_holds_hostile_text(format_, shelf, feature, hand):
    texts = ["\x00\x1a", "'=1", "\u202e", "a\r\nb\rc", "]]>", "\ufeffx", "_x0041_", " ", "", "\\N"]
    store = shelf(works=[feature(i, name_zh=text) for i, text in enumerate(texts)])
    _, manifest = hand(store, format_, "works")
    assert manifest.features == len(texts)


@pytest.mark.parametrize("format_", FORMATS)
def test_an_export_leaves_nothing_but_the_target(format_, store, hand, tmp_path):
    hand(store, format_, "works")
    assert [path.name for path in tmp_path.iterdir()] == [f"out.{format_}"]


@pytest.mark.parametrize("format_", ["geojson", "kml"])
def test_a_crs_that_the_standard_rules_out_is_refused_by_name(format_, store, hand):
    with pytest.raises(NotRepresentable, match="4547"):
        hand(store, format_, "works", crs=4547)


@pytest.mark.parametrize(
    ("error", "options"),
    [
        (UnknownName, {"format_": "dwg"}),
        (UnknownName, {"crs": 4527}),
        (UnknownName, {"encoding": "Big5"}),
        (NotRepresentable, {"format_": "csv", "encoding": "GBK"}),
        (NotFound, {"layers": ("nowhere",)}),
        (InvalidRequest, {"layers": ()}),
        (InvalidRequest, {"name": "no/such/folder.zip"}),
        (InvalidRequest, {"name": ""}),
    ],
)
def test_what_cannot_be_asked_is_refused_and_nothing_is_written(
    error, options, store, hand, tmp_path
):
    layers = options.pop("layers", ("works",))
    with pytest.raises(error):
        hand(store, options.pop("format_", "shp"), *layers, **options)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("spelling", ["utf-8", "UTF8", "Utf-8"])
def test_an_encoding_may_be_spelt_as_usual(spelling, store, hand):
    assert hand(store, "shp", "works", encoding=spelling)[1].encoding == "UTF-8"


def test_the_manifest_tells_question_origin_and_counts(store, hand):
    query = Query((Source("works"),), conditions=(Condition("area_id", ("west",)),))
    target, manifest = hand(store, "shp", query=query, crs=4547)
    inside = json.loads(zipfile.ZipFile(target).read("manifest.json"))
    assert inside["query"]["conditions"] == [{"field": "area_id", "values": ["west"]}]
    assert (inside["format"], inside["crs"], inside["encoding"]) == ("shp", 4547, "UTF-8")
    assert inside["created"] == "2026-11-24T08:00:00+00:00"
    assert (inside["zymap"], inside["revision"]) == (__version__, store.revision())
    assert inside["layers"][0]["licence"] == "CC0-1.0"
    assert inside["attribution_zh"] == "测试数据"
    assert inside["bbox"] == pytest.approx([10.05, 50.1, 10.25, 50.11])
    counts = {entry["name"]: entry["features"] for entry in inside["files"]}
    assert counts == {
        "works_point.shp": 1, "works_line.shp": 1, "unlocated.csv": 1, "full_text.csv": 1,
        "fields.csv": counts["fields.csv"],
    }  # fmt: skip
    assert (manifest.features, manifest.located) == (3, 2)


@pytest.mark.parametrize("format_", FORMATS)
def test_a_file_that_does_not_read_back_is_not_handed_over(
    format_, store, hand, tmp_path, monkeypatch
):
    """One reader is made to find a letter fewer than was written."""
    import pyogrio

    from zymap.export import csv_file, geojson_file, kml

    read, rows, parse, loads = (
        pyogrio.raw.read, csv_file.read_rows, kml.ET.parse, geojson_file.orjson.loads
    )  # fmt: skip

    def lossy_read(*args, **options):
        meta, fids, shapes, columns = read(*args, **options)
        columns[1][0] = columns[1][0][:-1]
        return meta, fids, shapes, columns

    def lossy_parse(*args):
        tree = parse(*args)
        next(tree.getroot().iter(f"{{{kml.NAMESPACE}}}Placemark")).set("id", "lost")
        return tree

    def lossy_loads(text):
        document = loads(text)
        if "features" in document:
            document["features"][0]["id"] = "lost"
        return document

    monkeypatch.setattr("pyogrio.raw.read", lossy_read)
    monkeypatch.setattr(csv_file, "read_rows", lambda path: rows(path)[:-1])
    monkeypatch.setattr(kml.ET, "parse", lossy_parse)
    if format_ == "geojson":
        monkeypatch.setattr(geojson_file.orjson, "loads", lossy_loads)
    (tmp_path / f"out.{format_}").write_text("old")
    with pytest.raises(ExportFailed):
        hand(store, format_, "works")
    assert [path.name for path in tmp_path.iterdir()] == [f"out.{format_}"]
    assert (tmp_path / f"out.{format_}").read_text() == "old"


def test_a_full_disk_is_told_and_leaves_the_old_file(store, hand, tmp_path, monkeypatch):
    def full(*args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    (tmp_path / "out.csv").write_text("old")
    with pytest.raises(ExportFailed, match="No space left"):
        hand(store, "csv", "works")
    assert [path.name for path in tmp_path.iterdir()] == ["out.csv"]
    assert (tmp_path / "out.csv").read_text() == "old"


KILLED = """
    import importlib, os, signal, sys
    from pathlib import Path
    from zymap import export
    from zymap.catalog import Source
    from zymap.query import Query
    from zymap.store.gpkg import GpkgStore

    store_path, target, module, attribute = sys.argv[1:]
    owner = importlib.import_module(module)
    *inner, attribute = attribute.split(".")
    for name in inner:
        owner = getattr(owner, name)

    def die(*args, **options):
        os.kill(os.getpid(), signal.SIGKILL)

    setattr(owner, attribute, die)
    store = GpkgStore(Path(store_path))
    export.run(store, Query((Source("works"),)), format="shp", target=Path(target))
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no SIGKILL on this system")
@pytest.mark.parametrize(
    ("module", "attribute", "layer"),
    [
        ("zymap.export.shapefile_set", "DbfTable.write", "lanes"),
        ("zymap.export.shapefile_set", "check_ogr", "lanes"),
        ("zymap.export.runner", "write_zip", "lanes"),
        ("zipfile", "ZipFile.testzip", "lanes"),
        ("os", "fsync", "lanes"),
        ("zymap.export.runner", "Path.replace", "lanes"),
        ("shutil", "rmtree", "works"),
    ],
)
def test_a_kill_at_any_step_leaves_the_old_file_or_the_new_one(
    module, attribute, layer, store, tmp_path
):
    target = tmp_path / "out.zip"
    export.run(store, Query((Source("lanes"),)), format="shp", target=target)
    arguments = [str(store.path), str(target), module, attribute]
    child = subprocess.run([sys.executable, "-c", textwrap.dedent(KILLED), *arguments], check=False)
    assert child.returncode == -signal.SIGKILL
    with zipfile.ZipFile(target) as archive:
        assert archive.testzip() is None
        layers = {name.partition("_")[0] for name in archive.namelist() if name.endswith(".shp")}
    assert layers == {layer}


def test_a_limit_and_an_order_are_kept(store, hand):
    from zymap.query import SortKey

    query = Query((Source("works"),), sort=(SortKey("id", descending=True),), limit=2)
    target, manifest = hand(store, "geojson", query=query)
    assert manifest.features == 2
    assert [f["id"] for f in json.loads(target.read_bytes())["features"]] == [
        "zy-x-hostile-4",
        "zy-x-hostile-3",
    ]
