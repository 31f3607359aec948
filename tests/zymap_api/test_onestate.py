"""An answer is of one state of the data, whatever is loaded while it is made."""

from __future__ import annotations

import mapbox_vector_tile
import pytest
from starlette.testclient import TestClient
from tests.reloading import Reloading

from zymap.settings import Settings
from zymap.store.gpkg import GpkgStore
from zymap_api.app import create_app

ITEMS = "/collections/works/items?limit=2"
WORKS = 11


class Interrupted:
    """A store into which the next edition is loaded before it is read, the first few times."""

    def __init__(self, folder, times):
        self.reloading = Reloading(folder)
        self.store = GpkgStore(self.reloading.path)
        self.times = times

    def __getattr__(self, name):
        return getattr(self.store, name)

    def page(self, *asked):
        self._interrupt()
        return self.store.page(*asked)

    def tile(self, *asked):
        self._interrupt()
        return self.store.tile(*asked)

    def _interrupt(self):
        if self.reloading.edition < self.times:
            self.reloading.load(self.reloading.edition + 1)


@pytest.mark.parametrize("ask", ["by the short way", "through the app", "by POST"])
def test_an_answer_that_a_load_came_into_is_made_again(tmp_path, ask):
    store = Interrupted(tmp_path, times=1)
    with TestClient(create_app(store, Settings())) as client:
        if ask == "by POST":
            answer = client.post("/collections/works/search", json={"limit": 2})
        else:
            encoding = "" if ask == "by the short way" else "identity"
            answer = client.get(ITEMS, headers={"accept-encoding": encoding})
        assert answer.status_code == 200
        page = answer.json()
        assert page["features"][0]["properties"]["name_en"].startswith("edition 1 ")
        assert page["numberMatched"] == WORKS - 1
        assert answer.headers["etag"].startswith(f'W/"{store.revision()}-')


def test_where_loads_come_faster_than_answers_the_reader_is_told_to_ask_again(tmp_path):
    store = Interrupted(tmp_path, times=3)
    with TestClient(create_app(store, Settings())) as client:
        refused = client.get(ITEMS)
        assert (refused.status_code, refused.json()["code"]) == (503, "store-unavailable")
        assert client.get(ITEMS).json()["numberMatched"] == WORKS - 3


def test_a_tile_that_a_load_came_into_is_not_kept_for_the_data_before_it(tmp_path):
    # The second edition lacks a work without a place, the third one with a place.
    store = Interrupted(tmp_path, times=0)

    def found(client):
        answer = client.get("/collections/works/tiles/WebMercatorQuad/6/21/33")
        tile = mapbox_vector_tile.decode(answer.content)["works"]
        return {feature["properties"]["id"] for feature in tile["features"]}

    with TestClient(create_app(store, Settings())) as client:
        before = found(client)
        client.app.state.vector_tiles._tiles.clear()
        store.times = 2
        store.reloading.edition = 1
        assert found(client) == before - {"zy-x-hostile-4"}
        store.times = 0
        store.reloading.load(0)
        assert found(client) == before
