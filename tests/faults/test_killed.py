"""A command that is killed at any moment leaves the old state or the new one, and no leftovers.

Each round begins with the old state, kills the command (SIGKILL) at a random moment, looks at what
is there, and runs the command again to its end. ``ZYMAP_FAULT_ROUNDS`` says how many rounds each
command has; `make faults` has 200 in all.
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

from zymap.cli.app import app
from zymap.store.gpkg_check import check_gpkg

ROUNDS = int(os.environ.get("ZYMAP_FAULT_ROUNDS", "4"))
FEATURES = 600
# Beside the store while it is used; the next who opens it clears them up.
LOGS = (".gpkg-wal", ".gpkg-shm")
STORE = "my-district.gpkg"


@dataclass(frozen=True)
class Command:
    """A command that writes.

    Attributes
    ----------
    words : tuple of str
        What is typed; ``{}`` stands for the folder that all happens in.
    before : tuple of tuple of str
        Commands that make the old state.
    state : callable
        Checks what is in the folder, and returns what of it must be old or new.
    """

    words: tuple[str, ...]
    before: tuple[tuple[str, ...], ...]
    state: Callable[[Path], str]


def revision_of_store(folder: Path) -> str:
    return check_gpkg(folder / "data" / STORE).revision


def revision_of_backup(folder: Path) -> str:
    return check_gpkg(folder / "backup.gpkg").revision


def revision_of_export(folder: Path) -> str:
    with zipfile.ZipFile(folder / "export.zip") as archive:
        assert archive.testzip() is None
        return json.loads(archive.read("manifest.json"))["revision"]


def on(land: str, *words: str) -> tuple[str, ...]:
    return (*words, "--geodata", f"{{}}/{land}", "--data", "{}/data")


def load(land: str) -> tuple[str, ...]:
    return ("load", f"{{}}/{land}", "--data", "{}/data")


BACKUP = ("backup", "{}/backup.gpkg", "--force")
EXPORT = ("export", "--format", "shp", "--output", "{}/export.zip", "--force")
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


def run(words: tuple[str, ...], folder: Path) -> None:
    """Run a command to its end, or until this process is killed."""
    done = CliRunner().invoke(app, [word.format(folder) for word in words])
    assert done.exit_code == 0, done


def names(folder: Path) -> set[str]:
    return {
        str(path.relative_to(folder)) for path in folder.rglob("*") if not path.name.endswith(LOGS)
    }


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
            __name__,
        ]
    )
    return made


@pytest.mark.faults
@pytest.mark.parametrize("name", COMMANDS)
def test_a_killed_command_leaves_the_old_state_or_the_new_one(name, lands, processes, tmp_path):
    command, chance = COMMANDS[name], random.Random(name)
    base, folder = tmp_path / "base", tmp_path / "folder"
    shutil.copytree(lands, base)
    for words in command.before:
        run(words, base)
    old = command.state(base)

    def begin():
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(base, folder)
        process = processes.Process(target=run, args=(command.words, folder))
        process.start()
        return process

    started = time.monotonic()
    process = begin()
    process.join()
    duration_s = time.monotonic() - started
    assert process.exitcode == 0
    new, all_names = command.state(folder), names(folder)
    assert new != old
    killed = 0
    for _ in range(ROUNDS):
        process = begin()
        process.join(timeout=chance.uniform(0, duration_s))
        process.kill()
        process.join()
        killed += process.exitcode == -signal.SIGKILL
        assert command.state(folder) in (old, new)
        run(command.words, folder)
        assert command.state(folder) == new
        assert names(folder) == all_names
    assert killed > 0
