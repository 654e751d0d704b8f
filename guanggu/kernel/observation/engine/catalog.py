"""The lake's DuckLake catalogue (SQLite), by which other processes and engines find the files.

The store itself never reads it: the hot file names the parts. So it may lag behind for a moment,
and one that does not agree is made anew. A reader attaches it like this, and tries again where
SQLite answers ``database is locked``::

    ATTACH 'ducklake:sqlite:var/observations/lake.sqlite' AS lake (READ_ONLY);
    SELECT stream, time, result, mark FROM lake.observations WHERE time >= '2026-05-01';

``time`` is UTC; ``delay`` is what the result came about later, in microseconds; ``raw`` is the
received value of a reviewed one. The Parquet files hold the same for engines without DuckLake.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path

import duckdb

from .connection import connect, extension_file
from .snapshots import forget_snapshots
from .state import Part

log = logging.getLogger(__name__)

TABLE = (
    "stream INTEGER, time TIMESTAMP, result DOUBLE, mark UTINYINT, delay BIGINT, raw DOUBLE, "
    "extra VARCHAR, revised BOOLEAN"
)

READERS_MS = 5000  # with a write-ahead log readers do not wait for a publication, nor it for them


class Catalog:
    def __init__(self, folder: Path) -> None:
        self._file = folder / "lake.sqlite"
        self._lake = folder / "lake"
        self._published: frozenset[str] | None = None

    def _attached(self) -> duckdb.DuckDBPyConnection:
        connection = connect(":memory:", memory_limit="256MB")
        for name in ("sqlite_scanner", "ducklake"):
            connection.execute(f"LOAD '{extension_file(name)}'")
        file, lake = (str(path).replace("'", "''") for path in (self._file, self._lake))
        # Without the limit the deletion of a short file's rows is kept in the catalogue alone.
        connection.execute(
            f"ATTACH 'ducklake:sqlite:{file}' AS lake "
            f"(DATA_PATH '{lake}/', DATA_INLINING_ROW_LIMIT 0, META_JOURNAL_MODE 'WAL', "
            f"META_BUSY_TIMEOUT {READERS_MS})"
        )
        connection.execute(f"CREATE TABLE IF NOT EXISTS lake.observations ({TABLE})")
        return connection

    def files(self) -> set[str]:
        """Paths that the catalogue names."""
        with self._attached() as connection:
            return _files(connection)

    def publish(self, parts: Sequence[Part]) -> None:
        """Name exactly these. A fault leaves the catalogue behind and is logged: nothing that the
        platform itself reads depends on it."""
        names = frozenset(part.name for part in parts)
        if names == self._published or not (names or self._file.exists()):
            return  # before the first file there is nothing to find
        self._published = None
        try:
            self._bring_up(parts)
            self._published = names
        except duckdb.Error as error:
            log.warning("the lake's catalogue is made anew: %s", error)
            for suffix in ("", "-wal", "-shm", "-journal"):
                self._file.with_name(self._file.name + suffix).unlink(missing_ok=True)
            try:
                self._bring_up(parts)
                self._published = names
            except duckdb.Error:
                log.exception("the lake's catalogue cannot be written")

    def _bring_up(self, parts: Sequence[Part]) -> None:
        wanted = {str(self._lake / part.name) for part in parts}
        with self._attached() as connection:
            forget_snapshots(connection, "lake")
            connection.execute("CALL ducklake_cleanup_old_files('lake', cleanup_all => true)")
            known = _files(connection)
            if known == wanted:
                return
            connection.execute("BEGIN")
            for path in sorted(known - wanted):
                # A whole file's rows: DuckLake then drops the file instead of listing deletions,
                # which engines that read the Parquet alone would not see.
                connection.execute("DELETE FROM lake.observations WHERE filename = ?", [path])
            for path in sorted(wanted - known):
                quoted = path.replace("'", "''")
                connection.execute(
                    f"CALL ducklake_add_data_files('lake', 'observations', '{quoted}')"
                )
            connection.execute("COMMIT")


def _files(connection: duckdb.DuckDBPyConnection) -> set[str]:
    found = connection.execute(
        "SELECT data_file FROM ducklake_list_files('lake', 'observations')"
    ).fetchall()
    return {str(path) for (path,) in found}
