"""Elements are numbered while a page is built, and named at random at all other times."""

from __future__ import annotations

import threading

import pytest
from branca.element import Element

from zymap_web.naming import counted_names


def test_elements_are_numbered_from_one():
    with counted_names():
        assert [Element().get_name() for _ in range(3)] == ["element_1", "element_2", "element_3"]


def test_random_names_are_back_afterwards_and_after_a_failure():
    with counted_names():
        pass
    with pytest.raises(ZeroDivisionError), counted_names():
        1 / 0  # noqa: B018
    assert len({Element().get_name() for _ in range(10)}) == 10
    assert len(Element()._id) == 32


def test_two_threads_do_not_share_a_count():
    found = []

    def build():
        with counted_names():
            found.append([Element().get_name() for _ in range(50)])

    threads = [threading.Thread(target=build) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(names == found[0] for names in found)
