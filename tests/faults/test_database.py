"""A database that vanishes under a running server and returns: 503 while it lasts, no restart."""

from __future__ import annotations

import json
import time

import pytest

from tests.faults.asking import ask, becomes
from tests.needs import need
from tests.postgres import Cluster, missing, postgis_database
from tests.testland import write_testland
from zymap.load import load_database
from zymap.store.postgis.connections import LOOK_AGAIN_S

PAGES = (
    "readyz",
    "areas",
    "works?limit=3",
    "collections/works/items?limit=2&f=json",
    "collections/works/tiles/WebMercatorQuad/8/86/135",
    "export?f=geojson",
)


@pytest.fixture
def cluster():
    need("the tests of the PostGIS store", missing())
    with Cluster() as made:
        yield made


def statuses(server):
    return {page: ask(server, page)[0] for page in PAGES}


def answers_again(server):
    """Tell if no process refuses any longer; one that nobody asked looks for the database itself."""
    ends_s = time.monotonic() + 3 * LOOK_AGAIN_S
    while time.monotonic() < ends_s:
        if set(statuses(server).values()) != {200}:
            return False
    return True


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("way", ["stop", "kill"])
def test_while_the_database_is_away_all_say_so_and_then_answer_again(
    cluster, serve, tmp_path, way, workers
):
    url, land = postgis_database(cluster, "vanishing"), write_testland(tmp_path / "land")
    load_database(land, url)
    server = serve(tmp_path / "data", "--workers", workers, store=url)
    before = {page: ask(server, page)[2] for page in PAGES[:2]}
    assert set(statuses(server).values()) == {200}
    for _ in range(2):
        getattr(cluster.primary, way)()
        # What was seen in the last tenth of a second still counts.
        assert becomes(lambda: set(statuses(server).values()) == {503})
        for page in PAGES:
            status, headers, body = ask(server, page)
            assert (status, headers["retry-after"]) == (503, "5"), (page, body)
            assert json.loads(body)["code"] == "store-unavailable"
        assert ask(server, "healthz")[0] == 200
        assert b"zymap_store_up 0.0" in ask(server, "metrics")[2]
        cluster.start(cluster.primary)
        assert becomes(lambda: answers_again(server))
        assert {page: ask(server, page)[2] for page in PAGES[:2]} == before
        assert b"zymap_store_up 1.0" in ask(server, "metrics")[2]
    assert server.process.poll() is None
    layer = land / "works.geojson"
    layer.write_text(layer.read_text("utf-8").replace("产业园", "科创产业园"), "utf-8")
    new = load_database(land, url)
    assert new.changed
    assert becomes(lambda: server.ask("readyz")["revision"] == new.revision)
