"""The briefing sheet, read again by others than its writer."""

import re

import orjson
import pyproj
import pytest
from PIL import Image
from pypdf import PdfReader
from tests.testland import FEATURES, HOSTILE
from tests.zymap.datasets import write_dataset
from tests.zymap.sheet.conftest import DAY, POINTS_PER_MM

from zymap.bbox import BBox
from zymap.errors import ExportFailed, InvalidRequest, UnknownName
from zymap.lateness import is_overdue
from zymap.load import load
from zymap.query import Condition, Query, SortKey
from zymap.sheet import SheetOptions, content, make, runner
from zymap.store.gpkg import GpkgStore

NOWHERE = BBox(20, 20, 20.1, 20.1)


def works_of(store, **changes):
    return Query(store.catalog().works())._replace(**changes)


def squeezed(text):
    return re.sub(r"\s", "", text)


def numbers(made):
    """Return the numbers in the first column of the tables, page by page."""
    pages = made.cells()
    (left,) = {x for text, x, _ in pages[1] if text in ("编号", "No.")}
    return [
        int(text)
        for page in pages[1:]
        for text, x, _ in page
        if abs(x - left) < 1 and text.isdecimal()
    ]


@pytest.mark.parametrize(("paper", "size_mm"), [("A3", (420, 297)), ("A4", (297, 210))])
def test_the_paper_is_landscape_and_as_large_as_it_says(press, bundled, paper, size_mm):
    made = press(bundled, paper=paper)
    for page in PdfReader(made.path).pages:
        size = (float(page.mediabox.width), float(page.mediabox.height))
        assert size == pytest.approx([side * POINTS_PER_MM for side in size_mm], abs=0.1)


def test_chinese_can_be_found_in_the_text(press, bundled):
    made = press(bundled)
    first, *tables = made.texts()
    for words in ("中原区重点片区项目一张图", "截至 2021-07-02", "GS(2024)0650", "比例尺 1:"):
        assert squeezed(words) in squeezed(first)
    for words in ("三厂特色历史文化街区", "待落图", "2021·掀起重点片区建设热潮"):
        assert squeezed(words) in squeezed("".join(tables))


def test_every_page_tells_its_number_and_how_many_there_are(press, bundled):
    made = press(bundled)
    pages = made.texts()
    assert made.summary.pages == len(pages) > 2
    for number, text in enumerate(pages, 1):
        assert squeezed(f"第 {number} / {len(pages)} 页") in squeezed(text)


@pytest.mark.parametrize("area", [None, "ersha", "district-wide"])
def test_the_table_has_a_row_for_every_work_that_the_store_counts(press, bundled, area):
    conditions = () if area is None else (Condition("area_id", (area,)),)
    query = works_of(bundled, conditions=conditions)
    counted = bundled.count(query)
    made = press(bundled, query=query)
    rows, late = counted.matched, made.summary.overdue
    found = numbers(made)
    assert found[:rows] == list(range(1, rows + 1))
    assert len(found) == rows + late
    assert (made.summary.listed, made.summary.located) == (rows, counted.located)
    text = squeezed("".join(made.texts()[1:]))
    for feature in map(orjson.loads, bundled.iterate(query)):
        assert squeezed(feature["properties"]["name_zh"])[:12] in text


def test_what_is_overdue_is_counted_and_listed_by_the_one_rule(press, bundled):
    for day in ("2021-06-30", DAY, "2022-01-01"):
        late = [
            properties["name_zh"]
            for properties in (
                orjson.loads(text)["properties"] for text in bundled.iterate(works_of(bundled))
            )
            if is_overdue(properties["deadline"], properties["status"], day)
        ]
        made = press(bundled, as_of=day)
        assert made.summary.overdue == len(late)
        text = squeezed("".join(made.texts()[1:]))
        table = text.partition("逾期项目")[2]
        assert bool(table) == bool(late)
        assert all(squeezed(name) in table for name in late)
    assert len(late) > 2


