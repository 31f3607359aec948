"""The checks of a PostGIS database: its hosts, zymap's tables and rights, data, replicas."""

from __future__ import annotations

from contextlib import closing

from zymap.bundled import geodata_dir
from zymap.catalog import read_catalog
from zymap.doctor.finding import Found
from zymap.errors import StoreUnavailable
from zymap.load import differs, open_store
from zymap.query import everything
from zymap.settings import Settings

# A segment of the log: a replica that keeps up is nearer than that.
_BEHIND_BYTES = 16 * 1024 * 1024


def hosts(settings: Settings) -> Found:
    """Tell which of the hosts answer, and what each is."""
    from zymap.store.postgis import looking

    found = list(looking.hosts(_conninfo(settings)))
    answering = [host for _, host in found if isinstance(host, looking.Host)]
    for name, host in found:
        if isinstance(host, StoreUnavailable):
            # The others are asked in its place.
            level = "warn" if answering else "fail"
            yield level, host.message, f"start {name}, or take it out of ZYMAP_STORE"
        elif host.writes:
            yield "ok", f"{name} is the primary; {host.version}"
        elif host.follows:
            yield "ok", f"{name} is a replica; {host.version}"
        else:
            yield "warn", f"{name} is a replica that no primary feeds", "its log says why"
    if answering and not any(host.writes for host in answering):
        yield (
            "warn",
            "no primary answers: reads go on, nothing can be loaded",
            "start it, promote a replica, or name the primary in ZYMAP_STORE, too",
        )


def tables(settings: Settings) -> Found:
    """Tell whether zymap's tables are up to date, and what this user may do with them."""
    from zymap.store.postgis import looking

    conninfo = _conninfo(settings)
    rights = looking.rights(conninfo)
    if rights is None:
        yield "fail", "there are no tables of zymap", "`zymap store migrate` makes them"
        return
    if rights.reads:
        yield "ok", f"{rights.user} may read" + (" and load" if rights.loads else ", not load")
    else:
        todo = f"`GRANT zymap_reader TO {rights.user}` (or zymap_loader, to load)"
        yield "fail", f"{rights.user} may not read", todo
        return
    if missing := looking.lacking(conninfo):
        yield "fail", f"not up to date: {', '.join(missing)}", "`zymap store migrate`"
    else:
        yield "ok", "up to date"


def dataset(settings: Settings) -> Found:
    """Tell what is served, and whether the layers here hold something else."""
    with closing(open_store(settings)) as store:
        catalog, revision = store.catalog(), store.revision()
        total = store.count(everything(catalog)).matched
    name = catalog.dataset.id
    yield "ok", f"{name}: {total} features, revision {revision}"
    if read_catalog(settings.geodata or geodata_dir()).dataset.id != name:
        yield "ok", "the layers here are of another dataset"
    elif differs(settings, revision):
        yield (
            "warn",
            "the layers here are not those that were loaded",
            "`zymap load` loads them, as a user that may",
        )
    else:
        yield "ok", "it holds what the layers here hold"


def replicas(settings: Settings) -> Found:
    """Tell who follows the primary, and how far behind."""
    from zymap.store.postgis import looking

    try:
        found = looking.replicas(_conninfo(settings))
    except StoreUnavailable as error:
        # Reads go on; whether the database as a whole is away, the checks before have told.
        yield "warn", error.message, "only the primary knows; start it or name it in ZYMAP_STORE"
        return
    if not found:
        yield "ok", "none is connected to the primary"
    elif all(replica.behind_bytes is None for replica in found):
        message = f"{len(found)} connected; this user may not see how far behind they are"
        yield "ok", message, "to see it: `GRANT pg_read_all_stats` to the user"
    else:
        for replica in found:
            yield from _replica(replica.name, replica.behind_bytes)


def _replica(name: str, behind_bytes: int | None) -> Found:
    if behind_bytes is None:
        yield "warn", f"{name} is connected, and does not replay the log yet", "its log says why"
    elif behind_bytes > _BEHIND_BYTES:
        message = f"{name} is {behind_bytes / 1e6:,.0f} MB of the log behind"
        yield "warn", message, "readers there see older data; look at its load and its network"
    else:
        yield "ok", f"{name} is {behind_bytes:,} bytes of the log behind"


def _conninfo(settings: Settings) -> str:
    if settings.store is None:
        raise StoreUnavailable("ZYMAP_STORE names no database")
    return settings.store.get_secret_value()
