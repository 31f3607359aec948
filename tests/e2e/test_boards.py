"""The two boards, the targets and the areas compared: each module by itself on the real page."""

from __future__ import annotations

import itertools
import json
import re

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import PHONE
from tests.testland import HOSTILE

# Each board alone, in a place of its own, with the state a test gives it; what it asks of the page
# is written down.
_SHOW = """
async ([board, given]) => {
  const names = ["targets", "compare", "data", "works", "state", "i18n"];
  const [targets, compare, data, works, state, i18n] = await Promise.all(
    names.map((name) => import(`/static/js/map/${name}.js`)));
  const shown = { ...state.parseState(""), view: board, lang: "zh", ...given };
  await (await import("/static/js/map/styles.js")).styled("/static/css/boards.css");
  await i18n.speak(shown.lang);
  document.documentElement.lang = shown.lang;
  const place = document.getElementById(`board-${board}`);
  place.replaceWith(place.cloneNode(false));
  const loaded = await data.loadData();
  const patches = [];
  const change = (patch) => patches.push(patch);
  const made = board === "targets"
    ? targets.createTargets(loaded, { change }) : compare.createCompare(loaded, { change });
  const update = (patch) => made.update(works.viewOf(loaded, Object.assign(shown, patch), shown.asOf));
  update({});
  window.testing = { patches, update };
}
"""
AS_OF = "2021-12-01"


@pytest.fixture
def show(visit):
    """Return a function that shows one board of a server's page."""

    def open_board(server, board, *, routes=(), visiting=None, **state):
        page = visit(server.root, **(visiting or {}))
        for pattern, handler in routes:
            page.route(pattern, handler)
        page.evaluate(_SHOW, [board, {"asOf": AS_OF, **state}])
        return page

    return open_board


@pytest.fixture
def targets(server):
    return server.ask("targets?limit=1000&f=json")


def patches(page):
    return page.evaluate("window.testing.patches")


def board(page, name):
    return page.locator(f"#board-{name}")


def row(page, target_id):
    return page.locator(f'#board-targets .promise[data-id="{target_id}"]')


def plain(text):
    return re.sub(r"\s+", "", text)


def first_fact(target):
    return min(int(fact[1:]) for fact in target["fact_ids"])


def test_every_target_and_every_counted_work_is_shown_once(server, show, targets):
    page = show(server, "targets")
    expect(board(page, "targets").locator("h2")).to_have_text("40 项指标")
    shown = page.locator(".promise").evaluate_all("rows => rows.map(row => row.dataset.id)")
    asked = [item["id"] for item in (*targets["targets"], *targets["counted_works"])]
    assert len(targets["targets"]) == 40
    assert sorted(shown) == sorted(asked)


def test_the_chapters_and_their_targets_come_in_the_order_of_the_report(server, show, targets):
    page = show(server, "targets")
    expect(page.locator(".promise").first).to_be_visible()
    ordered = sorted(targets["targets"], key=first_fact)
    sections = list(dict.fromkeys(item["section"] for item in ordered))
    titles = page.locator(".chapter h3").all_text_contents()
    assert titles == [
        *(section.removeprefix("2021·").removeprefix("2021年 ") for section in sections),
        "写明数量的项目",
    ]
    shown = page.locator(".promise").evaluate_all("rows => rows.map(row => row.dataset.id)")
    assert shown[:40] == [item["id"] for item in ordered]


def test_the_promised_numbers_are_those_of_the_api(server, show, targets):
    page = show(server, "targets")
    expect(page.locator(".promise").first).to_be_visible()
    for item in (*targets["targets"], *targets["counted_works"]):
        said = plain(row(page, item["id"]).locator(".promise-number").text_content())
        unit = plain(item["unit_zh"] or "")
        number = f"{item['quantity']:g}{unit}" if item["quantity"] is not None else None
        comparator = item.get("comparator", "eq")
        expected = {
            "eq": number,
            "ge": f"≥不少于{number}",
            "zero": f"零{unit}",
            "all": "全部",
            "qualitative": "定性",
        }
        assert said == expected[comparator], item["id"]


