"""Importing a library as if another one were not installed."""

from __future__ import annotations

import sys
from importlib import import_module

import pytest

from zymap.absent import absent


@pytest.fixture
def package(tmp_path, monkeypatch):
    """Return the name of a package that nobody has imported yet."""
    (tmp_path / "zymap_apart.py").write_text("")
    monkeypatch.syspath_prepend(tmp_path)
    yield "zymap_apart"
    sys.modules.pop("zymap_apart", None)


def test_a_package_counts_as_not_installed_for_as_long_as_it_is_absent(package):
    with absent(package), pytest.raises(ModuleNotFoundError):
        import_module(package)
    assert import_module(package).__name__ == package


def test_a_package_is_there_again_after_an_error(package):
    with pytest.raises(ValueError, match="of the import"), absent(package):
        raise ValueError("of the import")
    assert import_module(package).__name__ == package


def test_what_is_imported_already_stays(package):
    before = import_module(package)
    with absent(package):
        assert import_module(package) is before
    assert sys.modules[package] is before
