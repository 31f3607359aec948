"""Whether a server's answers are the right ones: that must be so before they are timed."""

from __future__ import annotations

import statistics
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
# A server may leave features out of a tile that others cover (zymap does), but not most of them.
LEAST_OF_A_TILE = 0.4


class Wrong(Exception):
    """A server does not answer, or not with what was asked for."""


def share(server: Server, running: Running, workload: Workload, truth: Truth) -> float:
    """Return which share of the features a server's answers hold: less than 1 for tiles alone.

    Raises
    ------
    Wrong
        What is wrong with an answer.
    """
    connection = Connections(running.port, 1)
    shares: list[float] = []
    for number in range(workload.different - CHECKED, workload.different):
        asked = workload.ask(number)
        address = server.target(asked)
        if address is None:
            raise Wrong("does not offer this")
        try:
            shares.append(_share(asked, connection.body(address), truth))
        except (WrongAnswer, OSError) as error:
            raise Wrong(f"{error}"[:300]) from error
        except Wrong as error:
            raise Wrong(f"{error}: {address}") from error
    return statistics.mean(shares)


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


def _share(asked: Asked, body: bytes, truth: Truth) -> float:
    if asked.tile:
        return _share_of_tile(asked.tile, body, truth)
    answer = orjson.loads(body)
    features = answer.get("features", [answer])
    ids = {str(each["properties"].get("id") or each["id"]) for each in features}
    right = expected(asked, truth)
    if len(ids) != len(right):
        raise Wrong(f"{len(ids)} features for {len(right)}")
    # Who pages without an order may choose which of the matching a page holds.
    matching = truth.ids(area=asked.area) if asked.after else right
    if others := ids.difference(matching):
        raise Wrong(f"{len(others)} of {len(right)} features do not match")
    return 1


def _share_of_tile(tile: Tile, body: bytes, truth: Truth) -> float:
    inside = set(truth.ids(touching=shapely.box(*tile.bbox().as_list())))
    # Buffers differ; none here is wider than a quarter of a tile.
    near = truth.ids(touching=shapely.box(*tile.bbox(0.25).as_list()))
    (layer,) = mapbox_vector_tile.decode(body).values()
    found = {str(each["properties"].get("id")) for each in layer["features"]}
    if strangers := found.difference(near):
        raise Wrong(f"{len(strangers)} features from elsewhere")
    found_of_tile = len(found & inside) / len(inside)
    if found_of_tile < LEAST_OF_A_TILE:
        raise Wrong(f"{found_of_tile:.0%} of the features")
    return found_of_tile
