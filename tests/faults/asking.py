"""Ask a server that may be in trouble."""

from __future__ import annotations

import time
import urllib.error
import urllib.request


def ask(server, path):
    """Return status, headers and body of an answer, whatever it is."""
    try:
        with urllib.request.urlopen(server.root + path, timeout=60) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.headers, error.read()


def becomes(condition):
    """Wait until it is so."""
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.1)
    return True
