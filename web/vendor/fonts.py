"""Copy the printed sheet's fonts from npm into ``zymap/sheet/fonts`` and lock them.

Run from a checkout with fontTools: ``python web/vendor/fonts.py``. The tables for layout and
hinting are left out, since a PDF places each glyph itself; every character stays. The files are
gzipped, which halves them.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path

from fontTools.ttLib import TTFont

PACKAGE, VERSION = "@expo-google-fonts/noto-sans-sc", "0.4.3"
# What npm said of this version when it was first taken; change it together with the version.
INTEGRITY = (
    "sha512-9rAwdFTFHbO/u6Cs0gj2jZbW74TGIiaFNQnXYH2s5wA1bzVkwbavi"
    "L4t8YUV642eGYjg86eH6DkAEQmfNHDncQ=="
)
TARGET = Path(__file__).parents[2] / "src" / "zymap" / "sheet" / "fonts"
LICENCE = "LICENSE_FONT"
TAKEN = {
    "NotoSansSC-Regular.ttf.gz": "400Regular/NotoSansSC_400Regular.ttf",
    "NotoSansSC-Bold.ttf.gz": "700Bold/NotoSansSC_700Bold.ttf",
}
DROPPED = ("BASE", "GDEF", "GPOS", "GSUB", "STAT", "gasp", "prep", "vhea", "vmtx")


def main() -> None:
    """Fetch, strip, copy, lock."""
    TARGET.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        tarball = _fetch(Path(folder))
        with tarfile.open(tarball) as archive:
            copies = {name: _strip(_member(archive, path)) for name, path in TAKEN.items()}
            copies[LICENCE] = _member(archive, LICENCE)
    for name, data in copies.items():
        (TARGET / name).write_bytes(data)
    (TARGET / "LOCK.toml").write_text(_lock(copies), encoding="utf-8")


def _fetch(folder: Path) -> Path:
    npm = shutil.which("npm")
    if npm is None:
        raise SystemExit("npm is needed to refresh the fonts")
    command = [npm, "pack", "--silent", "--ignore-scripts", f"{PACKAGE}@{VERSION}"]
    subprocess.run(command, cwd=folder, check=True)  # noqa: S603 - no outside input
    (tarball,) = folder.glob("*.tgz")
    digest = base64.b64encode(hashlib.sha512(tarball.read_bytes()).digest()).decode()
    if f"sha512-{digest}" != INTEGRITY:
        raise SystemExit("the package is not the one that was taken first")
    return tarball


def _member(archive: tarfile.TarFile, path: str) -> bytes:
    file = archive.extractfile(f"package/{path}")
    if file is None:
        raise SystemExit(f"the package holds no {path}")
    return file.read()


def _strip(data: bytes) -> bytes:
    font = TTFont(io.BytesIO(data), recalcTimestamp=False)
    for table in DROPPED:
        if table in font:
            del font[table]
    stripped = io.BytesIO()
    font.save(stripped)
    return gzip.compress(stripped.getvalue(), compresslevel=9, mtime=0)


def _lock(copies: dict[str, bytes]) -> str:
    lines = [
        "# Written by web/vendor/fonts.py; do not edit.\n",
        "[[package]]",
        'name = "Noto Sans SC"',
        f'version = "{VERSION}"',
        'licence = "OFL-1.1"',
        f'source = "npm:{PACKAGE}@{VERSION}"',
        f'integrity = "{INTEGRITY}"',
        f'changed = "tables left out: {", ".join(DROPPED)}"',
    ]
    for name, data in copies.items():
        digest = base64.b64encode(hashlib.sha384(data).digest()).decode()
        lines += ["[[package.file]]", f'path = "{name}"', f'sha384 = "{digest}"']
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
