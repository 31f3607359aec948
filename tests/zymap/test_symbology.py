"""The look is told by more than hue, and can be seen on the map's ground."""

from __future__ import annotations

import json

import pytest

from zymap import symbology
from zymap.codelists import STATUS


def luminance(colour):
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def body(marker):
    """The colour that makes a symbol visible: its fill, or the outline of a hollow one."""
    return marker.stroke if marker.fill in ("", symbology.WHITE) else marker.fill


def test_every_status_of_the_code_list_has_a_symbol():
    assert list(symbology.STATUS) == list(STATUS)


@pytest.mark.parametrize("ground", [symbology.GROUND, symbology.DISTRICT_GROUND])
def test_every_symbol_stands_out_from_the_ground(ground):
    markers = [*symbology.STATUS.values(), symbology.NO_STATUS, symbology.CANDIDATE]
    outlines = [*symbology.AREA_COLOURS, symbology.BOUNDARY.stroke, symbology.APPROXIMATE.stroke]
    for colour in [*map(body, markers), *outlines]:
        assert contrast(colour, ground) >= 3, colour


def test_every_glyph_can_be_read_on_its_symbol():
    for marker in [*symbology.STATUS.values(), symbology.NO_STATUS]:
        assert contrast(marker.ink, marker.fill) >= 4.5, marker


def test_statuses_in_use_differ_without_colour():
    in_use = [s for s in STATUS if s not in ("decommissioning", "decommissioned", "cancelled")]
    looks = [
        (marker.shape, marker.fill == symbology.WHITE)
        for marker in [*(symbology.STATUS[s] for s in in_use), symbology.NO_STATUS]
    ]
    assert len(set(looks)) == len(looks)


def test_the_tables_are_plain_json():
    tables = symbology.as_json()
    assert json.loads(json.dumps(tables))["status"]["preparation"]["shape"] == "circle"


def test_an_unknown_status_or_kind_still_has_a_look():
    assert symbology.marker_of(None) is symbology.NO_STATUS
    assert symbology.context_of("no such kind") is symbology.DEFAULT_CONTEXT
