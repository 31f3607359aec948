"""Build the wheel, install it into an empty environment, and use it where there is no checkout.

Run by ``make wheel-test``; prints what it did and fails at the first thing that is not right.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
import time
import urllib.request
import venv
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
STARTUP_S = 60


def main() -> None:
    """Build, install, serve, ask."""
    with tempfile.TemporaryDirectory(prefix="zymap-wheel-") as name:
        work = Path(name)
        wheel = build(work)
        print(f"built {wheel.name}: {wheel.stat().st_size // 1024} kB")
        zymap = install(work, wheel)
        drive(work, zymap)
    print("wheel-test: 1 passed, 0 failed")


def build(work: Path) -> Path:
    """Build sdist and from it the wheel, so that the sdist is known to be complete."""
    subprocess.run(
        [sys.executable, "-m", "build", "--outdir", work / "dist", ROOT],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    [wheel] = (work / "dist").glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    for needed in ("zymap/_geodata/catalog.toml", "zymap_api/app.py", "zymap_web/page.py"):
        assert needed in names, f"{needed} is not in the wheel"
    return wheel


def install(work: Path, wheel: Path) -> Path:
    """Install the wheel into an empty environment; return its ``zymap``."""
    environment = work / "venv"
    venv.create(environment, with_pip=True)
    python = environment / "bin" / "python"
    subprocess.run([python, "-m", "pip", "install", "--quiet", wheel], check=True)
    return environment / "bin" / "zymap"


def drive(work: Path, zymap: Path) -> None:
    """Serve on a free port from an empty folder, ask, and export, as a user would."""
    empty = work / "empty"
    empty.mkdir()
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("ZYMAP_", "PYTHON"))}
    data = ["--data", str(work / "data")]
    server = subprocess.Popen(
        [zymap, "serve", "--port", "0", *data],
        cwd=empty,
        env=clean,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        line = server.stdout.readline() if server.stdout else ""
        found = re.search(r"http://\S+/", line)
        assert found, f"no address printed: {line!r}"
        wait_for(found[0] + "readyz")
        area = ask(found[0])
    finally:
        server.terminate()
        server.wait(timeout=20)
    out = work / "area.shp.zip"
    command = [zymap, "export", "--area", area, *data, "--output", out]
    subprocess.run(command, check=True, cwd=empty, env=clean)
    assert zipfile.ZipFile(out).testzip() is None
    print(f"exported {area}: {out.stat().st_size} bytes")


def ask(root: str) -> str:
    """Ask for the map, its assets and an area's works; return the area's id."""
    page = get(root, "text/html").decode()
    assets = re.findall(r'(?:src|href)="(static/[^"]+)"', page)
    assert assets, "the page names no asset"
    for asset in assets:
        get(root + asset)
    area = json.loads(get(f"{root}areas", "application/json"))["areas"][0]["id"]
    works = json.loads(get(f"{root}areas/{area}/projects", "application/geo+json"))
    assert works["numberMatched"] == len(works["features"]) > 0
    print(f"served {root}: {len(assets)} assets, {works['numberMatched']} works in {area}")
    return area


def get(address: str, accept: str = "*/*") -> bytes:
    """Return what the server answers."""
    request = urllib.request.Request(address, headers={"Accept": accept})
    with urllib.request.urlopen(request, timeout=20) as answer:
        return answer.read()


def wait_for(address: str) -> None:
    """Wait until the server answers."""
    deadline = time.monotonic() + STARTUP_S
    while True:
        try:
            get(address)
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)
        else:
            return


if __name__ == "__main__":
    main()
