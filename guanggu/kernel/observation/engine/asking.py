"""The reads of the store that owns the folder."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import duckdb
import pyarrow as pa

from guanggu.base.bilingual import T
from guanggu.base.errors import Invalid

from . import figures, reading

if TYPE_CHECKING:
    from pathlib import Path

    from .connection import Connections
    from .latest import Latest
    from .state import State

ATTEMPTS = 4
QUERY_S = 60.0
ROWS_MAX = 5_000_000  # of one answer, some 300 MB
TOO_LONG = T(
    "查询用时过长，请缩小时间范围或减少数据流。",
    "The query took too long; choose a shorter time or fewer datastreams.",
)
TOO_MUCH = T(
    "查询结果过多，请缩小时间范围或减少数据流。",
    "The answer is too large; choose a shorter time or fewer datastreams.",
)


class Asking:
    """Mixed into the store. A read that met a change of tables or files is made again."""

    folder: Path
    lake: Path
    state: State
    fast_lock: threading.RLock
    version: int
    connections: Connections
    _latest: Latest

    def latest(self, streams: Sequence[int] | None = None) -> pa.Table:
        return self._latest.table(streams)

    def series(
        self, streams: Sequence[int], start: int, end: int, *,
        limit: int | None = None, newest_first: bool = False,
    ) -> pa.Table:  # fmt: skip
        """Raises Invalid where the answer would be larger than ROWS_MAX."""
        wanted = reading.Wanted(streams)
        most = ROWS_MAX + 1 if limit is None else min(limit, ROWS_MAX + 1)

        def query() -> str:
            found = reading.source(self.state, self.lake, wanted, start, end)
            return reading.series_sql(found, most, newest_first)

        table = reading.as_series(self._ask(query, wanted))
        if table.num_rows > ROWS_MAX:
            raise Invalid(TOO_MUCH)
        return table

    def aggregate(self, streams: Sequence[int], start: int, end: int, every: str) -> pa.Table:
        wanted = reading.Wanted(streams)

        def query() -> str:
            return figures.aggregate_sql(self.state, self.lake, wanted, start, end, every)

        return reading.as_aggregates(self._ask(query, wanted))

    def count(self, streams: Sequence[int], start: int, end: int) -> int:
        wanted = reading.Wanted(streams)

        def query() -> str:
            found = reading.source(self.state, self.lake, wanted, start, end, "stream, time")
            return f"SELECT count(*) AS rows FROM ({found})"

        return int(self._ask(query, wanted)["rows"][0].as_py())

    def held(self, streams: Sequence[int] | None = None) -> pa.Table:
        wanted = reading.Wanted(streams or [])
        condition = "true" if streams is None else wanted.condition
        query = f"SELECT {reading.RECEIVED} FROM held WHERE {condition} ORDER BY stream, time"
        return reading.as_series(self._ask(lambda: query, wanted))

    def _ask(self, query: Callable[[], str], wanted: reading.Wanted) -> pa.Table:
        for _ in range(ATTEMPTS):
            with self.fast_lock if self.version % 2 else threading.Lock():
                version = self.version
            try:
                table = self._run(query(), wanted)
            except duckdb.Error:
                if self.version == version:
                    raise
                continue
            if self.version == version:
                return table
        with self.fast_lock:  # nothing changes now
            return self._run(query(), wanted)

    def _run(self, query: str, wanted: reading.Wanted) -> pa.Table:
        """Raises Invalid for a query that takes too long."""
        began = time.monotonic()
        try:
            with self.connections.borrowed(QUERY_S) as cursor:
                if wanted.table is not None:
                    cursor.register("wanted", wanted.table)
                return cursor.execute(query).to_arrow_table()
        except duckdb.InterruptException as error:
            if time.monotonic() - began < QUERY_S:
                raise  # the file was opened anew
            raise Invalid(TOO_LONG) from error
