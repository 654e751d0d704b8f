"""The slow lane: rows that may be stored already are compared with what stands there.

Everything that is not later than all before it of its stream comes here: re-sends, late data,
backfill. Each is then new, repeated, a replacement, or held for an officer
(see ``store.Appended``).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa

from ..batch import Batch
from .reading import Wanted, is_same_value, lake_source
from .state import State

NEW, REPEATED, REPLACED, HELD = range(4)
CLUSTERS_MAX = 8
CLUSTER_GAP_US = 3_600_000_000

Key = tuple[int, int]


@dataclass(slots=True)
class Datum:
    """A stored or given datum, received value in ``result`` unless ``is_revised``."""

    result: float
    mark: int
    result_time: int
    extra: str | None = None
    raw: float | None = None
    is_revised: bool = False

    def is_same(self, other: Datum) -> bool:
        received = self.raw if self.is_revised and self.raw is not None else self.result
        return (
            is_same_value(received, other.result)
            and self.extra == other.extra
            and (self.is_revised or self.mark == other.mark)
        )


def data_of(batch: Batch) -> list[tuple[Key, Datum]]:
    extras = batch.extras or [None] * len(batch)
    keys = zip(batch.streams.tolist(), batch.times.tolist(), strict=True)
    values = zip(
        batch.results.tolist(), batch.marks.tolist(), batch.result_times.tolist(), extras,
        strict=True,
    )  # fmt: skip
    return [(key, Datum(*value)) for key, value in zip(keys, values, strict=True)]


def rows_table(rows: list[tuple[Key, Datum]], **more: int) -> pa.Table:
    """As Arrow, for an INSERT; ``more`` are columns of one value."""
    columns: dict[str, pa.Array] = {
        "stream": pa.array([key[0] for key, _ in rows], pa.int32()),
        "time": pa.array([key[1] for key, _ in rows], pa.int64()),
        "result": pa.array([d.result for _, d in rows], pa.float64(), from_pandas=False),
        "mark": pa.array([d.mark for _, d in rows], pa.uint8()),
        "result_time": pa.array([d.result_time for _, d in rows], pa.int64()),
        "extra": pa.array([d.extra for _, d in rows], pa.string()),
        "raw": pa.array([d.raw for _, d in rows], pa.float64(), from_pandas=False),
    }
    for name, value in more.items():
        columns[name] = pa.array([value] * len(rows), pa.int64())
    return pa.table(columns)


def clusters(times: np.ndarray) -> list[tuple[int, int]]:
    """Bounds (both within) of a few stretches of time that hold all of these."""
    ordered = np.unique(times)
    gaps = np.diff(ordered)
    wide = np.flatnonzero(gaps > CLUSTER_GAP_US)
    if len(wide) >= CLUSTERS_MAX:
        wide = np.sort(wide[np.argsort(gaps[wide])[-(CLUSTERS_MAX - 1) :]])
    starts = ordered[np.concatenate([[0], wide + 1])]
    ends = ordered[np.concatenate([wide, [len(ordered) - 1]])]
    return list(zip(starts.tolist(), ends.tolist(), strict=True))


@dataclass(slots=True)
class Known:
    """What stands in the store of some keys, and which values wait."""

    data: dict[Key, Datum]
    waiting: dict[Key, Datum]


def look_up(cursor: duckdb.DuckDBPyConnection, state: State, lake: Path, keys: list[Key]) -> Known:
    """Inside the caller's transaction."""
    streams = np.array([key[0] for key in keys], dtype=np.int32)
    times = np.array([key[1] for key in keys], dtype=np.int64)
    known = Known({}, {})
    cursor.register("asked", pa.table({"stream": streams, "time": times}))
    for first, last in clusters(times):
        wanted = Wanted(streams[(times >= first) & (times <= last)].tolist())
        if wanted.table is not None:
            cursor.register("wanted", wanted.table)
        for table in (s.table for s in state.segments if s.first <= last and first <= s.last):
            low = max(first, state.sealed)
            _read(cursor, known.data, f"{table}", wanted, low, last)
        if state.late_rows:
            _read(cursor, known.data, "late", wanted, first, last)
        found = lake_source(
            state.parts, lake, wanted, first, last + 1,
            "stream, time, result, mark, result_time, extra, raw, revised",
        )  # fmt: skip
        if found:
            _take(cursor, known.data, f"SELECT DISTINCT f.* FROM ({found}) f SEMI JOIN asked "
                  "USING (stream, time)")  # fmt: skip
        if state.is_revised(wanted.streams.tolist(), first, last + 1):
            _read(cursor, known.data, "revised", wanted, first, last, ", raw, true")
        if state.held_rows:
            _read(cursor, known.waiting, "held", wanted, first, last)
    cursor.unregister("asked")
    return known


