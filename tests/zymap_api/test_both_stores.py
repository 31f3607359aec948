"""The API on the store in PostGIS answers as it does on the embedded one."""

import csv
import io
import json
import zipfile
from contextlib import closing

import mapbox_vector_tile
import pytest
from starlette.testclient import TestClient
from tests.lending import Unclosed
from tests.needs import need
from tests.postgres import Cluster, missing, postgis_database, wait_until
from tests.zymap.datasets import write_dataset

from zymap.load import load_database
from zymap.settings import Settings
from zymap.store.postgis.store import PostgisStore
from zymap_api.app import create_app


def client_of(store):
    app = create_app(Unclosed(store), Settings())
    return TestClient(app, base_url="http://127.0.0.1:8000", raise_server_exceptions=False)


@pytest.fixture(scope="module")
def clients(gpkg_store, postgis_store):
    with client_of(gpkg_store) as first, client_of(postgis_store) as second:
        yield first, second


def comparable(response):
    body = response.content
    if "json" in response.headers.get("content-type", ""):
        document = response.json()
        document.pop("timeStamp", None)
        body = json.dumps(document, ensure_ascii=False)
    kept = ("content-type", "etag", "link", "content-crs", "vary")
    return response.status_code, body, {name: response.headers.get(name) for name in kept}


@pytest.mark.parametrize(
    "path",
    [
        "/collections",
        "/collections/works/items?limit=3",
        "/collections/works/items?limit=3&after=zy-hall&sortby=-deadline,name_zh",
        "/collections/works/items?bbox=10.2,50,10.4,50.2&crs=http://www.opengis.net/def/crs/EPSG/0/3857",
        "/collections/works/items?bbox=170,-90,-170,90",
        "/collections/works/items/zy-hall",
        "/collections/works/items/zy-nobody",
        "/collections/works/items?filter=casei(name_en)='bridge' OR S_INTERSECTS(geometry,BBOX(10.3,50,10.4,50.1))",
        "/collections/works/items?filter=budget/0=1",
        "/collections/works/items?filter=nonsense=1",
        "/collections/works/items?status=nonsense",
        "/collections/works/items?f=csv",
        "/collections/works/items?f=html",
        "/works?due=overdue&as_of=2021-07-02",
        "/works?q=cssf",
        "/works?target=zy-goal-2",
        "/works/facets?area_id=west",
        "/areas",
        "/areas/east/summary",
        "/areas/east/projects?located=false",
        "/targets",
        "/catalog",
    ],
)
def test_a_route_answers_the_same_on_both_stores(clients, path):
    first, second = (comparable(client.get(path)) for client in clients)
    assert second == first
    assert first[0] in (200, 400, 404)


def test_a_tile_has_the_same_features_in_the_same_places(clients):
    # One that holds the whole district, so that none of it is cut.
    path = "/collections/works/tiles/WebMercatorQuad/8/86/135"
    tiles = []
    for client in clients:
        response = client.get(path)
        assert response.status_code == 200
        (layer,) = mapbox_vector_tile.decode(response.content).values()
        tiles.append((response.headers["etag"], layer["extent"], layer["features"]))
    (tag, extent, expected), (other_tag, other_extent, found) = tiles
    assert (other_tag, other_extent) == (tag, extent)
    assert [(f["id"], f["properties"]) for f in found] == [
        (f["id"], f["properties"]) for f in expected
    ]
    for one, other in zip(found, expected, strict=True):
        assert one["geometry"]["type"] == other["geometry"]["type"]
        if one["geometry"]["type"] == "Point":
            assert one["geometry"] == other["geometry"]


def test_an_export_holds_the_same_rows(clients):
    rows = []
    for client in clients:
        response = client.get("/areas/east/export?f=csv")
        with zipfile.ZipFile(io.BytesIO(response.content)) as archive:
            (name,) = [name for name in archive.namelist() if name.startswith("works")]
            text = archive.read(name).decode("utf-8-sig")
        rows.append(list(csv.DictReader(io.StringIO(text))))
    assert rows[0] == rows[1]
    assert rows[0]


def test_a_database_that_vanishes_is_a_503_while_it_lasts_and_needs_no_restart(tmp_path):
    need("the tests of the PostGIS store", missing())
    with Cluster() as cluster:
        url = postgis_database(cluster, "vanishing")
        load_database(write_dataset(tmp_path / "land"), url)
        with closing(PostgisStore(url)) as store, client_of(store) as client:
            path = "/collections/works/items?limit=2"
            before = comparable(client.get(path))
            cluster.primary.kill()
            for asked in (path, "/collections/works/items/zy-hall", "/areas", "/readyz"):
                refused = client.get(asked)
                assert refused.status_code == 503, asked
                assert refused.headers["content-type"] == "application/problem+json"
                assert refused.headers["retry-after"] == "5"
                assert refused.json()["code"] == "store-unavailable"
            assert client.get("/healthz").status_code == 200
            cluster.start(cluster.primary)
            wait_until(lambda: client.get(path).status_code == 200, "it answers again")
            assert comparable(client.get(path)) == before
