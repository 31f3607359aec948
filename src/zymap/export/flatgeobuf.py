"""FlatGeobuf: a file a layer and kind of shape, each with its spatial index, in one zip.

The index cannot hold a feature without a shape, so the unlocated ones stand beside in
unlocated.csv.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace

import numpy as np
import shapely

from zymap.export.csv_file import write_table
from zymap.export.job import Job, Part
from zymap.export.notes import Unlocated, write_fields
from zymap.export.ogr import write_layer
from zymap.export.table import Table

# By shapely's type number.
_KIND_OF = {0: "Point", 1: "LineString", 3: "Polygon", 4: "Point", 5: "LineString", 6: "Polygon"}
_OTHER = "Other"


def write(job: Job) -> list[Part]:
    """Write the files of all layers and the tables beside them."""
    parts: list[Part] = []
    for table in job.tables:
        if not table.layer.geometry:
            parts.append(write_table(job.folder, table, job.crs))
            continue
        for kind, part_table in _by_kind(table):
            name = f"{table.layer.id}_{kind.lower()}"
            path = job.folder / f"{name}.fgb"
            geometry = write_layer(path, part_table, job.crs, driver="FlatGeobuf", layer=name)
            parts.append(Part(path.name, table.layer.id, geometry, len(part_table)))
    with closing(Unlocated(job.folder)) as unlocated:
        for table in job.tables:
            unlocated.add(table)
        return [*parts, write_fields(job, parts), *unlocated.write()]


def _by_kind(table: Table) -> Iterator[tuple[str, Table]]:
    types = shapely.get_type_id(table.geometries).tolist()
    kinds = np.array([_KIND_OF.get(number, _OTHER if number >= 0 else "") for number in types])
    present = sorted({kind for kind in kinds.tolist() if kind})
    for kind in present or [table.layer.geometry[0]]:
        # The layer is declared with the one kind, so that an empty file is of that type.
        layer = replace(table.layer, geometry=(kind,))
        yield kind, replace(table.take(kinds == kind), layer=layer)
