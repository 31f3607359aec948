"""What is near a box is found by the bounds, in layers of every size."""

from __future__ import annotations

import numpy as np
import pytest

from zymap.bbox import BBox
from zymap.store.sides import ends_of
from zymap.store.thinning import thin

BOXES = [BBox(113, 34, 113.2, 34.1), BBox(-180, -90, 180, 90), BBox(0, 0, 1, 1)]


@pytest.mark.parametrize("count", [0, 1, 63, 64, 65, 4095, 4096, 4097, 9000])
@pytest.mark.parametrize("box", BOXES)
def test_what_is_near_a_box_is_what_every_single_bound_says(count, box):
    chance = np.random.default_rng(count)
    corners = chance.uniform((112.9, 33.9), (113.4, 34.4), (count, 2))
    bounds = np.hstack((corners, corners + chance.uniform(0, 0.01, (count, 2))))
    thinning = thin(np.arange(1, count + 1), bounds)
    matching = chance.random(count) < 0.3
    west, south, east, north = bounds[thinning.fids - 1].T
    # None of them lies so close to an edge that rounding could tell.
    meeting = (west <= box.east) & (east >= box.west) & (south <= box.north) & (north >= box.south)
    assert thinning.near(ends_of(box)).tolist() == meeting.nonzero()[0].tolist()
    assert (
        thinning.near(ends_of(box), matching).tolist() == (meeting & matching).nonzero()[0].tolist()
    )
