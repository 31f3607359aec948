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
    head = b'{"type":"FeatureCollection","name":' + title + b',"features":['
    path = job.folder / FILE
    ids: list[str] = []
    with path.open("wb") as file:
        file.write(head)
        for batch in job.read():
            file.write((b",\n" if ids else b"\n") + b",\n".join(batch.texts))
            ids += [name for table in batch.tables for name in table.ids]
        file.write(b"\n]}\n")
    features = orjson.loads(path.read_bytes())["features"]
    if sorted(feature["id"] for feature in features) != sorted(ids):
        raise ExportFailed("the GeoJSON does not read back as it was written")
    found = Counter(feature["collection"] for feature in features)
    return [Part(FILE, layer.id, None, found[layer.id]) for layer in job.layers]
