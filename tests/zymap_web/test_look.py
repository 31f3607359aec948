"""What the library says of colours and glyphs, the page has."""

from __future__ import annotations

import json
import re

import pytest

from zymap import symbology
from zymap_web.assets import STATIC_DIR


def tokens(theme):
    text = (STATIC_DIR / "css" / "tokens.css").read_text(encoding="utf-8")
    block = re.search(r':root\[data-theme="dark"\] \{(.*?)\n  \}' if theme == "dark" else r":root \{(.*?)\n\}",
                      text, re.DOTALL)  # fmt: skip
    return dict(re.findall(r"--([a-z0-9-]+):\s*(#[0-9a-f]{6});", block[1]))


def turned(colour, theme):
    return symbology.DARK[colour] if theme == "dark" else colour


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_list_tells_a_status_in_the_colour_of_the_map(theme):
    colours = tokens(theme)
    for status, marker in {**symbology.STATUS, "none": symbology.NO_STATUS}.items():
        shown = marker.stroke if marker.hollow else marker.fill
        assert colours[f"status-{status}"] == turned(shown, theme)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_ground_is_the_one_that_contrasts_are_tested_on(theme):
    assert tokens(theme)["ground"] == turned(symbology.GROUND, theme)


def test_every_colour_of_the_map_has_a_dark_one():
    tables = {**symbology.as_json(), "dark": {}}
    colours = set(re.findall(r"#[0-9a-f]{6}", json.dumps(tables)))
    assert colours == set(symbology.DARK)


@pytest.mark.parametrize("ground", [symbology.GROUND, symbology.DISTRICT_GROUND])
def test_a_status_stands_out_from_the_dark_ground(ground):
    for marker in (*symbology.STATUS.values(), symbology.NO_STATUS):
        shown = symbology.DARK[marker.stroke if marker.hollow else marker.fill]
        assert contrast(shown, symbology.DARK[ground]) >= 3


def contrast(one, other):
    """WCAG 2.2, "contrast ratio"."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour):
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_every_glyph_of_the_symbology_is_drawn():
    text = (STATIC_DIR / "js" / "map" / "glyphs.js").read_text(encoding="utf-8")
    drawn = set(re.findall(r"^  (\w+): \"", text, re.MULTILINE))
    assert {*symbology.GLYPHS.values(), symbology.DEFAULT_GLYPH} <= drawn


def test_every_shape_of_the_symbology_is_drawn():
    text = (STATIC_DIR / "js" / "map" / "symbols.js").read_text(encoding="utf-8")
    markers = [*symbology.STATUS.values(), symbology.NO_STATUS, symbology.CANDIDATE]
    for shape in {marker.shape for marker in markers}:
        assert re.search(rf'"{shape}"|\b{shape}: \[', text), shape
