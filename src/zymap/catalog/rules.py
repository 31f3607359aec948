"""What must hold within a catalogue, beyond each table for itself."""

from __future__ import annotations

from collections.abc import Mapping

from zymap.catalog.model import AREA_FIELD, DUE_FIELD, STATUS_FIELD, Catalog, Layer, ProjectPackage
from zymap.codelists import PROJECT_TYPE
from zymap.errors import InvalidData

# What the API and the page ask of every layer, of every layer with shapes, and of some roles.
NAMED = ("name_zh", "name_en", "kind", AREA_FIELD)
PLACED = ("location_status", "coordinateUncertaintyInMeters")
ROLE_FIELDS: Mapping[str, tuple[str, ...]] = {
    "areas": ("boundary_status",),
    "works": (STATUS_FIELD, DUE_FIELD, "deadline_text", "location_status"),
    "targets": ("counted_from",),
}


def check_references(catalog: Catalog) -> None:
    """Check that what one table names stands in another.

    Raises
    ------
    InvalidData
        Something is named twice, or is named and not there.
    """
    # A GeoPackage and a workbook name their tables by title, so these must differ too.
    for names in (
        [layer.id for layer in catalog.layers],
        [layer.title_zh for layer in catalog.layers],
    ):
        for name in names:
            if names.count(name) > 1:
                raise InvalidData(f"catalog.toml: two layers are called {name}")
    for layer in catalog.layers:
        for name in (layer.temporal, *(name for name, _ in layer.works)):
            if name is not None:
                layer.field(name)
        _check_fields(catalog, layer)
    if len(catalog.by_role("areas")) > 1 or len(catalog.by_role("targets")) > 1:
        raise InvalidData("catalog.toml: at most one layer may have role areas, one targets")
    if catalog.projects is not None:
        _check_projects(catalog, catalog.projects)


def _check_projects(catalog: Catalog, projects: ProjectPackage) -> None:
    for name in ("publisher", "licence_url", "updated"):
        if getattr(catalog.dataset, name) is None:
            raise InvalidData(f"catalog.toml: [oc4ids] needs {name} in [dataset]")
    for kind in projects.kinds:
        if kind not in catalog.kinds:
            raise InvalidData(f"catalog.toml: [oc4ids]: there is no kind {kind}")
    for code in projects.types.values():
        if code not in PROJECT_TYPE:
            raise InvalidData(f"catalog.toml: [oc4ids]: {code!r} is none of {list(PROJECT_TYPE)}")
    for layer in catalog.by_role("works"):
        if projects.type_field is not None:
            layer.field(projects.type_field)


def _check_fields(catalog: Catalog, layer: Layer) -> None:
    for item in layer.fields:
        if item.enum is not None:
            catalog.code_list(item.enum)
    needed = (*NAMED, *(PLACED if layer.geometry else ()), *ROLE_FIELDS.get(layer.role, ()))
    for name in needed:
        if not layer.has_field(name):
            raise InvalidData(f"catalog.toml: layer {layer.id} must have the field {name}")
    _check_shapefile_names(layer)


def _check_shapefile_names(layer: Layer) -> None:
    seen: dict[str, str] = {}
    for item in layer.fields:
        key = item.shp.lower()
        if not (item.shp.isascii() and item.shp.isidentifier() and len(item.shp) <= 10):
            raise InvalidData(
                f"catalog.toml: field {item.name}: shp = {item.shp!r} must be an ASCII "
                "identifier of at most 10 characters"
            )
        if key in seen:
            raise InvalidData(
                f"catalog.toml: layer {layer.id}: fields {seen[key]} and {item.name} share "
                f"the Shapefile name {item.shp}"
            )
        seen[key] = item.name
