"""`zymap export`: the question that its words make, and the file that it leaves."""

import subprocess
import sys
import zipfile

import pytest

from zymap.bbox import BBox
from zymap.cli.filters import Filters, make_query
from zymap.errors import InvalidRequest, NotFound
from zymap.query import Condition, Range

NOTHING = dict.fromkeys(Filters.__dataclass_fields__)


def question(store, *layers, **filters):
    return make_query(store.catalog(), list(layers), Filters(**{**NOTHING, **filters}))


def test_without_layers_and_area_it_is_the_works_and_only_them(store):
    assert question(store).sources == store.catalog().works()


def test_an_area_takes_all_its_layers_and_the_targets_along(store):
    query = question(store, area="east")
    assert query.collections == ("areas", "works", "lanes", "spots", "goals")
    assert query.conditions == (Condition("area_id", ("east",)),)


def test_a_layer_without_the_field_asked_for_is_left_out(store):
    query = question(store, area="east", status="implementation,completion")
    assert "goals" not in query.collections
    assert query.conditions[1] == Condition("status", ("implementation", "completion"))


def test_named_layers_are_taken_as_they_are(store):
    assert question(store, "lanes", "goals").collections == ("lanes", "goals")
    with pytest.raises(NotFound):
        question(store, "nowhere")


def test_every_filter_reaches_the_question(store):
    query = question(
        store, "works", kind="project", due_before="2021-06-30", located=False,
        bbox="10,50,11,51", text="Ｌib", within="east",
    )  # fmt: skip
    assert query.conditions == (Condition("kind", ("project",)),)
    assert query.ranges == (Range("deadline", None, "2021-06-30", with_null=False),)
    assert query.bbox == BBox(10, 50, 11, 51)
    assert (query.located, query.text, query.within) == (False, "lib", "east")


def test_what_is_overdue_is_asked_for_a_day(store):
    query = question(store, "works", due="overdue,soon", as_of="2021-07-02")
    assert (query.due, query.as_of) == (("overdue", "soon"), "2021-07-02")
    with pytest.raises(InvalidRequest, match="--due"):
        question(store, "works", due="late")


def test_a_day_that_is_none_is_refused(store):
    with pytest.raises(InvalidRequest, match="due-after"):
        question(store, "works", due_after="6月底")


@pytest.fixture
def command(testland, tmp_path):
    """Return the function that runs ``zymap export`` in a folder of its own."""

    def run(*words):
        options = ["--data", str(tmp_path / "data"), "--geodata", str(testland)]
        return subprocess.run(
            [sys.executable, "-c", "from zymap.cli.app import main; main()",
             "export", *words, *options],
            cwd=tmp_path, capture_output=True, encoding="utf-8", check=False,
        )  # fmt: skip

    return run


def test_it_writes_the_file_says_so_and_never_over_another(command, tmp_path):
    words = ("--area", "east", "--crs", "EPSG:4547", "--encoding", "GBK", "-o", "a.zip")
    done = command(*words)
    assert (done.returncode, done.stderr) == (0, "")
    assert "a.zip: 6 features, 4 located, EPSG:4547, GBK" in done.stdout
    assert "works_point.shp" in zipfile.ZipFile(tmp_path / "a.zip").namelist()
    again = command(*words)
    assert again.returncode == 2
    assert again.stderr == "zymap: a.zip is there already; --force replaces it\n"
    assert command(*words, "--force").returncode == 0


@pytest.mark.skipif(sys.platform == "win32", reason="no pseudo-terminal on this system")
def test_a_terminal_sees_how_far_it_is_and_keeps_only_the_result(testland, tmp_path):
    import os
    import pty

    # As if every batch were one feature and took its time.
    code = (
        "from zymap.cli import meter; from zymap.export import job; from zymap.cli.app import main; "
        "meter._PAUSE_S, job.BATCH = 0, 1; main()"
    )
    words = ["works", "-o", "a.zip", "--data", str(tmp_path / "data"), "--geodata", str(testland)]
    mine, theirs = pty.openpty()
    done = subprocess.run(
        [sys.executable, "-c", code, "export", *words],
        cwd=tmp_path, stdout=subprocess.PIPE, stderr=theirs, check=False,
    )  # fmt: skip
    os.close(theirs)
    shown = os.read(mine, 65536).decode()
    os.close(mine)
    assert done.returncode == 0, shown
    assert "写入 / writing 1 / " in shown
    assert "核对 / checking 1 / " in shown
    assert shown.endswith("\x1b[2K\r")
    assert done.stdout.startswith(b"a.zip: ")


def test_without_an_output_the_file_has_a_telling_name(command, tmp_path):
    assert command("works", "--format", "geojson").returncode == 0
    (path,) = tmp_path.glob("*.geojson")
    assert path.name.startswith("测试区_工程_")


@pytest.mark.parametrize(
    ("words", "part"),
    [
        (("--format", "dwg"), "'dwg' is not on offer"),
        (("--crs", "4527"), "'4527' is not on offer"),
        (("--area", "nowhere"), "'nowhere' is not a code"),
        (("--format", "kml", "--crs", "4547"), "always EPSG:4326"),
        (("--bbox", "1,2,3"), "bbox"),
        (("--kind", "project", "goals", "--within", "south"), "south"),
    ],
)
def test_a_mistake_is_one_line_and_exit_code_2(words, part, command, tmp_path):
    done = command(*words)
    assert done.returncode == 2, done
    assert part in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert [path.name for path in tmp_path.iterdir() if path.name != "data"] == []
