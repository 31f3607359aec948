"""When a work is overdue."""

from __future__ import annotations

import pytest

from zymap.codelists import STATUS
from zymap.lateness import ENDED, is_overdue


def test_a_work_is_overdue_from_the_day_after_its_deadline():
    assert not is_overdue("2021-07-01", "implementation", "2021-07-01")
    assert is_overdue("2021-07-01", "implementation", "2021-07-02")


def test_a_work_without_a_stated_date_is_never_overdue():
    assert not is_overdue(None, "implementation", "2999-01-01")


def test_a_work_without_a_status_is_not_taken_for_finished():
    assert is_overdue("2021-07-01", None, "2021-07-02")


@pytest.mark.parametrize("status", ENDED)
def test_a_work_that_has_ended_is_not_overdue(status):
    assert not is_overdue("2021-07-01", status, "2030-01-01")


def test_every_status_that_ends_is_one_of_the_code_list():
    assert set(ENDED) <= set(STATUS)