@pytest.mark.parametrize("hostile", [False, True])
def test_the_progress_is_that_of_the_api_and_its_bars_are_no_longer(
    server, hostile_server, show, hostile
):
    asked = hostile_server if hostile else server
    page = show(asked, "targets")
    expect(page.locator(".promise").first).to_be_visible()
    counted = [item for item in asked.ask("targets?f=json")["targets"] if item["progress"]]
    assert counted
    for item in counted:
        for name, number in item["progress"].items():
            measure = row(page, item["id"]).locator(f".measure-{name}")
            assert plain(measure.locator("dd").text_content()) == (f"{number}/{item['quantity']:g}")
            box = measure.locator(".track").bounding_box()
            fill = measure.locator(".track-fill")
            assert fill.count() == (number > 0)
            if number:
                share = fill.bounding_box()["width"] / (box["width"] - 2)
                assert share == pytest.approx(min(1, number / item["quantity"]), abs=0.01)


def test_listed_located_and_done_differ_without_colour(hostile_server, show):
    page = show(hostile_server, "targets")
    paints = row(page, "zy-goal-2").locator(".track-fill svg")
    expect(paints).to_have_count(3)
    textures = paints.evaluate_all(
        "all => all.map(one => [...one.querySelectorAll('[fill^=url]')]"
        ".map(rect => rect.getAttribute('fill')).join())"
    )
    assert len(set(textures)) == 3
    for texture in filter(None, textures):
        assert page.locator(f"pattern{texture[4:-1]}").count() == 1


def test_nothing_on_the_board_is_the_sum_of_what_overlaps(server, show, targets):
    page = show(server, "targets")
    expect(page.locator(".promise").first).to_be_visible()
    by_id = {item["id"]: item for item in (*targets["targets"], *targets["counted_works"])}
    stated = {item["quantity"] for item in by_id.values()}
    sums = set()
    for item in by_id.values():
        others = [by_id[other] for other in item.get("overlaps_with") or [] if other in by_id]
        if not others:
            continue
        quantities = [other["quantity"] for other in others]
        sums |= {item["quantity"] + number for number in (*quantities, sum(quantities))}
        overlap = row(page, item["id"]).locator(".promise-overlap")
        expect(overlap).to_contain_text("不可相加")
        for other in others:
            named = overlap.get_by_role("button", name=other["name_zh"], exact=True)
            expect(named).to_have_count(1)
    unsaid = sums - stated
    assert len(unsaid) > 5
    # What stands in big type or beside a heading is where a sum would stand; beside a heading
    # stands how many rows there are.
    for chapter in page.locator(".chapter").all():
        rows = chapter.locator(".promise").count()
        expect(chapter.locator(".chapter-head .note")).to_have_text(f"{rows} 项")
    places = board(page, "targets").locator(".promise-number, .measure dd")
    said = {
        float(number)
        for text in places.all_text_contents()
        for number in re.findall(r"\d+(?:\.\d+)?", plain(text))
    }
    assert said
    assert not unsaid & said


def test_a_target_without_a_list_says_so_and_is_no_button(server, show, targets):
    page = show(server, "targets")
    expect(page.locator(".promise").first).to_be_visible()
    for item in targets["targets"]:
        has_list = bool(item["counted_from"])
        assert row(page, item["id"]).locator(".promise-open").count() == has_list
        assert row(page, item["id"]).locator(".promise-none").count() == (not has_list)
    expect(page.locator(".promise-none").first).to_have_text("没有可计数的清单")


def test_a_click_anywhere_on_a_counted_row_asks_the_map_for_it(server, show):
    page = show(server, "targets")
    row(page, "zy-target-car-parks").locator(".promise-number").click(force=True)
    row(page, "zy-road-construction-48").locator(".promise-number").click(force=True)
    row(page, "zy-target-toilets").locator(".promise-number").click(force=True)
    assert patches(page) == [
        {"target": "zy-target-car-parks", "view": "map"},
        {"selected": "zy-road-construction-48", "view": "map"},
    ]


def test_the_keyboard_opens_a_target_and_follows_an_overlap(server, show):
    page = show(server, "targets")
    row(page, "zy-target-car-parks").get_by_role("button", name="新建公共停车场").focus()
    page.keyboard.press("Enter")
    assert patches(page) == [{"target": "zy-target-car-parks", "view": "map"}]
    row(page, "zy-target-schools-opened").get_by_role("button").focus()
    page.keyboard.press("Enter")
    expect(row(page, "zy-target-schools-under-construction")).to_be_focused()
    page.get_by_role("navigation", name="跳到章节").get_by_role(
        "button", name="让生活更美好"
    ).press("Enter")
    expect(page.locator(".chapter h3", has_text="让生活更美好")).to_be_focused()


