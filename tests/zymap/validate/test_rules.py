"""Each rule fires on a dataset that breaks it, where it is broken, and is silent on a sound one."""

import json
import re
from pathlib import Path

import pytest
from tests.testland import catalog_text
from tests.zymap.datasets import QUOTE, find, write_dataset, write_facts

from zymap.bundled import geodata_dir
from zymap.validate import RULES, run

ROOT = Path(__file__).resolve().parents[3]


def setting(feature_id, **properties):
    """Return an edit that sets properties of a feature."""
    return lambda features: find(features, feature_id)["properties"].update(properties)


def placing(feature_id, kind, coordinates, **more):
    """Return an edit that gives a feature another geometry."""

    def edit(features):
        find(features, feature_id)["geometry"] = {"type": kind, "coordinates": coordinates, **more}

    return edit


def removing_geometry(feature_id):
    return lambda features: find(features, feature_id).update(geometry=None)


def naming(old, new):
    return lambda features: find(features, old).update(id=new)


def both(*edits):
    def edit(features):
        for change in edits:
            change(features)

    return edit


CLOCKWISE = [[10.3, 50.05], [10.3, 50.07], [10.32, 50.07], [10.32, 50.05], [10.3, 50.05]]
BOW_TIE = [[10.3, 50.05], [10.32, 50.07], [10.32, 50.05], [10.3, 50.07], [10.3, 50.05]]
OUTER = [[10.3, 50.05], [10.34, 50.05], [10.34, 50.09], [10.3, 50.09], [10.3, 50.05]]
HOLE_CCW = [[10.31, 50.06], [10.32, 50.06], [10.32, 50.07], [10.31, 50.07], [10.31, 50.06]]
UNCERTAINTY = "coordinateUncertaintyInMeters"

