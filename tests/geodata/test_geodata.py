"""The bundled layers keep the rules that geodata/README.md promises."""

from __future__ import annotations

import csv
import os
from collections import Counter
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from shapely.geometry import shape

from zymap.catalog import Catalog, Layer, read_catalog
from zymap.geojson import Feature, read_features

ROOT = Path(__file__).resolve().parents[2]
GEODATA = ROOT / "geodata"
# The list of the report's statements is not part of the project: it holds verbatim quotes.
FACTS = Path(os.environ.get("ZYMAP_FACTS", ""))

LAYERS = ("district", "areas", "projects", "roads", "parks", "venues", "metro", "water", "targets")
SPATIAL = LAYERS[:-1]


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return read_catalog(GEODATA)


@pytest.fixture(scope="module")
def data(catalog: Catalog) -> dict[str, list[Feature]]:
    return {name: read_features(GEODATA / catalog.layer(name).file) for name in LAYERS}


def test_the_glossary_has_every_word_that_recurs_and_no_other(catalog, data):
    said = {
        part
        for features in data.values()
        for feature in features
        for words in (
            feature["properties"].get("deadline_text"),
            feature["properties"].get("section"),
        )
        for part in ([words] if words in catalog.glossary else (words or "").split("；"))
    } - {""}
    assert said == set(catalog.glossary)


@pytest.fixture(scope="module")
def facts() -> dict[str, dict[str, str]]:
    if not FACTS.is_file():
        pytest.skip(f"the statements of the report are not at hand ({FACTS.name})")
    with FACTS.open(encoding="utf-8", newline="") as file:
        return {row["id"]: row for row in csv.DictReader(file)}


def spatial(data: dict[str, list[Feature]]) -> Iterator[tuple[str, Feature]]:
    for name in SPATIAL:
        for feature in data[name]:
            yield name, feature


def everything(data: dict[str, list[Feature]]) -> Iterator[tuple[str, Feature]]:
    for name in LAYERS:
        for feature in data[name]:
            yield name, feature


def by_id(features: list[Feature]) -> dict[str, dict[str, Any]]:
    return {feature["id"]: feature["properties"] for feature in features}


def positions(coordinates: Any) -> Iterator[list[float]]:
    if isinstance(coordinates[0], (int, float)):
        yield coordinates
    else:
        for part in coordinates:
            yield from positions(part)


# ------------------------------------------------------------------ shape of the dataset


def test_the_counts_are_those_of_the_readme(data: dict[str, list[Feature]]) -> None:
    counted = {name: len(features) for name, features in data.items()}
    assert counted == {
        "district": 1, "areas": 3, "projects": 41, "roads": 27, "parks": 7,
        "venues": 7, "metro": 26, "water": 3, "targets": 40,
    }  # fmt: skip
    status = Counter(f["properties"]["location_status"] for _, f in spatial(data))
    assert status == {"located": 28, "approximate": 40, "unlocated": 47}


def test_the_works_are_the_projects_the_parks_and_the_planned_roads(
    catalog: Catalog, data: dict[str, list[Feature]]
) -> None:
    assert [source.collection for source in catalog.works()] == ["projects", "roads", "parks"]
    planned = [f for f in data["roads"] if f["properties"]["role"] == "planned"]
    assert len(data["projects"]) + len(data["parks"]) + len(planned) == 59


def test_the_key_areas_are_three_and_all_schematic(
    catalog: Catalog, data: dict[str, list[Feature]]
) -> None:
    areas = by_id(data["areas"])
    assert {p["area_id"] for p in areas.values()} == {"ccd-north", "ersha", "xushuihe"}
    assert {p["area_id"] for p in areas.values()} <= set(catalog.areas)
    assert {p["boundary_status"] for p in areas.values()} == {"inferred"}
    for first, second in combinations(data["areas"], 2):
        assert not shape(first["geometry"]).intersects(shape(second["geometry"]))


def test_ids_are_unique_over_all_layers_and_ascii(
    catalog: Catalog, data: dict[str, list[Feature]]
) -> None:
    ids = [feature["id"] for _, feature in everything(data)]
    assert len(ids) == len(set(ids))
    assert all(i.isascii() and i.startswith(catalog.dataset.id_prefix) for i in ids)
    assert all(i == i.lower() and " " not in i for i in ids)


@pytest.mark.parametrize("name", LAYERS)
def test_a_layer_has_exactly_the_fields_of_its_catalogue_entry(
    name: str, catalog: Catalog, data: dict[str, list[Feature]]
) -> None:
    layer = catalog.layer(name)
    for feature in data[name]:
        assert list(feature["properties"]) == [field.name for field in layer.fields]
        check_values(catalog, layer, feature)


