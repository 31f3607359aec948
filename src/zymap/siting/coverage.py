"""Choose sites: the maximal covering location problem, with ties that are always cut alike.

Church, R. and ReVelle, C. (1974), "The maximal covering location problem", Papers of the
Regional Science Association 32, 101-118; solved by PySAL's spopt with the CBC solver.
"""

from __future__ import annotations

import hashlib
import warnings
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from zymap.errors import InvalidRequest, ZymapError

INSTALL = "computing sites needs more packages: pip install 'zymap[siting]'"
SOLVE_LIMIT_S = 300
_TIE_SHARES = 1000


@dataclass(frozen=True, slots=True)
class Instance:
    """What sites are chosen over.

    Attributes
    ----------
    distances_m : numpy.ndarray, shape (demands, candidates)
    units : numpy.ndarray of int, shape (demands,)
        Demand in whole units.
    tie_costs : numpy.ndarray of int, shape (candidates,)
        Of two equally good choices the one with the smaller sum is taken.
    """

    distances_m: Any
    units: Any
    tie_costs: Any
    radius_m: float

    @property
    def covers(self) -> Any:
        """Which candidate covers which demand: bool, shape (demands, candidates)."""
        return self.distances_m <= self.radius_m

    def covered(self, sites: Any) -> int:
        """Return the units that the candidates `sites` (indices) cover together."""
        return int(self.units[self.covers[:, sites].any(axis=1)].sum())


@dataclass(frozen=True, slots=True)
class Choice:
    """A chosen candidate.

    Attributes
    ----------
    site : int
        Index of the candidate.
    round : int
        1 for sites that cover demand for the first time, 2 for a second time, and so on.
    gained : int
        Units that it covers and that no earlier choice of its round does.
    """

    site: int
    round: int
    gained: int


def make_instance(demand_m: Any, units: Any, candidates_m: Any, radius_m: float) -> Instance:
    """Measure the distances and set the price by which ties are cut.

    The price is the mean distance to the demand within the radius, in whole metres, so that of
    equal choices the one nearer to its demand wins; what is still equal is told apart by a hash
    of the candidate's position.

    Parameters
    ----------
    demand_m, candidates_m : numpy.ndarray, shape (n, 2)
        Easting, northing in metres.
    """
    import numpy as np

    steps = demand_m[:, None, :] - candidates_m[None, :, :]
    distances_m = np.hypot(steps[..., 0], steps[..., 1])
    near = (distances_m <= radius_m) * units[:, None]
    mean_m = (near * distances_m).sum(axis=0) / np.maximum(near.sum(axis=0), 1)
    marks = [_mark(x, y) for x, y in candidates_m]
    tie_costs = np.round(mean_m).astype(int) * _TIE_SHARES + np.array(marks, dtype=int)
    return Instance(distances_m, units, tie_costs, radius_m)


def _mark(x: float, y: float) -> int:
    digest = hashlib.sha256(f"{x:.0f} {y:.0f}".encode()).digest()
    return int.from_bytes(digest[:4], "big") % _TIE_SHARES


def choose_sites(instance: Instance, count: int) -> list[Choice]:
    """Choose `count` candidates that cover the most demand.

    Once all demand in reach is covered with sites to spare, the rest are chosen in another
    round over the same demand: they are the second choice where the first is full.

    Returns
    -------
    list of Choice
        By round, then by what each adds, most first.

    Raises
    ------
    InvalidRequest
        The packages for it are missing, there are not that many candidates near demand, or no
        best choice can be proven in reasonable time.
    """
    import numpy as np

    choices: list[Choice] = []
    left = np.flatnonzero(instance.covers.any(axis=0))
    if len(left) < count:
        raise InvalidRequest(
            f"only {len(left)} candidates have demand within {instance.radius_m:g} m",
            parameter="sites",
        )
    turn = 1
    while len(choices) < count:
        chosen = _choose_round(instance, left, count - len(choices))
        choices += _ranked(instance, chosen, turn)
        left = np.setdiff1d(left, chosen)
        turn += 1
    return choices