# Rule, edit of the features, layer and feature of the finding.
BROKEN = [
    ("field-type", setting("zy-hall", spaces=1.0), "works", "zy-hall"),
    ("field-type", setting("zy-hall", spaces=True), "works", "zy-hall"),
    ("field-type", setting("zy-hall", budget="1.5"), "works", "zy-hall"),
    ("field-type", setting("zy-hall", open=1), "works", "zy-hall"),
    ("field-type", setting("zy-hall", deadline="2021-13-01"), "works", "zy-hall"),
    ("field-type", setting("zy-hall", deadline="2021-W05-1"), "works", "zy-hall"),
    ("field-type", setting("zy-hall", fact_ids="F2"), "works", "zy-hall"),
    ("field-type", setting("zy-hall", fact_ids=["F2", 3]), "works", "zy-hall"),
    ("field-type", setting("zy-hall", name_zh={"zh": "厅"}), "works", "zy-hall"),
    ("field-required", setting("zy-hall", name_zh=None), "works", "zy-hall"),
    ("field-required", setting("zy-hall", name_zh=""), "works", "zy-hall"),
    ("field-code", setting("zy-hall", kind="castle"), "works", "zy-hall"),
    ("field-code", setting("zy-hall", area_id="north"), "works", "zy-hall"),
    ("field-code", setting("zy-hall", status="done"), "works", "zy-hall"),
    ("id-form", naming("zy-hall", "hall"), "works", "hall"),
    ("id-form", naming("zy-hall", "zy-厅"), "works", "zy-厅"),
    ("id-form", naming("zy-hall", "zy-hall/1"), "works", "zy-hall/1"),
    ("id-unique", naming("zy-lane-old", "zy-hall"), "lanes", "zy-hall"),
    ("geometry-structure", placing("zy-hall", "Point", "here"), "works", "zy-hall"),
    ("geometry-structure", placing("zy-hall", "Point", [10.3, None]), "works", "zy-hall"),
    ("geometry-structure", placing("zy-hall", "Circle", [10.3, 50.1]), "works", "zy-hall"),
    (
        "geometry-structure",
        placing("zy-bridge", "LineString", [[10.1, 50.1]]),
        "works",
        "zy-bridge",
    ),
    ("geometry-structure", placing("zy-campus", "Polygon", [CLOCKWISE[:3]]), "works", "zy-campus"),
    ("geometry-structure", placing("zy-campus", "MultiPolygon", []), "works", "zy-campus"),
    ("geometry-type", placing("zy-lane-old", "Point", [10.1, 50.1]), "lanes", "zy-lane-old"),
    ("geometry-type", placing("zy-goal-1", "Point", [10.1, 50.1]), "goals", "zy-goal-1"),
    ("geometry-position", placing("zy-hall", "Point", [10.3, 150.06]), "works", "zy-hall"),
    ("geometry-position", placing("zy-hall", "Point", [540000.0, 3850000.0]), "works", "zy-hall"),
    ("geometry-position", placing("zy-hall", "Point", [10.31, 50.06, 7.0]), "works", "zy-hall"),
    ("geometry-ring", placing("zy-campus", "Polygon", [OUTER[:4]]), "works", "zy-campus"),
    ("geometry-winding", placing("zy-campus", "Polygon", [CLOCKWISE]), "works", "zy-campus"),
    ("geometry-winding", placing("zy-campus", "MultiPolygon", [[CLOCKWISE]]), "works", "zy-campus"),
    ("geometry-winding", placing("zy-campus", "Polygon", [OUTER, HOLE_CCW]), "works", "zy-campus"),
    ("geometry-valid", placing("zy-campus", "Polygon", [BOW_TIE]), "works", "zy-campus"),
    ("geometry-crs", placing("zy-hall", "Point", [10.31, 50.06], crs={}), "works", "zy-hall"),
    ("location-status", setting("zy-hall", location_status="unlocated"), "works", "zy-hall"),
    ("location-status", removing_geometry("zy-hall"), "works", "zy-hall"),
    ("location-uncertainty", setting("zy-hall", **{UNCERTAINTY: None}), "works", "zy-hall"),
    ("location-uncertainty", setting("zy-hall", **{UNCERTAINTY: 0}), "works", "zy-hall"),
    ("location-uncertainty", setting("zy-hall", **{UNCERTAINTY: "far"}), "works", "zy-hall"),
    ("location-uncertainty", setting("zy-library", **{UNCERTAINTY: 50}), "works", "zy-library"),
    ("location-origin", setting("zy-hall", georeferenceSources=None), "works", "zy-hall"),
    ("location-origin", setting("zy-hall", georeferenceProtocol=""), "works", "zy-hall"),
    ("location-origin", setting("zy-library", georeferenceSources="map"), "works", "zy-library"),
    (
        "location-precision",
        both(
            placing("zy-hall", "Point", [10.3101, 50.06]), setting("zy-hall", **{UNCERTAINTY: 101})
        ),
        "works",
        "zy-hall",
    ),
    ("location-inside", placing("zy-hall", "Point", [10.5, 50.1]), "works", "zy-hall"),
    ("location-inside", placing("zy-hall", "Point", [50.1, 10.3]), "works", "zy-hall"),
    (
        "location-inside",
        placing("zy-bridge", "LineString", [[10.3, 50.1], [10.5, 50.1]]),
        "works",
        "zy-bridge",
    ),
    ("candidate-status", setting("zy-spot-1", location_status="located"), "spots", "zy-spot-1"),
    ("candidate-status", setting("zy-hall", location_status="candidate"), "works", "zy-hall"),
    ("candidate-counted", setting("zy-goal-1", counted_from=["spots"]), "goals", "zy-goal-1"),
    ("deadline", setting("zy-hall", deadline_text=None), "works", "zy-hall"),
    ("deadline", setting("zy-hall", deadline="年底"), "works", "zy-hall"),
    ("reference-overlap", setting("zy-goal-2", overlaps_with=["zy-gone"]), "goals", "zy-goal-2"),
    ("reference-overlap", setting("zy-goal-2", overlaps_with=["zy-goal-2"]), "goals", "zy-goal-2"),
    ("reference-overlap", setting("zy-goal-3", overlaps_with=[]), "goals", "zy-goal-2"),
    ("reference-counted", setting("zy-goal-1", counted_from=["gone"]), "goals", "zy-goal-1"),
    ("reference-counted", setting("zy-goal-1", counted_from=["works?a=1"]), "goals", "zy-goal-1"),
    ("reference-counted", setting("zy-goal-1", counted_from=["works?x"]), "goals", "zy-goal-1"),
    (
        "reference-counted",
        setting("zy-goal-1", counted_from=["works?status=done"]),
        "goals",
        "zy-goal-1",
    ),
    ("reference-area", setting("zy-area-west", area_id="east"), "areas", "zy-area-west"),
    ("fact-known", setting("zy-hall", fact_ids=["F99"]), "works", "zy-hall"),
    ("fact-quantity", setting("zy-goal-1", quantity=36), "goals", "zy-goal-1"),
    ("fact-quantity", setting("zy-goal-1", quantity=None), "goals", "zy-goal-1"),
    ("fact-quantity", setting("zy-goal-2", fact_ids=["F5"]), "goals", "zy-goal-2"),
    ("fact-date", setting("zy-bridge", deadline="2021-06-29"), "works", "zy-bridge"),
    ("fact-date", setting("zy-hall", fact_ids=["F5"]), "works", "zy-hall"),
    ("fact-date", setting("zy-library", deadline_text=None), "works", "zy-library"),
    ("fact-placed", setting("zy-library", fact_ids=[]), "facts", "F4"),
    (
        "fact-placed",
        both(setting("zy-library", fact_ids=[]), setting("zy-spot-1", fact_ids=["F4"])),
        "facts",
        "F4",
    ),
    ("fact-words", setting("zy-hall", description_zh=f"报告说:{QUOTE[3:30]}!"), "works", "zy-hall"),
]


