"""The made-up district in several editions, loaded one after the other."""

from __future__ import annotations

from tests.testland import write_testland
from zymap.load import load

# Left out one after the other; the first of them is located nowhere.
LEFT_OUT = ("zy-school", "zy-x-hostile-4", "zy-x-hostile-3")


class Reloading:
    """Loads an edition into a store: the first n of `LEFT_OUT` are not in it.

    The English name of the first work tells the edition.
    """

    def __init__(self, folder):
        self.geodata = write_testland(folder / "land")
        self.data = folder / "data"
        self.text = (self.geodata / "works.geojson").read_text(encoding="utf-8")
        self.edition = 0
        self.path = self.load(0)

    def load(self, edition):
        """Load an edition; return the store's path."""
        kept = (
            line
            for line in self.text.splitlines(keepends=True)
            if not any(f'"id":"{name}"' in line for name in LEFT_OUT[:edition])
        )
        text = "".join(kept).replace('"name_en":"', f'"name_en":"edition {edition} ', 1)
        text = text.replace(",\n]", "\n]")
        (self.geodata / "works.geojson").write_text(text, encoding="utf-8")
        self.edition = edition
        return load(self.geodata, self.data).path
