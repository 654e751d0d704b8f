"""What the engine knows of its file: segments, boundaries, parts, revised and held data.

Rows enter the newest *segment*, a table of the hot file, in the order of their commits. ``closed``
is the instant up to which values may no longer change by themselves (see ``sealing``); ``sealed``
the one up to which the lake holds everything, so that segments count only from there on.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import duckdb
import numpy as np

BEGINNING = -(2**62)
SEGMENT_ROWS = 20_000_000


@dataclass(slots=True)
class Segment:
    """A table of the hot file, with the bounds of its phenomenon times."""

    number: int
    rows: int = 0
    first: int = 2**62
    last: int = BEGINNING

    @property
    def table(self) -> str:
        return f"hot_{self.number}"

    def measure(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Count what the table holds."""
        found = connection.execute(
            f"SELECT count(*), min(time), max(time) FROM {self.table}"
        ).fetchone()
        if found and found[0]:
            self.rows, self.first, self.last = found


@dataclass(frozen=True, slots=True)
class Part:
    """One Parquet file of the lake, responsible for a stretch of time; parts never overlap."""

    name: str
    begins: int
    ends: int
    rows: int
    bytes: int
    first_stream: int
    last_stream: int
    has_hours: bool = False  # hourly figures stand beside it


@dataclass
class State:
    """Changed only by the thread that holds the lane's lock, read by everybody."""

    segments: list[Segment] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)
    closed: int = BEGINNING
    sealed: int = BEGINNING
    seq: int = 0
    late_rows: int = 0
    held_rows: int = 0
    # Of each stream with revised data not yet in the lake, the bounds of their times.
    revised: dict[int, tuple[int, int]] = field(default_factory=dict)
    lock: threading.RLock = field(default_factory=threading.RLock)

    def next_seq(self) -> int:
        with self.lock:
            self.seq += 1
            return self.seq

    def note_revised(self, streams: Iterable[int], times: Iterable[int]) -> None:
        with self.lock:
            for stream, time in zip(streams, times, strict=True):
                low, high = self.revised.get(stream, (time, time))
                self.revised[stream] = (min(low, time), max(high, time))

    def exchange(self, gone: Sequence[Part], made: Sequence[Part]) -> None:
        """Some files of the lake for others."""
        left = [part for part in self.parts if part not in gone]
        self.parts = sorted([*left, *made], key=lambda part: part.begins)

    def is_revised(self, streams: Sequence[int], start: int, end: int) -> bool:
        """Whether any of them may hold a revised datum within; sometimes a false alarm."""
        if not self.revised:
            return False
        with self.lock:
            if len(streams) > len(self.revised):
                wanted = set(streams)
                bounds = [found for s, found in self.revised.items() if s in wanted]
            else:
                bounds = [self.revised[s] for s in streams if s in self.revised]
        return any(low < end and start <= high for low, high in bounds)


def load(connection: duckdb.DuckDBPyConnection) -> State:
    """From the tables, after opening."""
    state = State()
    names = connection.execute(
        "SELECT table_name FROM duckdb_tables() WHERE table_name LIKE 'hot\\_%' ESCAPE '\\'"
    ).fetchall()
    for number in sorted(int(name.removeprefix("hot_")) for (name,) in names):
        known = Segment(number)
        known.measure(connection)
        state.segments.append(known)
    facts = dict(connection.execute("SELECT name, value FROM facts").fetchall())
    state.closed = facts.get("closed", BEGINNING)
    state.sealed = facts.get("sealed", BEGINNING)
    state.parts = [
        Part(*row)
        for row in connection.execute(
            "SELECT name, begins, ends, rows, bytes, first_stream, last_stream, has_hours FROM parts "
            "ORDER BY begins, first_stream"
        ).fetchall()
    ]
    counts = connection.execute(
        "SELECT (SELECT count(*) FROM late), (SELECT count(*) FROM held), "
        "greatest((SELECT max(seq) FROM late), (SELECT max(seq) FROM revised), 0)"
    ).fetchone()
    if counts:
        state.late_rows, state.held_rows, state.seq = counts
    revised = connection.execute(
        "SELECT stream, min(time), max(time) FROM revised GROUP BY stream"
    ).fetchall()
    state.revised = {stream: (low, high) for stream, low, high in revised}
    return state


def recall(state: State) -> list[str]:
    """Queries that give the latest data, one after the other, later ones over earlier ones: those
    saved at the last sealing, then what the hot file holds."""
    columns = "stream, time, result, mark, result_time, extra"
    queries = [f"SELECT {columns}, raw FROM latest"]
    live = [f"{s.table} WHERE time >= {state.sealed}" for s in state.segments]
    for table in [*live, "late"]:
        queries.append(
            "SELECT stream, max(time) AS time, arg_max(result, time) AS result, "
            "arg_max(mark, time) AS mark, arg_max(result_time, time) AS result_time, "
            "arg_max_null(extra, time) AS extra, NULL::DOUBLE AS raw "
            f"FROM {table} GROUP BY stream"
        )
    queries.append(f"SELECT {columns}, raw FROM revised ORDER BY stream, time")
    return queries


class Reached:
    """The time up to which each stream is known to be taken; what is later is new for certain.

    Unlike ``Latest`` it also counts what is still on its way into the file.
    """

    def __init__(self, streams: np.ndarray, times: np.ndarray) -> None:
        size = int(streams.max()) + 1 if len(streams) else 1024
        self._times = np.full(size, BEGINNING * 2)
        self._times[streams] = times
        self._place = np.zeros(size, dtype=np.int32)

    def _grow(self, streams: np.ndarray) -> None:
        more = int(streams.max()) + 1 - len(self._times)
        if more > 0:
            more = max(more, len(self._times))
            self._times = np.concatenate([self._times, np.full(more, BEGINNING * 2)])
            self._place = np.concatenate([self._place, np.zeros(more, dtype=np.int32)])

    def is_new(self, streams: np.ndarray, times: np.ndarray) -> np.ndarray:
        """Mask of the rows that are later than all before them of their stream.

        Where a stream's rows do not all rise, none of its rows counts: they keep their order.
        """
        self._grow(streams)
        fresh = times > self._times[streams]
        numbers = np.arange(len(streams), dtype=np.int32)
        self._place[streams] = numbers
        if np.array_equal(self._place[streams], numbers):
            return fresh  # each stream once, the usual batch
        order = np.argsort(streams, kind="stable")
        ordered, at = streams[order], times[order]
        is_next = ordered[1:] == ordered[:-1]
        falls = is_next & (at[1:] <= at[:-1])
        broken = np.unique(np.concatenate([ordered[1:][falls], streams[~fresh]]))
        return fresh if not len(broken) else ~np.isin(streams, broken)

    def reach(self, streams: np.ndarray, times: np.ndarray) -> None:
        """These are taken now."""
        self._grow(streams)
        np.maximum.at(self._times, streams, times)