def test_the_target_that_filters_the_map_is_marked_and_can_be_let_go(server, show):
    page = show(server, "targets", target="zy-target-car-parks")
    expect(page.locator(".promise.is-active")).to_have_count(1)
    active = row(page, "zy-target-car-parks")
    expect(active.locator("[aria-current=true]")).to_have_text(re.compile("新建公共停车场"))
    active.get_by_role("button", name="取消").click()
    assert patches(page) == [{"target": None}]


def test_area_and_words_narrow_the_board_and_there_is_a_way_back(server, show, targets):
    page = show(server, "targets", q="学")
    matched = [
        item
        for item in targets["targets"]
        if "学" in item["name_zh"] + str(item.get("description_zh"))
    ]
    assert 0 < len(matched) < 40
    expect(board(page, "targets").locator("h2")).to_have_text(f"{len(matched)} / 40 项指标")
    expect(page.locator(".promise")).to_have_count(len(matched))
    page.evaluate("testing.update({q: 'PARKS', area: null})")
    told = ("name_zh", "name_en", "description_zh", "description_en")
    rows = [*targets["targets"], *targets["counted_works"]]
    found = [one for one in rows if any("parks" in str(one.get(key)).lower() for key in told)]
    assert len(found) > len([one for one in rows if "parks" in str(one["name_en"]).lower()]) > 0
    expect(page.locator(".promise")).to_have_count(len(found))
    page.evaluate("testing.update({q: '', area: 'ccd-north'})")
    expect(board(page, "targets").locator("h2")).to_have_text("0 / 40 项指标")
    expect(row(page, "zy-road-ccd-north-9")).to_be_visible()
    page.get_by_role("button", name="看全部").click()
    assert patches(page) == [{"area": None, "q": ""}]


def test_a_stated_date_of_a_target_stands_with_the_days_at_the_as_of_date(hostile_server, show):
    page = show(hostile_server, "targets", asOf="2021-12-01")
    facts = row(page, "zy-goal-1").locator(".promise-facts")
    expect(facts).to_contain_text("2021-12-31（年底）")
    expect(facts).to_contain_text("还有 30 天")
    expect(facts.locator(".is-late")).to_have_count(0)
    page.evaluate("testing.update({asOf: '2022-01-02'})")
    expect(facts.locator(".is-late")).to_contain_text("2 天")


def test_a_board_that_is_not_shown_asks_for_nothing(server, show):
    asked = []

    def note(route):
        asked.append(route.request.url)
        route.continue_()

    page = show(server, "targets", routes=[("**/targets?*", note)], view="map")
    before = len(asked)
    expect(board(page, "targets")).to_be_hidden()
    expect(page.locator(".promise")).to_have_count(0)
    page.evaluate("testing.update({view: 'targets'})")
    expect(page.locator(".promise").first).to_be_visible()
    page.evaluate("testing.update({view: 'map'}); testing.update({view: 'targets'})")
    assert len(asked) == before + 1


def test_targets_that_do_not_arrive_leave_words_and_another_try(server, show):
    asked = []

    def break_second(route):
        # The first asks for the page's data, the second for the board.
        asked.append(route.request.url)
        if len(asked) == 2:
            route.fulfill(status=200, body="<html>not what was asked for")
        else:
            route.continue_()

    page = show(server, "targets", routes=[("**/targets?*", break_second)])
    expect(board(page, "targets").get_by_role("alert")).to_contain_text("数据没有取到")
    board(page, "targets").get_by_role("button", name="重试").click()
    expect(page.locator(".promise")).to_have_count(49)


def test_hostile_targets_are_shown_as_text(server, show):
    fields = ("name_zh", "name_en", "section", "deadline_text", "unit_zh", "status_verb_zh")
    rows = [
        {
            "id": text, **dict.fromkeys(fields, text), "area_id": text, "quantity": 3,
            "comparator": "eq", "deadline": None, "fact_ids": [text], "counted_from": ["works"],
            "overlaps_with": list(HOSTILE), "progress": {"listed": 1, "located": 0, "done": 0},
        }
        for text in HOSTILE
    ]  # fmt: skip
    answer = {"targets": rows, "counted_works": [{**row, "collection": "works"} for row in rows]}
    page = show(
        server,
        "targets",
        routes=[("**/targets?*", lambda route: route.fulfill(body=json.dumps(answer)))],
    )
    expect(page.locator(".promise")).to_have_count(2 * len(HOSTILE))
    names = page.locator(".promise-open").evaluate_all("all => all.map(one => one.firstChild.data)")
    assert sorted(names) == sorted([*HOSTILE, *HOSTILE])
    page.locator(".promise-overlap button").first.click()
    assert page.locator("#board-targets img").count() == 0
    assert "49" not in board(page, "targets").inner_text()


