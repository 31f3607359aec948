"""What axe-core, a keyboard, a finger and a reader who wants no motion find on the page."""

from __future__ import annotations

import base64
import hashlib
import tomllib
from pathlib import Path

import pytest

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
