"""The browser of the tests: Debian's Chromium."""

from __future__ import annotations

import shutil
import subprocess

NAMES = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    # WebGL all the same.
    "--enable-unsafe-swiftshader",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def program():
    """Return the path of the browser, or None."""
    return next(filter(None, map(shutil.which, NAMES)), None)


def missing():
    """What the browser tests lack here, or None."""
    if program() is None:
        return "no Chromium (Debian: apt-get install chromium)"
    fonts = shutil.which("fc-list")
    if fonts and not subprocess.run([fonts, ":lang=zh"], capture_output=True, check=True).stdout:
        return "no Chinese font (Debian: apt-get install fonts-noto-cjk)"
    return None
