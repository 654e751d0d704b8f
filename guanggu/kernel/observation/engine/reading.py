"""The SQL of reads: one source out of segments, late rows, the lake and what was revised."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa

from .latest import SERIES_SCHEMA
from .state import BEGINNING, Part, State

AGGREGATE_SCHEMA = pa.schema(
    [
        ("stream", pa.int32()), ("start", pa.int64()), ("count", pa.int64()),
        ("valid", pa.int64()), ("mean", pa.float64()), ("minimum", pa.float64()),
        ("maximum", pa.float64()), ("total", pa.float64()),
    ]
)  # fmt: skip
COLUMNS = "stream, time, result, mark, result_time, raw, extra"
RECEIVED = "stream, time, result, mark, result_time, NULL::DOUBLE AS raw, extra"
NOTHING = f"SELECT {RECEIVED} FROM late WHERE false"
LIST_MAX = 2_000  # more streams than this are joined rather than listed

# The district's clock runs at UTC+8 without summer time (it had one from 1986 to 1991).
DISTRICT_US = 8 * 3_600_000_000


class Wanted:
    """Which streams: as a condition of SQL, with a table to register where they are many."""

    def __init__(self, streams: Sequence[int]) -> None:
        known = np.unique(np.asarray(streams, dtype=np.int64))
        self.streams = known[(known >= 0) & (known < 2**31)]
        self.table: pa.Table | None = None
        count = len(self.streams)
        if not count:
            self.condition = "false"
            return
        low, high = int(self.streams[0]), int(self.streams[-1])
        if low == high:
            self.condition = f"stream = {low}"
        elif high - low == count - 1:
            self.condition = f"stream BETWEEN {low} AND {high}"
        else:
            self.condition = f"stream BETWEEN {low} AND {high} AND stream IN "
            if count <= LIST_MAX:
                self.condition += f"({', '.join(map(str, self.streams.tolist()))})"
            else:
                self.table = pa.table({"wanted_stream": self.streams.astype(np.int32)})
                self.condition += "(SELECT wanted_stream FROM wanted)"

    @property
    def listed(self) -> str:
        """The condition without the table."""
        return f"stream IN ({', '.join(map(str, self.streams.tolist()))})"


def source(
    state: State, lake: Path, wanted: Wanted, start: int, end: int, columns: str = COLUMNS,
    parts: Sequence[Part] | None = None,
) -> str:  # fmt: skip
    """A query that gives each datum once, as it stands now, with the named columns; of the lake
    only these ``parts`` where they are named."""
    condition = wanted.condition
    pieces = []
    chosen = state.parts if parts is None else parts
    from_lake = lake_source(chosen, lake, wanted, start, end, columns)
    if from_lake:
        pieces.append(from_lake)
    received = columns.replace("raw", "NULL::DOUBLE AS raw")
    for segment in state.segments:
        low = max(start, state.sealed)
        if segment.rows and segment.first < end and low <= segment.last:
            pieces.append(
                f"SELECT {received} FROM {segment.table} "
                f"WHERE {condition} AND time >= {low} AND time < {end}"
            )
    # Always asked, however often it is empty: a row may move there between this and the query.
    pieces.append(
        f"SELECT {received} FROM late WHERE {condition} AND time >= {start} AND time < {end}"
    )
    found = " UNION ALL ".join(pieces)
    if not state.is_revised(wanted.streams.tolist(), start, end):
        return found
    over = f"SELECT {columns} FROM revised WHERE {condition} AND time >= {start} AND time < {end}"
    return (
        f"SELECT {columns} FROM ({found}) AS received ANTI JOIN ({over}) AS over "
        f"USING (stream, time) UNION ALL {over}"
    )


def parts_within(parts: Sequence[Part], wanted: Wanted, start: int, end: int) -> list[Part]:
    """Those that may hold data of these streams and of this time."""
    if not len(wanted.streams):
        return []
    low, high = int(wanted.streams[0]), int(wanted.streams[-1])
    return [
        part
        for part in parts
        if part.begins < end
        and start < part.ends
        and part.first_stream <= high
        and low <= part.last_stream
    ]


def lake_source(
    parts: Sequence[Part], lake: Path, wanted: Wanted, start: int, end: int, columns: str
) -> str:
    """The same from the lake's files alone; empty where none may hold any of it."""
    files = [str(lake / part.name) for part in parts_within(parts, wanted, start, end)]
    if not files:
        return ""
    listed = ", ".join("'" + name.replace("'", "''") + "'" for name in files)
    return (
        f"SELECT {columns} FROM (SELECT stream, epoch_us(time) AS time, result, mark, "
        "epoch_us(time) + delay AS result_time, raw, extra, revised "
        f"FROM read_parquet([{listed}]) WHERE {wanted.condition} "
        f"AND time >= make_timestamp({stamp(start)}) AND time < make_timestamp({stamp(end)}))"
    )


def stamp(time: int) -> int:
    """Within what a TIMESTAMP can hold."""
    return max(min(time, 2**62), BEGINNING)


def series_sql(found: str, limit: int | None, newest_first: bool) -> str:
    order = "time DESC, stream" if newest_first else "stream, time"
    ending = "" if limit is None else f" LIMIT {int(limit)}"
    return f"SELECT {COLUMNS} FROM ({found}) ORDER BY {order}{ending}"


def as_series(table: pa.Table) -> pa.Table:
    return table.select(SERIES_SCHEMA.names).cast(SERIES_SCHEMA)


def as_aggregates(table: pa.Table) -> pa.Table:
    return table.select(AGGREGATE_SCHEMA.names).cast(AGGREGATE_SCHEMA)


def is_same_value(one: float, other: float) -> bool:
    return one == other or (math.isnan(one) and math.isnan(other))
