"""Few features are found by the cells they lie in: all that meet a box, whatever their places are."""

import numpy as np
import pytest

from zymap.bbox import BBox
from zymap.store.cells import FEW, Cells
from zymap.store.thinning import thin

WEST, SOUTH = 113, 34


def cells_of(rows):
    """Return the cells of features: the place of each beside the south-west, and its size."""
    x, y, width, height = np.asarray(rows, dtype=float).T
    corners = np.stack((WEST + x, SOUTH + y, WEST + x + width, SOUTH + y + height), axis=1)
    thinning = thin(np.arange(1, len(corners) + 1) * 3, corners)
    return Cells(thinning), thinning


def rows_of(chance, count):
    """Return places, some on the lines between cells, and sizes: none, a part of a cell, more than one."""
    across = max(1, int((count / 4) ** 0.5))
    places = chance.uniform(0, 2, (count, 2))
    places = np.where(chance.random((count, 1)) < 0.4, np.floor(places * across) / across, places)
    sizes = chance.uniform(0, 4, (count, 2)) / across
    kinds = chance.random((count, 1))
    return np.hstack((places, np.where(kinds < 0.2, 0, np.where(kinds > 0.9, 1.5, sizes))))


def boxes_of(chance, sides, number):
    """Return boxes that begin and end where features do, or anywhere, or far from them."""
    west, south, minus_east, minus_north = sides
    for _ in range(number):
        x = chance.choice([*west, *-minus_east, *chance.uniform(WEST - 1, WEST + 3, 50)], 2)
        y = chance.choice([*south, *-minus_north, *chance.uniform(SOUTH - 1, SOUTH + 3, 50)], 2)
        yield BBox(float(min(x)), float(min(y)), float(max(x)), float(max(y)))
    yield BBox(-180, -90, 180, 90)
    yield BBox(0, 0, 1, 1)
    yield BBox(170, 80, 171, 81)


@pytest.mark.parametrize("count", [1, 2, 15, 16, 40, 64, 100, FEW])
def test_all_that_meets_a_box_is_near_it(count):
    chance = np.random.default_rng(count)
    for _ in range(20):
        cells, thinning = cells_of(rows_of(chance, count))
        sides = thinning.sides.astype(float)
        for box in boxes_of(chance, sides, 30):
            near = cells.near(box)
            assert near is not None
            west, south, minus_east, minus_north = sides
            meets = (west <= box.east) & (south <= box.north)
            meets &= (-minus_east >= box.west) & (-minus_north >= box.south)
            found = {rank: (w, s, -e, -n, fid) for w, s, e, n, fid, rank in near}
            assert len(found) == len(near)
            assert set(found) >= set(meets.nonzero()[0].tolist())
            for rank, own in found.items():
                assert own == (*sides[:, rank], thinning.fids[rank])


def test_of_many_features_few_are_looked_at():
    chance = np.random.default_rng(7)
    cells, _ = cells_of([(*chance.uniform(0, 2, 2), 0.01, 0.01) for _ in range(4000)])
    near = cells.near(BBox(114, 35, 114.1, 35.1))
    assert near is not None
    assert 4 < len(near) < 60


@pytest.mark.parametrize("size", [0.0, 1.0])
def test_a_box_that_many_are_near_is_left_to_the_arrays(size):
    count = FEW + 1
    rows = [(n / count, n / count, size, size) for n in range(count)]
    assert cells_of(rows)[0].near(BBox(113, 34, 116, 37)) is None
    assert len(cells_of(rows[1:])[0].near(BBox(113, 34, 116, 37)) or ()) == FEW


def test_wide_features_are_near_every_box():
    cells, _ = cells_of([(0, 0, 2, 2), *((n / 64, n / 64, 0, 0) for n in range(128))])
    for box in (BBox(114, 34, 114, 34), BBox(0, 0, 1, 1)):
        near = cells.near(box)
        assert near is not None
        assert 3 in {fid for *_, fid, _ in near}
