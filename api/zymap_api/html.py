"""The HTML representations: plain pages for a person who follows a link of the API."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import Response

from zymap.catalog import Catalog, Field
from zymap_api.answers import answer
from zymap_api.links import Link, root_of
from zymap_api.media import HTML
from zymap_api.state import catalog_of

if TYPE_CHECKING:
    import jinja2

# No script at all, styles from this server only.
CSP = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'self'"
)


@lru_cache(maxsize=1)
def _environment() -> jinja2.Environment:
    import jinja2

    loader = jinja2.FileSystemLoader(Path(__file__).parent / "templates")
    environment = jinja2.Environment(loader=loader, autoescape=True, trim_blocks=True)
    environment.filters["shown"] = shown
    return environment


def render(request: Request, template: str, **values: Any) -> str:
    """Render a template of this package; every value is escaped.

    The template knows ``root`` (address of the server), ``catalog`` and ``shown``.
    """
    catalog = catalog_of(request)
    return (
        _environment()
        .get_template(template)
        .render(root=root_of(request), catalog=catalog, **values)
    )


def answer_page(
    request: Request, template: str, tag: str, links: Sequence[Link], /, **values: Any
) -> Response:
    """Return a page of this package as an answer, under its policy.

    Parameters
    ----------
    tag : str
        See `zymap_api.answers.entity_tag`.
    links : sequence of Link
        What the header ``Link`` names.
    """
    page = render(request, template, **values)
    return answer(page, HTML, tag, links=links, headers={"Content-Security-Policy": CSP})


def shown(value: Any, field: Field, catalog: Catalog) -> str:
    """Return a property's value as a person reads it: codes by their titles."""
    if value is None or value == []:
        return "—"
    if isinstance(value, list):
        return "、".join(str(item) for item in value)
    if isinstance(value, bool):
        return "是 / yes" if value else "否 / no"
    titles: Mapping[str, Any] = catalog.code_list(field.enum) if field.enum else {}
    if value in titles:
        code = titles[value]
        return code.zh if code.zh == code.en else f"{code.zh} / {code.en}"
    return f"{value} {field.unit}" if field.unit else str(value)
