"""zymap: the projects of a city district's key areas on one map, over one API, as Shapefiles."""

__version__ = "0.1.0"
