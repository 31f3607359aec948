"""The store for more than one machine: PostgreSQL with PostGIS.

Each load has a schema of its own (``zymap_17``), with the tables that the GeoPackage has; the
schema ``zymap`` holds which load is the current one of a dataset, and the ledger of all loads.

Raises
------
StoreUnavailable
    What it takes is not installed.
"""

from zymap.errors import StoreUnavailable

try:
    import psycopg as _psycopg
    import psycopg_pool as _psycopg_pool
    import yoyo as _yoyo
except ImportError as error:
    raise StoreUnavailable(
        f"a PostgreSQL database as the store takes `pip install 'zymap[postgis]'` ({error})"
    ) from error

del _psycopg, _psycopg_pool, _yoyo