@pytest.fixture
def facts(tmp_path):
    return write_facts(tmp_path / "facts.csv")


def broken(findings):
    return {(found.rule, found.layer, found.feature) for found in findings}


def test_a_sound_dataset_has_no_finding(tmp_path, facts):
    assert run(write_dataset(tmp_path / "land"), facts=facts) == []


@pytest.mark.parametrize(("rule", "edit", "layer", "feature"), BROKEN)
def test_a_broken_rule_is_found_where_it_is_broken(rule, edit, layer, feature, tmp_path, facts):
    folder = write_dataset(tmp_path / "land", edit)
    assert (rule, layer, feature) in broken(run(folder, facts=facts))


@pytest.mark.parametrize(
    ("edit", "rules"),
    [
        (setting("zy-hall", kind="castle"), {"field-code"}),
        (placing("zy-campus", "Polygon", [CLOCKWISE]), {"geometry-winding"}),
        (setting("zy-hall", **{UNCERTAINTY: None}), {"location-uncertainty"}),
        (placing("zy-hall", "Point", [10.5, 50.1]), {"location-inside"}),
        (setting("zy-goal-1", quantity=36), {"fact-quantity"}),
    ],
)
def test_one_mistake_is_told_by_one_rule(edit, rules, tmp_path, facts):
    findings = run(write_dataset(tmp_path / "land", edit), facts=facts)
    assert {found.rule for found in findings} == rules


@pytest.mark.parametrize(
    "edit",
    [
        both(
            placing("zy-hall", "Point", [10.3101, 50.06]), setting("zy-hall", **{UNCERTAINTY: 100})
        ),
        both(placing("zy-hall", "Point", [10.31, 50.0]), setting("zy-hall", **{UNCERTAINTY: 999})),
        setting("zy-library", georeferenceProtocol="nobody says where it is"),
        placing("zy-campus", "Polygon", [OUTER, HOLE_CCW[::-1]]),
        setting("zy-hall", description_zh=QUOTE[:19]),
        setting("zy-goal-1", counted_from=["works?status=completion,maintenance&area_id=east"]),
    ],
)
def test_what_only_looks_like_a_mistake_is_none(edit, tmp_path, facts):
    assert run(write_dataset(tmp_path / "land", edit), facts=facts) == []


def test_the_boundary_keeps_the_decimals_that_it_was_published_with(tmp_path):
    ring = [[9.98765, 49.9], [10.4, 49.9], [10.4, 50.3], [9.98765, 50.3], [9.98765, 49.9]]
    edit = both(
        placing("zy-boundary", "Polygon", [ring]), setting("zy-boundary", **{UNCERTAINTY: 430})
    )
    assert run(write_dataset(tmp_path / "land", edit)) == []