def column(page, area):
    return page.locator(f'.compare-column[data-id="{area}"]')


def table(page):
    """The rows of the table by their head, and the heads of its columns."""
    heads = page.locator(".compare-table thead th").all_text_contents()
    rows = page.locator(".compare-table tbody tr:has(td)").evaluate_all(
        "rows => rows.map(row => [row.closest('tbody').querySelector('[scope=rowgroup]')"
        "?.textContent ?? '', ...[...row.children].map(cell => cell.textContent)])"
    )
    return heads[1:], {(group, head): cells for group, head, *cells in rows}


def areas_of(server):
    return ["ccd-north", "ersha", "xushuihe", "district-wide", "other"], server.ask(
        "catalog?f=json"
    )["code_lists"]


def test_the_table_says_what_the_api_counts(server, show):
    page = show(server, "compare")
    heads, rows = table(page)
    ids, lists = areas_of(server)
    assert heads == [*(lists["areas"][area]["zh"] for area in ids), "合计"]
    facets = [server.ask(f"works/facets?area={area}&as_of={AS_OF}&f=json") for area in ids]
    matched = [answer["numberMatched"] for answer in facets]
    located = [answer["numberLocated"] for answer in facets]
    assert [int(cell) for cell in rows["", "项目与事项"]] == [*matched, sum(matched)]
    assert [int(cell) for cell in rows["", "已落图"]] == [*located, sum(located)]
    overdue = [answer["facets"]["due"]["overdue"] for answer in facets]
    assert sum(overdue) > 0
    assert [int(cell) for cell in rows["", "逾期"]] == [*overdue, sum(overdue)]
    for group, name, titles in (("阶段", "status", "status"), ("类别", "kind", "kinds")):
        counted = [answer["facets"][name] for answer in facets]
        used = {code for counts in counted for code, count in counts.items() if count}
        assert sum(1 for head in rows if head[0] == group) == len(used)
        for code in used - {"none"}:
            numbers = [counts.get(code, 0) for counts in counted]
            cells = rows[group, lists[titles][code]["zh"]]
            assert [int(cell) for cell in cells] == [*numbers, sum(numbers)]


def test_a_column_says_the_same_as_the_table(server, show):
    page = show(server, "compare")
    ids, _ = areas_of(server)
    _, rows = table(page)
    for index, area in enumerate(ids):
        parts = column(page, area).locator(".compare-labels li")
        labels = parts.evaluate_all(
            "all => all.map(one => [...one.children].slice(-2).map(c => c.textContent))"
        )
        assert labels
        for name, number in labels:
            assert rows["阶段", name][index] == number
        widths = (
            column(page, area)
            .locator(".compare-part:nth-of-type(2) .stack > span")
            .evaluate_all("all => all.map(one => one.style.flexGrow)")
        )
        assert widths == [number for _, number in labels]


def test_bars_of_kinds_are_on_one_scale_in_all_areas(server, show):
    page = show(server, "compare")
    bars = page.locator(".compare-bars li").evaluate_all(
        "all => all.map(one => one.querySelector('.compare-length').getBoundingClientRect().width"
        " / Number(one.querySelector('b').textContent))"
    )
    assert len(bars) > 10
    assert max(bars) == pytest.approx(min(bars), rel=0.02)


def test_statuses_differ_without_colour(server, show):
    page = show(server, "compare")
    looks = page.locator(".compare-labels li").evaluate_all(
        "all => all.map(one => [one.lastElementChild.previousElementSibling.textContent,"
        " [...one.querySelectorAll('.compare-swatch rect')].map(rect => [rect.getAttribute('class'),"
        " rect.getAttribute('fill'), rect.getAttribute('stroke-dasharray')].join()).join(';')])"
    )
    by_status = dict(looks)
    assert len(by_status) >= 4
    assert len(set(by_status.values())) == len(by_status)


def test_the_head_of_a_column_asks_by_area(server, show):
    page = show(server, "compare", area="ersha")
    expect(page.locator(".compare-column.is-chosen")).to_have_attribute("data-id", "ersha")
    button = column(page, "xushuihe").get_by_role("button").first
    button.focus()
    page.keyboard.press("Enter")
    assert patches(page) == [{"area": "xushuihe", "view": "map"}]


