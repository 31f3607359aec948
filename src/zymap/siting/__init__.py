"""Where something could be built: candidates computed from what the layers hold.

A candidate is a suggestion for discussion; it never counts as done. Needs ``zymap[siting]``.
"""

from zymap.siting.parking import RADIUS_M, Siting, site_parking

__all__ = ["RADIUS_M", "Siting", "site_parking"]
