"""MapServer's OGC API and vector tiles, by FastCGI on PostGIS."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.dataset import EAST, NORTH, SOUTH, WEST
from benchmarks.peers.asked import LAYER, WHOLE, Asked
from benchmarks.peers.cluster import DATABASE, USER
from benchmarks.peers.fastcgi import PACKAGES, fastcgi
from benchmarks.peers.install import debian
from benchmarks.peers.server import Place, Running, Server, comma, query
from benchmarks.processes import free_port

_CONFIG = """
CONFIG
  ENV MS_MAP_NO_PATH "1" END
  MAPS "bench" "{map}" END
END
"""
_MAP = """
MAP
  NAME "bench"
  STATUS ON
  SIZE 4096 4096
  MAXSIZE 8192
  EXTENT {extent}
  UNITS DD
  PROJECTION "init=epsg:4326" END
  OUTPUTFORMAT
    NAME "mvt" DRIVER MVT FORMATOPTION "EXTENT=4096" FORMATOPTION "EDGE_BUFFER=256"
  END
  WEB
    METADATA
      "ows_title" "bench"
      "ows_enable_request" "*"
      "ows_onlineresource" "http://127.0.0.1:{port}/bench/ogcapi"
      "oga_onlineresource" "http://127.0.0.1:{port}/bench/ogcapi"
      "oga_html_template_directory" "/usr/share/mapserver/ogcapi/templates/html-plain/"
      "ows_srs" "EPSG:4326 EPSG:3857"
    END
  END
  {layers}
END
"""
_LAYER = """
  LAYER
    NAME "{name}"
    TYPE POLYGON
    STATUS OFF
    CONNECTIONTYPE POSTGIS
    CONNECTION "host=127.0.0.1 port={port} dbname={database} user={user}"
    DATA "geom from {name} using unique id using srid=4326"
    PROCESSING "CLOSE_CONNECTION=DEFER"
    EXTENT {extent}
    PROJECTION "init=epsg:4326" END
    TEMPLATE "x"
    METADATA
      "ows_title" "{name}"
      "gml_include_items" "all"
      "gml_featureid" "id"
      "ows_extent" "{extent}"
      "oga_max_limit" "{most}"
      "wfs_maxfeatures" "{most}"
      "wfs_use_default_extent_for_getfeature" "false"
    END
    CLASS STYLE COLOR 200 100 100 END END
  END
"""


def install(_: Path) -> str | None:
    """Return the version."""
    return debian("cgi-mapserver", *PACKAGES)


@contextmanager
def run(place: Place) -> Iterator[Running]:
    """Serve the cluster."""
    assert place.cluster is not None
    port = free_port()
    # What reaches beyond the layer's extent MapServer does not find, and features do: see dataset.
    extent = f"{WEST - 0.1} {SOUTH - 0.1} {EAST + 0.1} {NORTH + 0.1}"
    layers = "".join(
        _LAYER.format(
            name=name,
            port=place.cluster.port,
            database=DATABASE,
            user=USER,
            extent=extent,
            most=WHOLE,
        )
        for name in (LAYER, f"{LAYER}_tile")
    )
    file, config = place.folder / "mapserver.map", place.folder / "mapserver.conf"
    file.write_text(_MAP.format(extent=extent, port=port, layers=layers))
    config.write_text(_CONFIG.format(map=file))
    environment = {"MAPSERVER_CONFIG_FILE": str(config), "MS_MAPFILE": str(file)}
    program = Path("/usr/lib/cgi-bin/mapserv")
    with fastcgi(place, "mapserver", program, port, environment) as running:
        yield running


def target(asked: Asked) -> str | None:
    """Return the address of a question; MapServer's OGC API filters by nothing but a box."""
    if asked.area or asked.within:
        return None
    if asked.tile:
        z, x, y = asked.tile.matrix, asked.tile.column, asked.tile.row
        tile = f"mode=tile&tilemode=gmap&tile={x}+{y}+{z}&layers={LAYER}_tile&map.imagetype=mvt"
        return f"/?map=bench&{tile}"
    items = f"/bench/ogcapi/collections/{LAYER}/items"
    if asked.item:
        return f"{items}/{asked.item}?f=json"
    return items + query(f="json", limit=asked.limit, offset=asked.offset, bbox=comma(asked.bbox))


SERVER = Server("MapServer", install, run, target)