def _choose_round(instance: Instance, usable: Any, count: int) -> Any:
    """Return the best `count` of the usable candidates, or as few as cover all that they can."""
    import numpy as np

    rows = np.flatnonzero(instance.covers[:, usable].any(axis=1))
    part = Instance(
        instance.distances_m[np.ix_(rows, usable)],
        instance.units[rows],
        instance.tie_costs[usable],
        instance.radius_m,
    )
    best = _solve(part, count)
    if part.covered(best) == part.units.sum():
        best = _solve(part, _least_count(part))
    return usable[best]


def _solve(instance: Instance, count: int) -> Any:
    """Return the indices of the best `count` candidates, in their order.

    Solved twice: for the most demand, then for the smallest price among all choices that cover
    that much, so that the answer does not hang on the solver's path.
    """
    import numpy as np

    with _packages() as (locate, pulp):
        model = locate.MCLP.from_cost_matrix(
            instance.distances_m, instance.units, instance.radius_m, count
        )
        _prove(model, pulp)
        first = np.flatnonzero([variable.value() > 0.5 for variable in model.fac_vars])
        most = instance.covered(first)
        problem = model.problem
        problem += _sum(pulp, instance.units, model.cli_vars) >= most
        problem.sense = pulp.LpMinimize
        problem.setObjective(_sum(pulp, instance.tie_costs, model.fac_vars))
        _prove(model, pulp)
        second = np.flatnonzero([variable.value() > 0.5 for variable in model.fac_vars])
    if len(second) != count or instance.covered(second) != most:
        raise ZymapError("the solver's second answer is worse than its first; nothing was written")
    return second


def _least_count(instance: Instance) -> int:
    """Return how few candidates cover all demand (location set covering problem)."""
    with _packages() as (locate, pulp):
        model = locate.LSCP.from_cost_matrix(instance.distances_m, instance.radius_m)
        _prove(model, pulp)
        return sum(variable.value() > 0.5 for variable in model.fac_vars)


def _sum(pulp: Any, factors: Any, variables: Any) -> Any:
    pairs = zip(factors, variables, strict=True)
    return pulp.lpSum(int(factor) * variable for factor, variable in pairs)


@contextmanager
def _packages() -> Generator[tuple[Any, Any]]:
    with warnings.catch_warnings():
        # spopt 0.7 builds its models in a way that PuLP 3.3 announces the end of.
        warnings.simplefilter("ignore", DeprecationWarning)
        try:
            import pulp
            from spopt import locate
        except ImportError as error:
            raise InvalidRequest(INSTALL) from error
        yield locate, pulp


def _prove(model: Any, pulp: Any) -> None:
    """Solve a model to the proven optimum.

    Raises
    ------
    InvalidRequest
        That takes too long. The best found so far is no answer: it depends on the machine.
    """
    # One thread and a fixed seed: CBC's parallel search is not repeatable.
    seeds = ["randomSeed 1", "randomCbcSeed 1"]
    solver = pulp.PULP_CBC_CMD(
        msg=False, threads=1, gapRel=0, timeLimit=SOLVE_LIMIT_S, options=seeds
    )
    model.problem.solve(solver)
    if model.problem.sol_status != pulp.LpSolutionOptimal:
        raise InvalidRequest(
            f"no proven best choice within {SOLVE_LIMIT_S} s: where nearly all demand is covered "
            "many choices are alike; ask for fewer sites or a smaller radius",
            parameter="sites",
        )


def _ranked(instance: Instance, sites: Any, turn: int) -> list[Choice]:
    """Put the sites of a round in order: each time the one that adds most."""
    covers = instance.covers
    uncovered = instance.units.copy()
    left = [int(site) for site in sites]
    ranked: list[Choice] = []
    while left:
        gains = {site: int(uncovered[covers[:, site]].sum()) for site in left}
        best = min(left, key=lambda site: (-gains[site], instance.tie_costs[site], site))
        ranked.append(Choice(best, turn, gains[best]))
        uncovered[covers[:, best]] = 0
        left.remove(best)
    return ranked