def _read(
    cursor: duckdb.DuckDBPyConnection, into: dict[Key, Datum], table: str, wanted: Wanted,
    first: int, last: int, more: str = "",
) -> None:  # fmt: skip
    _take(
        cursor, into,
        f"SELECT stream, time, result, mark, result_time, extra{more} FROM {table} "
        f"SEMI JOIN asked USING (stream, time) "
        f"WHERE {wanted.condition} AND time BETWEEN {first} AND {last}",
    )  # fmt: skip


def _take(cursor: duckdb.DuckDBPyConnection, into: dict[Key, Datum], query: str) -> None:
    for stream, time, *rest in cursor.execute(query).fetchall():
        into[stream, time] = Datum(*rest)


@dataclass(slots=True)
class Settled:
    """What a set of rows comes to: the outcome of each, and what must be written."""

    outcomes: np.ndarray
    stored: dict[Key, Datum]
    replaced: set[Key]
    held: dict[Key, Datum]


def settle(rows: list[tuple[Key, Datum]], known: Known, closed: int) -> Settled:
    """One row after the other, as they came; pure."""
    stands, waits = dict(known.data), dict(known.waiting)
    settled = Settled(np.zeros(len(rows), dtype=np.uint8), {}, set(), {})
    for number, (key, given) in enumerate(rows):
        stored = stands.get(key)
        if stored is None:
            outcome = NEW
        elif stored.is_same(given):
            outcome = REPEATED
        elif stored.is_revised or key[1] < closed:
            waiting = waits.get(key)
            outcome = REPEATED if waiting is not None and waiting.is_same(given) else HELD
        else:
            outcome = REPEATED if given.result_time < stored.result_time else REPLACED
        settled.outcomes[number] = outcome
        if outcome == HELD:
            waits[key] = settled.held[key] = given
        elif outcome != REPEATED:
            stands[key] = settled.stored[key] = given
            if outcome == REPLACED and key in known.data:
                settled.replaced.add(key)
    return settled


def write(
    cursor: duckdb.DuckDBPyConnection, state: State, settled: Settled, seq: int
) -> Callable[[], None]:
    """Inside the caller's transaction; call what it answers after the commit."""
    if settled.replaced:
        _drop(cursor, [s.table for s in state.segments] + ["late"], list(settled.replaced))
    if settled.stored:
        rows = rows_table(list(settled.stored.items()), seq=seq)
        insert(cursor, "late", rows, "stream, time, result, mark, result_time, extra, seq")
    if settled.held:
        _drop(cursor, ["held"], list(settled.held))
        rows = rows_table(list(settled.held.items()))
        insert(cursor, "held", rows, "stream, time, result, mark, result_time, extra")

    def note() -> None:
        with state.lock:
            state.late_rows += len(settled.stored)
            state.held_rows += len(settled.held)

    return note


def _drop(cursor: duckdb.DuckDBPyConnection, tables: list[str], keys: list[Key]) -> None:
    streams, times = zip(*keys, strict=True)
    cursor.register("gone", pa.table({"s": pa.array(streams), "t": pa.array(times)}))
    low, high = min(times), max(times)
    for table in tables:
        cursor.execute(
            f"DELETE FROM {table} USING gone WHERE stream = gone.s AND time = gone.t "
            f"AND time BETWEEN {low} AND {high}"
        )
    cursor.unregister("gone")


def insert(cursor: duckdb.DuckDBPyConnection, table: str, rows: pa.Table, columns: str) -> None:
    cursor.register("given", rows)
    cursor.execute(f"INSERT INTO {table} ({columns}) SELECT {columns} FROM given")
    cursor.unregister("given")


def revise(
    cursor: duckdb.DuckDBPyConnection, state: State, known: Known, rows: list[tuple[Key, Datum]],
    seq: int, *, keeps_extra: bool = True,
) -> tuple[int, dict[Key, Datum]]:  # fmt: skip
    """Lay these over what stands; answers how many stood there, and the rows as they read now.

    A review says nothing of the additional data, so they stay; a held value brings its own.
    """
    count = 0
    over: dict[Key, Datum] = {}
    for key, given in rows:
        stands = over.get(key) or known.data.get(key)
        given.is_revised = True
        if stands is not None:
            given.raw = stands.raw if stands.is_revised else stands.result
            if keeps_extra and given.extra is None:
                given.extra = stands.extra
            count += 1
        over[key] = given
    _drop(cursor, ["revised"], list(over))
    table = rows_table(list(over.items()), seq=seq)
    insert(cursor, "revised", table, "stream, time, result, mark, result_time, extra, raw, seq")
    return count, over
