"""Names of Folium's elements that are the same in every build.

Branca names each element by random bytes, so that two renders of one page differ and neither
an entity tag nor a hash of the script holds.
"""

from __future__ import annotations

import threading
from collections.abc import Generator
from contextlib import contextmanager
from itertools import count

_lock = threading.Lock()


@contextmanager
def counted_names() -> Generator[None]:
    """Give the elements that are made inside numbers for names, from 1.

    Only one page is built at a time; the random names are back afterwards.
    """
    from branca.element import Element

    with _lock:
        random_names = Element.__dict__["_generate_id"]
        numbers = count(1)
        Element._generate_id = classmethod(lambda _: str(next(numbers)))  # type: ignore[method-assign] # pyright: ignore
        try:
            yield
        finally:
            Element._generate_id = random_names  # pyright: ignore
