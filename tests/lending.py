"""A store that several apps may use, one after the other."""

from __future__ import annotations


class Unclosed:
    """Lend a store to an app that closes its store when it shuts down."""

    def __init__(self, store):
        self._store = store

    def __getattr__(self, name):
        return getattr(self._store, name)

    def close(self):
        pass