def test_the_scale_bar_measures_right(press, bundled):
    """The bar's parts against what it says, and against two places whose distance is known."""
    made = press(bundled)
    scale = made.summary.scale
    assert squeezed(f"比例尺 1:{scale:,}".replace(",", "")) in squeezed(made.texts()[0])
    first, second, *_ = parts = sorted(
        box for box in made.paths() if 5 < box[3] - box[1] < 6.5 and box[1] < 100 and box[0] > 600
    )
    assert len(parts) == 4
    bar = 4 * (second[0] - first[0])
    told = re.search(r"([\d.]+) km", made.text_inside(first[0] - 30, 60, 840, 110))
    assert bar / 72 * 0.0254 * scale == pytest.approx(float(told[1]) * 1000, rel=0.001)

    by_radius = {}
    for feature in map(orjson.loads, bundled.iterate(works_of(bundled, located=True))):
        if feature["geometry"]["type"] == "Point":
            radius = feature["properties"]["coordinateUncertaintyInMeters"]
            by_radius.setdefault(radius, set()).add(tuple(feature["geometry"]["coordinates"]))
    circles = {}
    for radius, places in by_radius.items():
        # A circle is known by its radius; PDFium adds the stroke's width on every side.
        wide = 2 * radius / scale / 0.0254 * 72 + 2 * 0.84
        found = {
            ((left + right) / 2, (bottom + top) / 2)
            for left, bottom, right, top in made.paths()
            if max(abs(right - left - wide), abs(top - bottom - wide)) < 0.3
        }
        assert len(found) == len(places), radius
        if len(places) == 1:
            circles[places.pop()] = found.pop()
    (one, here), (other, there) = min(circles.items()), max(circles.items())
    _, _, metres = pyproj.Geod(ellps="GRS80").inv(*one, *other)
    assert metres > 5_000
    paper = ((here[0] - there[0]) ** 2 + (here[1] - there[1]) ** 2) ** 0.5
    assert paper / bar * float(told[1]) * 1000 == pytest.approx(metres, rel=0.01)


def test_a_scale_is_round(press, bundled):
    for paper in ("A3", "A4"):
        for box in (BBox(113.5, 34.7, 113.6, 34.8), BBox(113.55, 34.75, 113.56, 34.76)):
            scale = press(bundled, paper=paper, view=box).summary.scale
            assert scale % 500 == 0


def test_what_nobody_has_located_is_in_the_table_and_never_on_the_map(press, bundled):
    made = press(bundled, query=works_of(bundled, located=False))
    assert made.summary.listed > 40
    assert made.summary.on_map == made.summary.located == 0
    # The map's rectangle; the works' numbers and names would be the only digits in it.
    inside = made.text_inside(30, 120, 840, 740)
    assert not re.search(r"\d", inside)
    assert numbers(made)[: made.summary.listed] == list(range(1, made.summary.listed + 1))


def test_the_numbers_on_the_map_are_those_of_the_located_works_alone(press, bundled):
    made = press(bundled)
    assert 0 < made.summary.on_map < made.summary.listed
    inside = made.text_inside(30, 120, 840, 740)
    found = {int(number) for number in re.findall(r"(?<!\S)\d+(?!\S)", inside)}
    assert found == set(range(1, made.summary.on_map + 1))


def test_map_outside_and_unlocated_add_up_to_all(press, bundled):
    for view in (None, BBox(113.58, 34.74, 113.64, 34.79), NOWHERE):
        made = press(bundled, view=view)
        summary = made.summary
        outside = summary.located - summary.on_map
        unlocated = summary.listed - summary.located
        parts = [f"图上 {summary.on_map}", f"待落图 {unlocated}"]
        if outside:
            parts.insert(1, f"图幅外 {outside}")
        assert squeezed(" + ".join(parts) + f" = 共 {summary.listed}") in squeezed(made.texts()[0])
    assert summary.on_map == 0


def test_hostile_names_are_printed_as_they_are(press, store):
    made = press(store)
    text = squeezed("".join(made.texts()))
    for name in HOSTILE:
        # What turns text round is printed as its number.
        assert squeezed(name.replace("\u202e", "[U+202E]")) in text
    assert "\u202e" not in text
    assert not PdfReader(made.path).attachments
    assert b"/JavaScript" not in made.path.read_bytes()


def test_a_character_without_a_glyph_is_printed_as_its_number(press, tmp_path):
    def rename(features):
        features["works"][0]["properties"]["name_zh"] = "𠮷野家𪚥桥"

    opened = GpkgStore(load(write_dataset(tmp_path / "land", rename), tmp_path / "data").path)
    text = squeezed("".join(press(opened).texts()))
    opened.close()
    assert "[U+20BB7]野家[U+2A6A5]桥" in text


def test_candidates_are_on_the_map_when_asked_for_and_never_in_the_table(press, bundled):
    without, having = press(bundled, "a.pdf"), press(bundled, "b.pdf", candidates=True)
    assert having.summary == without.summary
    assert len(having.paths()) > len(without.paths()) + 20
    assert "候选点" in having.texts()[0]
    assert "候选点" not in "".join([*without.texts(), *having.texts()[1:]])


def test_the_order_asked_for_is_the_order_of_the_table(press, bundled):
    query = works_of(bundled, located=False, sort=(SortKey("name_zh", descending=True),))
    expected = [orjson.loads(text)["properties"]["name_zh"] for text in bundled.iterate(query)]
    text = squeezed("".join(press(bundled, query=query).texts()[1:]))
    places = [text.index(squeezed(name)) for name in expected[:10]]
    assert places == sorted(places)


