"""The documents name everything that there is, and nothing else."""

import re
import tomllib
from pathlib import Path

import zymap_api.problems
from zymap.errors import ZymapError
from zymap.settings import Settings
from zymap_api.app import MODULES
from zymap_api.params import EXPORT, FILTERS, PAGE, REPRESENTATION, SELECTION
from zymap_api.routes import areas, ogc, sheets, tiles, works

ROOT = Path(__file__).resolve().parents[1]


def read(name):
    return (ROOT / "docs" / name).read_text(encoding="utf-8")


def rows(text):
    """Return the first cells of all table rows."""
    return set(re.findall(r"^\| ?(.+?) \|", text, re.MULTILINE))


def tree(error):
    return {error, *(deep for sub in error.__subclasses__() for deep in tree(sub))}


def test_every_error_code_has_its_row():
    assert zymap_api.problems
    text = read("reference/api.md")
    for error in tree(ZymapError):
        assert f"`{error.code}`" in text, error


def test_every_route_has_its_row_and_every_row_its_route():
    routes = [route for module in MODULES for route in module.router.routes]
    hot = [route for module in (ogc, areas, works, tiles) for route in module.hot_routes]
    paths = {route.path for route in (*routes, *hot)} | {"/static"}
    doors = read("reference/api.md").split("## 参数")[0]
    assert {cell.strip("`") for cell in rows(doors) if cell.startswith("`/")} == paths


def test_every_parameter_has_its_row():
    text = read("reference/api.md")
    for name in (*PAGE, *FILTERS, *SELECTION, *REPRESENTATION, *EXPORT):
        assert re.search(rf"^\|[^|]*`{name}`", text, re.MULTILINE), name


def test_every_parameter_of_a_sheet_has_its_row():
    text = read("reference/sheet.md")
    for name in sheets.SHEET:
        assert re.search(rf"^\|[^|]*`{name}`", text, re.MULTILINE), name


def test_every_setting_has_its_row():
    listed = rows(read("reference/cli.md").split("## 设置")[1])
    assert {f"`{name}`" for name in Settings.model_fields} <= listed


def test_every_command_has_its_row():
    from typer.main import get_command

    from zymap.cli.app import app

    text = read("reference/cli.md")
    for name in get_command(app).commands:
        assert f"`zymap {name}" in text, name


def test_every_dependency_has_its_reason():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    names = {re.match(r"[a-z0-9-]+", text)[0] for text in project["dependencies"]}
    assert names == rows(read("dependencies.md")) - {"package", "---"}


def test_every_link_between_documents_leads_somewhere():
    folders = ("", "docs/**/", "geodata/", "benchmarks/")
    for path in [path for folder in folders for path in ROOT.glob(f"{folder}*.md")]:
        for target in re.findall(r"\]\((?!https?:|#|mailto:)([^)#]+)", path.read_text("utf-8")):
            assert (path.parent / target).exists(), f"{path.name}: {target}"


def test_every_conformance_class_has_its_row():
    from zymap_api import records

    listed = rows(read("conformance.md"))
    for uri in (*ogc.CONFORMS_TO, *records.CONFORMS_TO):
        assert f"`{uri.removeprefix('http://www.opengis.net/spec/')}`" in listed, uri


def test_every_test_that_conformance_names_is_there():
    for path in re.findall(r"`(tests/[^`]+)`", read("conformance.md")):
        assert (ROOT / path).exists(), path
