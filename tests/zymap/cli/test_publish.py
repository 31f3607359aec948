"""`zymap publish`: where it may write, what it refuses, and that it leaves nothing half-made."""

import json
import os
import re
import subprocess
import sys

import pytest
from tests.testland import write_testland

from zymap_api.publish import answers
from zymap_api.publish.folder import MANIFEST, replaced_folder
from zymap_web.assets import MODULE_DIR

DATE = "2021-12-01"


@pytest.fixture
def command(testland, tmp_path):
    """Return the function that runs ``zymap publish`` in a folder of its own."""

    clean = {k: v for k, v in os.environ.items() if not k.startswith("ZYMAP_")}

    def run(*words, geodata=testland, **settings):
        folders = ["--geodata", str(geodata), "--data", str(tmp_path / "data"), "--date", DATE]
        return subprocess.run(
            [sys.executable, "-c", "from zymap.cli import run; run()", "publish", *folders, *words],
            capture_output=True, text=True, encoding="utf-8", cwd=tmp_path, timeout=120,
            env=clean | settings,
        )  # fmt: skip

    return run


def contents(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_the_same_data_and_date_give_the_same_bytes_and_force_replaces(command, tmp_path):
    done = command("one")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("one: 12 works, 9 located, ")
    first = contents(tmp_path / "one")
    assert {"index.html", "data.js", "app.js", "files/testland-east.gpkg"} <= set(first)
    again = command("one")
    assert again.returncode == 2
    assert "--force" in again.stderr
    (tmp_path / "one" / "stray.txt").write_text("left by an earlier version")
    assert command("one", "--force").returncode == 0
    assert contents(tmp_path / "one") == first
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data", "one"]


@pytest.mark.parametrize("words", [("file",), ("nowhere/out",), ("full",), ("full", "--force"),
                                   ("out", "--date", "6月底"), (".",)])  # fmt: skip
def test_a_mistake_is_one_line_and_changes_nothing(command, tmp_path, words):
    (tmp_path / "file").write_text("mine")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "thesis.doc").write_text("mine")
    done = command(*words)
    assert done.returncode == 2
    assert len(done.stderr.strip().splitlines()) == 1
    assert (tmp_path / "full" / "thesis.doc").read_text() == "mine"
    assert sorted(path.name for path in tmp_path.iterdir() if path.name != "data") == [
        "file",
        "full",
    ]


def test_what_needs_tiles_is_refused(command, tmp_path):
    land = write_testland(tmp_path / "land")
    path = land / "works.geojson"
    document = json.loads(path.read_text("utf-8"))
    hall = next(item for item in document["features"] if item["id"] == "zy-hall")
    document["features"] += [{**hall, "id": f"zy-hall-{n}"} for n in range(answers.DRAWN_MAXIMUM)]
    path.write_text(json.dumps(document, ensure_ascii=False), "utf-8")
    done = command("out", geodata=land)
    assert done.returncode == 2
    assert "works: 1009 features" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert not (tmp_path / "out").exists()


def test_the_limits_are_those_of_the_page():
    text = (MODULE_DIR / "data.js").read_text("utf-8")
    limits = dict(re.findall(r"^const (\w+_MAXIMUM) = ([\d_]+);", text, re.MULTILINE))
    for name in ("LOCAL_MAXIMUM", "DRAWN_MAXIMUM", "SEARCHED_MAXIMUM"):
        assert int(limits[name]) == getattr(answers, name), name


def test_basemaps_come_along_but_those_that_a_server_fetches_and_no_key(command, tmp_path):
    own = {"id": "own", "title_zh": "自有", "attribution_zh": "自有", "proxied": True,
           "layers": ["https://tiles.invalid/key-4711/{z}/{x}/{y}.png"]}  # fmt: skip
    done = command(
        "out", ZYMAP_TIANDITU_KEY="key-4711", ZYMAP_OSM="true", ZYMAP_BASEMAPS=json.dumps([own])
    )
    assert done.returncode == 0, done.stderr
    assert not [name for name, text in contents(tmp_path / "out").items() if b"key-4711" in text]
    data = (tmp_path / "out" / "data.js").read_text("utf-8")
    assert re.findall(r'"id":"(osm|own|tianditu[^"]*)"', data) == ["osm"]
    page = (tmp_path / "out" / "index.html").read_text("utf-8")
    assert "img-src &#x27;self&#x27; file: data: https://tile.openstreetmap.org;" in page


def put(target, text, *, fails=False):
    with replaced_folder(target, force=True) as folder:
        (folder / MANIFEST).write_text(text)
        if fails:
            raise RuntimeError(text)


def test_a_failure_leaves_the_earlier_publication(tmp_path):
    target = tmp_path / "out"
    put(target, "first")
    with pytest.raises(RuntimeError):
        put(target, "second", fails=True)
    assert (target / MANIFEST).read_text() == "first"
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
