"""The page looks as it did when somebody last looked at it.

``ZYMAP_RENEW_SNAPSHOTS=1 pytest tests/e2e/test_snapshots.py`` writes the pictures anew: look at
them before they are committed.
"""

from __future__ import annotations

import io
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from PIL import Image, ImageChops

from tests.e2e.conftest import DESKTOP, PHONE
from tests.e2e.states import open_state

FOLDER = Path(__file__).parent / "snapshots"
FONTS = FOLDER / "fonts.txt"
RENEW = bool(os.environ.get("ZYMAP_RENEW_SNAPSHOTS"))
# Text is drawn by these; another machine's fonts make another picture.
FAMILIES = ("Noto Sans CJK SC", "sans-serif")
COLOURS = 256
DIFFERENCE = 24
SHARE = 0.01
# The order in which the names on the map find their room is not fixed.
STILL = """
(() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(".leaflet-labels-pane {display: none} * {caret-color: transparent !important}");
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
})()
"""


def fonts():
    """The files that the families come from here."""
    command = shutil.which("fc-match")
    if command is None:
        return ""
    ask = [command, "--format", "%{family} %{fontversion} %{file|basename}\n"]
    return "".join(
        subprocess.run([*ask, f"{name}:lang=zh"], capture_output=True, text=True, check=True).stdout
        for name in FAMILIES
    )


@pytest.fixture(scope="module", autouse=True)
def same_fonts():
    if RENEW:
        FOLDER.mkdir(exist_ok=True)
        FONTS.write_text(fonts(), encoding="utf-8")
    elif fonts() != FONTS.read_text(encoding="utf-8"):
        pytest.skip(f"the pictures were made with other fonts: see {FONTS.name}")


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("state", ["first view", "detail", "targets", "compare"])
def test_the_page_looks_as_it_did(server, visit, state, scheme, size):
    page = open_state(
        visit, server.root, state, size=size, color_scheme=scheme, reduced_motion="reduce"
    )
    page.evaluate(STILL)
    page.wait_for_timeout(300)
    seen = Image.open(io.BytesIO(page.screenshot(animations="disabled"))).convert("RGB")
    path = (
        FOLDER / f"{state.replace(' ', '-')}-{'phone' if size == PHONE else 'desktop'}-{scheme}.png"
    )
    if RENEW:
        few = seen.quantize(COLOURS, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
        few.save(path, optimize=True)
        assert share_that_differs(few.convert("RGB"), seen) < SHARE / 10
        return
    kept = Image.open(path).convert("RGB")
    assert seen.size == kept.size
    assert share_that_differs(seen, kept) < SHARE, path.name


def share_that_differs(one, other):
    """The share of pixels of which a colour differs by more than ``DIFFERENCE`` of 255."""
    red, green, blue = ImageChops.difference(one, other).split()
    worst = ImageChops.lighter(ImageChops.lighter(red, green), blue)
    return sum(worst.histogram()[DIFFERENCE + 1 :]) / (one.width * one.height)


def test_what_is_gone_from_the_page_is_a_difference():
    kept = Image.open(FOLDER / "first-view-desktop-light.png").convert("RGB")
    other = kept.copy()
    # The list of the panel, blank.
    other.paste((255, 255, 255), (0, 480, 400, 900))
    assert share_that_differs(other, kept) > SHARE
