"""pygeoapi on PostGIS, by gunicorn and gevent as its own container runs it."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.dataset import EAST, NORTH, SOUTH, WEST
from benchmarks.peers.asked import LAYER, STATUS, WHOLE, Asked
from benchmarks.peers.cluster import DATABASE, USER
from benchmarks.peers.install import python
from benchmarks.peers.server import WORKERS, Place, Running, Server, comma, query
from benchmarks.processes import free_port, serving

# 0.21 is the last one for Python 3.11.
REQUIREMENTS = (
    "pygeoapi==0.21.0",
    "gunicorn",
    "gevent",
    "psycopg2-binary",
    "SQLAlchemy",
    "geoalchemy2",
)
_CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"


def install(venvs: Path) -> str | None:
    """Return the version."""
    return python(venvs / "pygeoapi", REQUIREMENTS)


@contextmanager
def run(place: Place) -> Iterator[Running]:
    """Serve the cluster."""
    assert place.cluster is not None
    port = free_port()
    programs = place.venvs / "pygeoapi/bin"
    config, definition = place.folder / "pygeoapi.yml", place.folder / "pygeoapi-openapi.yml"
    # JSON is YAML.
    config.write_text(json.dumps(_config(port, place.cluster.port)), encoding="utf-8")
    environment = {
        **os.environ,
        "PYGEOAPI_CONFIG": str(config),
        "PYGEOAPI_OPENAPI": str(definition),
    }
    log = place.folder / "pygeoapi.log"
    with log.open("ab") as output:
        subprocess.run(
            [programs / "pygeoapi", "openapi", "generate", config, "--output-file", definition],
            check=True,
            env=environment,
            stdout=output,
            stderr=output,
        )
    command = [programs / "gunicorn", "--workers", str(WORKERS), "--worker-class", "gevent"]
    command += ["--timeout", "6000", "--keep-alive", "60", "--bind", f"127.0.0.1:{port}"]
    command += ["pygeoapi.flask_app:APP"]
    with serving(command, port, log=log, env=environment, cwd=place.folder) as pid:
        yield Running(port, (pid, place.cluster.pid))


def target(asked: Asked) -> str:
    """Return the address of a question."""
    if asked.tile:
        z, x, y = asked.tile.matrix, asked.tile.column, asked.tile.row
        return f"/collections/{LAYER}_tile/tiles/WebMercatorQuad/{z}/{y}/{x}?f=mvt"
    items = f"/collections/{LAYER}/items"
    if asked.item:
        return f"{items}/{asked.item}?f=json"
    condition = asked.within and f"status='{STATUS}' AND INTERSECTS(geom,{asked.within})"
    return items + query(
        f="json",
        limit=asked.limit,
        offset=asked.offset,
        area_id=asked.area,
        bbox=comma(asked.bbox),
        filter=condition,
        **{"filter-lang": "cql-text" if condition else None},
    )


def _config(port: int, database_port: int) -> dict[str, object]:
    words = {"title": "b", "description": "b", "keywords": ["b"]}
    contact = ("name", "position", "address", "city", "stateorprovince", "postalcode", "country")
    contact += ("phone", "fax", "email", "hours", "instructions")
    url = f"http://127.0.0.1:{port}"
    return {
        "server": {
            "bind": {"host": "127.0.0.1", "port": port},
            "url": url,
            "mimetype": "application/json; charset=UTF-8",
            "encoding": "utf-8",
            "gzip": False,
            "languages": ["en-US"],
            "pretty_print": False,
            "admin": False,
            "limits": {"default_items": 10, "max_items": WHOLE},
            "map": {"url": "http://127.0.0.1/{z}/{x}/{y}.png", "attribution": "b"},
        },
        "logging": {"level": "ERROR"},
        "metadata": {
            "identification": {
                **words,
                "keywords_type": "theme",
                "terms_of_service": "b",
                "url": url,
            },
            "license": {"name": "b", "url": url},
            "provider": {"name": "b", "url": url},
            "contact": {**dict.fromkeys(contact, "b"), "url": url, "role": "pointOfContact"},
        },
        "resources": {
            LAYER: _collection(words, _provider("feature", "PostgreSQL", LAYER, database_port)),
            f"{LAYER}_tile": _collection(
                words,
                {
                    **_provider("tile", "MVT-postgresql", f"{LAYER}_tile", database_port),
                    "options": {"zoom": {"min": 0, "max": 18}},
                    "format": {
                        "name": "pbf",
                        "mimetype": "application/vnd.mapbox-vector-tile",
                    },
                },
            ),
        },
    }


def _collection(words: dict[str, object], provider: dict[str, object]) -> dict[str, object]:
    extent = {"bbox": [WEST, SOUTH, EAST, NORTH], "crs": _CRS84}
    return {
        "type": "collection",
        **words,
        "links": [],
        "extents": {"spatial": extent},
        "providers": [provider],
    }


def _provider(kind: str, name: str, table: str, port: int) -> dict[str, object]:
    return {
        "type": kind,
        "name": name,
        "data": {
            "host": "127.0.0.1",
            "port": port,
            "dbname": DATABASE,
            "user": USER,
            "password": "x",
            "search_path": ["public"],
        },
        "id_field": "id",
        "table": table,
        "geom_field": "geom",
        "storage_crs": _CRS84
        if kind == "feature"
        else "http://www.opengis.net/def/crs/EPSG/0/4326",
        "crs": [_CRS84],
    }


SERVER = Server("pygeoapi", install, run, target)
