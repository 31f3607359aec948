"""Servers that get into trouble."""

from __future__ import annotations

from contextlib import ExitStack

import pytest

from tests.serving import Server


@pytest.fixture
def serve(tmp_path):
    """Return a function that starts a server, which is stopped before a disk is taken away."""
    with ExitStack() as stack:
        log = stack.enter_context((tmp_path / "log").open("w"))

        def start(data, *arguments, **settings):
            server = Server(data, *arguments, settings=settings, log=log)
            stack.callback(server.stop)
            return server

        yield start
