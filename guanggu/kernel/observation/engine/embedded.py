"""The store itself, for the one process that owns its folder."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa

from guanggu.base.bilingual import T
from guanggu.base.errors import Invalid, Unavailable

from ..batch import Batch
from ..store import Appended
from . import reading, settling
from .asking import Asking
from .committing import GATHER_S, Job, Lane, split
from .connection import ROW, Connections, own
from .latest import STREAM_MAX, Latest
from .planning import HOUR_US
from .sealing import Sealed, Sealer, exchange
from .state import BEGINNING, SEGMENT_ROWS, Reached, Segment, State, load, recall

log = logging.getLogger(__name__)

TIMES = (-(2**52), 2**53)  # years 1827 to 2255
CANNOT_STORE = T(
    "监测数据暂时无法写入（磁盘或数据库故障），本批未入库；恢复后请重发。",
    "Observations cannot be stored now (disk or database fault); this batch was not stored. "
    "Send it again after the mend.",
)
DISK_FULL = T(
    "数据磁盘剩余空间不足，本批未入库；请清理磁盘或扩容，恢复后请重发。",
    "The disk of the observations is nearly full; this batch was not stored. Make room, then send "
    "it again.",
)
# An engine that runs out of disk within a checkpoint may end the process: it never comes to that
# while so much is left, for a checkpoint writes about what the log holds (CHECKPOINT_BYTES).
RESERVE_BYTES = 64 * 2**20
ROW_BYTES = 64  # in the log, at most, without its text
BAD_STREAM = T("数据流编号超出范围。", "A datastream number is out of range.")
BAD_TIME = T("监测时间超出可存范围。", "A phenomenon time is out of the range that can be stored.")
BAD_TEXT = T("附加数据不是有效文本。", "The additional data are not valid text.")
WRITTEN = ["late", "held", "revised", "latest"]
HOT = "stream, time, result, mark, result_time, extra"


class EmbeddedStore(Asking):
    """See ``store.ObservationStore``. Safe to use from any thread of its process.

    ``submit`` is ``append`` for callers that must not wait: its future is done once the rows are
    durable. Raises Conflict where another process owns the folder.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.lake = folder / "lake"
        self.fault: str = ""
        self.reserve_bytes = RESERVE_BYTES
        # Whoever needs both takes the fast one first.
        self.fast_lock, self.slow_lock = threading.RLock(), threading.RLock()
        self._owner = own(folder)
        self.connections = Connections(folder)
        self.version = 0  # odd while tables or files change
        self._load()
        self._sealing = threading.Lock()
        self._sealer = Sealer(self)
        self._slow = Lane("observations-slow", self._settle)
        self._fast = Lane("observations-fast", self._commit, GATHER_S)

    # -- opening and closing

    def _load(self) -> None:
        with self.connections.borrowed() as cursor:
            self.state: State = load(cursor)
            self._latest = Latest()
            for query in recall(self.state):
                self._note_latest(cursor.execute(query).to_arrow_table())
        table = self._latest.table()
        self._reached = Reached(table["stream"].to_numpy(), table["time"].to_numpy())
        self.fault = ""

    def _note_latest(self, table: pa.Table) -> None:
        """Rows of HOT and ``raw``, each stream's in rising time."""
        extras = table["extra"].to_pylist() if table["extra"].null_count < len(table) else None
        streams, times, results, marks, result_times = (
            table[name].to_numpy() for name in HOT.split(", ")[:5]
        )
        batch = Batch(streams, times, results, marks, result_times, extras)
        raws = table["raw"].to_pylist() if table["raw"].null_count < len(table) else None
        self._latest.take(batch, raws)

    def close(self) -> None:
        """Store what waits and let the folder go."""
        self._fast.end()
        self._slow.end()
        with self.fast_lock, self.slow_lock:
            self.connections.close()
            self._owner.close()

    @contextmanager
    def transaction(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """Committed at the end. Raises Unavailable where the engine cannot."""
        if self.fault:
            raise Unavailable(CANNOT_STORE)
        try:
            with self.connections.borrowed() as cursor:
                cursor.execute("BEGIN")
                yield cursor
                cursor.execute("COMMIT")
        except (duckdb.Error, OSError) as error:
            self.fault = str(error)
            log.error("observations cannot be stored: %s", error)
            raise Unavailable(CANNOT_STORE) from error

    def _demand_room(self, rows: int) -> None:
        """Raises Unavailable where the disk is so full that the engine could fall over it."""
        disk = os.statvfs(self.folder)
        if disk.f_bavail * disk.f_frsize < self.reserve_bytes + rows * ROW_BYTES:
            raise Unavailable(DISK_FULL)

    @contextmanager
    def changing(self) -> Iterator[None]:
        """Nobody writes meanwhile, and reads that began before are made again."""
        with self.fast_lock, self.slow_lock:
            self.version += 1
            try:
                yield
            finally:
                self.version += 1

    def reader(self) -> AbstractContextManager[duckdb.DuckDBPyConnection]:
        """A connection to read with, beside the writers."""
        return self.connections.borrowed()

    def _mend(self) -> None:
        """After a fault: open the file anew before anything else is judged by what is known,
        because the failed commit may be in it all the same."""
        if not self.fault:
            return
        with self.changing():
            if not self.fault:
                return
            try:
                self.connections.reopen()
                self._load()
            except (duckdb.Error, OSError) as error:
                self.fault = str(error)
                raise Unavailable(CANNOT_STORE) from error

    # -- writing

    def append(self, batch: Batch) -> Appended:
        return self._submit(batch, wait=True).result()

    def submit(self, batch: Batch) -> Future[Appended]:
        """Raises Invalid for rows that cannot be stored, TooMany where too much waits already."""
        return self._submit(batch, wait=False)

    @property
    def waiting_rows(self) -> int:
        """How many rows wait for their commit: callers slow down before ``submit`` refuses."""
        return self._fast.waiting_rows + self._slow.waiting_rows

    def _submit(self, batch: Batch, *, wait: bool) -> Future[Appended]:
        check(batch)
        job = Job(batch)
        if not len(batch):
            job.finish()
        else:
            self._fast.put(job, wait=wait)
        return job.done

    def _commit(self, jobs: list[Job]) -> None:
        """The fast lane's work."""
        self._mend()
        batch = Batch.joined([job.batch for job in jobs])
        self._demand_room(len(batch))
        with self.fast_lock:
            mask = self._reached.is_new(batch.streams, batch.times)
            mask &= batch.times >= self.state.closed
            is_all = bool(mask.all())
            fresh = batch if is_all else batch.where(mask)
            if len(fresh):
                self._append_rows(fresh)
            self._reached.reach(batch.streams, batch.times)
        for job, piece in split(jobs, mask):
            job.counts[settling.NEW] += int(piece.sum())
            if piece.all():
                job.finish()
                continue
            rest = Job(job.batch.where(~piece), job.done, job.counts)
            self._slow.put(rest, wait=True, bounded=False)

    def _append_rows(self, batch: Batch) -> None:
        segment = self._segment()
        rows = pa.table(
            [
                pa.array(batch.streams), pa.array(batch.times), pa.array(batch.results),
                pa.array(batch.marks), pa.array(batch.result_times),
                pa.array(batch.extras, pa.string()) if batch.extras
                else pa.nulls(len(batch), pa.string()),
            ],
            names=HOT.split(", "),
        )  # fmt: skip
        with self.transaction() as cursor:
            settling.insert(cursor, segment.table, rows, HOT)
        with self.state.lock:
            segment.rows += len(batch)
            segment.first = min(segment.first, int(batch.times.min()))
            segment.last = max(segment.last, int(batch.times.max()))
        self._latest.take(batch)

    def _segment(self) -> Segment:
        """The one that grows; a new one where it is full."""
        segments = self.state.segments
        if segments and segments[-1].rows < SEGMENT_ROWS:
            return segments[-1]
        made = Segment(segments[-1].number + 1 if segments else 1)
        with self.transaction() as cursor:
            cursor.execute(f"CREATE TABLE {made.table} ({ROW})")
        with self.state.lock:
            self.state.segments = [*segments, made]
        return made

    def _settle(self, jobs: list[Job]) -> None:
        """The slow lane's work."""
        self._mend()
        rows = settling.data_of(Batch.joined([job.batch for job in jobs]))
        self._demand_room(len(rows))
        with self.slow_lock, self.transaction() as cursor:
            known = settling.look_up(cursor, self.state, self.lake, list({key for key, _ in rows}))
            settled = settling.settle(rows, known, self.state.closed)
            note = settling.write(cursor, self.state, settled, self.state.next_seq())
        note()
        self._take_latest(settled.stored)
        for job, piece in split(jobs, settled.outcomes):
            job.counts += np.bincount(piece, minlength=4)
            job.finish()

    def _take_latest(self, stored: dict[settling.Key, settling.Datum]) -> None:
        if stored:
            self._note_latest(settling.rows_table(sorted(stored.items(), key=lambda row: row[0])))

    def revise(self, batch: Batch) -> int:
        check(batch)
        if not len(batch):
            return 0
        self._mend()
        self._demand_room(len(batch))
        rows = settling.data_of(batch)
        with self.fast_lock, self.slow_lock:
            with self.transaction() as cursor:
                keys = list({key for key, _ in rows})
                known = settling.look_up(cursor, self.state, self.lake, keys)
                seq = self.state.next_seq()
                count, over = settling.revise(cursor, self.state, known, rows, seq)
            self.state.note_revised([k[0] for k in over], [k[1] for k in over])
            # What comes now for these streams and is not later must be compared.
            streams, times = np.array(list(over), dtype=np.int64).T
            self._reached.reach(streams, times)
            self._take_latest(over)
        return count

    def release(self, stream: int, time: int, *, accept: bool) -> None:
        key = (stream, time)
        self._mend()
        with self.slow_lock:
            with self.transaction() as cursor:
                known = settling.look_up(cursor, self.state, self.lake, [key])
                waiting = known.waiting.get(key)
                if waiting is None:
                    return
                cursor.execute("DELETE FROM held WHERE stream = ? AND time = ?", [stream, time])
                over: dict[settling.Key, settling.Datum] = {}
                if accept:
                    seq = self.state.next_seq()
                    rows = [(key, waiting)]
                    _, over = settling.revise(
                        cursor, self.state, known, rows, seq, keeps_extra=False
                    )
            self.state.note_revised([k[0] for k in over], [k[1] for k in over])
            self._take_latest(over)

    def remove(self, streams: Sequence[int], start: int, end: int) -> int:
        wanted = reading.Wanted(streams)
        if not len(wanted.streams):
            return 0
        self._mend()
        where = f"{wanted.condition} AND time >= {start} AND time < {end}"
        with self._sealing:
            gone, made = self._sealer.remove(wanted, start, end)
            with self.changing():
                with self.transaction() as cursor:
                    if wanted.table is not None:
                        cursor.register("wanted", wanted.table)
                    found = reading.source(
                        self.state, self.lake, wanted, start, end, "stream, time"
                    )
                    count = cursor.execute(f"SELECT count(*) FROM ({found})").fetchone()
                    for table in [s.table for s in self.state.segments] + WRITTEN:
                        cursor.execute(f"DELETE FROM {table} WHERE {where}")
                    exchange(cursor, gone, made)
                self.state.exchange(gone, made)
                self._recall(wanted.streams)
            if gone:
                self._sealer.publish()
        return int(count[0]) if count else 0

    def seal(self, before: int) -> Sealed:
        """Move what is earlier than this (its full hour) into the lake; values for it that differ
        are held from now on. Raises Unavailable where the disk does not take it; try again."""
        self._mend()
        with self._sealing:
            return self._sealer.seal(before // HOUR_US * HOUR_US)

    def save_latest(self, cursor: duckdb.DuckDBPyConnection) -> None:
        """With a sealing, so that opening need not search the lake."""
        cursor.execute("DELETE FROM latest")
        settling.insert(cursor, "latest", self._latest.table(), f"{HOT}, raw")

    def _recall(self, streams: np.ndarray) -> None:
        """Take the latest data of these again from what is left."""
        self._latest.forget(streams.tolist())
        wanted = reading.Wanted(streams.tolist())
        found = reading.source(self.state, self.lake, wanted, BEGINNING, 2**62)
        with self.transaction() as cursor:
            if wanted.table is not None:
                cursor.register("wanted", wanted.table)
            cursor.execute(f"DELETE FROM latest WHERE {wanted.condition}")
            cursor.execute(
                f"INSERT INTO latest SELECT {HOT}, raw FROM ({found}) "
                "QUALIFY row_number() OVER (PARTITION BY stream ORDER BY time DESC) = 1"
            )
            query = f"SELECT {HOT}, raw FROM latest WHERE {wanted.condition}"
            self._note_latest(cursor.execute(query).to_arrow_table())


def check(batch: Batch) -> None:
    """Raises Invalid for what no store could keep."""
    if not len(batch):
        return
    if batch.streams.min() < 0 or batch.streams.max() >= STREAM_MAX:
        raise Invalid(BAD_STREAM)
    if batch.times.min() < TIMES[0] or batch.times.max() >= TIMES[1]:
        raise Invalid(BAD_TIME)
    if batch.extras is not None:
        try:
            pa.array(batch.extras, pa.string())
        except (UnicodeError, pa.ArrowException) as error:
            raise Invalid(BAD_TEXT) from error
