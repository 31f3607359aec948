"""``zymap site parking`` writes a layer of candidates that keeps all rules, always the same."""

import importlib.util
import os
import shutil
import subprocess
import sys

import pytest
from tests.testland import catalog_text
from tests.zymap.datasets import find, write_dataset

from zymap.bundled import geodata_dir
from zymap.errors import InvalidData, InvalidRequest
from zymap.geojson import read_features
from zymap.siting import site_parking
from zymap.validate import run

START = "from zymap.cli import run; run()"
needs_spopt = pytest.mark.skipif(
    importlib.util.find_spec("spopt") is None, reason="zymap[siting] is not installed"
)


def candidates(folder):
    return read_features(folder / "spots.geojson")


@needs_spopt
def test_the_candidates_keep_every_rule_of_the_dataset(tmp_path):
    folder = write_dataset(tmp_path / "land")
    done = site_parking(folder, sites=12)
    assert run(folder) == []
    assert len(candidates(folder)) == done.sites == 12
    assert 0 < done.covered <= done.total


@needs_spopt
def test_a_candidate_claims_nothing_that_a_source_would_have_to_say(tmp_path):
    folder = write_dataset(tmp_path / "land")
    site_parking(folder, sites=3)
    for feature in candidates(folder):
        properties = feature["properties"]
        assert feature["id"].startswith("zy-parking-candidate-0")
        assert properties["location_status"] == "candidate"
        assert properties["area_source"] == "inferred"
        assert properties["fact_ids"] == []
        silent = ("deadline", "deadline_text", "section")
        assert [properties[name] for name in silent] == [None] * 3
        assert "算法建议" in properties["name_zh"]
        assert "500" in properties["georeferenceProtocol"]


@needs_spopt
def test_the_area_is_the_key_area_round_the_candidate_else_elsewhere(tmp_path):
    def shrink(features):
        # The western area gives up its half, so candidates there are elsewhere.
        features["areas"] = [find(features, "zy-area-east")]

    folder = write_dataset(tmp_path / "land", shrink)
    site_parking(folder, sites=20)
    for feature in candidates(folder):
        lon, _ = feature["geometry"]["coordinates"]
        assert feature["properties"]["area_id"] == ("east" if lon >= 10.2 else "other")
    assert len({f["properties"]["area_id"] for f in candidates(folder)}) == 2


@needs_spopt
def test_a_missing_layer_file_is_made(tmp_path):
    folder = write_dataset(tmp_path / "land")
    (folder / "spots.geojson").unlink()
    site_parking(folder, sites=2)
    assert len(candidates(folder)) == 2


@needs_spopt
def test_a_fresh_process_with_another_hash_seed_writes_the_same_bytes(tmp_path):
    contents = []
    for seed in ("1", "2"):
        folder = write_dataset(tmp_path / seed)
        command = [sys.executable, "-c", START, "site", "parking", "--sites", "9"]
        subprocess.run(
            [*command, "--geodata", folder],
            env={**os.environ, "PYTHONHASHSEED": seed},
            cwd=tmp_path,
            check=True,
            capture_output=True,
        )
        contents.append((folder / "spots.geojson").read_bytes())
    assert contents[0] == contents[1]


@needs_spopt
def test_the_bundled_candidates_are_what_the_command_computes(tmp_path):
    folder = tmp_path / "geodata"
    shutil.copytree(geodata_dir(), folder)
    site_parking(folder, sites=35)
    made = (folder / "parking.geojson").read_bytes()
    assert made == (geodata_dir() / "parking.geojson").read_bytes()


@needs_spopt
def test_too_many_sites_leave_the_file_as_it_was(tmp_path):
    def edit(features):
        features["works"] = [find(features, "zy-hall")]
        features["lanes"] = []

    folder = write_dataset(tmp_path / "land", edit)
    before = (folder / "spots.geojson").read_bytes()
    with pytest.raises(InvalidRequest, match="only"):
        site_parking(folder, sites=900)
    assert (folder / "spots.geojson").read_bytes() == before
    assert not list(folder.glob("*.part"))


def test_a_dataset_with_errors_is_refused(tmp_path):
    def edit(features):
        find(features, "zy-hall")["properties"]["kind"] = "castle"

    with pytest.raises(InvalidData, match="zy-hall"):
        site_parking(write_dataset(tmp_path / "land", edit), sites=2)


@pytest.mark.parametrize(
    ("old", "new", "error", "words"),
    [
        ('role = "candidates"', 'role = "context"', InvalidRequest, "role candidates"),
        ('role = "boundary"', 'role = "context"', InvalidRequest, "role boundary"),
        ("parking", "garage", InvalidData, "parking"),
        ("other = {", "rest = {", InvalidData, "other"),
    ],
)
def test_a_dataset_that_cannot_have_candidates_is_refused_with_the_reason(
    old, new, error, words, tmp_path
):
    def edit(features):
        features["spots"] = []
        if words in ("parking", "other"):
            for name in ("works", "lanes", "goals", "boundary"):
                features[name] = []

    folder = write_dataset(tmp_path / "land", edit, catalog_text().replace(old, new))
    with pytest.raises(error, match=words):
        site_parking(folder, sites=2)


def test_without_the_optional_packages_one_line_tells_what_to_install(
    tmp_path, monkeypatch, capsys
):
    from zymap.cli.app import main

    folder = write_dataset(tmp_path / "land")
    before = (folder / "spots.geojson").read_bytes()
    monkeypatch.setitem(sys.modules, "spopt", None)
    monkeypatch.setattr(
        "sys.argv", ["zymap", "site", "parking", "--sites", "2", "--geodata", str(folder)]
    )
    with pytest.raises(SystemExit) as left:
        main()
    assert left.value.code == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert "pip install 'zymap[siting]'" in error
    assert (folder / "spots.geojson").read_bytes() == before
