"""Compute candidate car parks for a dataset and write them as its layer of candidates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from zymap.catalog import Catalog, Layer, Role, read_catalog
from zymap.errors import InvalidData, InvalidRequest
from zymap.geojson import Feature, read_features, write_features
from zymap.plane import Plane, plane_at
from zymap.siting.candidates import find_candidates, find_water
from zymap.siting.coverage import choose_sites, make_instance
from zymap.siting.demand import UNITS, find_demand
from zymap.siting.features import Setting, check_codes, make_feature
from zymap.validate import run as validate

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

# An assumption within what the literature gives; docs/parking-siting.md says which.
RADIUS_M = 500

Layers = Mapping[str, Sequence[Feature]]


@dataclass(frozen=True, slots=True)
class Siting:
    """What was computed and written.

    Attributes
    ----------
    covered, total : float
        Demand within the radius of at least one site, and all demand, in the weights' unit.
    demand_features : int
        Features that make the demand, streets included.
    rounds : int
        1, or more if sites were left once all demand in reach was covered.
    """

    path: Path
    sites: int
    covered: float
    total: float
    demand_features: int
    rounds: int


def site_parking(folder: Path, *, sites: int, radius_m: int = RADIUS_M) -> Siting:
    """Compute candidate car parks and write the dataset's layer of candidates.

    Parameters
    ----------
    folder : pathlib.Path
        A geodata folder whose catalogue has a boundary layer and one layer of candidates. The
        file of the latter is replaced as a whole, or not at all.
    sites : int
        How many.
    radius_m : int
        Service radius in metres, along a straight line.

    Raises
    ------
    InvalidRequest
        The dataset has no such layers or too little demand, the optional packages are missing,
        or the file cannot be written.
    InvalidData
        Another layer breaks a rule.
    """
    catalog = read_catalog(folder)
    target = _target(catalog)
    check_codes(catalog)
    _refuse_errors(folder, target)
    layers = {
        layer.id: read_features(folder / layer.file)
        for layer in catalog.layers
        if layer is not target
    }
    plane, district = _district(catalog, layers)
    demand = find_demand(catalog, layers, district, plane)
    places = find_candidates(district, find_water(catalog, layers, plane), plane)
    instance = make_instance(demand.points, demand.units, plane.forward(places), radius_m)
    choices = choose_sites(instance, sites)
    total = int(demand.units.sum())
    areas = [(f["properties"]["area_id"], shape) for f, shape in _shapes(catalog, layers, "areas")]
    setting = Setting(catalog, target, areas, total, radius_m, sites, plane.name)
    features = [
        make_feature(setting, number, choice, places[choice.site])
        for number, choice in enumerate(choices, start=1)
    ]
    _write(folder / target.file, target, features)
    return Siting(
        path=folder / target.file,
        sites=sites,
        covered=instance.covered([choice.site for choice in choices]) / UNITS,
        total=total / UNITS,
        demand_features=demand.features,
        rounds=choices[-1].round,
    )


def _target(catalog: Catalog) -> Layer:
    layers = catalog.by_role("candidates")
    if len(layers) != 1:
        raise InvalidRequest(f"{len(layers)} layers have the role candidates; there must be one")
    return layers[0]


def _refuse_errors(folder: Path, target: Layer) -> None:
    errors = [
        finding
        for finding in validate(folder)
        if finding.severity == "error" and finding.layer != target.id
    ]
    if errors:
        raise InvalidData(
            f"{folder}: {len(errors)} errors, the first in {errors[0].layer} {errors[0].feature}: "
            f"{errors[0].message}; `zymap validate` lists them all"
        )


def _shapes(catalog: Catalog, layers: Layers, role: Role) -> list[tuple[Feature, BaseGeometry]]:
    from shapely.geometry import shape

    return [
        (feature, shape(feature["geometry"]))
        for layer in catalog.by_role(role)
        for feature in layers[layer.id]
        if feature["geometry"] is not None
    ]


def _district(catalog: Catalog, layers: Layers) -> tuple[Plane, BaseGeometry]:
    """Return the plane to measure in and the district in it."""
    from shapely import unary_union

    shapes: list[Any] = [shape for _, shape in _shapes(catalog, layers, "boundary")]
    if not shapes:
        raise InvalidRequest("no layer with the role boundary says where the district is")
    district = unary_union(shapes)
    plane = plane_at(district.centroid.x)
    return plane, plane.to_metres(district)


def _write(path: Path, layer: Layer, features: Sequence[Feature]) -> None:
    try:
        write_features(path, layer.id, features, [item.name for item in layer.fields])
    except OSError as error:
        raise InvalidRequest(f"{path}: cannot be written ({error.strerror})") from error
