"""The file of texts gives what the store holds, goes with it, and may be missing."""

import sqlite3
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.testland import FEATURES, write_testland

from zymap.backup import backup, restore
from zymap.bbox import BBox
from zymap.catalog import Source
from zymap.errors import StoreUnavailable
from zymap.geojson import feature_text
from zymap.load import load
from zymap.query import Condition, Query
from zymap.store import text_file, text_writer
from zymap.store.base import SEPARATOR
from zymap.store.gpkg import GpkgStore
from zymap.store.gpkg_file import GpkgFile
from zymap.store.text_file import TextFile, text_path
from zymap.store.text_writer import write_texts
from zymap.store.writing import alone

# Above the first a file is large; of a large one, the second is how near texts are that are read by
# the mapping, and after the third it lets go of what it has seen.
SIZES = ("MAPPED_BYTES", "NEAR_BYTES", "RESIDENT_BYTES")
WORKS = Query((Source("works"),), limit=2)
IN_A_BOX = Query((Source("works"),), bbox=BBox(-180, -90, 180, 90), limit=2)
IN_AN_AREA = WORKS._replace(conditions=(Condition("area_id", ("east",)),))
IN_AREAS = WORKS._replace(conditions=(Condition("area_id", ("east", None)),))
TEXTS = st.lists(
    st.dictionaries(st.text(max_size=3), st.text(max_size=20), max_size=3).map(orjson.dumps),
    min_size=1,
    max_size=40,
)


@pytest.fixture
def geodata(tmp_path):
    return write_testland(tmp_path / "geodata")


@pytest.fixture
def path(geodata, tmp_path):
    return load(geodata, tmp_path / "data").path


def kept(path):
    return sorted(file.name for file in path.parent.glob("*.texts"))


def revision(path):
    with closing(GpkgStore(path)) as store:
        return store.revision()


def rename(geodata):
    file = geodata / "works.geojson"
    text = file.read_text(encoding="utf-8")
    assert "产业园" in text
    file.write_text(text.replace("产业园", "科创产业园"), encoding="utf-8")


def pages(store, query):
    """Return what the pages of a question hold."""
    found, after = [], None
    while True:
        page = store.page(query, after)
        found.append((page.rows(), page.returned, page.last, page.count))
        after = page.last
        if after is None:
            return found


@given(
    layers=st.lists(st.tuples(TEXTS, st.booleans()), min_size=1, max_size=3),
    sizes=st.sampled_from([(2**30, 0, 0), (-1, -1, 2**20), (-1, 20, 200)]),
    data=st.data(),
)
def test_any_rows_are_read_as_they_were_written(layers, sizes, data):
    names = {f"layer{number}": has_areas for number, (_, has_areas) in enumerate(layers)}
    with TemporaryDirectory() as folder, closing(sqlite3.connect(":memory:")) as db:
        areas = {}
        for name, (texts, _) in zip(names, layers, strict=True):
            db.execute(f"CREATE TABLE {name} (fid INTEGER PRIMARY KEY, area_id TEXT)")
            db.execute(
                f"CREATE TABLE zymap_{name} (fid INTEGER PRIMARY KEY, id TEXT, feature BLOB)"
            )
            areas[name] = [data.draw(st.sampled_from([None, "东", "west"])) for _ in texts]
            db.executemany(f"INSERT INTO {name} (area_id) VALUES (?)", zip(areas[name]))
            db.executemany(
                f"INSERT INTO zymap_{name} (id, feature) VALUES (?, ?)", enumerate(texts)
            )
        path = Path(folder) / "all.texts"
        write_texts(path, db, names)
        with pytest.MonkeyPatch.context() as patched:
            for setting, size in zip(SIZES, sizes, strict=True):
                patched.setattr(text_file, setting, size)
            file = TextFile(path)
            expected = {}
            for name, (texts, has_areas) in zip(names, layers, strict=True):
                expected[name, None] = list(enumerate(texts, start=1))
                for area in set(areas[name]) - {None} if has_areas else ():
                    held = zip(expected[name, None], areas[name], strict=True)
                    expected[name, area] = [row for row, held_by in held if held_by == area]
            assert file.runs.keys() == expected.keys()
            for key, rows in expected.items():
                run = file.runs[key]
                assert list(run.fids) == [fid for fid, _ in rows]
                limit = data.draw(st.integers(1, len(rows) + 1) | st.none())
                (text,), returned, last = file.stretch(*key, None, limit)
                shown = [text for _, text in rows[:limit]]
                assert (bytes(text), returned) == (SEPARATOR.join(shown), len(shown))
                assert last == (shown[-1] if len(shown) < len(rows) else None)
            for name, (texts, _) in zip(names, layers, strict=True):
                asked = sorted(data.draw(st.sets(st.integers(1, len(texts)), min_size=1)))
                parts, last = file.texts(name, asked)
                assert b"".join(parts) == SEPARATOR.join(texts[fid - 1] for fid in asked)
                assert last == texts[asked[-1] - 1]