def check_values(catalog: Catalog, layer: Layer, feature: Feature) -> None:
    for field in layer.fields:
        value = feature["properties"][field.name]
        where = f"{feature['id']}: {field.name}"
        assert value is not None or not field.required, where
        if field.enum and value is not None:
            assert value in catalog.code_list(field.enum), where
        if field.type == "list":
            assert isinstance(value, list), where


def test_every_kind_of_the_catalogue_is_used(
    catalog: Catalog, data: dict[str, list[Feature]]
) -> None:
    used = {feature["properties"]["kind"] for _, feature in everything(data)} | {"parking"}
    assert used == set(catalog.kinds)


# ------------------------------------------------------------------ positions


def test_an_unlocated_feature_has_no_geometry_but_a_reason(
    data: dict[str, list[Feature]],
) -> None:
    for _, feature in spatial(data):
        properties = feature["properties"]
        unlocated = properties["location_status"] == "unlocated"
        assert (feature["geometry"] is None) == unlocated, feature["id"]
        assert (properties["coordinateUncertaintyInMeters"] is None) == unlocated, feature["id"]
        assert (properties["in_district"] is None) == unlocated, feature["id"]
        assert (properties["georeferenceSources"] is None) == unlocated, feature["id"]
        assert properties["georeferenceProtocol"], feature["id"]


def test_located_means_within_250_m(data: dict[str, list[Feature]]) -> None:
    for _, feature in spatial(data):
        if feature["properties"]["location_status"] == "located":
            assert feature["properties"]["coordinateUncertaintyInMeters"] <= 250, feature["id"]


def test_positions_have_three_decimals_but_for_the_boundary(
    data: dict[str, list[Feature]],
) -> None:
    for name, feature in spatial(data):
        if feature["geometry"] is None or name == "district":
            continue
        for lon, lat in positions(feature["geometry"]["coordinates"]):
            assert (round(lon, 3), round(lat, 3)) == (lon, lat), feature["id"]


def test_polygons_are_valid_and_right_handed(data: dict[str, list[Feature]]) -> None:
    for feature in data["district"] + data["areas"]:
        geometry = shape(feature["geometry"])
        assert geometry.is_valid
        for part in getattr(geometry, "geoms", [geometry]):
            assert part.exterior.is_ccw, feature["id"]


def test_what_is_outside_the_district_is_flagged(data: dict[str, list[Feature]]) -> None:
    district = shape(data["district"][0]["geometry"])
    for _, feature in spatial(data):
        if feature["geometry"] is not None:
            inside = district.covers(shape(feature["geometry"]))
            assert feature["properties"]["in_district"] is inside, feature["id"]


def test_works_placed_in_a_key_area_lie_within_reach_of_it(
    data: dict[str, list[Feature]],
) -> None:
    areas = {f["properties"]["area_id"]: shape(f["geometry"]) for f in data["areas"]}
    for feature in data["projects"] + data["parks"]:
        area = areas.get(feature["properties"]["area_id"])
        if area is not None and feature["geometry"] is not None:
            assert area.covers(shape(feature["geometry"])), feature["id"]


def test_the_boundary_carries_its_attribution_and_terms(
    data: dict[str, list[Feature]],
) -> None:
    properties = data["district"][0]["properties"]
    assert "GS(2024)0650" in properties["attribution"]
    assert "不是开放数据" in properties["licence"]
    assert properties["coordinateUncertaintyInMeters"] == 430


def test_line_10_has_twelve_stations_that_opened_after_the_report(
    data: dict[str, list[Feature]],
) -> None:
    line_10 = [f["properties"] for f in data["metro"] if "10" in f["properties"]["lines"]]
    assert len(line_10) == 12
    assert {p["opened_on"] for p in line_10} == {"2023-09-28"}
    assert sum(not p["in_district"] for p in line_10) == 6


# ------------------------------------------------------------------ deadlines and numbers


def test_a_deadline_stands_only_where_the_report_names_one(
    data: dict[str, list[Feature]],
) -> None:
    dated = {
        f["properties"]["deadline_text"]: f["properties"]["deadline"]
        for _, f in everything(data)
        if f["properties"]["deadline"] is not None
    }
    assert dated == {"7月1日": "2021-07-01", "6月底前": "2021-06-30", "年底前": "2021-12-31"}


def test_before_the_spring_festival_is_no_date(data: dict[str, list[Feature]]) -> None:
    overhaul = by_id(data["roads"])["zy-road-overhaul-phase-2"]
    assert (overhaul["deadline"], overhaul["deadline_text"]) == (None, "春节前")


