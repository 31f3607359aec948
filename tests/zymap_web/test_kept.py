"""The frame of the page as a file of the data folder."""

from __future__ import annotations

import subprocess
import sys

import pytest
from tests.testland import catalog_text

from zymap.catalog import parse_catalog
from zymap_web import kept
from zymap_web.page import render_page


@pytest.fixture
def catalog():
    return parse_catalog(catalog_text())


def frame_in(folder):
    (path,) = folder.iterdir()
    return path


def shown_elsewhere(folder):
    """Return what another process shows, and which of Folium and pandas it imported for it."""
    code = (
        "import sys\nfrom pathlib import Path\nfrom tests.testland import catalog_text\n"
        "from zymap.catalog import parse_catalog\nfrom zymap_web.page import render_page\n"
        "page = render_page(parse_catalog(catalog_text()), (), Path(sys.argv[1]))\n"
        "print(page.etag, *({'folium', 'pandas'} & set(sys.modules)))"
    )
    command = [sys.executable, "-c", code, folder]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return done.stdout.split()


def test_what_one_process_kept_another_shows_without_folium(tmp_path, catalog):
    made = render_page(catalog)
    assert shown_elsewhere(tmp_path) == [made.etag, "folium"]
    assert shown_elsewhere(tmp_path) == [made.etag]


def test_a_damaged_frame_is_made_anew(tmp_path):
    assert kept.kept_frame(tmp_path, lambda: "<p>图</p>") == "<p>图</p>"
    whole = frame_in(tmp_path).read_bytes()
    for damaged in (b"", whole[:-3], whole.replace(b"<p>", b"<b>")):
        frame_in(tmp_path).write_bytes(damaged)
        assert kept.kept_frame(tmp_path, lambda: "<p>图</p>") == "<p>图</p>"
        assert frame_in(tmp_path).read_bytes() == whole


def test_a_frame_of_other_making_is_not_shown_and_goes(tmp_path, monkeypatch):
    kept.kept_frame(tmp_path, lambda: "old")
    monkeypatch.setattr(kept, "_made_of", lambda: "other")
    assert kept.kept_frame(tmp_path, lambda: "new") == "new"
    assert frame_in(tmp_path).name == ".page-other.html"


def test_where_nothing_can_be_written_the_page_is_shown_all_the_same(tmp_path):
    assert kept.kept_frame(tmp_path / "missing", lambda: "made") == "made"
    assert not list(tmp_path.iterdir())
