"""CSV of a collection: the same questions as its GeoJSON, in pages or whole."""

import csv
import io
import re

import pytest
from tests.testland import HOSTILE

from zymap_api.params import EXPORT, REPRESENTATION, SELECTION, item_parameters

ITEMS = "/collections/works/items"
# One question for every parameter that is not the name of a field.
QUESTIONS = {
    "limit": "3",
    "after": "zy-campus",
    "sortby": "-deadline,name_zh",
    "bbox": "10.3,50.05,10.32,50.07",
    "bbox-crs": "http://www.opengis.net/def/crs/EPSG/0/4547",
    "datetime": "2021-06-01/2021-06-30",
    "ids": "zy-hall,zy-bridge",
    "q": "fuwu",
    "area": "east",
    "within": "east",
    "polygon": "10.0,50.0,10.2,50.0,10.2,50.12,10.0,50.12",
    "located": "false",
    "due": "overdue",
    "as_of": "2021-12-01",
    "due_after": "2021-07-01",
    "due_before": "2021-12-31",
    "filter": "spaces > 10 AND S_INTERSECTS(geometry, BBOX(10.3,50,10.4,50.1))",
    "filter-lang": "cql2-json",
    "filter-crs": "http://www.opengis.net/def/crs/EPSG/0/4547",
    "target": "zy-goal-2",
}
FIELDS = {
    "kind": "project",
    "area_id": "west",
    "status": "none",
    "deadline": "2021-06-30",
    "fact_ids": "F2",
    "spaces": "0,120",
    "open": "true",
    "budget": "1.5",
    "coordinateUncertaintyInMeters": "50",
}


def rows_of(answer):
    assert answer.status_code == 200, answer.text
    text = answer.content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def ids_of(answer):
    return [row["编号(id)"] for row in rows_of(answer)]


def asked(client, **parameters):
    answer = client.get(ITEMS, params=parameters)
    assert answer.status_code == 200, answer.text
    return [feature["id"] for feature in answer.json()["features"]]


@pytest.mark.parametrize(("name", "value"), [*QUESTIONS.items(), *FIELDS.items()])
def test_a_parameter_asks_the_csv_what_it_asks_the_items(client, name, value):
    expected = asked(client, **{name: value})
    assert ids_of(client.get(ITEMS, params={name: value, "f": "csv"})) == expected
    if name not in ("sortby", "as_of", "kind", "bbox-crs", "filter-lang", "filter-crs"):
        assert expected != asked(client)


def test_no_parameter_of_the_items_is_left_untried(store):
    from zymap.catalog import Source

    names = item_parameters(store.catalog(), (Source("works"),))
    others = {name for name, field in names.items() if field is None}
    assert others - {*SELECTION, *REPRESENTATION, *EXPORT} <= set(QUESTIONS)


def test_a_polygon_and_a_deadline_narrow_together(client):
    both = {"polygon": QUESTIONS["polygon"], "due": "overdue", "as_of": "2021-07-01"}
    assert ids_of(client.get(ITEMS, params={**both, "f": "csv"})) == asked(client, **both)
    assert asked(client, **both) == ["zy-bridge"]


def test_without_a_limit_the_csv_is_whole_and_links_no_page(client):
    answer = client.get(f"{ITEMS}?f=csv")
    assert len(rows_of(answer)) == client.get(ITEMS).json()["numberMatched"]
    assert "link" not in answer.headers


