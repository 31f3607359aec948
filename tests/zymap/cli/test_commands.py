"""The commands as a person types them: in a process of their own, in an empty folder."""

import hashlib
import json
import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
from tests.testland import write_testland


@pytest.fixture
def zymap(tmp_path):
    """Return a function that runs ``zymap`` in an empty folder and hands back what it did."""
    # Unbuffered output would hide an address that is printed and not flushed.
    hidden = ("ZYMAP_", "PYTHONUNBUFFERED")
    kept = {k: v for k, v in os.environ.items() if not k.startswith(hidden)}
    environment = {**kept, "ZYMAP_DATA_DIR": str(tmp_path / "data")}

    def run(*words, wait=True, **settings):
        command = [sys.executable, "-c", "from zymap.cli import run; run()", *map(str, words)]
        options = {"cwd": tmp_path, "env": environment | settings, "text": True}
        if not wait:
            return subprocess.Popen(command, stdout=subprocess.PIPE, **options)
        return subprocess.run(command, capture_output=True, timeout=60, **options)

    return run


def get(address, accept="application/json"):
    request = urllib.request.Request(address, headers={"Accept": accept})
    with urllib.request.urlopen(request, timeout=20) as answer:
        return answer.read()


def wait_for(address):
    for _ in range(200):
        try:
            return get(address)
        except OSError:
            time.sleep(0.1)
    raise AssertionError(f"nobody answers at {address}")


@pytest.fixture
def serving(zymap):
    """Return a function that serves until the test is over and hands back the address."""
    servers = []

    def serve(*words, **settings):
        server = zymap("serve", "--port", "0", *words, wait=False, **settings)
        servers.append(server)
        address = re.search(r"http://\S+/", server.stdout.readline())[0]
        wait_for(address + "readyz")
        return address

    yield serve
    for server in servers:
        server.terminate()
        server.wait(timeout=20)
        server.stdout.close()


def test_a_new_district_is_a_folder_that_is_valid_and_served_with_no_code(zymap, serving, tmp_path):
    made = zymap("new", "elsewhere")
    assert made.returncode == 0, made.stderr
    checked = zymap("validate", "elsewhere")
    assert checked.returncode == 0, checked.stdout
    assert "0 errors, 0 warnings" in checked.stdout
    address = serving("--geodata", "elsewhere")
    areas = json.loads(get(address + "areas"))["areas"]
    assert [area["id"] for area in areas] == ["area-1"]
    works = json.loads(get(address + "areas/area-1/projects"))
    assert (works["numberMatched"], works["numberLocated"]) == (1, 0)
    assert b"<html" in get(address, accept="text/html")


def test_several_processes_serve_one_address(serving, tmp_path):
    address = serving("--geodata", write_testland(tmp_path / "land"), "--workers", "2")
    for _ in range(20):
        assert json.loads(get(address + "collections/works/items?limit=1"))["numberReturned"] == 1


def test_a_running_server_takes_up_what_is_loaded(zymap, serving, tmp_path):
    folder = write_testland(tmp_path / "land")
    address = serving("--geodata", folder)
    before = json.loads(get(address + "readyz"))["revision"]
    path = folder / "works.geojson"
    path.write_text(path.read_text("utf-8").replace("产业园", "科创产业园"), "utf-8")
    assert zymap("load", folder).returncode == 0
    assert json.loads(get(address + "readyz"))["revision"] != before
    assert "科创产业园" in get(address + "collections/works/items/zy-campus").decode()


@pytest.mark.parametrize(
    ("words", "code", "part"),
    [
        (["new", "."], 2, "is there already"),
        (["load", "nowhere"], 3, "catalog.toml"),
        (["serve", "--geodata", "nowhere"], 3, "catalog.toml"),
        (["serve", "--port", "70000"], 2, "port"),
        (["serve", "--workers", "0"], 2, "workers"),
        (["validate", "nowhere"], 2, "no folder"),
        (["nonsense"], 2, "nonsense"),
    ],
)
def test_a_mistake_is_told_in_words_and_by_the_exit_code(zymap, words, code, part):
    done = zymap(*words)
    assert done.returncode == code, done
    assert part in done.stderr
    assert "Traceback" not in done.stderr


def test_a_port_that_is_taken_is_told_before_anything_starts(zymap):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = zymap("serve", "--port", taken.getsockname()[1])
    assert done.returncode == 2
    assert "cannot listen" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_data_that_break_a_rule_are_refused_and_each_finding_is_a_line(zymap, tmp_path):
    folder = write_testland(tmp_path / "land")
    path = folder / "works.geojson"
    path.write_text(path.read_text("utf-8").replace('"preparation"', '"nonsense"'), "utf-8")
    checked = zymap("validate", folder)
    assert checked.returncode == 3
    assert "works zy-campus field-code" in checked.stdout
    loaded = zymap("load", folder)
    assert loaded.returncode == 3
    assert "zy-campus" in loaded.stderr
    assert not list((tmp_path / "data").glob("*.gpkg"))


def test_the_settings_tell_where_each_value_comes_from(zymap):
    done = zymap("settings")
    assert re.search(r"^data_dir = .*data  \(environment\)$", done.stdout, re.MULTILINE)
    assert re.search(r"^port = 8000  \(default\)$", done.stdout, re.MULTILINE)


