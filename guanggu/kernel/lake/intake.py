"""The one who writes the lake: follows the journal in small batches, each a single transaction.

How far it has read is written in the transaction of what it has read, so a kill at any moment
loses and doubles nothing: the next start goes on from there. DuckLake fsyncs its catalogue but
not its Parquet files, so these are brought to the disk before each commit. What a killed process
had written without committing is named by nobody and deleted at the next start.
"""

from __future__ import annotations

import contextlib
import fcntl
import logging
import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any

from guanggu.base.bilingual import T
from guanggu.base.errors import Conflict, Invalid
from guanggu.kernel.journal.public import Cursor

from . import folding, layout, upkeep
from .changes import Batch, read_batch
from .columns import table_from
from .place import ALIAS, Place, connect, patiently, quoted
from .sources import EVENT_COLUMNS, EVENTS, Source, sources

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

log = logging.getLogger(__name__)

BATCH = 5_000
FOLD_ROWS = 50_000  # more than this in small files slows reading down
FOLD_FILES = 150
# Beside the gateways of the same process: little memory, one thread; large folds spill to disk.
WRITER = {"memory_limit": "256MB", "threads": "1"}
OWNED = T(
    "数据湖正由另一个进程写入，本进程不再写入。",
    "Another process writes the lake; this one does not.",
)
ONE_WRITER = T(
    "目录为 SQLite 的数据湖只能由一个进程写入；多个写入进程须以 PostgreSQL 保存目录（GUANGGU_LAKE）。",
    "A lake whose catalogue is SQLite has one writer; several need a catalogue kept by PostgreSQL "
    "(GUANGGU_LAKE).",
)
_VERSION = [("known_from", "TIMESTAMP"), ("event_id", "BIGINT"), ("event_actor", "VARCHAR"),
            ("event_sequence", "BIGINT"), ("is_removed", "BOOLEAN")]  # fmt: skip


@dataclass(frozen=True)
class Taken:
    """What a step did: events read, and how many versions of rows they gave."""

    events: int
    versions: int


