"""PostGIS's own vector tiles of the same features, for comparison in the same run.

It is asked through ``psql``, for the length of each tile alone; what counts is the CPU time of the
server process that answers, as Linux tells it.
"""

from __future__ import annotations

import csv
import os
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

import orjson
import shapely

from zymap.geojson import Feature
from zymap.tilematrix import Tile

_QUERY = """
SELECT coalesce(length(ST_AsMVT(t, 'projects', 4096, 'geom', 'fid')), 0) FROM (
  SELECT ST_AsMVTGeom({geom}, ST_TileEnvelope({z}, {x}, {y}), 4096, 256) AS geom, fid, {names}
  FROM zymap_bench WHERE {column} && {box}
) t WHERE geom IS NOT NULL;
"""


class Postgis:
    """One session of a database, with the features in a temporary table.

    Parameters
    ----------
    dsn : str
        For ``psql``.
    features : sequence of Feature
        Those without a geometry are left out.
    names : sequence of str
        Attributes that the tiles carry.
    """

    def __init__(self, dsn: str, features: Sequence[Feature], names: Sequence[str]) -> None:
        self._psql = subprocess.Popen(
            ["psql", "-qAtX", "-v", "ON_ERROR_STOP=1", dsn],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._names = ", ".join(names)
        self._pid = int(self._ask("SELECT pg_backend_pid();"))
        self._load(features, names)

    def close(self) -> None:
        """End the session; the table goes with it."""
        self._psql.communicate("\\q\n")

    def tile(self, tile: Tile, *, projected: bool) -> int:
        """Return the length of a tile in bytes.

        Parameters
        ----------
        projected : bool
            Whether the table holds Web Mercator already; else each geometry is transformed.
        """
        z, x, y = tile.matrix, tile.column, tile.row
        box = f"ST_TileEnvelope({z}, {x}, {y}, margin => 0.0625)"
        geom, column = (
            ("geom3857", "geom3857") if projected else ("ST_Transform(geom, 3857)", "geom")
        )
        if not projected:
            box = f"ST_Transform({box}, 4326)"
        query = _QUERY.format(geom=geom, z=z, x=x, y=y, names=self._names, column=column, box=box)
        return int(self._ask(query.replace("\n", " ")))

    def cpu_s(self) -> float:
        """Return the CPU time that the server process has used."""
        stat = Path(f"/proc/{self._pid}/stat").read_text(encoding="ascii")
        user, system = stat.rpartition(")")[2].split()[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")

    def _ask(self, text: str) -> str:
        assert self._psql.stdin is not None
        assert self._psql.stdout is not None
        self._psql.stdin.write(f"{text}\n")
        self._psql.stdin.flush()
        return self._psql.stdout.readline().strip()

    def _load(self, features: Sequence[Feature], names: Sequence[str]) -> None:
        columns = ", ".join(f"{name} text" for name in names)
        self._ask(f"CREATE TEMP TABLE zymap_bench (fid int, {columns}, geom geometry); SELECT 1;")
        with tempfile.NamedTemporaryFile("w", suffix=".csv", newline="") as file:
            writer = csv.writer(file)
            for fid, feature in enumerate(features, start=1):
                if feature["geometry"] is None:
                    continue
                shape = shapely.from_geojson(orjson.dumps(feature["geometry"]).decode())
                values = {**feature["properties"], "id": feature["id"]}
                writer.writerow([fid, *map(values.get, names), shapely.to_wkb(shape, hex=True)])
            file.flush()
            self._ask(f"\\copy zymap_bench FROM '{file.name}' CSV\nSELECT 1;")
        self._ask(
            "ALTER TABLE zymap_bench ADD geom3857 geometry; "
            "UPDATE zymap_bench SET geom = ST_SetSRID(geom, 4326), "
            "geom3857 = ST_Transform(ST_SetSRID(geom, 4326), 3857); "
            "CREATE INDEX ON zymap_bench USING gist (geom); "
            "CREATE INDEX ON zymap_bench USING gist (geom3857); "
            "SELECT 1;"
        )
        self._ask("VACUUM ANALYZE zymap_bench; SELECT 1;")
