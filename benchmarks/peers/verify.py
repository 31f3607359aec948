"""Whether a server's answer is the right one: that must be so before it is timed."""

from __future__ import annotations

import time

import mapbox_vector_tile
import orjson
import shapely

from benchmarks.client import Connections, WrongAnswer
from benchmarks.peers.asked import STATUS, Asked, Workload
from benchmarks.peers.server import Running, Server
from benchmarks.peers.truth import Truth
from zymap.tilematrix import Tile

CHECKED = 4
# A server may leave features out of a tile that others cover (zymap does), but not many.
LEAST_OF_A_TILE = 0.75


def wrong(server: Server, running: Running, workload: Workload, truth: Truth) -> str | None:
    """Return what is wrong with a server's answers, or None if nothing is."""
    connection = Connections(running.port, 1)
    for number in range(workload.different - CHECKED, workload.different):
        asked = workload.ask(number)
        address = server.target(asked)
        if address is None:
            return "does not offer this"
        try:
            body = connection.body(address)
        except (WrongAnswer, OSError) as error:
            return f"{error}"[:300]
        problem = _wrong_tile(asked.tile, body, truth) if asked.tile else _wrong(asked, body, truth)
        if problem:
            return f"{problem}: {address}"
    return None


def seconds(server: Server, running: Running, workload: Workload) -> float:
    """Return how long one answer takes."""
    begin = time.perf_counter()
    address = server.target(workload.ask(workload.different - 1))
    assert address is not None
    Connections(running.port, 1).body(address)
    return time.perf_counter() - begin


def expected(asked: Asked, truth: Truth) -> list[str]:
    """Return the ids of a right answer."""
    if asked.item:
        return [asked.item]
    touching = shapely.box(*asked.bbox) if asked.bbox else None
    if asked.within:
        touching = shapely.from_wkt(asked.within)
    ids = truth.ids(touching=touching, area=asked.area, status=STATUS if asked.within else None)
    return ids[asked.offset : asked.offset + asked.limit]


def _wrong(asked: Asked, body: bytes, truth: Truth) -> str | None:
    answer = orjson.loads(body)
    features = answer.get("features", [answer])
    ids = [str(each["properties"].get("id") or each["id"]) for each in features]
    right = expected(asked, truth)
    if len(set(ids)) != len(right):
        return f"{len(set(ids))} features for {len(right)}"
    if asked.after:
        # Who pages without an order may choose which of the matching a page holds.
        right = truth.ids(area=asked.area)
        strangers = len(set(ids).difference(right))
        return f"{strangers} features that do not match" if strangers else None
    different = len(set(right).difference(ids))
    return f"{different} of {len(right)} features are others" if different else None


def _wrong_tile(tile: Tile, body: bytes, truth: Truth) -> str | None:
    inside = set(truth.ids(touching=shapely.box(*tile.bbox().as_list())))
    # Buffers differ; none here is wider than a quarter of a tile.
    near = truth.ids(touching=shapely.box(*tile.bbox(0.25).as_list()))
    layers = mapbox_vector_tile.decode(body)
    (layer,) = layers.values()
    found = {str(each["properties"].get("id")) for each in layer["features"]}
    if strangers := found.difference(near):
        return f"{len(strangers)} features from elsewhere"
    share = len(found & inside) / len(inside)
    return f"{share:.0%} of the features" if share < LEAST_OF_A_TILE else None
