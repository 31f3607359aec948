"""A command that is killed at any moment leaves the old state or the new one, and no leftovers.

Each round begins with the old state, kills the command (SIGKILL) at a random moment, looks at what
is there, and runs the command again to its end. ``ZYMAP_FAULT_ROUNDS`` says how often each command
is killed; `make faults` has more than 200 kills in all.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import random
import shutil
import signal
import time
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from benchmarks.dataset import write_dataset
from typer.testing import CliRunner

from tests.faults.places import Place
from tests.postgres import postgis_database
from zymap.cli.app import app
from zymap.store.gpkg_check import check_gpkg

ROUNDS = int(os.environ.get("ZYMAP_FAULT_ROUNDS", "4"))
FEATURES = 600
STORE = "my-district.gpkg"


@dataclass(frozen=True)
class Command:
    """A command that writes.

    Attributes
    ----------
    words : tuple of str
        What is typed; ``{}`` stands for the folder that all happens in, ``{url}`` for the database.
    before : tuple of tuple of str
        Commands that make the old state.
    state : callable
        Checks what is in the place, and returns what of it must be old or new.
    """

    words: tuple[str, ...]
    before: tuple[tuple[str, ...], ...]
    state: Callable[[Place], str]

    @property
    def asks_database(self) -> bool:
        return "{url}" in self.words


def revision_of_store(place: Place) -> str:
    return check_gpkg(place.folder / "data" / STORE).revision


def revision_of_backup(place: Place) -> str:
    return check_gpkg(place.folder / "backup.gpkg").revision


def revision_of_copy(place: Place) -> str:
    return check_gpkg(place.folder / "copy.gpkg").revision


def revision_of_export(place: Place) -> str:
    with zipfile.ZipFile(place.folder / "export.zip") as archive:
        assert archive.testzip() is None
        return json.loads(archive.read("manifest.json"))["revision"]


def on(land: str, *words: str) -> tuple[str, ...]:
    return (*words, "--geodata", f"{{}}/{land}", "--data", "{}/data")


def load(land: str) -> tuple[str, ...]:
    return ("load", f"{{}}/{land}", "--data", "{}/data")


BACKUP = ("backup", "{}/backup.gpkg", "--force")
EXPORT = ("export", "--format", "shp", "--output", "{}/export.zip", "--force")
INTO_DATABASE = ("store", "copy", f"{{}}/data/{STORE}", "{url}")
OUT_OF_DATABASE = ("store", "copy", "{url}", "{}/copy.gpkg")
COMMANDS = {
    "load": Command(load("new"), (load("old"),), revision_of_store),
    "backup": Command(
        on("new", *BACKUP), (load("old"), on("old", *BACKUP), load("new")), revision_of_backup
    ),
    "restore": Command(
        on("new", "restore", "{}/backup.gpkg"),
        (load("new"), on("new", *BACKUP), load("old")),
        revision_of_store,
    ),
    "export": Command(
        on("new", *EXPORT), (load("old"), on("old", *EXPORT), load("new")), revision_of_export
    ),
    "store copy into a database": Command(
        INTO_DATABASE, (load("old"), INTO_DATABASE, load("new")), Place.revision_of_database
    ),
    "store copy out of a database": Command(
        OUT_OF_DATABASE,
        (load("old"), INTO_DATABASE, OUT_OF_DATABASE, load("new"), INTO_DATABASE),
        revision_of_copy,
    ),
}


@pytest.fixture(scope="module")
def lands(tmp_path_factory):
    """Return a folder with two states of a district's layers."""
    folder = tmp_path_factory.mktemp("lands")
    write_dataset(folder / "old", FEATURES)
    shutil.copytree(folder / "old", folder / "new")
    layer = folder / "new" / "projects.geojson"
    text = layer.read_text("utf-8")
    layer.write_text(text.replace('"name_en":"', '"name_en":"New ', 1), "utf-8")
    assert layer.read_text("utf-8") != text
    return folder


def run(words: tuple[str, ...], folder: Path, url: str) -> None:
    """Run a command to its end, or until this process is killed."""
    done = CliRunner().invoke(app, [word.format(folder, url=url) for word in words])
    assert done.exit_code == 0, done


@pytest.fixture(scope="module")
def processes():
    """Return a maker of processes that have imported all and can begin at once."""
    made = multiprocessing.get_context("forkserver")
    made.set_forkserver_preload(
        [
            "zymap.cli.app",
            "zymap.load",
            "zymap.backup",
            "zymap.export",
            "zymap.export.shapefile",
            "zymap.copying",
            "zymap.store.postgis.writer",
            __name__,
        ]
    )
    return made


@pytest.fixture
def places(request, name, lands, tmp_path):
    """Return where the old state is kept, and where the command is killed."""
    folders = tmp_path / "base", tmp_path / "folder"
    shutil.copytree(lands, folders[0])
    if not COMMANDS[name].asks_database:
        return tuple(map(Place, folders))
    cluster = request.getfixturevalue("postgres")
    databases = tuple(f"{name} {what}".replace(" ", "-") for what in ("base", "killed"))
    postgis_database(cluster, databases[0])
    return tuple(map(Place, folders, (cluster, cluster), databases))


@pytest.mark.faults
@pytest.mark.parametrize("name", COMMANDS)
def test_a_killed_command_leaves_the_old_state_or_the_new_one(name, places, processes):
    command, chance = COMMANDS[name], random.Random(name)
    base, place = places
    for words in command.before:
        run(words, base.folder, base.url)
    old = command.state(base)

    def begin():
        place.become(base)
        process = processes.Process(target=run, args=(command.words, place.folder, place.url))
        process.start()
        return process

    process = begin()
    started = time.monotonic()
    process.join()
    duration_s = time.monotonic() - started
    assert process.exitcode == 0
    new, all_names = command.state(place), place.names()
    assert new != old
    killed = 0
    while killed < ROUNDS:
        process = begin()
        process.join(timeout=chance.uniform(0, duration_s))
        process.kill()
        process.join()
        killed += process.exitcode == -signal.SIGKILL
        assert command.state(place) in (old, new)
        run(command.words, place.folder, place.url)
        assert command.state(place) == new
        assert place.names() == all_names
