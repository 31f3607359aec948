"""GeoJSON: the store's texts joined, never opened and written anew.

Standard: RFC 7946. The features keep the member ``collection``, which tells their layer.
"""

from __future__ import annotations

from collections import Counter

import orjson

from zymap.errors import ExportFailed
from zymap.export.job import Job, Part

FILE = "export.geojson"


def write(job: Job) -> list[Part]:
    """Write one FeatureCollection over all layers, one feature a line."""
    title = orjson.dumps(job.catalog.dataset.title_zh)
    head = b'{"type":"FeatureCollection","name":' + title + b',"features":[\n'
    path = job.folder / FILE
    path.write_bytes(head + b",\n".join(job.texts) + b"\n]}\n")
    features = orjson.loads(path.read_bytes())["features"]
    found = Counter(feature["collection"] for feature in features)
    parts = [Part(FILE, table.layer.id, None, found[table.layer.id]) for table in job.tables]
    ids = [feature["id"] for feature in features]
    if sorted(ids) != sorted(name for table in job.tables for name in table.ids):
        raise ExportFailed("the GeoJSON does not read back as it was written")
    return parts
