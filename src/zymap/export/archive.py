"""Zips that are the same bytes for the same data and read right on every system.

Member names are ASCII (others garble on Windows), the order is given, the times are fixed.
"""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Sequence
from pathlib import Path

from zymap.errors import ExportFailed

# The earliest time that a zip can tell.
_TIME = (1980, 1, 1, 0, 0, 0)
# Coordinates hardly shrink any further at higher levels, which take up to twice the time.
_LEVEL = 1
_PIECE = 1 << 20
_UNIX = 3
_PLAIN_FILE = 0o100644 << 16


def write_zip(target: Path, folder: Path, names: Sequence[str]) -> None:
    """Pack files of `folder` into `target` and read the whole zip again.

    Raises
    ------
    ExportFailed
        A member does not read back.
    """
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            member = zipfile.ZipInfo(name, _TIME)
            member.compress_type = zipfile.ZIP_DEFLATED
            member.create_system = _UNIX
            member.external_attr = _PLAIN_FILE
            # An open member has its level from nowhere else; writestr, which takes one, wants the
            # whole file in memory.
            member._compresslevel = _LEVEL  # type: ignore[attr-defined]
            # What the entry says beforehand decides whether it can grow beyond 2 GiB.
            member.file_size = (folder / name).stat().st_size
            with (folder / name).open("rb") as source, archive.open(member, "w") as packed:
                shutil.copyfileobj(source, packed, _PIECE)
    with zipfile.ZipFile(target) as archive:
        broken = archive.testzip()
        if broken is not None or archive.namelist() != list(names):
            raise ExportFailed(f"the zip does not read back ({broken or 'members differ'})")
