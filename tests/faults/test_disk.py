"""A disk that is full, or may only be read: a clear error while it lasts, and the old state stays."""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
import sys
from contextlib import suppress

import pytest
from benchmarks.dataset import write_dataset

from tests.faults.asking import ask, becomes
from zymap.store.gpkg_check import check_gpkg

STORE = "my-district.gpkg"
ZYMAP = [sys.executable, "-c", "from zymap.cli import run; run()"]


@pytest.fixture(scope="module")
def lands(tmp_path_factory):
    folder = tmp_path_factory.mktemp("lands")
    write_dataset(folder / "small", 50)
    write_dataset(folder / "large", 2_500)
    return folder


class Disk:
    """A disk of 2 MB in memory."""

    def __init__(self, folder):
        self.folder = folder
        folder.mkdir()
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", folder], check=True)

    def change(self, options):
        subprocess.run(["mount", "-o", f"remount,{options}", self.folder], check=True)

    def fill(self):
        """Leave no room, and return what can be deleted to have some."""
        filler = self.folder / "filler"
        with filler.open("wb", buffering=0) as file, suppress(OSError):
            while True:
                file.write(bytes(4096))
        return filler

    def remove(self):
        subprocess.run(["umount", "--lazy", self.folder], check=True)


@pytest.fixture
def disk(tmp_path):
    """Return a small disk; only root may mount one."""
    try:
        made = Disk(tmp_path / "disk")
    except (subprocess.CalledProcessError, FileNotFoundError) as error:
        pytest.skip(f"no small disk can be mounted here: {error}")
    yield made
    made.remove()


