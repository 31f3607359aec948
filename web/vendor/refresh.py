"""Copy third-party files from npm: the page's and the browser tests', each folder with its lock.

Run from a checkout: ``python web/vendor/refresh.py``. Versions are those of ``package-lock.json``;
no script of a package is run. Each file stands with its hash in ``LOCK.toml``, which the page and
the tests hold the files to.
"""

from __future__ import annotations

import base64
import hashlib
import json
import shutil
import subprocess
from pathlib import Path

HERE = Path(__file__).parent
PAGE = HERE.parent / "zymap_web" / "static" / "vendor"
TESTS = HERE.parents[1] / "tests" / "e2e" / "vendor"

# Name of the npm package → the files taken of it, and what the page calls those that it links.
TAKEN: dict[str, dict[str, str]] = {
    "leaflet": {
        "dist/leaflet.js": "leaflet",
        "dist/leaflet.css": "leaflet_css",
        "LICENSE": "",
    },
    "swagger-ui-dist": {
        "swagger-ui-bundle.js": "swagger_ui",
        "swagger-ui.css": "swagger_ui_css",
        "LICENSE": "",
        "NOTICE": "",
    },
    # The page loads these two by itself, when a tool asks for them.
    "geographiclib-geodesic": {
        "geographiclib-geodesic.min.js": "",
        "LICENSE.txt": "",
    },
    "proj4": {
        "dist/proj4.js": "",
        "LICENSE.md": "",
    },
    # Parts of these are inside proj4.js.
    "mgrs": {"license.md": ""},
    "wkt-parser": {"LICENSE.md": ""},
    # Modules that the page imports once a layer is drawn from vector tiles.
    "@mapbox/vector-tile": {"index.js": "", "LICENSE.txt": ""},
    "@mapbox/point-geometry": {"index.js": "", "LICENSE": ""},
    "pbf": {"index.js": "", "LICENSE": ""},
}
# What only the browser tests run; none of it is in the wheel.
TAKEN_FOR_TESTS: dict[str, dict[str, str]] = {
    "axe-core": {"axe.min.js": "", "LICENSE": "", "LICENSE-3RD-PARTY.txt": ""},
}
# A browser has no folder of packages to look a name up in: what modules import by name is
# written as a path. No other byte is changed.
IMPORTED = {"from '@mapbox/point-geometry'": "from '../mapbox-point-geometry/index.js'"}


def main() -> None:
    """Fetch, copy, lock."""
    npm = shutil.which("npm")
    if npm is None:
        raise SystemExit("npm is needed to refresh the vendored files")
    command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    subprocess.run(command, cwd=HERE, check=True)  # noqa: S603 - no outside input
    lock = json.loads((HERE / "package-lock.json").read_text(encoding="utf-8"))
    for target, taken in ((PAGE, TAKEN), (TESTS, TAKEN_FOR_TESTS)):
        shutil.rmtree(target, ignore_errors=True)
        parts = ["# Written by web/vendor/refresh.py; do not edit.\n"]
        for package, files in taken.items():
            parts.append(_take(package, files, lock["packages"][f"node_modules/{package}"], target))
        (target / "LOCK.toml").write_text("\n".join(parts), encoding="utf-8")
    shutil.rmtree(HERE / "node_modules")


def _take(package: str, files: dict[str, str], locked: dict[str, str], target: Path) -> str:
    folder = target / package.removeprefix("@").replace("/", "-")
    folder.mkdir(parents=True)
    lines = [
        "[[package]]",
        f'name = "{package}"',
        f'version = "{locked["version"]}"',
        f'licence = "{locked["license"]}"',
        f'source = "npm:{package}@{locked["version"]}"',
        f'integrity = "{locked["integrity"]}"',
    ]
    for taken, name in files.items():
        source = Path(taken)
        copy = folder / ("LICENSE" if source.stem.upper() == "LICENSE" else source.name)
        content = (HERE / "node_modules" / package / taken).read_bytes()
        for name_import, path_import in IMPORTED.items():
            content = content.replace(name_import.encode(), path_import.encode())
        copy.write_bytes(content)
        digest = base64.b64encode(hashlib.sha384(content).digest()).decode()
        lines += [
            "[[package.file]]",
            f'path = "{folder.name}/{copy.name}"',
            *([f'link = "{name}"'] if name else []),
            f'sha384 = "{digest}"',
        ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
