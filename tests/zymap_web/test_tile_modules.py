"""The modules of the tile layer: all reached from one, none fetched by pages that need none."""

import re

from zymap_web.assets import STATIC_DIR, modules

FOLDER = STATIC_DIR / "js" / "tiles"


def imported_from(path):
    return set(re.findall(r'from "\./([^"]+)"', path.read_text(encoding="utf-8")))


def test_every_module_is_reached_from_the_one_that_makes_the_layer():
    reached, left = set(), {"vectortiles.js"}
    while left:
        name = left.pop()
        reached.add(name)
        left |= imported_from(FOLDER / name) - reached
    assert reached == {path.name for path in FOLDER.glob("*.js")}


def test_no_page_asks_for_them_at_first():
    assert not [address for address in modules() if "/tiles/" in address]
