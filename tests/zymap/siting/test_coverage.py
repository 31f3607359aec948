"""The chosen sites are the best there are, and the same whatever order they are asked in."""

from itertools import combinations

import numpy as np
import pytest

from zymap.errors import InvalidRequest
from zymap.siting import coverage
from zymap.siting.coverage import choose_sites, make_instance

pytest.importorskip("spopt", reason="zymap[siting] is not installed")

RADIUS_M = 300.0


def random_instance(seed, demands=25, candidates=12):
    rng = np.random.default_rng(seed)
    demand_m = rng.integers(0, 2000, (demands, 2)).astype(float)
    candidates_m = rng.integers(0, 2000, (candidates, 2)).astype(float)
    return demand_m, rng.integers(1, 50, demands), candidates_m


def by_brute_force(instance, count):
    """Return the most that any `count` candidates cover, and the smallest price at which."""
    usable = np.flatnonzero(instance.covers.any(axis=0))
    found = [
        (instance.covered(list(sites)), -int(instance.tie_costs[list(sites)].sum()))
        for sites in combinations(usable, count)
    ]
    most, price = max(found)
    return most, -price


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("count", [1, 3])
def test_the_choice_is_the_best_of_all(seed, count):
    instance = make_instance(*random_instance(seed), RADIUS_M)
    sites = [choice.site for choice in choose_sites(instance, count)]
    most, price = by_brute_force(instance, count)
    assert instance.covered(sites) == most
    assert int(instance.tie_costs[sites].sum()) == price


def test_the_order_of_the_input_does_not_matter():
    demand_m, units, candidates_m = random_instance(7, demands=60, candidates=40)
    rng = np.random.default_rng(1)
    one, two = rng.permutation(len(units)), rng.permutation(len(candidates_m))
    straight = choose_sites(make_instance(demand_m, units, candidates_m, RADIUS_M), 6)
    mixed = choose_sites(make_instance(demand_m[one], units[one], candidates_m[two], RADIUS_M), 6)
    assert [(tuple(candidates_m[c.site]), c.gained) for c in straight] == [
        (tuple(candidates_m[two][c.site]), c.gained) for c in mixed
    ]


def test_of_equal_sites_the_one_nearer_to_its_demand_is_chosen():
    demand_m = np.array([[0.0, 0.0], [100.0, 0.0]])
    candidates_m = np.array([[50.0, 200.0], [50.0, 10.0], [50.0, -150.0]])
    instance = make_instance(demand_m, np.array([5, 5]), candidates_m, RADIUS_M)
    assert [choice.site for choice in choose_sites(instance, 1)] == [1]


def test_demand_at_exactly_the_radius_is_covered_and_a_metre_on_is_not():
    candidates_m = np.array([[0.0, 0.0]])
    at = make_instance(np.array([[300.0, 0.0]]), np.array([1]), candidates_m, RADIUS_M)
    beyond = make_instance(np.array([[301.0, 0.0]]), np.array([1]), candidates_m, RADIUS_M)
    assert at.covered([0]) == 1
    assert beyond.covered([0]) == 0


def test_ranks_go_by_what_each_adds_and_add_up_to_what_is_covered():
    instance = make_instance(*random_instance(3, 60, 40), RADIUS_M)
    choices = choose_sites(instance, 6)
    gains = [choice.gained for choice in choices]
    assert gains == sorted(gains, reverse=True)
    assert sum(gains) == instance.covered([choice.site for choice in choices])


def test_sites_to_spare_cover_the_demand_a_second_time():
    # Two clusters, each with two candidates: two sites cover all, the other two back them up.
    demand_m = np.array([[0.0, 0.0], [5000.0, 0.0]])
    candidates_m = np.array([[0.0, 10.0], [0.0, 90.0], [5000.0, 10.0], [5000.0, 90.0]])
    instance = make_instance(demand_m, np.array([7, 5]), candidates_m, RADIUS_M)
    choices = choose_sites(instance, 3)
    assert [(c.site, c.round, c.gained) for c in choices] == [(0, 1, 7), (2, 1, 5), (1, 2, 7)]


def test_more_sites_than_there_are_candidates_near_demand_is_refused():
    demand_m = np.array([[0.0, 0.0]])
    candidates_m = np.array([[0.0, 10.0], [9000.0, 0.0]])
    instance = make_instance(demand_m, np.array([1]), candidates_m, RADIUS_M)
    with pytest.raises(InvalidRequest, match="only 1 candidate"):
        choose_sites(instance, 2)


def test_a_choice_that_is_not_proven_best_in_time_is_refused(monkeypatch):
    monkeypatch.setattr(coverage, "SOLVE_LIMIT_S", 0.2)
    grid = np.stack(np.meshgrid(np.arange(16), np.arange(16)), axis=-1).reshape(-1, 2) * 250.0
    instance = make_instance(grid + 60.0, np.full(len(grid), 7), grid, 450.0)
    with pytest.raises(InvalidRequest, match="no proven best choice"):
        choose_sites(instance, 27)
