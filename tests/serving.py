"""`zymap serve` as a user starts it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
import urllib.error
import urllib.request

STARTUP_S = 60


class Server:
    """A server in a process of its own, on a free port, with a store of its own.

    What it logs goes to the open file `log`, or to where the tests' own errors go.
    """

    def __init__(self, data, *arguments, settings=None, log=None):
        # The store and the port are this test's own; nothing of the caller's settings counts.
        clean = {k: v for k, v in os.environ.items() if not k.startswith("ZYMAP_")}
        clean |= {f"ZYMAP_{name.upper()}": text for name, text in (settings or {}).items()}
        start = [sys.executable, "-c", "from zymap.cli import run; run()"]
        command = [*start, "serve", "--port", "0", "--data", str(data)]
        self.process = subprocess.Popen(
            [*command, *map(str, arguments)],
            env=clean,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
        line = self.process.stdout.readline()
        found = re.search(r"http://\S+?/", line)
        assert found, f"no address printed: {line!r}"
        self.root = found[0]
        deadline = time.monotonic() + STARTUP_S
        while True:
            try:
                self.ask("readyz")
            except (urllib.error.HTTPError, TimeoutError):  # a printed address refuses nobody
                assert time.monotonic() < deadline, "the server does not answer"
                time.sleep(0.1)
            else:
                return

    def ask(self, path):
        """Return what the API answers, as JSON."""
        request = urllib.request.Request(
            self.root + path, headers={"Accept": "application/geo+json, application/json"}
        )
        with urllib.request.urlopen(request, timeout=20) as answer:
            return json.load(answer)

    def stop(self):
        self.process.terminate()
        self.process.wait(timeout=20)
        self.process.stdout.close()
