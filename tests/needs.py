"""What a test needs from the machine: skipped with the reason where it is missing, never in CI."""

from __future__ import annotations

import os

import pytest


def need(what, missing):
    """Skip the test that asks, or fail it in CI, if something is `missing` (a text, or None)."""
    if missing and os.environ.get("CI"):
        pytest.fail(f"{what} must run here, but there is {missing}")
    if missing:
        pytest.skip(f"there is {missing}")
