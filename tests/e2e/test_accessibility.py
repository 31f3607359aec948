"""What axe-core, a keyboard, a finger and a reader who wants no motion find on the page."""

from __future__ import annotations

import base64
import hashlib
import tomllib
from itertools import groupby
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import DESKTOP, PHONE
from tests.e2e.states import ADDRESSES, open_state

VENDOR = Path(__file__).parent / "vendor"
AXE = (VENDOR / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SIZES = pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
# Points of a map stand where they stand: WCAG 2.2, 2.5.8, "Essential", whose example they are.
# Works are spread apart all the same. Areas are asked for in the header, too.
PLACED = ":is(.leaflet-candidates-pane, .leaflet-area-labels-pane) *"
RUN = """
async ([rules, placed]) => {
  const {violations} = await axe.run(document, {runOnly: rules, resultTypes: ["violations"]});
  return violations.flatMap(({id, impact, nodes}) => nodes
    .filter(({target}) => id !== "target-size" || !document.querySelector(target[0]).matches(placed))
    .map(({target, failureSummary}) => ({id, impact, target: target.join(" "), why: failureSummary})));
}
"""


def test_the_checker_is_the_one_that_was_locked():
    for package in tomllib.loads((VENDOR / "LOCK.toml").read_text("utf-8"))["package"]:
        for file in package["file"]:
            digest = hashlib.sha384((VENDOR / file["path"]).read_bytes()).digest()
            assert base64.b64encode(digest).decode() == file["sha384"], file["path"]


@SIZES
@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("state", ADDRESSES)
def test_axe_finds_nothing_in_light_and_dark(server, visit, state, language, size):
    page = open_state(
        visit, server.root, state, size=size, language=language, reduced_motion="reduce"
    )
    # By the debugger's door, as the page's policy lets no other script in.
    page.evaluate(AXE)
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)
        page.wait_for_selector(f":root[data-theme={theme}]")
        assert page.evaluate(RUN, [RULES, PLACED]) == [], theme


FINGER_PX = 44
SMALL = """
(least) => [...document.querySelectorAll("button, a[href], select, input, summary")]
  .filter((one) => !one.closest(".leaflet-pane, .skip, .grip"))
  .map((one) => one.matches("input[type=checkbox], input[type=radio]") ? one.closest("label") : one)
  .filter((one) => one.checkVisibility({visibilityProperty: true}))
  .map((one) => [one, getComputedStyle(one, "::after").position === "absolute" ? one.closest("li") : one])
  .map(([one, reach]) => [one.textContent || one.id, reach.getBoundingClientRect()])
  .map(([name, {width, height}]) => [name, Math.round(width), Math.round(height)])
  .filter(([, width, height]) => width && (width < least || height < least))
"""


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("state", ADDRESSES)
def test_on_a_phone_all_that_is_touched_is_as_large_as_a_finger(server, visit, state, language):
    page = open_state(visit, server.root, state, size=PHONE, language=language)
    assert page.evaluate(SMALL, FINGER_PX) == []


MOVES = """
window.moved = [];
for (const kind of ["transitionrun", "animationstart"]) addEventListener(kind, ({target}) => moved.push(target.id), true);
"""


@SIZES
@pytest.mark.parametrize("state", ADDRESSES)
def test_nothing_moves_for_a_reader_who_wants_no_motion(server, visit, state, size):
    page = open_state(visit, server.root, state, size=size, reduced_motion="reduce")
    page.evaluate(MOVES)
    if page.locator("#grip").is_visible():
        page.locator("#grip").press("Enter")
    page.keyboard.press("/")
    page.keyboard.press("Escape")
    page.wait_for_timeout(100)
    assert page.evaluate("document.getAnimations().length") == 0
    assert page.evaluate("moved") == []


def test_a_reader_who_minds_no_motion_sees_the_sheet_move(server, visit):
    page = open_state(visit, server.root, "first view", size=PHONE)
    page.evaluate(MOVES)
    page.locator("#grip").tap()
    page.wait_for_timeout(100)
    assert page.evaluate("moved") == ["panel"]


SHIFTS = """
window.shifts = [];
new PerformanceObserver((list) => shifts.push(...list.getEntries().map(({value}) => value)))
  .observe({type: "layout-shift", buffered: true});
"""


