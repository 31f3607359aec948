"""Look at all that zymap needs to run, and say what to do where something is missing.

A check is a function from the settings to findings; the tables list them in the order of telling,
each with what to do where it meets what it cannot name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from zymap.doctor import database, embedded, machine
from zymap.doctor.finding import Finding, Found
from zymap.errors import ZymapError
from zymap.settings import Settings

__all__ = ["Finding", "examine"]

_Checks = dict[str, tuple[Callable[[Settings], Found], str]]
_BEFORE: _Checks = {
    "versions": (machine.versions, "install zymap anew"),
    "layers": (machine.layers, "`zymap validate` tells more; ZYMAP_GEODATA names the folder"),
}
_EMBEDDED: _Checks = {
    "folder": (embedded.folder, "ZYMAP_DATA_DIR names the folder"),
    "room": (embedded.room, "ZYMAP_DATA_DIR names the folder"),
    "store": (
        embedded.store,
        "`zymap restore FILE` puts a backup in its place, `zymap load --force` writes it anew "
        "from the layers; if both refuse it, move the file away first",
    ),
}
_DATABASE: _Checks = {
    "database": (database.hosts, "ZYMAP_STORE names the database"),
    "tables": (database.tables, "ask the database's administrator; docs/guide/postgis.md"),
    "dataset": (database.dataset, "docs/guide/postgis.md"),
    "replicas": (database.replicas, "docs/guide/postgis.md"),
}
_AFTER: _Checks = {"port": (machine.port, "ZYMAP_HOST must be an address of this machine")}


def examine(settings: Settings) -> Iterator[Finding]:
    """Yield the findings of all checks; what a check meets and cannot name is a finding, too."""
    of_store = _EMBEDDED if settings.store is None else _DATABASE
    for name, (check, todo) in (_BEFORE | of_store | _AFTER).items():
        try:
            for level, message, *what in check(settings):
                yield Finding(name, level, message, *what)
        except ZymapError as error:
            yield Finding(name, "fail", error.message, todo)
        except OSError as error:
            yield Finding(name, "fail", str(error), todo)
