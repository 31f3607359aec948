"""`zymap sheet`: the file that it leaves, and what it says of it."""

import subprocess
import sys

import pytest
from PIL import Image
from pypdf import PdfReader


@pytest.fixture
def command(testland, tmp_path):
    """Return the function that runs ``zymap sheet`` in a folder of its own."""

    def run(*words):
        folders = ["--geodata", str(testland), "--data", str(tmp_path / "data")]
        return subprocess.run(
            [sys.executable, "-c", "from zymap.cli import run; run()", "sheet", *words, *folders],
            capture_output=True, text=True, encoding="utf-8", cwd=tmp_path, timeout=120,
        )  # fmt: skip

    return run


def test_it_makes_the_sheet_of_an_area_and_says_what_is_on_it(command, tmp_path):
    done = command("east.pdf", "--area", "east", "--as-of", "2021-07-02", "--paper", "A4")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(
        "east.pdf: 4 works, 2 on the map, 2 not located, 0 overdue on 2021-07-02, 2 pages, 1:"
    )
    assert len(PdfReader(tmp_path / "east.pdf").pages) == 2
    again = command("east.pdf")
    assert again.returncode == 2
    assert "--force" in again.stderr
    assert (
        command("east.pdf", "--force", "--due", "overdue", "--as-of", "2021-07-02").returncode == 0
    )
    assert "逾期" in PdfReader(tmp_path / "east.pdf").pages[0].extract_text()


def test_it_makes_a_picture_of_the_map(command, tmp_path):
    done = command("map.png", "--only-map", "--view", "10,50,10.4,50.2")
    assert done.returncode == 0, done.stderr
    with Image.open(tmp_path / "map.png") as image:
        assert image.format == "PNG"
        assert image.width > 3000


@pytest.mark.parametrize(
    "words", [("out.svg",), ("out.pdf", "--paper", "A2"), ("out.pdf", "--as-of", "6月底"),
              ("out.pdf", "--area", "nowhere"), ("nowhere/out.pdf",)],
)  # fmt: skip
def test_a_mistake_is_one_line_and_no_file(command, tmp_path, words):
    done = command(*words)
    assert done.returncode == 2
    assert len(done.stderr.strip().splitlines()) == 1
    assert not list(tmp_path.glob("out*"))
