"""``zymap validate`` prints a line for each finding and tells by its exit code what it found."""

import pytest
from tests.zymap.datasets import find, write_dataset, write_facts

from zymap.cli.app import main


@pytest.fixture
def zymap(monkeypatch, capsys, tmp_path):
    """Run a command; return exit code, lines and what stands on stderr."""
    monkeypatch.delenv("ZYMAP_FACTS", raising=False)
    monkeypatch.chdir(tmp_path)

    def call(*arguments):
        monkeypatch.setattr("sys.argv", ["zymap", *map(str, arguments)])
        with pytest.raises(SystemExit) as left:
            main()
        out, err = capsys.readouterr()
        return left.value.code or 0, out.splitlines(), err

    return call


def test_a_sound_folder_is_exit_code_0(zymap, tmp_path):
    code, lines, err = zymap("validate", write_dataset(tmp_path / "land"))
    assert (code, lines, err) == (0, ["0 errors, 0 warnings"], "")


def test_an_error_is_a_line_and_exit_code_3(zymap, tmp_path):
    def edit(features):
        find(features, "zy-hall")["properties"]["kind"] = "castle"

    code, lines, _ = zymap("validate", write_dataset(tmp_path / "land", edit))
    assert code == 3
    assert lines == [
        "works zy-hall field-code kind: 'castle' is not in the code list kinds",
        "1 errors, 0 warnings",
    ]


def test_a_warning_leaves_exit_code_0(zymap, tmp_path):
    folder = write_dataset(tmp_path / "land")
    (folder / "works.geojson").write_bytes((folder / "works.geojson").read_bytes() + b"\n")
    code, lines, _ = zymap("validate", folder)
    assert code == 0
    assert lines[0].startswith("works - file-form ")
    assert lines[-1] == "0 errors, 1 warnings"


def test_the_list_of_statements_is_taken_from_the_environment(zymap, tmp_path, monkeypatch):
    folder = write_dataset(tmp_path / "land")
    facts = write_facts(tmp_path / "f.csv", [{"id": "F7", "kind": "park", "quote_zh": "公园"}])
    monkeypatch.setenv("ZYMAP_FACTS", str(facts))
    code, lines, _ = zymap("validate", folder)
    assert code == 3
    assert "facts F7 fact-placed a statement on a park that no layer holds" in lines
    monkeypatch.setenv("ZYMAP_FACTS", str(tmp_path / "gone.csv"))
    assert zymap("validate", folder)[0] == 0


def test_a_list_named_by_the_flag_must_be_there(zymap, tmp_path):
    folder = write_dataset(tmp_path / "land")
    code, _, err = zymap("validate", folder, "--facts", tmp_path / "gone.csv")
    assert code == 2
    assert err.count("\n") == 1


def test_a_folder_that_is_not_there_is_the_callers_mistake(zymap, tmp_path):
    code, lines, err = zymap("validate", tmp_path / "gone")
    assert (code, lines) == (2, [])
    assert err.count("\n") == 1


def test_a_folder_without_a_catalogue_is_invalid_data(zymap, tmp_path):
    assert zymap("validate", tmp_path)[0] == 3


def test_an_escape_sequence_in_a_value_does_not_reach_the_terminal(zymap, tmp_path):
    def edit(features):
        find(features, "zy-hall")["id"] = "zy-\x1b[2J\nworks zy-fake"

    code, lines, _ = zymap("validate", write_dataset(tmp_path / "land", edit))
    assert code == 3
    assert lines[0].startswith("works zy-\\x1b[2J\\nworks zy-fake id-form ")
