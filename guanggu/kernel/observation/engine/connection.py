"""Opening DuckDB: pinned settings, extensions from their wheels, the tables of the hot file."""

from __future__ import annotations

import fcntl
import importlib.metadata
import math
import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import duckdb

from guanggu.base.bilingual import T
from guanggu.base.errors import Conflict

# The engine may take this much memory for queries before it spills to disk.
MEMORY = "2GB"
THREADS = 2
# Sealing and long questions must not keep stations waiting: who works for them gets a tenth of what
# the threads get that take data in, where both want the processor.
NICE = 10
# A checkpoint holds commits up: small ones, often, keep the wait of an acknowledgement short.
CHECKPOINT_BYTES = 16 * 2**20

OWNED = T(
    "监测数据库正由另一个采集进程使用。",
    "Another ingest process owns the observations.",
)

# Times are BIGINT, microseconds UTC: as quick to group as TIMESTAMP, and nothing to convert.
# No keys: uniqueness is kept by what the process knows (see ``writing``), which is 5 times faster.
ROW = "stream INTEGER, time BIGINT, result DOUBLE, mark UTINYINT, result_time BIGINT, extra VARCHAR"
TABLES = f"""
CREATE TABLE IF NOT EXISTS late ({ROW}, seq BIGINT);
CREATE TABLE IF NOT EXISTS held ({ROW});
CREATE TABLE IF NOT EXISTS revised ({ROW}, raw DOUBLE, seq BIGINT);
CREATE TABLE IF NOT EXISTS latest ({ROW}, raw DOUBLE);
CREATE TABLE IF NOT EXISTS parts (
    name VARCHAR, begins BIGINT, ends BIGINT, rows BIGINT, bytes BIGINT,
    first_stream INTEGER, last_stream INTEGER
);
ALTER TABLE parts ADD COLUMN IF NOT EXISTS has_hours BOOLEAN DEFAULT false;
CREATE TABLE IF NOT EXISTS facts (name VARCHAR, value BIGINT);
"""


def extension_file(name: str) -> Path:
    """Where the wheel ``duckdb-extension-<name>`` put its file; the network is never asked."""
    distribution = importlib.metadata.distribution(f"duckdb-extension-{name.replace('_', '-')}")
    folder = Path(str(distribution.locate_file(f"duckdb_extension_{name}")))
    return folder / "extensions" / f"v{duckdb.__version__}" / f"{name}.duckdb_extension"


def connect(path: Path | str, **settings: str) -> duckdb.DuckDBPyConnection:
    """A connection that never fetches extensions."""
    config: dict[str, str | bool | int | float | list[str]] = {
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
        "memory_limit": MEMORY,
        "threads": str(THREADS),
        **settings,
    }
    connection = duckdb.connect(str(path), config=config)
    connection.execute("SET TimeZone = 'UTC'")
    return connection


def own(folder: Path) -> IO[str]:
    """Take the folder until the answer is closed; the system lets it go with a killed process.
    Raises Conflict where another store has it: two would each believe to know every datum."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    lock = (folder / "owner.lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        lock.close()
        raise Conflict(OWNED) from error
    return lock


def open_hot(folder: Path) -> duckdb.DuckDBPyConnection:
    """The hot file of a folder, with its tables; the folder is made, for the owner alone."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    connection = connect(
        folder / "hot.duckdb",
        checkpoint_threshold=f"{CHECKPOINT_BYTES}B",
        temp_directory=str(folder / "spill"),
        preserve_insertion_order="false",
    )
    connection.execute("SET GLOBAL parquet_metadata_cache = true")  # no file ever changes
    for statement in TABLES.split(";"):
        if statement.strip():
            connection.execute(statement)
    return connection


def yield_to_others(thread: int) -> None:
    """Let this thread of the process work with what processor time the others leave (Linux)."""
    if sys.platform.startswith("linux"):
        os.setpriority(os.PRIO_PROCESS, thread, NICE)


def _threads() -> set[int]:
    tasks = Path("/proc/self/task")
    return {int(each.name) for each in tasks.iterdir()} if tasks.exists() else set()


class Connections:
    """One database, many threads: each borrows a connection for as long as it needs one."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._main = self._opened()
        self._idle: list[duckdb.DuckDBPyConnection] = []
        # Since when each is borrowed, and for how long it may work.
        self._busy: dict[duckdb.DuckDBPyConnection, tuple[float, float]] = {}
        self._changed = threading.Condition()
        self._is_open = True
        threading.Thread(target=self._watch, name="observations-watch", daemon=True).start()

    def _opened(self) -> duckdb.DuckDBPyConnection:
        before = _threads()
        made = open_hot(self._folder)
        for helper in _threads() - before:
            yield_to_others(helper)
        return made

    @contextmanager
    def borrowed(self, limit_s: float = math.inf) -> Iterator[duckdb.DuckDBPyConnection]:
        """Of one thread until the block ends; thrown away where the block failed. What it does
        after ``limit_s`` ends with duckdb.InterruptException, a second early or late."""
        with self._changed:
            made = self._idle.pop() if self._idle else self._main.cursor()
            self._busy[made] = (time.monotonic(), limit_s)
        is_sound = False
        try:
            yield made
            is_sound = True
        finally:
            with self._changed:
                del self._busy[made]
                if is_sound:
                    self._idle.append(made)
                else:
                    made.close()

    def _watch(self) -> None:
        with self._changed:
            while self._is_open:
                for connection, (since, limit_s) in self._busy.items():
                    if time.monotonic() - since > limit_s:
                        connection.interrupt()
                self._changed.wait(1)

    def _end_all(self) -> None:
        """Queries under way are broken off: the file is let go only with its last connection."""
        while self._busy:
            for connection in self._busy:
                connection.interrupt()
            self._changed.wait(0.05)
        for connection in self._idle:
            connection.close()
        self._idle.clear()
        self._main.close()

    def close(self) -> None:
        with self._changed:
            self._is_open = False
            self._end_all()
            self._changed.notify_all()

    def reopen(self) -> None:
        """Raises duckdb.Error where the file cannot be opened; then try again later."""
        with self._changed:
            self._end_all()
            self._main = self._opened()