class Intake:
    """Raises Conflict where another process writes this lake, Invalid for several writers of a
    catalogue that only one can write. Of one thread.

    shard: (which, of how many) writers; several are possible where PostgreSQL keeps the catalogue.
    """

    def __init__(
        self, place: Place, *, only: Sequence[str] | None = None, shard: tuple[int, int] = (0, 1)
    ) -> None:
        if shard[1] > 1 and place.file is not None:
            raise Invalid(ONE_WRITER)
        self._place = place
        self._shard = shard
        self._lock = _own(place) if shard[1] == 1 else None
        try:
            self._known = {n: s for n, s in sources().items() if only is None or n in only}
            self._open()
            self._clean()
        except BaseException:
            self._let_go()
            raise

    def _open(self) -> None:
        self.connection = connect(self._place, read_only=False, settings=WRITER)
        self._seen: dict[str, set[str]] = {}
        # Small files and rows that wait to be folded, by source.
        self.waiting: dict[str, list[int]] = {}
        grown = patiently(lambda: layout.make(self.connection, self._known, self._shard))
        self._read_position()
        self.look()
        for name in grown:
            upkeep.compare(self, self._known[name])

    def look(self) -> None:
        """Count what waits to be folded; other writers' rows wait as well."""
        for name in [*self._known, EVENTS]:
            files, rows = _recent(self.connection, name)
            if files:
                self.waiting[name] = [rows, files]

    @property
    def leads(self) -> bool:
        """Whether it is this one of several writers that folds and tidies."""
        return self._shard[0] == 0

    @property
    def is_alone(self) -> bool:
        return self._shard[1] == 1

    def _clean(self) -> None:
        """Files of transactions that never ended: nobody else writes here."""
        if self.is_alone:
            self.connection.execute(
                f"CALL ducklake_delete_orphaned_files('{ALIAS}', cleanup_all => true)"
            )

    def _read_position(self) -> None:
        found = self.connection.execute(
            f"SELECT transaction_id, event_id FROM {self._position}"
        ).fetchone()
        self.cursor = Cursor(*(found or (0, 0)))

    @property
    def _position(self) -> str:
        return layout.table("meta", layout.position_of(self._shard))

    @property
    def place(self) -> Place:
        return self._place

    @property
    def known(self) -> dict[str, Source]:
        return self._known

    def close(self) -> None:
        self.connection.close()
        self._let_go()

    def _let_go(self) -> None:
        if self._lock is not None:
            self._lock.close()

    def __enter__(self) -> Intake:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def step(self, limit: int = BATCH) -> Taken:
        """Take the next events in; Taken(0, 0) where there are none. Raises duckdb.Error where the
        disk or the catalogue does not take them: nothing of the batch is visible then."""
        batch = read_batch(self._known, self.cursor, limit, self._shard)
        if batch is None:
            return Taken(0, 0)
        try:
            self._write(batch)
        except BaseException:
            self._read_position_again()
            raise
        self.cursor = batch.cursor
        for name, rows in [*batch.versions.items(), (EVENTS, batch.events)]:
            if rows:
                counted = self.waiting.setdefault(name, [0, 0])
                counted[0] += len(rows)
                counted[1] += 1
        return Taken(batch.read, sum(map(len, batch.versions.values())))

    def _read_position_again(self) -> None:
        """Another writer of this shard may have been first."""
        import duckdb

        with contextlib.suppress(duckdb.Error):  # said by the error that brought us here
            self._read_position()

    def _write(self, batch: Batch) -> None:
        touched: list[tuple[str, str]] = []
        with self.transaction(touched):
            if batch.events:
                shape = [(name, kind) for name, kind, *_ in EVENT_COLUMNS]
                self.append(EVENTS, table_from(batch.events, shape))
                touched.append(("recent", EVENTS))
            for name, versions in batch.versions.items():
                columns = [*self._known[name].columns, *_VERSION]
                self.append(name, table_from(versions, columns))
                touched.append(("recent", name))
            # The whole row goes and comes: DuckLake then drops its file, and two writers of one
            # shard get in each other's way instead of both taking the same events in.
            self.connection.execute(f"DELETE FROM {self._position}")
            self.connection.execute(
                f"INSERT INTO {self._position} VALUES (?, ?, make_timestamp(?))",
                [batch.cursor.transaction, batch.cursor.event_id, batch.at],
            )
            touched.append(("meta", layout.position_of(self._shard)))

    def append(self, name: str, rows: pa.Table) -> None:
        """Into ``recent``, inside a transaction."""
        self.connection.register("batch_rows", rows)
        try:
            self.connection.execute(
                f"INSERT INTO {layout.table('recent', name)} BY NAME SELECT * FROM batch_rows"
            )
        finally:
            self.connection.unregister("batch_rows")

    @contextmanager
    def transaction(self, touched: Sequence[tuple[str, str]]) -> Iterator[None]:
        """All or nothing, on the disk when it ends. touched: (schema, table), may grow within."""
        self.connection.execute("BEGIN")
        try:
            yield
            self._to_disk(touched)
            self.connection.execute("COMMIT")
        except BaseException:
            self._roll_back()
            raise

    def _roll_back(self) -> None:
        import duckdb

        try:
            self.connection.execute("ROLLBACK")
        except duckdb.TransactionException:
            return  # a commit that failed has ended it
        except duckdb.Error:
            # The engine gives the database up after some faults of the disk: open it anew.
            log.exception("the lake is opened anew")
            self.connection.close()
            self._open()

    def _to_disk(self, touched: Sequence[tuple[str, str]]) -> None:
        for schema, name in {*touched}:
            folder = self._place.data / schema / name
            if not folder.is_dir():
                continue
            seen = self._seen.setdefault(str(folder), set())
            there = {entry.name for entry in os.scandir(folder)}
            for file in there - seen:
                _sync(str(folder / file))
            if there - seen:
                _sync(str(folder))
            self._seen[str(folder)] = there

    def fold_due(self, *, everything: bool = False) -> int:
        """Fold what waits in many files or rows (or all); answers how many sources."""
        done = 0
        for name, (rows, files) in list(self.waiting.items()):
            if everything or rows > FOLD_ROWS or files > FOLD_FILES:
                self.fold(name)
                done += 1
        return done

    def fold(self, name: str) -> None:
        """See ``folding``. Raises duckdb.Error; nothing has changed then."""
        if name == EVENTS:
            with self.transaction([("past", name)]):
                folding.fold_events(self.connection)
        else:
            with self.transaction([("past", name), ("now", name)]):
                folding.fold(self.connection, self._known[name])
        self.waiting.pop(name, None)

    def drain(self, seconds: float = float("inf")) -> int:
        """Take in until nothing is left; answers how many events."""
        until, done = time.monotonic() + seconds, 0
        while time.monotonic() < until:
            taken = self.step()
            done += taken.events
            if not taken.events:
                break
            self.fold_due()
        return done


def _recent(connection: duckdb.DuckDBPyConnection, name: str) -> tuple[int, int]:
    """(files, rows) that wait to be folded."""
    files = connection.execute(
        f"SELECT count(*) FROM ducklake_list_files('{ALIAS}', '{quoted(name)}', schema => 'recent')"
    ).fetchone()
    if not files or not files[0]:
        return 0, 0
    rows: Any = connection.execute(
        f"SELECT count(*) FROM {layout.table('recent', name)}"
    ).fetchone()
    return files[0], rows[0]


def _own(place: Place) -> IO[str]:
    place.data.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    lock = (place.data.parent / "writer.lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        lock.close()
        raise Conflict(OWNED) from error
    return lock


def _sync(path: str) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