def imported_by(code, names):
    """Return those of some modules that a process has imported after running `code`."""
    shown = (
        f"{code}\nimport sys\nprint(*sorted(set({names!r}) & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", shown], capture_output=True, text=True, check=True)
    return done.stderr.split()


HEAVY = (
    *("folium", "geopandas", "httpx2", "jinja2", "lark", "numpy", "openpyxl", "pandas", "pulp"),
    *("pyogrio", "pypdfium2", "pypinyin", "pyproj", "reportlab", "shapely", "spopt"),
)


def test_the_help_imports_nothing_but_itself():
    code = (
        "import sys\nsys.argv = ['zymap', '--help']\nfrom zymap.cli import run\n"
        "try:\n    run()\nexcept SystemExit:\n    pass"
    )
    names = (*HEAVY, "fastapi", "orjson", "pydantic", "rich", "zymap.catalog", "zymap.query")
    assert imported_by(code, names) == []


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="threads are counted by /proc")
@pytest.mark.parametrize(("asked", "threads"), [({}, 1), ({"OPENBLAS_NUM_THREADS": "2"}, 2)])
def test_a_command_starts_no_threads_for_linear_algebra_unless_told(asked, threads):
    code = (
        "import os, sys\nsys.argv = ['zymap', 'version']\nfrom zymap.cli import run\n"
        "try:\n    run()\nexcept SystemExit:\n    pass\n"
        "import numpy\nprint(len(os.listdir('/proc/self/task')))"
    )
    unset = {name: value for name, value in os.environ.items() if name != "OPENBLAS_NUM_THREADS"}
    command = [sys.executable, "-c", code]
    done = subprocess.run(
        command, capture_output=True, text=True, check=True, env={**unset, **asked}
    )
    assert int(done.stdout.split()[-1]) == min(threads, len(os.sched_getaffinity(0)))


def test_a_server_imports_nothing_that_its_first_page_does_without(tmp_path):
    code = (
        "from pathlib import Path\nfrom starlette.testclient import TestClient\n"
        "from zymap.bundled import geodata_dir\nfrom zymap.load import load\n"
        "from zymap.settings import read_settings\nfrom zymap.store.gpkg import GpkgStore\n"
        f"folder = Path({str(tmp_path)!r})\n"
        "path = load(geodata_dir(), folder).path\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
    asked = (
        f"{code}from zymap_api.app import create_app\n"
        "app = create_app(GpkgStore(path), read_settings(data_dir=folder))\n"
        "with TestClient(app, base_url='http://127.0.0.1') as client:\n"
        "    assert client.get('/collections/projects/items').status_code == 200"
    )
    # The client of the test is made of httpx2.
    assert imported_by(asked, set(HEAVY) - {"httpx2"}) == []


def test_a_store_is_backed_up_and_restored_while_it_serves(zymap, serving, tmp_path):
    folder = write_testland(tmp_path / "land")
    address = serving("--geodata", folder)
    before = json.loads(get(address + "readyz"))["revision"]
    saved = zymap("backup", "backup.gpkg", "--geodata", folder)
    assert saved.returncode == 0, saved.stderr
    digest = hashlib.sha256((tmp_path / "backup.gpkg").read_bytes()).hexdigest()
    assert f"revision {before}" in saved.stdout
    assert f"sha256 {digest}" in saved.stdout
    again = zymap("backup", "backup.gpkg", "--geodata", folder)
    assert (again.returncode, "--force" in again.stderr) == (2, True)
    path = folder / "works.geojson"
    path.write_text(path.read_text("utf-8").replace("产业园", "科创产业园"), "utf-8")
    assert zymap("load", folder).returncode == 0
    assert json.loads(get(address + "readyz"))["revision"] != before
    restored = zymap("restore", "backup.gpkg", "--geodata", folder)
    assert restored.returncode == 0, restored.stderr
    assert "ZYMAP_AUTOLOAD" in restored.stdout
    assert json.loads(get(address + "readyz"))["revision"] == before


@pytest.mark.parametrize("command", ["backup", "restore"])
def test_where_a_database_is_the_store_its_own_backup_is_named(zymap, tmp_path, command):
    (tmp_path / "there.gpkg").write_bytes(b"old")
    done = zymap(command, "there.gpkg", ZYMAP_STORE="postgresql://me:hush-hush@127.0.0.1:1/zymap")
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (2, "", 1)
    assert "pg_basebackup" in done.stderr
    assert "zymap store copy" in done.stderr
    assert "hush" not in done.stderr
    assert (tmp_path / "there.gpkg").read_bytes() == b"old"


def test_without_autoload_the_restored_store_is_what_is_served(zymap, serving, tmp_path):
    folder = write_testland(tmp_path / "land")
    missing = zymap("export", "--geodata", folder, ZYMAP_AUTOLOAD="false")
    assert (missing.returncode, "zymap load" in missing.stderr) == (1, True)
    before = json.loads(get(serving("--geodata", folder) + "readyz"))["revision"]
    path = folder / "works.geojson"
    path.write_text(path.read_text("utf-8").replace("产业园", "科创产业园"), "utf-8")
    address = serving("--geodata", folder, ZYMAP_AUTOLOAD="false")
    assert json.loads(get(address + "readyz"))["revision"] == before