def test_a_layer_with_a_flag_may_hold_what_is_outside_if_the_flag_says_so(tmp_path):
    field = 'in_district = { title_zh = "内", title_en = "in", type = "boolean", shp = "in_d" }\n'
    text = catalog_text().replace("[[layers]]", field + "[[layers]]", 1)
    text = text.replace("'spaces', 'open'", "'in_district', 'spaces', 'open'")

    def flag_all(features):
        for row in features["works"]:
            row["properties"]["in_district"] = None if row["geometry"] is None else True
        placing("zy-hall", "Point", [10.5, 50.1])(features)
        setting("zy-hall", in_district=False)(features)

    assert run(write_dataset(tmp_path / "sound", flag_all, text)) == []
    lying = both(flag_all, setting("zy-hall", in_district=True))
    assert broken(run(write_dataset(tmp_path / "lying", lying, text))) == {
        ("location-inside", "works", "zy-hall")
    }


# ------------------------------------------------------------------ files as they are written


def rewrite(path, change):
    document = json.loads(path.read_text(encoding="utf-8"))
    change(document)
    path.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")


def test_a_field_that_is_left_out_is_found(tmp_path):
    folder = write_dataset(tmp_path / "land")
    rewrite(folder / "works.geojson", lambda d: d["features"][0]["properties"].pop("status"))
    assert ("field-listed", "works", "zy-bridge") in broken(run(folder))


def test_a_field_that_no_catalogue_lists_is_found(tmp_path):
    folder = write_dataset(tmp_path / "land")
    rewrite(folder / "works.geojson", lambda d: d["features"][0]["properties"].update(colour="red"))
    assert ("field-listed", "works", "zy-bridge") in broken(run(folder))


def test_a_crs_member_is_found(tmp_path):
    folder = write_dataset(tmp_path / "land")
    rewrite(folder / "works.geojson", lambda d: d.update(crs={"type": "name"}))
    assert ("geometry-crs", "works", "") in broken(run(folder))


def test_features_out_of_order_are_a_warning(tmp_path):
    folder = write_dataset(tmp_path / "land")
    rewrite(folder / "works.geojson", lambda d: d["features"].reverse())
    found = [f for f in run(folder) if f.rule == "file-order"]
    assert [(f.layer, f.severity) for f in found] == [("works", "warning")]


def test_a_file_in_another_form_is_a_warning_that_names_the_line(tmp_path):
    folder = write_dataset(tmp_path / "land")
    path = folder / "works.geojson"
    path.write_bytes(path.read_bytes().replace(b'"zy-hall",', b'"zy-hall", '))
    (found,) = run(folder)
    assert (found.rule, found.layer, found.severity) == ("file-form", "works", "warning")
    assert found.message.startswith("line 4 ")


@pytest.mark.parametrize(
    "content",
    [None, b"", b"\xff\xfe", b"{", b"[]", b'{"type":"FeatureCollection"}',
     b'{"type":"FeatureCollection","features":[7]}',
     b'{"type":"FeatureCollection","features":[{"type":"Feature","id":5}]}'],
)  # fmt: skip
def test_a_file_that_cannot_be_read_is_a_finding_and_the_others_are_checked(content, tmp_path):
    folder = write_dataset(tmp_path / "land", setting("zy-goal-1", quantity="many"))
    path = folder / "works.geojson"
    path.unlink()
    if content is not None:
        path.write_bytes(content)
    findings = run(folder)
    assert broken(findings) == {("file", "works", ""), ("field-type", "goals", "zy-goal-1")}
    assert all(str(tmp_path) not in found.message for found in findings)


# ------------------------------------------------------------------ the table


WRITTEN_OTHERWISE = {"file", "file-order", "file-form", "field-listed"}


def test_every_rule_has_a_test_that_breaks_it():
    assert {rule for rule, *_ in BROKEN} | WRITTEN_OTHERWISE == {rule.id for rule in RULES}


def test_every_rule_has_its_row_in_the_reference_with_its_severity():
    text = (ROOT / "docs" / "reference" / "validation.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([a-z-]+)` \| (error|warning) \|", text, re.MULTILINE)
    assert rows == [(rule.id, rule.severity) for rule in RULES]


def test_findings_come_in_the_order_of_the_layers_and_ids(tmp_path):
    edits = both(
        setting("zy-goal-1", kind="castle"),
        setting("zy-hall", kind="castle"),
        setting("zy-bridge", kind="castle"),
    )
    findings = run(write_dataset(tmp_path / "land", edits))
    assert [f.feature for f in findings] == ["zy-bridge", "zy-hall", "zy-goal-1"]


def test_the_bundled_layers_have_no_finding():
    assert run(geodata_dir()) == []
