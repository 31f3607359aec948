"""The works that are infrastructure projects, as an OC4IDS project package.

Standard: Open Contracting for Infrastructure Data Standard (OC4IDS) 0.9.5, project package and
project schema. What becomes what, and what is left out: ``docs/reference/oc4ids.md``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import orjson

from zymap.catalog import DUE_FIELD, STATUS_FIELD, Catalog, ProjectPackage
from zymap.errors import NotFound
from zymap.query import Condition, Query
from zymap.store.base import Store

# major.minor, as the package schema has it.
VERSION = "0.9"

Json = dict[str, Any]


def project_package(store: Store, uri: str) -> Json:
    """Return the project package of a dataset, whole: the standard knows no pages.

    Parameters
    ----------
    store : Store
        Holds the features.
    uri : str
        Address that the package can be fetched from.

    Returns
    -------
    dict
        JSON values. It depends on the data and on `uri` alone, not on the moment.

    Raises
    ------
    NotFound
        The catalogue does not say which works are projects, or none is (a package must hold one).
    """
    catalog = store.catalog()
    if catalog.projects is None:
        raise NotFound("this dataset has no [oc4ids] in its catalogue")
    projects = list(_projects(store, catalog, catalog.projects))
    dataset = catalog.dataset
    if not projects:
        raise NotFound("this dataset has no infrastructure projects")
    return {
        "uri": uri,
        "publishedDate": _moment(dataset.updated),
        "version": VERSION,
        "publisher": {"name": dataset.publisher},
        "license": dataset.licence_url,
        "projects": projects,
    }


def _projects(store: Store, catalog: Catalog, package: ProjectPackage) -> Iterator[Json]:
    of_kinds = Query(catalog.works(), conditions=(Condition("kind", package.kinds),))
    for text in store.iterate(of_kinds):
        feature = orjson.loads(text)
        # Without a stage the source only names a place: it promises no works there.
        if feature["properties"][STATUS_FIELD] is not None:
            yield _project(feature, catalog, package)


def _project(feature: Json, catalog: Catalog, package: ProjectPackage) -> Json:
    values: Mapping[str, Any] = feature["properties"]
    kind = values["kind"]
    made: Json = {
        "id": f"{package.prefix}-{feature['id']}",
        "updated": _moment(catalog.dataset.updated),
        "identifiers": [{"id": feature["id"], "scheme": catalog.dataset.id}],
        "title": _both(values, "name", " / "),
        "description": _both(values, "description", "\n"),
        "status": values[STATUS_FIELD],
        "period": _period(values),
        "sector": with_parents(values.get("sector") or []),
        "type": package.types.get(str(values.get(package.type_field or ""))),
        "additionalClassifications": [
            {
                "scheme": f"{catalog.dataset.id}-kinds",
                "id": kind,
                "description": f"{catalog.kinds[kind].zh} / {catalog.kinds[kind].en}",
            }
        ],
        "locations": [_location(feature, catalog)],
        "documents": [_document(values, catalog)],
    }
    return {key: value for key, value in made.items() if value not in (None, "", [], {})}


def with_parents(sectors: list[str]) -> list[str]:
    """Return sectors with the parent of each sub-sector before it, as the standard asks."""
    found: dict[str, None] = {}
    for sector in sectors:
        found |= dict.fromkeys((sector.partition(".")[0], sector))
    return list(found)


def _period(values: Mapping[str, Any]) -> Json:
    # Only a day that the source states; a wording such as "this year" is no date.
    due = values[DUE_FIELD]
    return {"endDate": f"{due}T23:59:59+08:00"} if due else {}


def _location(feature: Json, catalog: Catalog) -> Json:
    values: Mapping[str, Any] = feature["properties"]
    dataset, area = catalog.dataset, catalog.areas[values["area_id"]]
    status = catalog.code_list("location_status")[values["location_status"]]
    radius = values.get("coordinateUncertaintyInMeters")
    parts = [
        f"{area.zh} / {area.en}",
        f"{status.zh} / {status.en}" + (f", ± {radius} m" if radius else ""),
        values.get("georeferenceProtocol"),
    ]
    made: Json = {
        "id": f"{feature['id']}-location",
        "description": "\n".join(filter(None, parts)),
        "address": {"locality": f"{dataset.place_zh} / {dataset.place_en}"},
    }
    if feature["geometry"] is not None:
        made["geometry"] = feature["geometry"]
    return made


def _document(values: Mapping[str, Any], catalog: Catalog) -> Json:
    """Return the source document as far as it speaks of this project.

    It has no documentType: the code list has none for a press account of a report.
    """
    section, facts = values.get("section"), values.get("fact_ids") or []
    parts = [section, f"条目 / statements: {', '.join(facts)}" if facts else None]
    made = {
        "id": f"{catalog.dataset.id}-source",
        "title": f"{catalog.dataset.report_zh} / {catalog.dataset.report_en}",
        "description": "\n".join(filter(None, parts)),
    }
    return {key: value for key, value in made.items() if value}


def _both(values: Mapping[str, Any], name: str, between: str) -> str:
    texts = (values.get(f"{name}_zh"), values.get(f"{name}_en"))
    return between.join(dict.fromkeys(text for text in texts if text))


def _moment(day: str | None) -> str:
    return f"{day}T00:00:00Z"