def test_english_is_english_but_for_what_the_report_says(press, bundled):
    made = press(bundled, language="en", paper="A4")
    first, *tables = made.texts()
    for words in ("As of 2021-07-02", "Overdue and next due", "not located", "Legend"):
        assert squeezed(words) in squeezed(first)
    assert "List of works" in "".join(tables)
    assert not re.search("[图项逾截待]", first)


def test_what_was_asked_stands_on_the_sheet_in_words(press, bundled):
    conditions = (Condition("area_id", ("ersha",)), Condition("status", ("preparation", None)))
    query = works_of(bundled, conditions=conditions, text="园", due=("undated",), as_of=DAY)
    text = squeezed(press(bundled, query=query).texts()[0])
    for words in ("筛选：二砂文化创意园板块", "前期、未填", "没有写明日期", "名称含“园”"):
        assert squeezed(words) in text


def test_a_picture_is_the_first_page(press, bundled):
    made = press(bundled, "out.png", format="png")
    with Image.open(made.path) as image:
        assert image.size == pytest.approx((420 / 25.4 * 192, 297 / 25.4 * 192), abs=1.5)
        assert len(image.convert("RGB").getcolors(1 << 24)) > 500


def test_a_map_alone_has_the_shape_of_its_view_and_no_tables(press, bundled):
    made = press(bundled, only="map", view=BBox(113.5, 34.74, 113.62, 34.79))
    assert made.summary.pages == 1 == len(PdfReader(made.path).pages)
    (page,) = PdfReader(made.path).pages
    corner = (0, float(page.mediabox.width), float(page.mediabox.height))
    left, bottom, right, top = next(
        box for box in made.paths() if (box[0], box[2], box[3]) == pytest.approx(corner, abs=0.5)
    )
    aspect = (top - bottom) / (right - left)
    _, _, across = pyproj.Geod(ellps="GRS80").inv(113.5, 34.765, 113.62, 34.765)
    _, _, up = pyproj.Geod(ellps="GRS80").inv(113.56, 34.74, 113.56, 34.79)
    assert aspect == pytest.approx(up / across, rel=0.01)
    assert "1:" not in made.texts()[0]
    assert "GS(2024)0650" in made.texts()[0]


def test_where_nothing_has_a_place_there_is_a_table_and_no_map(press, tmp_path):
    nowhere = [feature for feature in FEATURES["works"] if feature["geometry"] is None]
    folder = write_dataset(
        tmp_path / "land", boundary=[], areas=[], works=nowhere, lanes=[], spots=[], goals=[]
    )
    opened = GpkgStore(load(folder, tmp_path / "data").path)
    made = press(opened)
    opened.close()
    assert made.summary.scale is None
    assert made.summary.listed == len(nowhere) == len(set(numbers(made)))
    assert "不画地图" in made.texts()[0]


def test_a_failure_leaves_the_target_as_it_was_and_nothing_beside_it(
    bundled, tmp_path, monkeypatch
):
    target = tmp_path / "sheet.png"
    target.write_bytes(b"old")

    def fail(pdf, part):
        part.write_bytes(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(runner, "rasterise", fail)
    options = SheetOptions(DAY, format="png")
    with pytest.raises(ExportFailed, match="No space left"):
        make(bundled, works_of(bundled), options, target)
    assert target.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [target]


def test_too_many_works_are_refused_with_their_number(store, tmp_path, monkeypatch):
    total = store.count(works_of(store)).matched
    monkeypatch.setattr(content, "WORKS_MAXIMUM", total - 1)
    with pytest.raises(InvalidRequest, match=f"{total} works match"):
        make(store, works_of(store), SheetOptions(DAY), tmp_path / "out.pdf")
    assert make(store, works_of(store, limit=3), SheetOptions(DAY), tmp_path / "a.pdf").listed == 3


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"as_of": "2021-02-30"}, "as_of"),
        ({"as_of": "6月底"}, "as_of"),
        ({"paper": "A2"}, "paper"),
        ({"language": "fr"}, "lang"),
        ({"format": "svg"}, "format"),
        ({"only": "table"}, "only"),
        ({"view": BBox(170, 0, -170, 1)}, "view"),
    ],
)
def test_what_a_sheet_cannot_be_is_refused_by_name(wrong, named):
    with pytest.raises(InvalidRequest) as caught:
        SheetOptions(**{"as_of": DAY, **wrong})
    assert caught.value.parameter == named


def test_a_view_too_wide_for_a_plan_is_refused(press, bundled):
    with pytest.raises(InvalidRequest, match="6 degrees"):
        press(bundled, view=BBox(-180, -90, 180, 90))


def test_a_code_that_does_not_exist_is_refused_and_leaves_no_file(press, bundled, tmp_path):
    query = works_of(bundled, conditions=(Condition("status", ("nonsense",)),))
    with pytest.raises(UnknownName):
        press(bundled, query=query)
    assert not list(tmp_path.iterdir())
