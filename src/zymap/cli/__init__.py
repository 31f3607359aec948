"""The command line: one file a command, heavy imports inside the commands."""

from __future__ import annotations

import os


def run() -> None:
    """Run the command line."""
    # Of itself numpy's linear algebra starts a thread for each core, and these look for work
    # busily for a while. What little there is here is done sooner without them.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    from zymap.cli.app import main

    main()
