"""From the hot file into the lake: sorted Parquet, on the disk before anything hot is dropped.

In this order, so that a crash at any point loses and doubles nothing: the boundary ``closed`` is
moved and committed (from then on differing values are held, so what lies before it stands still);
the file is written, read back and fsynced with its folder (DuckLake would not); then one commit of
the hot file names the new file, forgets the old ones and moves ``sealed``. What a killed process
left is a file that nobody names, deleted at the next start. The DuckLake catalogue for other
engines is brought up to that afterwards and can be rebuilt at any time.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from guanggu.base.bilingual import T
from guanggu.base.errors import Unavailable
from guanggu.base.ids import new_id

from .catalog import Catalog
from .connection import ROW
from .figures import WORTH, hours_of
from .planning import HOUR_US, Chunk, plan
from .reading import Wanted
from .state import BEGINNING, Part, Segment

if TYPE_CHECKING:
    from .embedded import EmbeddedStore

log = logging.getLogger(__name__)

ROLL_ROWS = 100_000  # a segment of fewer rows is kept growing over a sealing
CANNOT_SEAL = T(
    "监测数据暂时无法归档（磁盘或数据库故障），已入库数据不受影响，稍后重试。",
    "Observations cannot be sealed now (disk or database fault); nothing stored is lost. "
    "It is tried again later.",
)
_PLAIN = "stream, time, result, mark, result_time, extra"
_WHOLE = f"{_PLAIN}, raw, revised"
_RECEIVED = f"{_PLAIN}, NULL::DOUBLE AS raw, false AS revised"
_IN_LAKE = (
    "stream, epoch_us(time) AS time, result, mark, epoch_us(time) + delay AS result_time, "
    "extra, raw, revised"
)
# Version 1 and plain types, so that Spark and the others read it as well.
_FORMAT = "(FORMAT parquet, PARQUET_VERSION v1, COMPRESSION zstd, ROW_GROUP_SIZE {})"
_ROW_FORMAT = _FORMAT.format(122_880)
_HOUR_FORMAT = _FORMAT.format(8_192)


@dataclass(frozen=True, slots=True)
class Sealed:
    """What a run did: rows and bytes of the files written, how many files, how many it replaced."""

    rows: int
    bytes: int
    files: int
    replaced: int


class Sealer:
    """Works for one store; only one run at a time, beside appends and reads."""

    def __init__(self, store: EmbeddedStore) -> None:
        self._store = store
        self._catalog = Catalog(store.folder)
        self._hours = store.folder / "hours"
        for folder in (store.lake, self._hours):
            folder.mkdir(exist_ok=True, mode=0o700)
        self.sweep()

    def sweep(self) -> None:
        """Delete files that nobody names: of a killed process, or replaced before the last run."""
        parts = self._store.state.parts
        named = {self._store.lake / part.name for part in parts}
        named |= {self._hours / part.name for part in parts if part.has_hours}
        found = [*self._store.lake.iterdir(), *self._hours.iterdir()]
        left = [path for path in found if path not in named]
        if left:
            self.publish()  # the catalogue must not name them either
        for path in left:
            path.unlink(missing_ok=True)  # DuckLake may have deleted it already

    def seal(self, before: int) -> Sealed:
        """Everything of a phenomenon time before this full hour."""
        store = self._store
        self.sweep()
        snapshot = self._close(before)
        chunks = plan(self._waiting(before, snapshot), store.state.parts, before)
        written: list[Part] = []
        for chunk in chunks:
            part = self._write(self._rows(chunk, snapshot), chunk.begins, chunk.ends)
            self._commit(chunk, [part] if part else [], snapshot)
            written += [part] if part else []
        self._finish(before)
        self.publish()
        return Sealed(
            sum(part.rows for part in written), sum(part.bytes for part in written),
            len(written), sum(len(chunk.replaces) for chunk in chunks),
        )  # fmt: skip

    def _close(self, before: int) -> int:
        """From now on nothing before this is replaced; answers the last write that counts."""
        store = self._store
        with store.fast_lock, store.slow_lock:
            if before > store.state.closed:
                with store.transaction() as cursor:
                    _put_fact(cursor, "closed", before)
                store.state.closed = before
            return store.state.seq

    def _outside(self, begins: int, ends: int, snapshot: int) -> list[str]:
        """Queries of received rows that no file holds yet."""
        state = self._store.state
        low = max(begins, state.sealed)
        queries = [
            f"SELECT {_RECEIVED} FROM {s.table} WHERE time >= {low} AND time < {ends}"
            for s in state.segments
            if s.first < ends and low <= s.last
        ]
        late = f"time >= {begins} AND time < {ends} AND seq <= {snapshot}"
        return [*queries, f"SELECT {_RECEIVED} FROM late WHERE {late}"]

    def _waiting(self, before: int, snapshot: int) -> list[tuple[int, int]]:
        queries = self._outside(BEGINNING, before, snapshot)
        over = f"SELECT time FROM revised WHERE time < {before} AND seq <= {snapshot}"
        rows = " UNION ALL ".join([*(f"SELECT time FROM ({q})" for q in queries), over])
        hour = f"time - ((time % {HOUR_US}) + {HOUR_US}) % {HOUR_US}"
        with self._store.reader() as cursor:
            return cursor.execute(
                f"SELECT {hour} AS hour, count(*) FROM ({rows}) GROUP BY hour ORDER BY hour"
            ).fetchall()

    def _rows(self, chunk: Chunk, snapshot: int) -> str:
        queries = self._outside(chunk.begins, chunk.ends, snapshot)
        if chunk.replaces:
            queries.append(f"SELECT {_IN_LAKE} FROM {self._files(chunk.replaces)}")
        within = f"time >= {chunk.begins} AND time < {chunk.ends} AND seq <= {snapshot}"
        over = f"SELECT {_PLAIN}, raw, true AS revised FROM revised WHERE {within}"
        return (
            f"SELECT {_WHOLE} FROM ({' UNION ALL '.join(queries)}) AS received "
            f"ANTI JOIN ({over}) AS over USING (stream, time) UNION ALL {over}"
        )

    def _files(self, parts: Sequence[Part]) -> str:
        names = ", ".join(f"'{_quoted(self._store.lake / part.name)}'" for part in parts)
        return f"read_parquet([{names}])"

    def _write(self, rows: str, begins: int, ends: int) -> Part | None:
        """A file on the disk for certain, not yet named; None where there are no rows."""
        name = f"{begins // 1_000_000}-{ends // 1_000_000}-{new_id()}.parquet"
        path = self._store.lake / name
        try:
            with self._store.reader() as cursor:
                cursor.execute(
                    "COPY (SELECT stream, make_timestamp(time) AS time, result, mark, "
                    f"result_time - time AS delay, raw, extra, revised FROM ({rows}) AS chosen "
                    f"ORDER BY stream, chosen.time) TO '{_quoted(path)}' {_ROW_FORMAT}"
                )
                found = cursor.execute(
                    "SELECT count(*), min(stream), max(stream) "
                    f"FROM read_parquet('{_quoted(path)}')"
                ).fetchone()
                hours = self._write_hours(cursor, path, found[0] if found else 0)
            for written in (path, path.parent, *hours):
                _to_disk(written)
        except (duckdb.Error, OSError) as error:
            log.error("observations cannot be sealed: %s", error)
            raise Unavailable(CANNOT_SEAL) from error
        count, low, high = found or (0, None, None)
        if not count:
            return None
        size = sum(file.stat().st_size for file in (path, *hours[:1]))
        return Part(name, begins, ends, count, size, low, high, bool(hours))

    def _write_hours(
        self, cursor: duckdb.DuckDBPyConnection, part: Path, rows: int
    ) -> tuple[Path, ...]:
        """The figures of its hours and their folder; nothing where hours hold few rows each."""
        path = self._hours / part.name
        query = f"COPY ({hours_of(_quoted(part))}) TO '{_quoted(path)}' {_HOUR_FORMAT}"
        written = cursor.execute(query).fetchone()
        if written and written[0] * WORTH <= rows:
            return path, path.parent
        path.unlink()
        return ()

    def _commit(self, chunk: Chunk, made: Sequence[Part], snapshot: int) -> None:
        """The files stand: name them, and drop what they hold from the hot file."""
        store = self._store
        within = f"time >= {chunk.begins} AND time < {chunk.ends} AND seq <= {snapshot}"
        with store.changing():
            state = store.state
            sealed = max(state.sealed, chunk.ends)
            with store.transaction() as cursor:
                exchange(cursor, chunk.replaces, made)
                cursor.execute(f"DELETE FROM late WHERE {within}")
                cursor.execute(f"DELETE FROM revised WHERE {within}")
                _put_fact(cursor, "sealed", sealed)
                store.save_latest(cursor)
                revised = cursor.execute(
                    "SELECT stream, min(time), max(time) FROM revised GROUP BY stream"
                ).fetchall()
                late = cursor.execute("SELECT count(*) FROM late").fetchone()
            state.exchange(chunk.replaces, made)
            state.sealed = sealed
            state.revised = {stream: (low, high) for stream, low, high in revised}
            state.late_rows = late[0] if late else 0

    def _finish(self, before: int) -> None:
        """The lake holds everything before this: drop the segments it has made superfluous."""
        store = self._store
        with store.changing():
            state = store.state
            sealed = max(state.sealed, before)
            grown = state.segments[-1] if state.segments else None
            fresh = Segment(grown.number + 1) if grown else None
            keep: list[Segment] = []
            moved: list[Segment] = []
            with store.transaction() as cursor:
                _put_fact(cursor, "sealed", sealed)
                for segment in state.segments:
                    left = _rows_left(cursor, segment, sealed)
                    is_old = segment is not grown or segment.rows >= ROLL_ROWS
                    if is_old and left <= segment.rows // 10:
                        moved.append(segment)
                    else:
                        keep.append(segment)
                if moved and fresh:
                    cursor.execute(f"CREATE TABLE {fresh.table} ({ROW})")
                    for segment in moved:
                        cursor.execute(
                            f"INSERT INTO {fresh.table} SELECT * FROM {segment.table} "
                            f"WHERE time >= {sealed}"
                        )
                        cursor.execute(f"DROP TABLE {segment.table}")
                    fresh.measure(cursor)
                    keep.append(fresh)
            state.segments = keep
            state.sealed = sealed

    def remove(self, wanted: Wanted, start: int, end: int) -> tuple[list[Part], list[Part]]:
        """Write the lake's files anew without these; answers which go and which come, for the
        commit that removes the rest."""
        if not len(wanted.streams):
            return [], []
        low, high = int(wanted.streams[0]), int(wanted.streams[-1])
        old = [
            part
            for part in self._store.state.parts
            if part.begins < end and start < part.ends
            and part.first_stream <= high and low <= part.last_stream
        ]  # fmt: skip
        made = []
        for part in old:
            kept = f"NOT ({wanted.listed} AND time >= {start} AND time < {end})"
            rows = f"SELECT * FROM (SELECT {_IN_LAKE} FROM {self._files([part])}) WHERE {kept}"
            made.append(self._write(rows, part.begins, part.ends))
        return old, [part for part in made if part]

    def publish(self) -> None:
        self._catalog.publish(self._store.state.parts)


def exchange(cursor: duckdb.DuckDBPyConnection, gone: Sequence[Part], made: Sequence[Part]) -> None:
    """Inside the caller's transaction."""
    for part in gone:
        cursor.execute("DELETE FROM parts WHERE name = ?", [part.name])
    for part in made:
        cursor.execute(
            "INSERT INTO parts VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [
                part.name, part.begins, part.ends, part.rows, part.bytes,
                part.first_stream, part.last_stream, part.has_hours,
            ],
        )  # fmt: skip


def _rows_left(cursor: duckdb.DuckDBPyConnection, segment: Segment, sealed: int) -> int:
    if segment.last < sealed:
        return 0
    found = cursor.execute(
        f"SELECT count(*) FROM {segment.table} WHERE time >= {sealed}"
    ).fetchone()
    return int(found[0]) if found else 0


def _put_fact(cursor: duckdb.DuckDBPyConnection, name: str, value: int) -> None:
    cursor.execute("DELETE FROM facts WHERE name = ?", [name])
    cursor.execute("INSERT INTO facts VALUES (?, ?)", [name, value])


def _to_disk(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
