"""What the library says of colours and glyphs, the page has."""

from __future__ import annotations

import re

from zymap import symbology
from zymap_web.assets import STATIC_DIR


def tokens():
    text = (STATIC_DIR / "css" / "tokens.css").read_text(encoding="utf-8")
    return dict(re.findall(r"--([a-z0-9-]+):\s*(#[0-9a-f]{6});", text))


def test_the_list_tells_a_status_in_the_colour_of_the_map():
    colours = tokens()
    for status, marker in {**symbology.STATUS, "none": symbology.NO_STATUS}.items():
        shown = marker.stroke if marker.fill == symbology.WHITE else marker.fill
        assert colours[f"status-{status}"] == shown


def test_the_ground_is_the_one_that_contrasts_are_tested_on():
    assert tokens()["ground"] == symbology.GROUND


def test_every_glyph_of_the_symbology_is_drawn():
    text = (STATIC_DIR / "js" / "map" / "glyphs.js").read_text(encoding="utf-8")
    drawn = set(re.findall(r"^  (\w+): \"", text, re.MULTILINE))
    assert {*symbology.GLYPHS.values(), symbology.DEFAULT_GLYPH} <= drawn


def test_every_shape_of_the_symbology_is_drawn():
    text = (STATIC_DIR / "js" / "map" / "symbols.js").read_text(encoding="utf-8")
    markers = [*symbology.STATUS.values(), symbology.NO_STATUS, symbology.CANDIDATE]
    for shape in {marker.shape for marker in markers}:
        assert re.search(rf'"{shape}"|\b{shape}: \[', text), shape