def test_the_next_deadlines_open_their_work(server, show):
    page = show(server, "compare", asOf="2021-06-15")
    link = column(page, "ersha").locator(".compare-next button")
    expect(column(page, "ersha").locator(".compare-next")).to_contain_text("2021-07-01 还有 16 天")
    link.click()
    (patch,) = patches(page)
    work = server.ask("works?area=ersha&due=soon&as_of=2021-06-15&f=json")["features"][0]
    assert patch == {"selected": work["id"], "view": "map"}


def test_a_filter_that_narrows_the_comparison_is_said(server, show):
    page = show(server, "compare", kind=["road"])
    note = board(page, "compare").get_by_role("status")
    expect(note).to_contain_text("11 项")
    expect(column(page, "ersha").locator(".compare-works b")).to_have_text("0")
    note.get_by_role("button").click()
    assert patches(page)[0]["kind"] == []


def test_the_table_has_a_caption_and_heads_for_every_cell(server, show):
    page = show(server, "compare")
    expect(page.get_by_role("table", name="各片区项目数")).to_be_visible()
    assert page.locator(".compare-table th:not([scope])").count() == 0
    assert page.locator(".compare-table thead th[scope=col]").count() == 7
    assert page.locator(".compare-table tr:has(td):not(:has(th[scope=row]))").count() == 0


def test_the_print_has_the_board_alone_on_a4_landscape(server, show):
    page = show(server, "compare")
    page.emulate_media(media="print")
    expect(board(page, "compare")).to_be_visible()
    for part in ("header.top", "#map", "#panel"):
        expect(page.locator(part).first).to_be_hidden()
    expect(board(page, "compare").locator(".print-only").first).to_have_text(
        "中原区重点片区项目一张图"
    )
    expect(board(page, "compare").locator(".board-date")).to_have_text(f"截至 {AS_OF}")
    expect(page.get_by_role("button", name="打印")).to_be_hidden()
    content = page.pdf(prefer_css_page_size=True)
    boxes = set(re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", content))
    assert {(round(float(w)), round(float(h))) for w, h in boxes} == {(842, 595)}
    assert content.count(b"/Type /Page\n") == 2


def test_the_print_button_prints(server, show):
    page = show(server, "compare")
    page.evaluate("void (window.print = () => {testing.patches.push('printed')})")
    page.get_by_role("button", name="打印").click()
    assert patches(page) == ["printed"]


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("name", ["targets", "compare"])
def test_no_board_is_wider_than_a_phone(server, show, name, language):
    page = show(server, name, lang=language, visiting={"size": PHONE})
    expect(board(page, name).locator("h2")).to_be_visible()
    widths = board(page, name).evaluate("one => [one.scrollWidth, one.clientWidth]")
    assert widths[0] <= widths[1]
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("name", ["targets", "compare"])
def test_every_button_of_a_board_has_a_name_and_no_id_is_there_twice(server, show, name, language):
    page = show(server, name, lang=language)
    expect(board(page, name).locator("h2")).to_be_visible()
    texts = board(page, name).locator("button").all_inner_texts()
    assert texts
    assert all(text.strip() for text in texts)
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map(one => one.id)")
    assert len(ids) == len(set(ids))
    levels = (
        board(page, name)
        .locator("h2, h3, h4")
        .evaluate_all("all => all.map(one => Number(one.tagName[1]))")
    )
    assert levels[0] == 2
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))


def test_a_target_of_the_page_filters_its_map_and_back_returns_to_the_board(hostile_server, visit):
    page = visit(f"{hostile_server.root}?view=targets")
    row(page, "zy-goal-2").get_by_role("button", name="工程").first.press("Enter")
    expect(board(page, "targets")).to_be_hidden()
    expect(page).to_have_url(re.compile(r"\?target=zy-goal-2$"))
    expect(page.locator("#list > li[data-id]")).to_have_count(8)
    page.go_back()
    expect(board(page, "targets")).to_be_visible()


def test_an_area_of_the_comparison_of_the_page_is_asked_for_on_its_map(server, visit):
    page = visit(f"{server.root}?view=compare&as_of={AS_OF}&lang=en")
    column(page, "ersha").get_by_role("button").first.click()
    expect(board(page, "compare")).to_be_hidden()
    expect(page).to_have_url(re.compile(rf"\?area=ersha&lang=en&as_of={AS_OF}"))
