"""Demand stands where features are, as far as that is known, and nowhere else."""

import numpy as np
import pytest
from shapely import box
from tests.testland import catalog_text
from tests.zymap.datasets import find, sound_features

from zymap.catalog import parse_catalog
from zymap.plane import plane_at
from zymap.siting.candidates import UNCERTAINTY_M, find_candidates, find_water
from zymap.siting.demand import UNITS, find_demand
from zymap.siting.lattice import SPACING_M, grid_points, points_along

PLANE = plane_at(10.2)
DISTRICT = PLANE.to_metres(box(10.0, 50.0, 10.4, 50.2))
CATALOG = parse_catalog(catalog_text())


def only(*features):
    """Return layers that hold nothing but works."""
    layers = {layer.id: [] for layer in CATALOG.layers}
    return {**layers, "works": list(features)}


def work(lon, lat, uncertainty_m, **properties):
    feature = find(sound_features(), "zy-hall")
    feature["geometry"] = {"type": "Point", "coordinates": [lon, lat]}
    feature["properties"].update(coordinateUncertaintyInMeters=uncertainty_m, **properties)
    return feature


def weight(demand):
    return demand.units.sum() / UNITS


def test_a_well_known_place_is_one_point_where_it_is():
    demand = find_demand(CATALOG, only(work(10.31, 50.06, 50)), DISTRICT, PLANE)
    np.testing.assert_allclose(PLANE.to_degrees(demand.points), [[10.31, 50.06]], atol=1e-6)
    assert weight(demand) == 2.0


def test_a_coarse_place_is_spread_over_its_circle_and_keeps_its_weight():
    demand = find_demand(CATALOG, only(work(10.2, 50.1, 1000)), DISTRICT, PLANE)
    assert len(demand.points) == pytest.approx(np.pi * 1000**2 / SPACING_M**2, rel=0.1)
    assert weight(demand) == pytest.approx(2.0, rel=0.01)
    centre = PLANE.forward(np.array([[10.2, 50.1]]))
    assert np.hypot(*(demand.points - centre).T).max() <= 1000


def test_a_circle_that_reaches_over_the_boundary_leaves_its_share_outside():
    demand = find_demand(CATALOG, only(work(10.4, 50.1, 1000)), DISTRICT, PLANE)
    assert weight(demand) == pytest.approx(1.0, rel=0.2)


@pytest.mark.parametrize(
    "properties",
    [{"location_status": "unlocated"}, {"location_status": "candidate"}, {"kind": "area"},
     {"kind": "parking"}, {"kind": "road"}, {"kind": "unheard-of"}],
)  # fmt: skip
def test_what_nobody_drives_to_makes_no_demand(properties):
    demand = find_demand(CATALOG, only(work(10.2, 50.1, 50, **properties)), DISTRICT, PLANE)
    assert (len(demand.points), weight(demand), demand.features) == (0, 0, 0)


def test_a_null_geometry_makes_no_demand():
    feature = work(10.2, 50.1, None)
    feature["geometry"] = None
    assert weight(find_demand(CATALOG, only(feature), DISTRICT, PLANE)) == 0


def test_two_features_at_one_place_meet_in_one_point():
    twin = [work(10.2, 50.1, 50), {**work(10.2, 50.1, 50), "id": "zy-twin"}]
    demand = find_demand(CATALOG, only(*twin), DISTRICT, PLANE)
    assert (len(demand.points), weight(demand), demand.features) == (1, 4.0, 2)


def test_existing_streets_make_demand_along_them_and_planned_ones_none():
    layers = {**only(), "lanes": sound_features()["lanes"]}
    demand = find_demand(CATALOG, layers, DISTRICT, PLANE)
    length_m = PLANE.to_metres(box(10.0, 50.12, 10.4, 50.12)).length / 2
    assert weight(demand) == pytest.approx(length_m / SPACING_M, abs=2)
    find(layers, "zy-lane-old")["properties"]["role"] = "planned"
    assert weight(find_demand(CATALOG, layers, DISTRICT, PLANE)) == 0


def test_points_along_a_line_are_about_a_spacing_apart_and_hold_both_ends():
    from shapely import LineString

    points = points_along(LineString([(0, 0), (0, 1010)]))
    assert points.tolist() == [[0, 0], [0, 252.5], [0, 505], [0, 757.5], [0, 1010]]


def test_the_grid_is_the_same_for_every_region():
    whole, part = grid_points(box(-10, -10, 1010, 510)), grid_points(box(240, 240, 760, 510))
    assert len(whole) == 15
    assert {tuple(point) for point in part} < {tuple(point) for point in whole}


def test_the_plane_is_the_zone_of_its_place():
    assert plane_at(113.6).name == "EPSG:4547"
    assert plane_at(116.4).name == "EPSG:4548"
    assert "9" in plane_at(10.2).name
    there = PLANE.forward(np.array([[10.31, 50.06]]))
    np.testing.assert_allclose(PLANE.to_degrees(there), [[10.31, 50.06]], atol=1e-9)


def test_candidates_are_inside_rounded_and_off_the_water():
    feature = work(10.2, 50.1, 900, kind="water")
    water = find_water(CATALOG, only(feature), PLANE)
    places = find_candidates(DISTRICT, water, PLANE)
    assert (np.round(places, 3) == places).all()
    assert (places >= [10.0, 50.0]).all()
    assert (places <= [10.4, 50.2]).all()
    distances = np.hypot(*(PLANE.forward(places) - PLANE.forward(np.array([[10.2, 50.1]]))).T)
    assert 900 < distances.min() < 900 + 2 * SPACING_M


def test_every_place_of_the_district_is_within_a_candidates_uncertainty():
    places = PLANE.forward(find_candidates(DISTRICT, find_water(CATALOG, only(), PLANE), PLANE))
    rng = np.random.default_rng(5)
    inner = rng.uniform([10.01, 50.01], [10.39, 50.19], (300, 2))
    steps = PLANE.forward(inner)[:, None, :] - places[None, :, :]
    assert np.hypot(steps[..., 0], steps[..., 1]).min(axis=1).max() <= UNCERTAINTY_M
