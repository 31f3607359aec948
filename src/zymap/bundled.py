"""Where the layers that ship with zymap are."""

from __future__ import annotations

from pathlib import Path

from zymap.errors import InvalidData


def geodata_dir() -> Path:
    """Return the folder of the bundled layers: inside the wheel, else of the checkout.

    Returns
    -------
    pathlib.Path
        A folder that holds a ``catalog.toml``.

    Raises
    ------
    InvalidData
        Neither place has a catalogue: the installation is damaged.
    """
    package = Path(__file__).resolve().parent
    for folder in (package / "_geodata", package.parents[1] / "geodata"):
        if (folder / "catalog.toml").is_file():
            return folder
    raise InvalidData("zymap was installed without its layers: no catalog.toml in the package")
