"""QGIS Server's OGC API - Features ("WFS3"), by FastCGI on PostGIS."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.peers.asked import LAYER, WHOLE, Asked
from benchmarks.peers.cluster import DATABASE, USER
from benchmarks.peers.fastcgi import PACKAGES, fastcgi
from benchmarks.peers.install import debian
from benchmarks.peers.server import Place, Running, Server, comma, query
from benchmarks.processes import free_port

# Run by Debian's Python, for which QGIS is installed.
_PROJECT = """
import sys
from qgis.core import QgsApplication, QgsProject, QgsVectorLayer
port, database, user, table, path = sys.argv[1:]
application = QgsApplication([], False)
application.initQgis()
source = (
    f"dbname='{database}' host=127.0.0.1 port={port} user='{user}' sslmode=disable key='id' "
    f"estimatedmetadata=false srid=4326 type=Polygon checkPrimaryKeyUnicity='0' "
    f'table="public"."{table}" (geom)'
)
layer = QgsVectorLayer(source, table, "postgres")
if not layer.isValid():
    sys.exit("QGIS cannot read the table")
layer.setShortName(table)
project = QgsProject.instance()
project.addMapLayer(layer)
project.writeEntry("WFSLayers", "/", [layer.id()])
project.writeEntry("WFSLayersPrecision", "/" + layer.id(), 8)
project.setTrustLayerMetadata(True)
project.write(path)
"""


def install(_: Path) -> str | None:
    """Return the version."""
    return debian("qgis-server", "python3-qgis", *PACKAGES)


@contextmanager
def run(place: Place) -> Iterator[Running]:
    """Serve the cluster."""
    assert place.cluster is not None
    project = place.folder / "project.qgs"
    environment = {
        "QT_QPA_PLATFORM": "offscreen",
        "HOME": str(place.folder),
        "XDG_RUNTIME_DIR": str(place.folder),
        "QGIS_PROJECT_FILE": str(project),
        "QGIS_SERVER_LOG_LEVEL": "2",
        "QGIS_SERVER_TRUST_LAYER_METADATA": "1",
        "QGIS_SERVER_FORCE_READONLY_LAYERS": "1",
        "QGIS_SERVER_API_WFS3_MAX_LIMIT": str(WHOLE),
    }
    arguments = [str(place.cluster.port), DATABASE, USER, LAYER, str(project)]
    subprocess.run(
        ["/usr/bin/python3", "-c", _PROJECT, *arguments],
        check=True,
        env={**os.environ, **environment},
        stderr=subprocess.DEVNULL,
    )
    program = Path("/usr/lib/cgi-bin/qgis_mapserv.fcgi")
    with fastcgi(place, "qgis", program, free_port(), environment) as running:
        yield running


def target(asked: Asked) -> str | None:
    """Return the address of a question; QGIS Server 3.22 has no tiles and ignores ``filter``."""
    if asked.tile or asked.within:
        return None
    items = f"/wfs3/collections/{LAYER}/items"
    if asked.item:
        return f"{items}/{asked.item}.geojson"
    return f"{items}.geojson" + query(
        limit=asked.limit,
        offset=asked.offset,
        area_id=asked.area,
        bbox=comma(asked.bbox),
    )


SERVER = Server("QGIS Server", install, run, target)
