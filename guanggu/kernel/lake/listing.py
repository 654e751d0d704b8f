"""What the tables of the lake are called, where they come from, and how large they are."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from guanggu.base import clock
from guanggu.base.bilingual import T

from .columns import LakeColumn
from .place import ALIAS, SENSED, Place, named
from .shown import STREAMS, STREAMS_FROM, raw_views
from .sources import (
    EVENT_COLUMNS,
    EVENTS,
    OBSERVATION_COLUMNS,
    OBSERVATIONS,
    Source,
    sources,
)

if TYPE_CHECKING:
    import duckdb

COUNT_ROWS_MAX = 300_000  # with more, what waits to be folded is not counted exactly
_HISTORY = T("{}（历史）", "{} (history)")
_HISTORY_COLUMNS = (
    LakeColumn("known_from", T("版本起(UTC)", "Known from (UTC)"), "TIMESTAMP"),
    LakeColumn("known_to", T("版本止(UTC)", "Known to (UTC)"), "TIMESTAMP"),
    LakeColumn("event_id", T("事件编号", "Event"), "BIGINT"),
    LakeColumn("event_actor", T("操作人", "Actor"), "VARCHAR", is_personal=True),
)


@dataclass(frozen=True)
class DeclaredTable:
    """A table that the lake has or will have, as declarations tell.

    kind: "rows" (of a register or kernel as they stand), "history", "events", "observations";
    source: the collection whose rows they are; key: what names a row
    """

    name: str
    title: T
    source: str
    kind: str
    key: str
    columns: tuple[LakeColumn, ...]

    @property
    def personal(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns if column.is_personal)


@dataclass(frozen=True)
class LakeTable(DeclaredTable):
    """One that is there. bytes: on the disk, a history's with those of its rows; fresh_at: up to
    when everything that happened is in."""

    rows: int
    bytes: int
    fresh_at: datetime


def declared_tables() -> tuple[DeclaredTable, ...]:
    """By name; needs no lake."""
    found = [_events(), _observations()]
    for source in sources().values():
        columns = tuple(field.column for field in source.fields)
        rows = DeclaredTable(
            source.name, source.title, source.collection, "rows", source.key, columns
        )
        found.append(rows)
        found.append(
            replace(
                rows, name=f"{source.name}_history", title=_HISTORY.format(source.title),
                kind="history", columns=(*columns, *_HISTORY_COLUMNS),
            )
        )  # fmt: skip
        if source.name == STREAMS_FROM:
            found.append(_streams(source, columns))
    return tuple(sorted(found, key=lambda table: table.name))


def _events() -> DeclaredTable:
    columns = tuple(LakeColumn(n, t, k, p) for n, k, t, p in EVENT_COLUMNS)
    title = T("全部事件", "Every event")
    return DeclaredTable(EVENTS, title, "journal", "events", "event_id", columns)


def _observations() -> DeclaredTable:
    columns = [LakeColumn(n, t, k, p) for n, k, t, p in OBSERVATION_COLUMNS]
    columns[0] = replace(columns[0], ref=STREAMS)
    title = T("监测数据", "Observations")
    return DeclaredTable(
        OBSERVATIONS, title, "observations", "observations", "stream", tuple(columns)
    )


def _streams(source: Source, columns: Iterable[LakeColumn]) -> DeclaredTable:
    named_anew = tuple(replace(c, name="stream") if c.name == "id" else c for c in columns)
    title = T("数据流（按编号与监测数据关联）", "Datastreams, to join with observations")
    return DeclaredTable(STREAMS, title, source.collection, "rows", "stream", named_anew)


def tables_of_lake(connection: duckdb.DuckDBPyConnection, place: Place) -> tuple[LakeTable, ...]:
    """Of what is declared, what is there."""
    there = raw_views(connection, place, None)
    sizes = _sizes(connection)
    now = clock.now()
    found = []
    for table in declared_tables():
        if table.name in there:
            rows, size = _size(connection, place, table, sizes)
            values = {name: getattr(table, name) for name in DeclaredTable.__dataclass_fields__}
            found.append(LakeTable(**values, rows=rows, bytes=size, fresh_at=now))
    return tuple(found)


def _size(
    connection: duckdb.DuckDBPyConnection, place: Place, table: DeclaredTable, sizes: Any
) -> tuple[int, int]:
    if table.kind == "events":
        return _sum(sizes, table.name, ("past", "recent"))
    if table.kind == "observations":
        return _size_of_observations(connection, place, sizes)
    if table.kind == "history":
        return _sum(sizes, table.name.removesuffix("_history"), ("now", "past", "recent"))
    return _counted(connection, STREAMS_FROM if table.name == STREAMS else table.name, sizes)


def _sizes(connection: duckdb.DuckDBPyConnection) -> dict[tuple[str, str], tuple[int, int]]:
    """(schema, table) -> rows and bytes of the files that stand now."""
    meta = f"__ducklake_metadata_{ALIAS}"
    rows = connection.execute(
        "SELECT s.schema_name, t.table_name, coalesce(sum(f.record_count), 0) - "
        "coalesce(sum(d.delete_count), 0), coalesce(sum(f.file_size_bytes), 0) "
        f"FROM {meta}.ducklake_table t JOIN {meta}.ducklake_schema s USING (schema_id) "
        f"LEFT JOIN {meta}.ducklake_data_file f "
        "ON f.table_id = t.table_id AND f.end_snapshot IS NULL "
        f"LEFT JOIN {meta}.ducklake_delete_file d "
        "ON d.data_file_id = f.data_file_id AND d.end_snapshot IS NULL "
        "WHERE t.end_snapshot IS NULL AND s.end_snapshot IS NULL GROUP BY ALL"
    ).fetchall()
    return {(schema, name): (int(count), int(size)) for schema, name, count, size in rows}


def _sum(sizes: Any, name: str, schemas: tuple[str, ...]) -> tuple[int, int]:
    found = [sizes.get((schema, name), (0, 0)) for schema in schemas]
    return sum(rows for rows, _ in found), sum(size for _, size in found)


def _counted(connection: duckdb.DuckDBPyConnection, name: str, sizes: Any) -> tuple[int, int]:
    """Exact where nothing waits to be folded or the table is small."""
    rows, size = _sum(sizes, name, ("now",))
    waiting = _sum(sizes, name, ("recent",))
    if waiting[0] and rows + waiting[0] <= COUNT_ROWS_MAX:
        counted = connection.execute(f"SELECT count(*) FROM {ALIAS}.main.{named(name)}").fetchone()
        rows = counted[0] if counted else rows
    return rows, size + waiting[1]


def _size_of_observations(
    connection: duckdb.DuckDBPyConnection, place: Place, sizes: Any
) -> tuple[int, int]:
    rows, size = _sum(sizes, OBSERVATIONS, ("recent",))
    if place.sensed_catalogue:
        meta = f"__ducklake_metadata_{SENSED}"
        sealed = connection.execute(
            "SELECT coalesce(sum(record_count), 0), coalesce(sum(file_size_bytes), 0) "
            f"FROM {meta}.ducklake_data_file WHERE end_snapshot IS NULL"
        ).fetchone()
        if sealed:
            rows, size = rows + int(sealed[0]), size + int(sealed[1])
    return rows, size
