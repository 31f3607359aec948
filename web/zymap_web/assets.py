"""The files that the page is made of: its own, and the vendored ones with their hashes."""

from __future__ import annotations

import base64
import hashlib
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from zymap.errors import ZymapError

STATIC_DIR = Path(__file__).parent / "static"
VENDOR_DIR = STATIC_DIR / "vendor"
MODULE_DIR = STATIC_DIR / "js" / "map"
MAIN_MODULE = "main.js"
_IMPORTED = re.compile(r'^(?:import|export)\b[^"]*? from "\./([^"]+)"', re.MULTILINE)
TEMPLATE_DIR = Path(__file__).parent / "templates"


class UnknownAsset(ZymapError):
    """The page would link a file that is not ours and not locked."""

    code = "unknown-asset"


@dataclass(frozen=True, slots=True)
class VendoredFile:
    """A third-party file as it stands in ``LOCK.toml``.

    Attributes
    ----------
    path : str
        Below the vendor folder, with forward slashes.
    link : str or None
        What the page calls it; None if no page links it (licences).
    sha384 : str
        Base64, as Subresource Integrity writes it.
    """

    package: str
    version: str
    licence: str
    source: str
    path: str
    link: str | None
    sha384: str

    @property
    def href(self) -> str:
        """Address of the file, relative to the page."""
        return f"static/vendor/{self.path}"

    @property
    def integrity(self) -> str:
        """Value of an ``integrity`` attribute."""
        return f"sha384-{self.sha384}"


@lru_cache(maxsize=1)
def vendored_files() -> tuple[VendoredFile, ...]:
    """Return every vendored file of the lock."""
    lock = tomllib.loads((VENDOR_DIR / "LOCK.toml").read_text(encoding="utf-8"))
    return tuple(
        VendoredFile(
            package=package["name"],
            version=package["version"],
            licence=package["licence"],
            source=package["source"],
            path=file["path"],
            link=file.get("link"),
            sha384=file["sha384"],
        )
        for package in lock["package"]
        for file in package["file"]
    )


def vendored(link: str) -> VendoredFile:
    """Return the vendored file that pages call `link`.

    Raises
    ------
    UnknownAsset
        There is none; nothing is loaded from elsewhere instead.
    """
    links: Mapping[str | None, VendoredFile] = {file.link: file for file in vendored_files()}
    if link not in links:
        raise UnknownAsset(f"no vendored file is called {link}")
    return links[link]


def sha384(content: bytes) -> str:
    """Return the hash of `content` as Subresource Integrity writes it."""
    return base64.b64encode(hashlib.sha384(content).digest()).decode()


def modules() -> tuple[str, ...]:
    """Return the addresses of the ES modules that the page starts with, to ask for all at once.

    Those that a module imports when it needs them (``import()``) are not among them.
    """
    names: list[str] = []
    waiting = [MAIN_MODULE]
    while waiting:
        name = waiting.pop()
        if name not in names:
            names.append(name)
            text = (MODULE_DIR / name).read_text(encoding="utf-8")
            waiting += _IMPORTED.findall(text)
    return tuple(f"static/js/map/{name}" for name in sorted(names))
