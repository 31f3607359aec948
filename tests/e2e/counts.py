"""Counts of works by the two other ways: the API, and the files of the folder."""

from __future__ import annotations

import json
from urllib.parse import urlencode

from zymap.catalog import read_catalog


def api_counts(server, **filters):
    """(matched, located) of all works that the API finds."""
    matched = located = 0
    for layer in server.ask("catalog?f=json")["layers"]:
        if layer["role"] != "works":
            continue
        own = {name: ",".join(values) for name, values in layer["works"].items()}
        query = urlencode({**own, **filters, "limit": 1, "f": "json"})
        answer = server.ask(f"collections/{layer['id']}/items?{query}")
        matched += answer["numberMatched"]
        located += answer["numberLocated"]
    return matched, located


def folder_counts(folder):
    """(matched, located) of all works in a geodata folder."""
    matched = located = 0
    for layer in read_catalog(folder).by_role("works"):
        for feature in json.loads((folder / layer.file).read_text("utf-8"))["features"]:
            if all(feature["properties"][name] in values for name, values in layer.works):
                matched += 1
                located += feature["geometry"] is not None
    return matched, located


def shown_counts(page):
    """(map, tray, total) as the page says them above the map."""
    return tuple(
        int(page.locator(f"#tally .tally-{part} b").text_content())
        for part in ("map", "tray", "total")
    )
