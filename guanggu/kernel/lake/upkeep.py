"""What keeps the lake small and true: files merged, old snapshots dropped, rows compared."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, timedelta
from typing import TYPE_CHECKING, Any

from guanggu.base import clock
from guanggu.kernel.journal.public import one_state
from guanggu.kernel.observation.public import LONGEST_READING, forget_snapshots

from .changes import KEYS_A_QUERY, plain
from .columns import table_from
from .layout import listed, table
from .merging import merge
from .place import ALIAS, named
from .sources import Source

if TYPE_CHECKING:
    import duckdb

    from .intake import Intake

log = logging.getLogger(__name__)

KEPT = timedelta(days=1)  # a snapshot can be gone back to for so long; the history stays for ever
READABLE_S = int((KEPT - LONGEST_READING).total_seconds())  # so old a snapshot is still begun with
ROWS_A_CHUNK = 10_000
PLATFORM = "platform/lake"


def tidy(intake: Intake, kept: timedelta = KEPT) -> None:
    """Merge small files, forget snapshots past their time, and delete the files that no snapshot
    names any more. Readers of younger snapshots notice nothing.

    kept: how long snapshots stay. One that is forgotten while it is being read loses its files
    without a word, so this is never less than LONGEST_READING where anybody may read.
    """
    merge(intake)
    connection = intake.connection
    forget_snapshots(connection, ALIAS, kept)
    connection.execute(f"CALL ducklake_cleanup_old_files('{ALIAS}', cleanup_all => true)")
    # What a write that failed has left; a write under way is never an hour old.
    connection.execute(
        f"CALL ducklake_delete_orphaned_files('{ALIAS}', older_than => now() - INTERVAL 1 HOUR)"
    )


@dataclass(frozen=True)
class Difference:
    """A row that the lake holds differently: ``database`` or ``lake`` is None where it is gone."""

    table: str
    key: str
    database: tuple[Any, ...] | None
    lake: tuple[Any, ...] | None
    columns: tuple[str, ...] = ()  # which of them, where both have the row


def differences(connection: duckdb.DuckDBPyConnection, source: Source) -> Iterator[Difference]:
    """Compare every row of the database with the lake's, value by value."""
    names = [name for name, _ in source.columns]
    place = source.fields[names.index(source.key)]
    seen = 0
    for rows in _chunks(source):
        held = {row[names.index(source.key)]: row for row in rows}
        there = _in_lake(connection, source, list(held))
        seen += len(there)
        for key, row in held.items():
            if there.get(key) != row:
                other = there.get(key)
                pairs = zip(names, row, other, strict=True) if other else ()
                columns = tuple(name for name, one, two in pairs if one != two)
                yield Difference(source.name, str(key), row, other, columns)
    total: Any = connection.execute(f"SELECT count(*) FROM {table('main', source.name)}").fetchone()
    if total[0] != seen:
        yield from _too_many(connection, source, place.name)


def _chunks(source: Source) -> Iterator[list[tuple[Any, ...]]]:
    """The rows as the lake would have them, by primary key."""
    names = [f.name for f in source.fields]
    after: Any = 0
    while True:
        with one_state():
            some = list(
                source.model._default_manager.filter(pk__gt=after)
                .order_by("pk").values_list("pk", *names)[:ROWS_A_CHUNK]
            )  # fmt: skip
        if not some:
            return
        after = some[-1][0]
        made = table_from([plain(source, row[1:]) for row in some], source.columns)
        yield _rows(made)


def _in_lake(
    connection: duckdb.DuckDBPyConnection, source: Source, keys: list[Any]
) -> dict[Any, tuple[Any, ...]]:
    names = [name for name, _ in source.columns]
    key = named(source.key)
    found = connection.execute(
        f"SELECT {listed(names)} FROM {table('main', source.name)} "
        f"WHERE {key} IN (SELECT unnest(?::{source.key_type}[]))", [keys],
    ).to_arrow_table()  # fmt: skip
    return {row[names.index(source.key)]: row for row in _rows(found)}


def _rows(found: Any) -> list[tuple[Any, ...]]:
    if not found.num_rows:
        return []
    return list(zip(*(column.to_pylist() for column in found.columns), strict=True))


def _too_many(
    connection: duckdb.DuckDBPyConnection, source: Source, key: str
) -> Iterator[Difference]:
    """Rows of the lake that the database has no more."""
    there = connection.execute(f"SELECT {named(key)} FROM {table('main', source.name)}").fetchall()
    manager = source.model._default_manager
    for first in range(0, len(there), KEYS_A_QUERY):
        some = [row[0] for row in there[first : first + KEYS_A_QUERY]]
        held = set(manager.filter(**{f"{key}__in": some}).values_list(key, flat=True))
        for gone in set(some) - held:
            yield Difference(source.name, str(gone), None, (gone,))


def compare(intake: Intake, source: Source) -> int:
    """Bring rows up to the database that no event tells of, as after a column came to a register;
    answers how many. Their version begins now."""
    found = [d for d in differences(intake.connection, source) if d.database is not None]
    if not found:
        return 0
    names = [name for name, _ in source.columns]
    columns = [
        *source.columns, ("known_from", "TIMESTAMP"), ("event_id", "BIGINT"),
        ("event_actor", "VARCHAR"), ("event_sequence", "BIGINT"), ("is_removed", "BOOLEAN"),
    ]  # fmt: skip
    now = clock.to_microseconds(clock.now())
    sequences = _sequences(intake.connection, source)
    place = names.index(source.key)
    rows = []
    for each in found:
        row = list(each.database or ())
        for n, (_, kind) in enumerate(source.columns):
            if kind == "TIMESTAMP" and row[n] is not None:
                row[n] = clock.to_microseconds(row[n].replace(tzinfo=UTC))
        rows.append(
            (*row, now, intake.cursor.event_id, PLATFORM, sequences.get(row[place], 0), False)
        )
    with intake.transaction([("recent", source.name)]):
        intake.append(source.name, table_from(rows, columns))
    counted = intake.waiting.setdefault(source.name, [0, 0])
    counted[0], counted[1] = counted[0] + len(rows), counted[1] + 1
    log.info("%s: %s rows brought up to the database", source.name, len(rows))
    return len(rows)


def _sequences(connection: duckdb.DuckDBPyConnection, source: Source) -> dict[Any, int]:
    """The last event's number of each row."""
    key, name = named(source.key), source.name
    return dict(
        connection.execute(
            f"SELECT {key}, max(event_sequence) FROM (SELECT {key}, event_sequence FROM "
            f"{table('now', name)} UNION ALL SELECT {key}, event_sequence FROM "
            f"{table('recent', name)}) GROUP BY {key}"
        ).fetchall()
    )
