"""An answer is of one state of the data, whatever is loaded while it is made."""

from __future__ import annotations

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

    def page(self, query, after=None):
        if self.reloading.edition < self.times:
            self.reloading.load(self.reloading.edition + 1)
        return self.store.page(query, after)


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