def zymap(*words, data, most_bytes=None, **settings):
    """Run a command; with `most_bytes` no file that it writes may grow longer."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith("ZYMAP_")}
    environment = {f"ZYMAP_{name.upper()}": value for name, value in settings.items()}

    def limit():
        if most_bytes is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (most_bytes, most_bytes))

    return subprocess.run(
        [*ZYMAP, *map(str, words)],
        env=clean | environment | {"ZYMAP_DATA_DIR": str(data)},
        preexec_fn=limit,
        capture_output=True,
        text=True,
        timeout=120,
    )


def told(done, *parts):
    """Tell whether a command failed with one clear line."""
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (1, "", 1), done
    assert any(part in done.stderr for part in parts), done.stderr
    return True


FULL = ("disk is full", "disk I/O error", "No space left", "File too large", "commit")


def commands(lands, folder):
    """Return each command that writes much, with the file that it writes."""
    of_large = ("--geodata", lands / "large")
    return {
        "load": (("load", lands / "large"), folder / STORE),
        "backup": (("backup", folder / "b.gpkg", "--force", *of_large), folder / "b.gpkg"),
        "export": (
            ("export", "-f", "geojson", "-o", folder / "e", "--force", *of_large),
            folder / "e",
        ),
    }


@pytest.mark.parametrize("name", ["load", "backup", "export"])
def test_on_a_full_disk_the_old_file_stays_and_with_room_the_command_succeeds(
    lands, disk, tmp_path, name
):
    words, target = commands(lands, disk.folder)[name]
    elsewhere = tmp_path / "elsewhere"
    data = disk.folder if name == "load" else elsewhere
    assert zymap("load", lands / "small", data=disk.folder).returncode == 0
    assert zymap("load", lands / "large", data=elsewhere).returncode == 0
    if name != "load":
        target.write_bytes(b"old")
    before = check_gpkg(target) if name == "load" else target.read_bytes()
    names = {path.name for path in disk.folder.iterdir()}
    assert told(zymap(*words, data=data), *FULL)
    assert (check_gpkg(target) if name == "load" else target.read_bytes()) == before
    assert {path.name for path in disk.folder.iterdir()} - {f"{STORE}-wal", f"{STORE}-shm"} <= names
    disk.change("size=100m")
    assert zymap(*words, data=data).returncode == 0
    assert target.stat().st_size > 1_000_000


@pytest.mark.parametrize("name", ["load", "backup", "export"])
def test_where_files_may_not_grow_it_is_the_same(lands, tmp_path, name):
    words, target = commands(lands, tmp_path)[name]
    assert zymap("load", lands / "large", data=tmp_path / "elsewhere").returncode == 0
    data = tmp_path if name == "load" else tmp_path / "elsewhere"
    names = {path.name for path in tmp_path.iterdir()}
    assert told(zymap(*words, data=data, most_bytes=200_000), *FULL)
    assert {path.name for path in tmp_path.iterdir()} - {".my-district.lock"} == names
    assert zymap(*words, data=data).returncode == 0
    assert target.stat().st_size > 1_000_000


def test_a_server_without_room_refuses_files_says_when_to_ask_again_and_recovers(
    lands, disk, tmp_path, serve, monkeypatch
):
    monkeypatch.setenv("TMPDIR", str(disk.folder))
    server = serve(tmp_path / "data", "--geodata", lands / "large")
    assert ask(server, "export?f=geojson")[0] == 200
    # A file goes once it was sent; the room that it took is to be full, too.
    assert becomes(lambda: not any(disk.folder.iterdir()))
    filler = disk.fill()
    for path in (
        "export?f=geojson",
        "export?f=shp",
        "export?f=gpkg",
        "sheet.pdf?area=area-1&limit=9",
    ):
        status, headers, body = ask(server, path)
        assert (status, headers["retry-after"]) == (503, "5"), (path, body)
        assert json.loads(body)["code"] == "not-writable"
    assert ask(server, "collections/projects/items?limit=1")[0] == 200
    assert [path.name for path in disk.folder.iterdir()] == ["filler"]
    filler.unlink()
    assert ask(server, "export?f=geojson")[0] == 200


def test_a_read_only_folder_serves_and_says_that_it_cannot_be_loaded(lands, disk, tmp_path, serve):
    shutil.copytree(lands / "small", land := tmp_path / "land")
    assert zymap("load", land, data=disk.folder).returncode == 0
    disk.change("ro")
    server = serve(disk.folder, "--geodata", land)
    before = server.ask("readyz")["revision"]
    layer = land / "projects.geojson"
    text = layer.read_text("utf-8")
    layer.write_text(text.replace('"name_en":"', '"name_en":"New ', 1), "utf-8")
    assert told(zymap("load", land, data=disk.folder), "Read-only file system")
    doctor = zymap("doctor", "--geodata", land, data=disk.folder, port="0")
    assert "warn  folder" in doctor.stdout
    assert ask(server, "collections/projects/items?limit=1")[0] == 200
    disk.change("rw")
    assert zymap("load", land, data=disk.folder).returncode == 0
    assert becomes(lambda: server.ask("readyz")["revision"] != before)


@pytest.mark.parametrize("way", ["copied", "moved"])
def test_a_damaged_store_is_answered_503_and_the_good_one_is_served_again(
    lands, tmp_path, serve, way
):
    data = tmp_path / "data"
    server = serve(data, "--geodata", lands / "small")
    store, good = data / STORE, tmp_path / "good"
    assert zymap("backup", good, "--geodata", lands / "small", data=data).returncode == 0
    (tmp_path / "bad").write_bytes(good.read_bytes()[:4096] + os.urandom(200_000))
    pages = ("readyz", "collections/projects/items?limit=2&f=json", "areas")
    for page in pages:
        assert ask(server, page)[0] == 200

    def put(file):
        if way == "copied":
            shutil.copyfile(file, store)
        else:
            shutil.copyfile(file, data / "new")
            (data / "new").replace(store)

    for _ in range(2):
        put(tmp_path / "bad")
        assert becomes(lambda: all(ask(server, page)[0] == 503 for page in pages))
        status, headers, body = ask(server, "readyz")
        assert (status, headers["retry-after"]) == (503, "5")
        assert json.loads(body)["code"] == "store-unavailable"
        assert ask(server, "healthz")[0] == 200
        put(good)
        assert becomes(lambda: all(ask(server, page)[0] == 200 for page in pages))