@given(
    ids=st.lists(st.text(st.characters(exclude_categories=["Cs"])), unique=True),
    others=st.lists(st.text(st.characters(exclude_categories=["Cs"]))),
    checksum=st.sampled_from([text_file.checksum, len, lambda _: 2**32 - 1]),
    mapped_bytes=st.sampled_from([2**30, -1]),
    limit=st.integers(1, 4) | st.none(),
)
def test_a_feature_and_what_is_behind_it_are_found_by_its_id_whatever_else_has_its_checksum(
    ids, others, checksum, mapped_bytes, limit
):
    with TemporaryDirectory() as folder, closing(sqlite3.connect(":memory:")) as db:
        texts = [feature_text(feature(name), "layer", ["name"]) for name in ids]
        db.execute("CREATE TABLE layer (fid INTEGER PRIMARY KEY, area_id TEXT)")
        db.execute("CREATE TABLE zymap_layer (fid INTEGER PRIMARY KEY, id TEXT, feature BLOB)")
        # Every other feature is in an area.
        areas = ["东" if number % 2 else None for number in range(len(ids))]
        db.executemany("INSERT INTO layer (area_id) VALUES (?)", zip(areas))
        db.executemany(
            "INSERT INTO zymap_layer (id, feature) VALUES (?, ?)", zip(ids, texts, strict=True)
        )
        path = Path(folder) / "all.texts"
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(text_file, "MAPPED_BYTES", mapped_bytes)
            for module in (text_file, text_writer):
                patched.setattr(module, "checksum", checksum)
            write_texts(path, db, {"layer": True})
            file = TextFile(path)
            for number, (name, text) in enumerate(zip(ids, texts, strict=True)):
                assert file.find("layer", name) == text
                behind = texts[number + 1 :]
                assert read(file.stretch("layer", None, name, limit)) == cut(behind, limit)
                if len(ids) > 1:
                    of_area = [
                        t for t, area in zip(behind, areas[number + 1 :], strict=True) if area
                    ]
                    assert read(file.stretch("layer", "东", name, limit)) == cut(of_area, limit)
            for name in set(others) - set(ids):
                assert file.find("layer", name) is None
                assert file.stretch("layer", None, name, limit) is None


def read(stretch):
    """Return the texts of a stretch, and the last one if others stand behind it."""
    parts, returned, last = stretch
    texts = [text for part in parts for text in bytes(part).split(SEPARATOR)]
    assert returned == len(texts)
    return texts, last


def cut(texts, limit):
    shown = texts[:limit]
    return shown, shown[-1] if len(shown) < len(texts) else None


def feature(name):
    return {"type": "Feature", "id": name, "geometry": None, "properties": {"name": name}}


def test_the_pages_of_an_area_are_one_piece_each(path):
    query = IN_AN_AREA
    held = [f["id"] for f in FEATURES["works"] if f["properties"].get("area_id") == "east"]
    assert len(held) > query.limit
    with closing(GpkgStore(path)) as store:
        found, after = [], None
        for _ in range(0, len(held), query.limit):
            page = store.page(query, after)
            assert len(page.parts) == 1
            found += [orjson.loads(row)["id"] for row in page.rows()]
            after = page.last
        assert found == held
        assert after is None
        assert page.count == store.count(query)
        beyond = store.page(query, FEATURES["works"][-1]["id"])
        assert (list(beyond.parts), beyond.returned, beyond.count) == ([], 0, page.count)
        for feature in FEATURES["works"]:
            behind = [id_ for id_ in held if place(id_) > place(feature["id"])]
            page = store.page(query, feature["id"])
            assert [orjson.loads(row)["id"] for row in page.rows()] == behind[: query.limit]


def place(feature_id):
    return [feature["id"] for feature in FEATURES["works"]].index(feature_id)


@pytest.mark.parametrize(
    "query", [WORKS, IN_A_BOX, IN_AN_AREA, IN_AREAS, IN_AN_AREA._replace(located=True)]
)
def test_a_store_without_its_texts_or_with_damaged_ones_answers_the_same(path, query):
    with closing(GpkgStore(path)) as store:
        expected = pages(store, query)
    assert sum(returned for _, returned, _, _ in expected) == expected[0][-1].matched > 0
    file = text_path(path, revision(path))
    content = file.read_bytes()
    for left in (content[:-1], content[:100], b"", None):
        file.unlink()
        if left is not None:
            file.write_bytes(left)
        with closing(GpkgStore(path)) as store:
            assert pages(store, query) == expected


def test_a_load_brings_its_texts_and_takes_those_of_the_content_before(geodata, path):
    first = revision(path)
    assert kept(path) == [f".testland.{first}.texts"]
    with closing(GpkgStore(path)) as store:
        before = store.page(WORKS)
        rename(geodata)
        load(geodata, path.parent)
        second = revision(path)
        assert second != first
        assert kept(path) == [f".testland.{second}.texts"]
        assert "科创产业园" not in b"".join(before.parts).decode()
        after = b"".join(row for rows, *_ in pages(store, WORKS) for row in rows).decode()
        assert "科创产业园" in after


def test_a_restored_backup_brings_its_texts(geodata, path, tmp_path):
    first = revision(path)
    backup(path, tmp_path / "backup.gpkg")
    rename(geodata)
    load(geodata, path.parent)
    restore(tmp_path / "backup.gpkg", path)
    assert revision(path) == first
    assert kept(path) == [f".testland.{first}.texts"]


def test_a_load_that_fails_leaves_the_texts_as_they_were(geodata, path, monkeypatch):
    before = kept(path)

    def fail(*_):
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr("zymap.store.gpkg_writer._replace", fail)
    rename(geodata)
    with pytest.raises(StoreUnavailable):
        load(geodata, path.parent)
    assert kept(path) == before


def test_beside_a_file_that_is_no_store_no_texts_stay(geodata, tmp_path):
    path = tmp_path / "data" / "testland.gpkg"
    path.parent.mkdir()
    path.write_text("somebody's notes")
    with pytest.raises(StoreUnavailable):
        load(geodata, path.parent)
    assert kept(path) == []


def test_what_a_killed_load_left_goes_with_the_next_one_but_not_what_is_coming(geodata, path):
    before = kept(path)
    left = text_path(path, "0123456789abcdef")
    left.write_bytes(b"left")
    with alone(path):
        assert GpkgFile(path).held()
        assert left.exists()
    assert not load(geodata, path.parent).changed
    assert kept(path) == before
