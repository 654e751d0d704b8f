"""The engines: where an index over places lies, and how it is asked.

SQLite: one R*Tree a layer. Its third dimension is the zoom scaled by 0.01: as whole numbers it
outweighs degrees, and a box of 200 features took 83 ms instead of 0.2.
PostgreSQL with PostGIS: one table of geometries with a partial GiST index a layer.
PostgreSQL without it: the same with the core type ``box``; nothing else differs.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from django.db import connection

from .contract import Box, FeatureStore

ZOOM_SCALE = 0.01
Place = tuple[int, Box, int, bytes]  # id, box, minzoom, WKB


class Engine(Protocol):
    """The index of one database. ``joined`` and ``hit`` are SQL about the alias ``f``."""

    name: str

    def open_layer(self, layer: int) -> None: ...
    def drop_layer(self, layer: int) -> None: ...
    def put(self, layer: int, places: Sequence[Place]) -> None: ...
    def remove(self, layer: int, ids: Sequence[int]) -> None: ...
    def joined(self, layer: int) -> str: ...
    def hit(self, box: Box, zoom: int | None) -> tuple[str, list[Any]]: ...
    def property_is(self, name: str, text: str) -> tuple[str, list[Any]]: ...


class RTree:
    name = "rtree"

    def open_layer(self, layer: int) -> None:
        self.drop_layer(layer)
        with connection.cursor() as cursor:
            cursor.execute(
                f"CREATE VIRTUAL TABLE feature_place_{layer:d} USING rtree"
                "(id, west, east, south, north, zoom_low, zoom_high)"
            )

    def drop_layer(self, layer: int) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"DROP TABLE IF EXISTS feature_place_{layer:d}")

    def put(self, layer: int, places: Sequence[Place]) -> None:
        with connection.cursor() as cursor:
            cursor.executemany(
                f"INSERT OR REPLACE INTO feature_place_{layer:d} VALUES (%s,%s,%s,%s,%s,%s,%s)",
                [
                    (n, b.west, b.east, b.south, b.north, z * ZOOM_SCALE, z * ZOOM_SCALE)
                    for n, b, z, _ in places
                ],
            )

    def remove(self, layer: int, ids: Sequence[int]) -> None:
        with connection.cursor() as cursor:
            cursor.executemany(
                f"DELETE FROM feature_place_{layer:d} WHERE id = %s", [(n,) for n in ids]
            )

    def joined(self, layer: int) -> str:
        # CROSS JOIN: the index first, always; the planner has no figures about it.
        return f"feature_place_{layer:d} p CROSS JOIN feature_feature f ON f.id = p.id"

    def hit(self, box: Box, zoom: int | None) -> tuple[str, list[Any]]:
        sql = "p.east >= %s AND p.west <= %s AND p.north >= %s AND p.south <= %s"
        values: list[Any] = [box.west, box.east, box.south, box.north]
        if zoom is None:
            return sql, values
        # Half a step more, for the index rounds to 32 bits.
        return f"{sql} AND p.zoom_low <= %s", [*values, (zoom + 0.5) * ZOOM_SCALE]

    def property_is(self, name: str, text: str) -> tuple[str, list[Any]]:
        path = '$."' + name.replace('"', "") + '"'
        value = "CAST(json_extract(f.properties, %s) AS TEXT)"
        if text not in ("true", "false"):
            return f"{value} = %s", [path, text]
        # SQLite reads yes and no as numbers; PostgreSQL, and people, as words.
        return f"(json_type(f.properties, %s) = %s OR {value} = %s)", [path, text, path, text]


class _Postgres:
    name = ""
    column = ""
    made = ""

    def open_layer(self, layer: int) -> None:
        with connection.cursor() as cursor:
            # Two that open a layer at once would both make the table.
            cursor.execute("SELECT pg_advisory_xact_lock(2105)")
            cursor.execute(
                f"CREATE TABLE IF NOT EXISTS feature_place_{self.name} (id bigint PRIMARY KEY, "
                f"layer_id bigint NOT NULL, minzoom smallint NOT NULL, place {self.column})"
            )
            cursor.execute(f"DELETE FROM feature_place_{self.name} WHERE layer_id = %s", [layer])
            cursor.execute(
                f"CREATE INDEX IF NOT EXISTS feature_place_{self.name}_{layer:d} ON "
                f"feature_place_{self.name} USING gist (place) WHERE layer_id = {layer:d}"
            )

    def drop_layer(self, layer: int) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM feature_place_{self.name} WHERE layer_id = %s", [layer])
            cursor.execute(f"DROP INDEX IF EXISTS feature_place_{self.name}_{layer:d}")

    def put(self, layer: int, places: Sequence[Place]) -> None:
        with connection.cursor() as cursor:
            cursor.executemany(
                f"INSERT INTO feature_place_{self.name} (id, layer_id, minzoom, place) VALUES "
                f"(%s, %s, %s, {self.made}) ON CONFLICT (id) DO UPDATE SET "
                "minzoom = excluded.minzoom, place = excluded.place",
                [(n, layer, z, *self.values(b, wkb)) for n, b, z, wkb in places],
            )

    def values(self, box: Box, wkb: bytes) -> Sequence[Any]:
        raise TypeError("an engine says how it writes a place")

    def remove(self, layer: int, ids: Sequence[int]) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM feature_place_{self.name} WHERE id = ANY(%s)", [list(ids)])

    def joined(self, layer: int) -> str:
        # The number stands in the text: only so the planner sees that the partial index fits.
        return (
            f"feature_place_{self.name} p JOIN feature_feature f ON f.id = p.id "
            f"AND p.layer_id = {layer:d}"
        )

    def property_is(self, name: str, text: str) -> tuple[str, list[Any]]:
        return "(f.properties::jsonb ->> %s) = %s", [name, text]


class PostGIS(_Postgres):
    name = "postgis"
    column = "geometry(Geometry, 4490)"
    made = "ST_GeomFromWKB(%s, 4490)"

    def values(self, box: Box, wkb: bytes) -> Sequence[Any]:
        return (wkb,)

    def hit(self, box: Box, zoom: int | None) -> tuple[str, list[Any]]:
        sql, values = "p.place && ST_MakeEnvelope(%s, %s, %s, %s, 4490)", list(box)
        return (sql, values) if zoom is None else (f"{sql} AND p.minzoom <= %s", [*values, zoom])


class CoreBox(_Postgres):
    name = "box"
    column = "box"
    made = "box(point(%s, %s), point(%s, %s))"

    def values(self, box: Box, wkb: bytes) -> Sequence[Any]:
        return box

    def hit(self, box: Box, zoom: int | None) -> tuple[str, list[Any]]:
        sql, values = "p.place && box(point(%s, %s), point(%s, %s))", list(box)
        return (sql, values) if zoom is None else (f"{sql} AND p.minzoom <= %s", [*values, zoom])


def postgis_is_here() -> bool:
    """Whether the database has the extension."""
    if connection.vendor != "postgresql":
        return False
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_extension WHERE extname = 'postgis'")
        return cursor.fetchone() is not None


_chosen: dict[tuple[str, str], type[Engine]] = {}


def engine() -> Engine:
    """The engine of the present database; asked once for each database of the process."""
    if connection.vendor == "sqlite":
        return RTree()
    name = (connection.vendor, str(connection.settings_dict["NAME"]))
    if name not in _chosen:
        _chosen[name] = PostGIS if postgis_is_here() else CoreBox
    return _chosen[name]()


def features() -> FeatureStore:
    """The store of this server's database."""
    from .sql_store import SqlStore

    return SqlStore(engine())
