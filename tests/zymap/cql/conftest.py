"""The tests in this folder hold for both stores."""

from tests.stores import store

__all__ = ["store"]
