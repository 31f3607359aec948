"""The tables of one load: those of the GeoPackage, in a schema of their own."""

from __future__ import annotations

from zymap.catalog import Layer
from zymap.store.naming import quote
from zymap.store.postgis.dialect import PostgisDialect

# Goes up when the tables change, so that an older load is not read.
POSTGIS_FORMAT = 1
# Texts are compared and sorted by their code points, as SQLite does it; dates are texts.
TEXT = 'text COLLATE "C"'
_TYPES = {
    "string": TEXT,
    "date": TEXT,
    "integer": "bigint",
    "number": "double precision",
    "boolean": "boolean",
    "list": "jsonb",
}
_SIDE = (
    f"fid integer, id {TEXT} NOT NULL, located integer NOT NULL, west double precision, "
    "south double precision, east double precision, north double precision, "
    f"search {TEXT} NOT NULL, name_key bytea, feature bytea NOT NULL"
)
SIDE_COLUMNS = (
    "fid", "id", "located", "west", "south", "east", "north", "search", "name_key", "feature",
)  # fmt: skip
# The centre is in units of the finest cells, as `zymap.store.thinning.Thinning` has it.
_TILES = (
    "fid integer, level integer NOT NULL, place bigint NOT NULL, "
    "centre_x integer NOT NULL, centre_y integer NOT NULL, plane geometry(Geometry, 3857) NOT NULL"
)
TILE_COLUMNS = ("fid", "level", "place", "centre_x", "centre_y", "plane")
_META = "key text PRIMARY KEY, value text NOT NULL"
_FOLDS = f"original {TEXT}, casei {TEXT} NOT NULL, accenti {TEXT} NOT NULL"


def schema_of(load: int) -> str:
    """Return the name of a load's schema."""
    return f"zymap_{load}"


def layer_columns(layer: Layer) -> tuple[str, ...]:
    """Return the names of the columns of a layer's table."""
    place = ("geom",) if layer.geometry else ()
    return ("fid", *(item.name for item in layer.fields), *place)


def definitions(dialect: PostgisDialect, layer: Layer) -> list[str]:
    """Return the statements that make the tables of a layer."""
    fields = ["fid integer", *(f"{quote(item.name)} {_TYPES[item.type]}" for item in layer.fields)]
    if layer.geometry:
        fields.append("geom geometry(Geometry, 4326)")
    made = [
        f"CREATE TABLE {dialect.table(layer.id)} ({', '.join(fields)})",
        f"CREATE TABLE {dialect.side_table(layer.id)} ({_SIDE})",
    ]
    if layer.geometry:
        made.append(f"CREATE TABLE {dialect.own(f'tiles_{layer.id}')} ({_TILES})")
    return made


def indexes(dialect: PostgisDialect, layer: Layer) -> list[str]:
    """Return the statements that make its indexes, once the rows are there."""
    table, side = dialect.table(layer.id), dialect.side_table(layer.id)
    made = [
        f"ALTER TABLE {table} ADD PRIMARY KEY (fid)",
        f"ALTER TABLE {side} ADD PRIMARY KEY (fid), ADD UNIQUE (id)",
        f"CREATE INDEX ON {side} (located, fid)",
    ]
    asked = [item for item in layer.fields if item.enum is not None or item.name == layer.temporal]
    made += [f"CREATE INDEX ON {table} ({quote(item.name)}, fid)" for item in asked]
    if layer.geometry:
        tiles = dialect.own(f"tiles_{layer.id}")
        made += [
            f"CREATE INDEX ON {table} USING gist (geom)",
            f"ALTER TABLE {tiles} ADD PRIMARY KEY (fid)",
            f"CREATE INDEX ON {tiles} (level)",
            f"CREATE INDEX ON {tiles} (place)",
        ]
    return made


def shared_definitions(dialect: PostgisDialect) -> list[str]:
    """Return the statements that make the tables that all layers share."""
    return [
        f"CREATE SCHEMA {quote(dialect.schema)}",
        f"CREATE TABLE {dialect.own('meta')} ({_META})",
        f"CREATE TABLE {dialect.own('folds')} ({_FOLDS})",
    ]


def shared_indexes(dialect: PostgisDialect) -> list[str]:
    """Return the statements that make their indexes, and let readers in."""
    schema = quote(dialect.schema)
    return [
        # A text may be longer than a B-tree takes.
        f"CREATE INDEX ON {dialect.own('folds')} USING hash (original)",
        f"GRANT USAGE ON SCHEMA {schema} TO zymap_reader",
        f"GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO zymap_reader",
    ]
