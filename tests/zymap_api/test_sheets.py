"""The briefing sheet over HTTP."""

import io
from urllib.parse import unquote

import pytest
from PIL import Image
from pypdf import PdfReader


def text_of(answer):
    return "".join(
        "".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(answer.content)).pages
    )


@pytest.mark.parametrize(
    "asked",
    ["", "area=east", "status=implementation", "located=false", "q=%E6%A1%A5", "bbox=0,0,1,1"],
)
def test_a_sheet_lists_as_many_works_as_the_api_counts(client, asked):
    counted = client.get(f"/works?{asked}").json()
    answer = client.get(f"/sheet.pdf?{asked}&as_of=2021-07-02")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["x-zymap-features"] == str(counted["numberMatched"])
    assert answer.headers["x-zymap-located"] == str(counted["numberLocated"])
    assert f"共{counted['numberMatched']}" in text_of(answer)
    for feature in counted["features"]:
        if feature["id"].startswith("zy-x-hostile"):
            continue
        assert "".join(feature["properties"]["name_zh"].split())[:20] in text_of(answer)


def test_the_sheet_of_an_area_is_that_of_its_works(client):
    answer = client.get("/areas/east/sheet.pdf?as_of=2021-07-02&paper=A4&lang=en")
    counted = client.get("/areas/east/projects").json()["numberMatched"]
    assert answer.headers["x-zymap-features"] == str(counted)
    assert "Eastarea" in text_of(answer)
    assert "Bridge" not in text_of(answer)
    name = answer.headers["content-disposition"]
    assert 'filename="testland_east_sheet_' in name
    assert "测试区_东_简报图_" in unquote(name)
    assert client.get("/areas/nowhere/sheet.pdf").status_code == 404


def test_the_day_decides_what_is_overdue(client):
    before = client.get("/sheet.pdf?as_of=2021-06-30").headers["x-zymap-overdue"]
    after = client.get("/sheet.pdf?as_of=2021-07-02").headers["x-zymap-overdue"]
    listed = client.get("/works?due=overdue&as_of=2021-07-02").json()["numberMatched"]
    assert before == "0"
    assert after == str(listed) == "2"


def test_the_picture_is_a_page_and_the_map_alone_a_map(client):
    page = client.get("/sheet.png?as_of=2021-07-02")
    alone = client.get("/sheet.png?as_of=2021-07-02&only=map&view=10,50.05,10.4,50.15")
    sizes = []
    for answer in (page, alone):
        assert answer.headers["content-type"] == "image/png"
        with Image.open(io.BytesIO(answer.content)) as image:
            sizes.append(image.size)
    assert sizes[0][0] == sizes[1][0]
    assert sizes[0][1] != sizes[1][1]


def test_a_sheet_that_somebody_holds_is_not_made_again(client):
    tag = client.get("/sheet.pdf?as_of=2021-07-02").headers["etag"]
    again = client.get("/sheet.pdf?as_of=2021-07-02", headers={"If-None-Match": tag})
    other = client.get("/sheet.pdf?as_of=2021-07-03", headers={"If-None-Match": tag})
    assert (again.status_code, other.status_code) == (304, 200)


def test_a_head_has_the_headers_of_a_get(client):
    answer = client.head("/sheet.pdf?as_of=2021-07-02")
    assert answer.status_code == 200
    assert answer.headers["x-zymap-features"] == "12"
    assert not answer.content


@pytest.mark.parametrize(
    ("asked", "parameter"),
    [
        ("paper=A2", "paper"),
        ("lang=fr", "lang"),
        ("only=table", "only"),
        ("view=1,2,3", "view"),
        ("view=-180,-90,180,90", "view"),
        ("view=11,50,10,51", "view"),
        ("candidates=yes", "candidates"),
        ("as_of=today", "as_of"),
        ("paper=A3&paper=A4", "paper"),
        ("f=shp", "f"),
        ("crs=4547", "crs"),
        ("encoding=GBK", "encoding"),
        ("nonsense=1", "nonsense"),
        ("status=nonsense", "status"),
    ],
)
def test_what_a_sheet_cannot_be_is_a_problem_that_names_the_parameter(client, asked, parameter):
    for path in ("/sheet.pdf", "/sheet.png", "/areas/east/sheet.pdf"):
        answer = client.get(f"{path}?{asked}")
        assert answer.status_code == 400
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["parameter"] == parameter


def test_the_definition_offers_what_the_sheets_take(client):
    paths = client.get("/api").json()["paths"]
    for path in ("/sheet.pdf", "/sheet.png", "/areas/{areaId}/sheet.pdf"):
        names = {item["name"] for item in paths[path]["get"]["parameters"]}
        assert {"paper", "lang", "view", "candidates", "only", "title", "as_of", "bbox"} <= names
        assert not {"f", "crs", "encoding"} & names
