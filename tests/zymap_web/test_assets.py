"""Every file of the page is ours or locked, and none asks another host."""

from __future__ import annotations

import re

import pytest

from zymap_web.assets import (
    MODULE_DIR,
    STATIC_DIR,
    VENDOR_DIR,
    UnknownAsset,
    modules,
    sha384,
    vendored,
    vendored_files,
)

OWN = [path for path in STATIC_DIR.rglob("*") if path.is_file() and VENDOR_DIR not in path.parents]
TEXT = [path for path in OWN if path.suffix in (".js", ".css", ".json", ".ts")]


@pytest.mark.parametrize("file", vendored_files(), ids=lambda file: file.path)
def test_a_vendored_file_is_the_one_that_was_locked(file):
    assert sha384((VENDOR_DIR / file.path).read_bytes()) == file.sha384


def test_no_vendored_file_is_outside_the_lock():
    there = {path.relative_to(VENDOR_DIR).as_posix() for path in VENDOR_DIR.rglob("*.*")}
    there |= {path.relative_to(VENDOR_DIR).as_posix() for path in VENDOR_DIR.glob("*/*")}
    assert there - {"LOCK.toml"} == {file.path for file in vendored_files()}


def test_every_package_comes_with_its_licence():
    for package in {file.package for file in vendored_files()}:
        files = [file for file in vendored_files() if file.package == package]
        assert any(file.path.endswith("LICENSE") for file in files), package
        assert all(file.version and file.licence and file.source for file in files)


def test_an_unknown_name_is_refused():
    with pytest.raises(UnknownAsset):
        vendored("jquery")


@pytest.mark.parametrize("path", TEXT, ids=lambda path: path.name)
def test_no_file_of_ours_names_another_host(path):
    text = path.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
    assert not re.search(r"(?:https?:)?//[a-z0-9-]+\.[a-z]{2,}", text)


@pytest.mark.parametrize("path", [p for p in TEXT if p.suffix == ".js"], ids=lambda path: path.name)
def test_no_module_of_ours_can_turn_text_into_html_or_code(path):
    text = path.read_text(encoding="utf-8")
    forbidden = (
        r"innerHTML|outerHTML|insertAdjacentHTML|createContextualFragment|DOMParser|srcdoc"
        r"|document\.write|\beval\(|new Function|setTimeout\(\s*[\"'`]|bindPopup|bindTooltip"
    )
    assert not re.search(forbidden, text)


def test_every_module_is_either_asked_for_at_the_start_or_imported_when_needed():
    there = {path.name: path.read_text("utf-8") for path in MODULE_DIR.glob("*.js")}
    started = {address.rsplit("/", 1)[1] for address in modules()}
    imported = {name for text in there.values() for name in re.findall(r'from "\./([^"]+)"', text)}
    later = {
        name for text in there.values() for name in re.findall(r'import\("\./([^"]+\.js)"\)', text)
    }
    assert imported | later | {"main.js"} == set(there)
    assert started <= imported | {"main.js"}
