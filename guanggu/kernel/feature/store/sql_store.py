"""The store over an engine: rows of features, and whatever is the same for every engine."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any

import numpy as np
import orjson
import shapely
from django.db import connection, transaction

from ..models import Feature, LayerIndex
from .contract import Box, FeatureRow, Found, Near, Wanted
from .engines import Engine
from .judging import METRES_A_DEGREE, box_of, count_of, distances, fits, fitting, found_of, within
from .thinning import SPARSE_MAX, minzoom_of, minzooms

_PUT = (
    "INSERT INTO feature_feature (layer_id, key, properties, shape, west, south, east, north, "
    "minzoom, valid_from, valid_until) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s) "
    "ON CONFLICT (layer_id, key) DO UPDATE SET properties = excluded.properties, "
    "shape = excluded.shape, west = excluded.west, south = excluded.south, east = excluded.east, "
    "north = excluded.north, minzoom = excluded.minzoom, valid_from = excluded.valid_from, "
    "valid_until = excluded.valid_until"
)
_COLUMNS = "f.id, f.key, f.shape, f.properties, f.valid_from, f.valid_until"
CHUNK = 5_000
MANY = 500  # rows from which thinning all of a layer costs less than finding each its place


class SqlStore:
    def __init__(self, engine: Engine):
        self.engine = engine

    # Writing

    def put(self, layer: str, rows: Iterable[FeatureRow]) -> None:
        given = list(rows)
        if not given:
            return
        with transaction.atomic():
            index = self._opened(layer)
            few = self.count(layer, most=SPARSE_MAX + 1) + len(given) <= SPARSE_MAX
            if few:  # nothing to be thinned, so all at once
                self._write(index.pk, [(row, Box(*row.geometry.bounds), 0) for row in given])
            elif len(given) >= MANY:  # the layer is thinned as a whole
                self._insert_all(index.pk, given)
                self._index_places(index.pk)
            else:
                for row in given:
                    box = Box(*row.geometry.bounds)
                    zoom = minzoom_of(box, self._is_taken(index.pk, row.key))
                    self._write(index.pk, [(row, box, zoom)])
            self._grown(index)

    def remove(self, layer: str, keys: Iterable[str]) -> None:
        index = self._index(layer)
        names = list(keys)
        if index is None or not names:
            return
        with transaction.atomic():
            gone = Feature._default_manager.filter(layer=index, key__in=names)
            ids = list(gone.values_list("pk", flat=True))
            self.engine.remove(index.pk, ids)
            gone.delete()
            self._grown(index)

    def replace(self, layer: str, rows: Iterable[FeatureRow]) -> int:
        with transaction.atomic():
            index = self._opened(layer)
            self.engine.open_layer(index.pk)
            Feature._default_manager.filter(layer=index).delete()
            index.engine = self.engine.name
            index.save(update_fields=["engine"])
            total = 0
            source = iter(rows)
            while chunk := list(islice(source, CHUNK)):
                self._insert_all(index.pk, chunk)
                total += len(chunk)
            self._index_places(index.pk)
            self._grown(index)
        return total

    def drop(self, layer: str) -> None:
        index = self._index(layer)
        if index is None:
            return
        with transaction.atomic():
            self.engine.drop_layer(index.pk)
            Feature._default_manager.filter(layer=index).delete()
            index.delete()

    def version(self, layer: str) -> int:
        index = self._index(layer)
        return 0 if index is None else index.version

    def _index(self, layer: str) -> LayerIndex | None:
        # Asked before every answer, so it skips the ORM's making of SQL.
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT id, name, engine, version FROM feature_layerindex "
                "WHERE name = %s AND engine = %s",
                [layer, self.engine.name],
            )
            row = cursor.fetchone()
        return (
            LayerIndex.from_db("default", ["id", "name", "engine", "version"], row) if row else None
        )

    def _opened(self, layer: str) -> LayerIndex:
        index, is_new = LayerIndex._default_manager.get_or_create(
            name=layer, defaults={"engine": self.engine.name}
        )
        if is_new:
            self.engine.open_layer(index.pk)
        elif index.engine != self.engine.name:  # PostGIS was installed, or went away, meanwhile
            self.engine.open_layer(index.pk)
            index.engine = self.engine.name
            index.save(update_fields=["engine"])
            self._index_places(index.pk)
        return index

    def _grown(self, index: LayerIndex) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE feature_layerindex SET version = version + 1 WHERE id = %s", [index.pk]
            )

    def _insert(self, layer: int, rows: Sequence[tuple[FeatureRow, Box, int]]) -> None:
        adapt = connection.ops.adapt_datefield_value
        with connection.cursor() as cursor:
            cursor.executemany(
                _PUT,
                [
                    (
                        layer, row.key, orjson.dumps(row.properties).decode(),
                        shapely.to_wkb(row.geometry), *box, zoom,
                        adapt(row.valid_from), adapt(row.valid_until),
                    )
                    for row, box, zoom in rows
                ],
            )  # fmt: skip

    def _insert_all(self, layer: int, rows: Sequence[FeatureRow]) -> None:
        """Rows without their place in the index: see ``_index_places``."""
        boxes = shapely.bounds([row.geometry for row in rows])
        self._insert(layer, [(r, Box(*b), 0) for r, b in zip(rows, boxes, strict=True)])

    def _write(self, layer: int, rows: Sequence[tuple[FeatureRow, Box, int]]) -> None:
        self._insert(layer, rows)
        keys = [row.key for row, _, _ in rows]
        ids = dict(
            Feature._default_manager.filter(layer=layer, key__in=keys).values_list("key", "pk")
        )
        self.engine.put(
            layer,
            [(ids[row.key], box, zoom, shapely.to_wkb(row.geometry)) for row, box, zoom in rows],
        )

    def _index_places(self, layer: int) -> None:
        """Thin the layer anew and put all its places into the index."""
        found = Feature._default_manager.filter(layer=layer).order_by("pk")
        names = ("pk", "west", "south", "east", "north", "minzoom")
        table = np.array(list(found.values_list(*names)), float).reshape(-1, 6)
        zooms = minzooms(table[:, 1:5])
        changed = np.flatnonzero(zooms != table[:, 5])
        with connection.cursor() as cursor:
            cursor.executemany(
                "UPDATE feature_feature SET minzoom = %s WHERE id = %s",
                [(int(zooms[n]), int(table[n, 0])) for n in changed],
            )
        for start in range(0, len(table), CHUNK):
            part = table[start : start + CHUNK]
            shapes: dict[int, bytes] = {}
            if self.engine.name == "postgis":
                shapes = {
                    pk: bytes(shape)
                    for pk, shape in found.filter(
                        pk__gte=part[0, 0], pk__lte=part[-1, 0]
                    ).values_list("pk", "shape")
                }
            self.engine.put(
                layer,
                [
                    (int(r[0]), Box(*r[1:5].tolist()), int(z), shapes.get(int(r[0]), b""))
                    for r, z in zip(part, zooms[start : start + CHUNK], strict=True)
                ],
            )

    def _is_taken(self, layer: int, key: str) -> Any:
        def is_taken(cell: Box, zoom: int) -> bool:
            hit, values = self.engine.hit(cell, zoom)
            # Touching the cell is not enough: its middle stands in it.
            sql = (
                f"SELECT 1 FROM {self.engine.joined(layer)} WHERE {hit} AND f.key <> %s AND "
                "(f.west + f.east) / 2 >= %s AND (f.west + f.east) / 2 < %s AND "
                "(f.south + f.north) / 2 >= %s AND (f.south + f.north) / 2 < %s LIMIT 1"
            )
            bounds = [cell.west, cell.east, cell.south, cell.north]
            with connection.cursor() as cursor:
                cursor.execute(sql, [*values, key, *bounds])
                return cursor.fetchone() is not None

        return is_taken

    # Reading

    def items(
        self, layer: str, wanted: Wanted | None = None, *, after: int = 0, limit: int = 100
    ) -> list[Found]:
        index = self._index(layer)
        wanted = wanted or Wanted()
        if index is None or limit <= 0:
            return []
        found: list[Found] = []
        while (asked := limit - len(found)) > 0:
            # What the index gives beyond the geometry is sorted out here; then more are read.
            rows = self._rows(index.pk, wanted, after, asked)
            found += fitting(rows, wanted)
            if len(rows) < asked:
                break
            after = rows[-1][0]
        return found

    def one(self, layer: str, key: str, wanted: Wanted | None = None) -> Found | None:
        index = self._index(layer)
        if index is None or "\0" in key:
            return None
        where, values = self._conditions(wanted or Wanted())
        sql = (
            f"SELECT {_COLUMNS} FROM feature_feature f WHERE f.layer_id = %s AND f.key = %s{where}"
        )
        with connection.cursor() as cursor:
            cursor.execute(sql, [index.pk, key, *values])
            row = cursor.fetchone()
        found = found_of(row) if row else None
        return found if found and fits(found.geometry, wanted or Wanted()) else None

    def count(self, layer: str, wanted: Wanted | None = None, *, most: int = 0) -> int:
        index = self._index(layer)
        wanted = wanted or Wanted()
        if index is None:
            return 0
        box = box_of(wanted)
        source, hit, values = self._from(index.pk, wanted, None)
        if box is None:
            inner = f"SELECT 1 FROM {source} WHERE {hit}" + (f" LIMIT {most:d}" if most else "")
            with connection.cursor() as cursor:
                cursor.execute(f"SELECT count(*) FROM ({inner}) c", values)
                return int(cursor.fetchone()[0])
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT f.shape, f.west, f.south, f.east, f.north FROM {source} WHERE {hit}",
                values,
            )
            total = 0
            while rows := cursor.fetchmany(CHUNK):
                total += count_of(rows, wanted)
                if most and total >= most:
                    return most
        return total

    def extent(self, layer: str) -> Box | None:
        index = self._index(layer)
        if index is None:
            return None
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT min(west), min(south), max(east), max(north) FROM feature_feature "
                "WHERE layer_id = %s",
                [index.pk],
            )
            row = cursor.fetchone()
        return Box(*row) if row and row[0] is not None else None

    def nearest(
        self, layer: str, lon: float, lat: float, count: int, wanted: Wanted | None = None
    ) -> list[Near]:
        index = self._index(layer)
        if index is None or count <= 0:
            return []
        shrink = max(math.cos(math.radians(lat)), 0.01)
        reach = 0.0005  # degrees of latitude; doubled until enough lie within it
        while True:
            box = Box(lon - reach / shrink, lat - reach, lon + reach / shrink, lat + reach)
            narrowed = within(wanted or Wanted(), box)
            rows = self._rows(index.pk, narrowed, 0, 0)
            found = fitting(rows, wanted or Wanted())
            near = distances(found, lon, lat, shrink)
            inside = [n for n in near if n.distance_m <= reach * METRES_A_DEGREE]
            if len(inside) >= count or reach > 180:
                chosen = inside if len(inside) >= count else near
                return sorted(chosen, key=lambda n: (n.distance_m, n.found.id))[:count]
            reach *= 2

    def drawn(
        self, layer: str, box: Box, zoom: int, wanted: Wanted | None = None
    ) -> list[tuple[str, str, bytes]]:
        index = self._index(layer)
        if index is None:
            return []
        hit, values = self.engine.hit(box, zoom)
        where, more = self._conditions(wanted or Wanted())
        sql = (
            f"SELECT f.key, f.properties, f.shape FROM {self.engine.joined(index.pk)} "
            f"WHERE {hit}{where}"
        )
        with connection.cursor() as cursor:
            cursor.execute(sql, [*values, *more])
            return cursor.fetchall()

    def _from(self, layer: int, wanted: Wanted, zoom: int | None) -> tuple[str, str, list[Any]]:
        """(tables, condition, parameters): over the index where a place is asked for."""
        where, more = self._conditions(wanted)
        box = box_of(wanted)
        if box is None:
            return "feature_feature f", f"f.layer_id = %s{where}", [layer, *more]
        hit, values = self.engine.hit(box, zoom)
        return self.engine.joined(layer), f"{hit}{where}", [*values, *more]

    def _rows(self, layer: int, wanted: Wanted, after: int, limit: int) -> list[Any]:
        source, hit, values = self._from(layer, wanted, None)
        sql = f"SELECT {_COLUMNS} FROM {source} WHERE {hit}"
        if limit:
            # In the index's order first: sorted by id it would be read from end to end.
            order = "+f.id" if connection.vendor == "sqlite" and box_of(wanted) else "f.id"
            sql += f" AND {order} > %s ORDER BY {order} LIMIT {limit:d}"
            values = [*values, after]
        with connection.cursor() as cursor:
            cursor.execute(sql, values)
            return cursor.fetchall()

    def _conditions(self, wanted: Wanted) -> tuple[str, list[Any]]:
        """Conditions on the row itself, each beginning with AND."""
        sql, values = "", []
        for name, text in wanted.equals.items():
            equal, parameters = self.engine.property_is(name, text)
            sql += f" AND {equal}"
            values += parameters
        if wanted.during:
            first, last = wanted.during
            adapt = connection.ops.adapt_datefield_value
            if first:
                sql += " AND (f.valid_until IS NULL OR f.valid_until >= %s)"
                values.append(adapt(first))
            if last:
                sql += " AND (f.valid_from IS NULL OR f.valid_from <= %s)"
                values.append(adapt(last))
        if wanted.among:
            sql += f" AND f.key IN ({wanted.among[0]})"
            values += list(wanted.among[1])
        return sql, values