@pytest.mark.parametrize("order", ["", "&sortby=-name_zh"])
@pytest.mark.parametrize("limit", [1, 3, 5])
def test_with_a_limit_the_next_links_lead_to_the_end(client, limit, order):
    found, address, pages = [], f"{ITEMS}?f=csv&limit={limit}{order}", 0
    while address:
        answer = client.get(address)
        found += ids_of(answer)
        pages += 1
        assert pages < 50
        match = re.fullmatch(r'<([^>]+)>; rel="next"', answer.headers.get("link", ""))
        address = match and match[1]
    parameters = {"sortby": "-name_zh"} if order else {}
    assert found == asked(client, **parameters)
    assert pages == -(-len(found) // limit)


def test_the_accept_header_asks_for_csv(client):
    answer = client.get(ITEMS, headers={"Accept": "text/csv; header=present"})
    assert answer.headers["content-type"] == "text/csv; charset=utf-8; header=present"
    assert "Accept" in answer.headers["vary"]
    assert ids_of(answer) == asked(client)


def test_csv_by_the_accept_header_pages_too(client):
    first = client.get(f"{ITEMS}?limit=2", headers={"Accept": "text/csv"})
    address = re.fullmatch(r'<([^>]+)>; rel="next"', first.headers["link"])[1]
    second = client.get(address, headers={"Accept": "text/csv"})
    assert ids_of(first) + ids_of(second) == asked(client, limit=4)


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("*/*", "application/geo+json"),
        ("text/html,application/xhtml+xml,*/*;q=0.8", "text/html; charset=utf-8"),
        ("text/csv;q=0.5, application/geo+json", "application/geo+json"),
        ("text/csv, application/geo+json;q=0.5", "text/csv; charset=utf-8; header=present"),
    ],
)
def test_the_best_form_wins(client, accept, expected):
    assert client.get(ITEMS, headers={"Accept": accept}).headers["content-type"] == expected


def test_several_collections_are_no_single_csv(client):
    assert client.get("/works", headers={"Accept": "text/csv"}).status_code == 406
    assert client.get("/works?f=csv").headers["content-type"] == "application/zip"


def test_chinese_excel_opens_it_and_runs_nothing(client):
    answer = client.get(f"{ITEMS}?f=csv")
    assert answer.content.startswith(b"\xef\xbb\xbf")
    assert answer.content.endswith(b"\r\n")
    names = {row["编号(id)"]: row for row in rows_of(answer)}
    hostile = names[f"zy-x-hostile-{HOSTILE.index(next(n for n in HOSTILE if n[0] == '='))}"]
    assert hostile["name_zh的标题(name_zh)"].startswith("'=HYPERLINK")


def test_coordinates_are_columns_and_every_shape_is_wkt(client):
    rows = {row["编号(id)"]: row for row in rows_of(client.get(f"{ITEMS}?f=csv"))}
    hall, bridge, library = rows["zy-hall"], rows["zy-bridge"], rows["zy-library"]
    assert (hall["经度(lon)"], hall["纬度(lat)"]) == ("10.31", "50.06")
    assert hall["几何(wkt)"] == "POINT (10.31 50.06)"
    assert (bridge["经度(lon)"], bridge["几何(wkt)"][:10]) == ("", "LINESTRING")
    assert (library["经度(lon)"], library["几何(wkt)"]) == ("", "")


def test_properties_and_skip_geometry_choose_the_columns(client):
    answer = client.get(f"{ITEMS}?f=csv&properties=status,name_zh&skipGeometry=true")
    rows = rows_of(answer)
    assert list(rows[0]) == ["编号(id)", "status的标题(status)", "name_zh的标题(name_zh)"]
    assert [row["编号(id)"] for row in rows] == asked(client)
    shaped = rows_of(client.get(f"{ITEMS}?f=csv&properties=status"))
    assert list(shaped[0])[2:] == ["经度(lon)", "纬度(lat)", "几何(wkt)"]
    bare = rows_of(client.get(f"{ITEMS}?f=csv&skipGeometry=true"))
    assert "几何(wkt)" not in bare[0]
    assert len(bare[0]) == len(rows_of(client.get(f"{ITEMS}?f=csv"))[0]) - 3


def test_another_file_has_all_columns(client):
    for query, name in (("properties=status", "properties"), ("skipGeometry=true", "skipGeometry")):
        answer = client.get(f"{ITEMS}?f=shp&{query}")
        assert answer.status_code == 400
        assert answer.json()["parameter"] == name


def test_an_invalid_parameter_is_refused_before_a_file_begins(client):
    for query in ("bbox=1,2", "limit=0", "sortby=colour", "status=castle", "crs=EPSG:1"):
        answer = client.get(f"{ITEMS}?f=csv&{query}")
        assert answer.status_code == 400
        assert answer.headers["content-type"] == "application/problem+json"
