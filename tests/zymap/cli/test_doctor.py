"""``zymap doctor`` names what is wrong, and what to do."""

from __future__ import annotations

import socket
import sqlite3
from contextlib import closing

from tests.serving import Server

from zymap.load import load


def test_where_all_is_well_each_line_is_ok(doctor, land, tmp_path):
    load(land, tmp_path / "data")
    code, found = doctor()
    assert code == 0
    assert list(found) == ["settings", "versions", "layers", "folder", "room", "store", "port"]
    assert {level for lines in found.values() for level, _ in lines} == {"ok"}
    assert "GDAL 3" in found["versions"][0][1]


def test_a_store_that_is_not_there_yet_is_a_warning(doctor, tmp_path):
    code, found = doctor()
    assert code == 0
    assert found["store"][0][0] == "warn"
    assert "zymap load" in found["store"][0][1]
    assert not (tmp_path / "data").exists()


def test_a_damaged_store_fails_and_a_backup_is_named_as_the_way_out(doctor, land, tmp_path):
    path = load(land, tmp_path / "data").path
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("DELETE FROM rtree_works_geom WHERE id = 1")
    code, found = doctor()
    assert code == 1
    assert found["store"][0][0] == "fail"
    assert "zymap restore" in found["store"][0][1]


def test_layers_that_have_changed_are_told_and_broken_ones_fail(doctor, land, tmp_path):
    load(land, tmp_path / "data")
    path = land / "works.geojson"
    text = path.read_text("utf-8")
    path.write_text(text.replace("产业园", "科创产业园"), "utf-8")
    code, found = doctor()
    assert (code, found["store"][1][0]) == (0, "warn")
    code, found = doctor(autoload="false")
    assert (code, found["store"][1][0]) == (0, "ok")
    path.write_text(text.replace('"preparation"', '"nonsense"'), "utf-8")
    code, found = doctor()
    assert (code, found["layers"][0][0]) == (1, "fail")
    assert "zymap validate" in found["layers"][0][1]


def test_settings_that_cannot_be_are_the_only_finding(doctor):
    code, found = doctor(workers="many")
    assert code == 1
    assert list(found) == ["settings"]
    assert "workers" in found["settings"][0][1]


def test_who_has_the_port_is_told(doctor, land, tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        code, found = doctor(port=port)
    assert (code, found["port"][0][0]) == (1, "fail")
    code, found = doctor(port=port)
    assert (code, found["port"][0][0]) == (0, "ok")
    server = Server(tmp_path / "data", "--geodata", land)
    try:
        code, found = doctor(port=server.root.rstrip("/").rpartition(":")[2])
        assert (code, found["port"][0][0]) == (0, "ok")
        assert server.ask("readyz")["revision"] in found["port"][0][1]
    finally:
        server.stop()


def test_a_disk_without_room_fails(doctor, monkeypatch, tmp_path):
    # A doctor in this process, since a full disk is not at hand everywhere.
    from collections import namedtuple

    from zymap.doctor import examine
    from zymap.settings import Settings

    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr("shutil.disk_usage", lambda _: usage(10**9, 10**9, 1000))
    found = {item.check: item for item in examine(Settings(data_dir=tmp_path, port=0))}
    assert found["room"].level == "fail"
    assert "ZYMAP_DATA_DIR" in found["room"].todo