@SIZES
@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("state", ["first view", "detail", "targets", "compare"])
def test_nothing_is_pushed_aside_while_the_page_loads(server, visit, state, language, size):
    page = visit("about:blank", ready=False, size=size)
    page.context.add_init_script(SHIFTS)
    address = f"{server.root}?lang={language}&{ADDRESSES[state]}"
    page.goto(address)
    page.wait_for_selector("body[data-ready]")
    page.wait_for_timeout(500)
    assert sum(page.evaluate("shifts")) < 0.02


SEEN = """
() => {
  const one = document.activeElement;
  if (one === document.body) return null;
  const box = one.getBoundingClientRect();
  return {
    key: one.id || one.dataset.focus || one.getAttribute("aria-label") || one.title || one.textContent,
    marked: [getComputedStyle(one), getComputedStyle(one, "::after")]
      .some((style) => style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2),
    inView: box.bottom > 0 && box.right > 0 && box.top < innerHeight && box.left < innerWidth,
    region: one.closest(".top, #panel, #timeline, .folium-map, #selected, .board").id || "head",
  };
}
"""


def tabbed(page, most=400):
    """Where Tab leads, until it leaves the page."""
    steps = []
    for _ in range(most):
        page.keyboard.press("Tab")
        step = page.evaluate(SEEN)
        if step is None:
            return steps
        steps.append(step)
    raise AssertionError(f"Tab is caught: {steps[-5:]}")


@pytest.mark.parametrize(
    "state", ["first view", "filters", "detail", "targets", "compare", "measure"]
)
def test_tab_reaches_every_control_in_order_and_is_always_seen(server, visit, state):
    page = open_state(visit, server.root, state, size=DESKTOP, reduced_motion="reduce")
    page.evaluate("document.querySelector('.skip').focus()")
    wanted = page.evaluate(
        """() => [...document.querySelectorAll("button, a[href], select, input, summary, [tabindex='0']")]
        .filter((one) => one.checkVisibility({visibilityProperty: true}) && one.tabIndex >= 0 && !one.disabled).length"""
    )
    steps = tabbed(page)
    assert [step["key"] for step in steps if not step["marked"]] == []
    assert [step["key"] for step in steps if not step["inView"]] == []
    # The choices of one set of radio buttons are one stop.
    radios = page.evaluate("Math.max(0, document.querySelectorAll('input[type=radio]').length - 1)")
    assert len(steps) == wanted - radios - 1  # less the link that Tab starts from
    regions = [region for region, _ in groupby(step["region"] for step in steps)]
    assert len(regions) == len(set(regions)), regions


def test_the_first_tab_skips_to_the_list(server, visit):
    page = visit(server.root)
    page.keyboard.press("Tab")
    skip = page.locator(".skip")
    assert skip.evaluate("one => one === document.activeElement")
    assert skip.bounding_box()["x"] >= 0
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "list-heading"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('.works') !== null")


def test_the_days_of_the_year_are_walked_by_keys(server, visit):
    page = visit(f"{server.root}?as_of=2021-07-01")
    slider = page.get_by_role("slider")
    slider.focus()
    for key, date in (
        ("ArrowRight", "2021-07-02"),
        ("ArrowLeft", "2021-07-01"),
        ("PageUp", "2021-07-31"),
        ("PageDown", "2021-07-01"),
        ("Home", "2021-01-01"),
        ("End", "2021-12-31"),
    ):
        page.keyboard.press(key)
        expect(page.locator("#as-of-date")).to_have_text(date)
        assert date in slider.get_attribute("aria-valuetext")
    assert "as_of=2021-12-31" in page.url


@pytest.mark.parametrize(
    ("opener", "opened"), [("#export-button", "#export-menu"), ("#layers-toggle", "#layers-body")]
)
def test_escape_closes_and_gives_the_place_back(server, visit, opener, opened):
    page = visit(server.root)
    page.locator(opener).focus()
    page.keyboard.press("Enter")
    expect(page.locator(opened)).to_be_visible()
    page.keyboard.press("Tab")
    assert page.evaluate(
        "([id]) => document.querySelector(id).contains(document.activeElement)", [opened]
    )
    page.keyboard.press("Escape")
    expect(page.locator(opened)).to_be_hidden()
    assert page.evaluate(
        "([id]) => document.activeElement === document.querySelector(id)", [opener]
    )