def test_road_quantities_outside_a_group_say_that_they_overlap(
    data: dict[str, list[Feature]],
) -> None:
    roads = by_id(data["roads"])
    counted = {i: p for i, p in roads.items() if p["quantity"] is not None}
    assert Counter(p["quantity"] for p in counted.values()) == Counter([9, 3, 4, 5, 48, 22, 5, 9])
    prefix = "zy-road-"
    additive = [
        {prefix + "overhaul-phase-2", prefix + "overhaul-phase-3", prefix + "overhaul-district"},
        {prefix + "dead-end-district", prefix + "dead-end-city"},
    ]
    for first, second in combinations(counted, 2):
        together = any({first, second} <= group for group in additive)
        assert (second in counted[first]["overlaps_with"]) is not together, (first, second)


@pytest.mark.parametrize("name", ["roads", "targets"])
def test_overlaps_are_mutual_and_point_at_features_of_the_layer(
    name: str, data: dict[str, list[Feature]]
) -> None:
    rows = by_id(data[name])
    for feature_id, properties in rows.items():
        for other in properties["overlaps_with"]:
            assert feature_id in rows[other]["overlaps_with"], (feature_id, other)


def test_what_a_target_counts_is_a_layer_and_a_field_with_that_code(
    catalog: Catalog, data: dict[str, list[Feature]]
) -> None:
    expressions = [e for f in data["targets"] for e in f["properties"]["counted_from"]]
    assert expressions
    for expression in expressions:
        layer_id, _, condition = expression.partition("?")
        layer = catalog.layer(layer_id)
        assert layer.role != "candidates", "a computed candidate never counts"
        name, _, value = condition.partition("=")
        enum = layer.field(name).enum
        assert enum is not None
        assert value in catalog.code_list(enum)


# ------------------------------------------------------------------ text


def test_descriptions_fit_a_shapefile_uncut(data: dict[str, list[Feature]]) -> None:
    for _, feature in everything(data):
        for name in ("name_zh", "name_en", "description_zh", "description_en"):
            size = len(feature["properties"][name].encode())
            assert 0 < size <= 254, (feature["id"], name, size)


def test_every_text_can_be_written_in_gbk(data: dict[str, list[Feature]]) -> None:
    for _, feature in everything(data):
        for value in feature["properties"].values():
            if isinstance(value, str):
                assert value.encode("gbk").decode("gbk") == value


# ------------------------------------------------------------------ against the statements


def test_every_project_road_park_and_place_of_the_report_is_in_a_layer(
    data: dict[str, list[Feature]], facts: dict[str, dict[str, str]]
) -> None:
    used = {i for _, f in everything(data) for i in f["properties"]["fact_ids"]}
    needed = {
        i
        for i, row in facts.items()
        if row["kind"] in {"project", "road", "park", "place", "target"}
        or (row["kind"] == "area" and row["mappable"] == "yes")
    }
    assert needed - used == set()
    assert {facts[i]["kind"] for i in used - needed} == {"policy"}


def test_the_targets_are_the_forty_of_the_report(
    data: dict[str, list[Feature]], facts: dict[str, dict[str, str]]
) -> None:
    stated = [i for i, row in facts.items() if row["kind"] == "target"]
    held = [i for f in data["targets"] for i in f["properties"]["fact_ids"]]
    assert len(held) == 40
    assert sorted(held) == sorted(stated)


@pytest.mark.parametrize("name", ["targets", "roads", "parks"])
def test_quantities_equal_the_report(
    name: str, data: dict[str, list[Feature]], facts: dict[str, dict[str, str]]
) -> None:
    for feature in data[name]:
        for fact_id in feature["properties"]["fact_ids"]:
            stated = facts[fact_id]["quantity"]
            expected = float(stated) if stated else None
            assert feature["properties"]["quantity"] == expected, feature["id"]


def test_the_area_and_the_section_are_those_of_the_statement(
    data: dict[str, list[Feature]], facts: dict[str, dict[str, str]]
) -> None:
    for name, feature in everything(data):
        properties = feature["properties"]
        for fact_id in properties["fact_ids"]:
            assert facts[fact_id]["section"] in properties["section"]
            # A key area also carries the statements on the three areas together.
            if name != "areas":
                assert facts[fact_id]["area"] == properties["area_id"], feature["id"]


def test_no_description_repeats_a_sentence_of_the_report(
    data: dict[str, list[Feature]], facts: dict[str, dict[str, str]]
) -> None:
    # Twelve characters hold any name that the report uses; a longer match would be a quotation.
    quotes = " ".join(row["quote_zh"] for row in facts.values())
    for _, feature in everything(data):
        text = feature["properties"]["description_zh"]
        for start in range(len(text) - 12):
            assert text[start : start + 13] not in quotes, feature["id"]
