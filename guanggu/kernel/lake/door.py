"""The door of the lake for whoever reads it: tables, queries, snapshots, earlier states."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

from guanggu.base import clock
from guanggu.base.bilingual import T
from guanggu.base.errors import Missing, Unavailable
from guanggu.kernel.journal.public import Cursor, read_events

from .columns import LakeColumn
from .listing import LakeTable, tables_of_lake
from .place import ALIAS, NO_LAKE, Place, connect, named, patiently, quoted
from .running import BYTES_MAX, Limits, Running
from .shown import raw_views
from .upkeep import READABLE_S

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa
    from ibis.backends.duckdb import Backend
    from ibis.expr.types import Expr

NO_SNAPSHOT = T(
    "没有这一时点的快照（快照只保留一段时间）。请改用日期时间回溯。",
    "There is no such snapshot; snapshots are kept for a while only. Go back by an instant instead.",
)
R = TypeVar("R")


@dataclass(frozen=True)
class Snapshot:
    """A state of the lake, for provenance: its number, when it was committed, and up to which
    event of the journal it knows. Numbers are dropped after a day; the instant stays good."""

    id: int
    at: datetime
    event_id: int

    def __str__(self) -> str:
        return f"{self.id} ({self.at.isoformat(timespec='seconds')}, event {self.event_id})"


class Lake:
    """Of a place; ``at`` gives the same as it was. Safe to use from any thread."""

    def __init__(
        self, place: Place, version: int | None = None, instant: datetime | None = None
    ) -> None:
        self._place = place
        self._version = version
        self._instant = instant
        self._mine = threading.local()

    @property
    def place(self) -> Place:
        return self._place

    def tables(self) -> tuple[LakeTable, ...]:
        """Everything that can be asked, by name. Raises Unavailable where there is no lake."""
        found = self._read(lambda connection: tables_of_lake(connection, self._place))
        fresh_at = self._fresh_at()
        return tuple(replace(each, fresh_at=fresh_at) for each in found)

    def table(self, name: str) -> LakeTable:
        """Raises Missing."""
        for each in self.tables():
            if each.name == name:
                return each
        raise Missing(T("数据湖中没有表“{}”。", "The lake has no table “{}”.").format(name))

    def _fresh_at(self) -> datetime:
        """Up to when everything that happened is in."""
        if self._instant is not None:
            return self._instant
        position = self._read(_position)
        following = read_events(Cursor(*position[:2]), 1)
        return following[0].at if following else clock.now()

    def ibis(self) -> Backend:
        """A read-only backend with every table; one a thread, sees each new commit. No files but
        the lake's and no network. For the house's own expressions, not for what users write."""
        import ibis

        connection = self._reader()
        backend: Backend | None = getattr(self._mine, "backend", None)
        if backend is None:
            backend = ibis.duckdb.from_connection(connection)
            self._mine.backend = backend
        return backend

    def query(
        self, asked: str | Expr, limits: Limits | None = None, *,
        views: Mapping[str, str] | None = None,
    ) -> pa.Table:  # fmt: skip
        """Run one SELECT (or an ibis expression) in a process of its own; see ``start``."""
        return self.start(asked, limits, views=views).result()

    def start(
        self, asked: str | Expr, limits: Limits | None = None, *,
        views: Mapping[str, str] | None = None,
    ) -> Running:  # fmt: skip
        """views: what the statement may see, and only that: name -> SELECT over ``raw.<table>``,
        so that columns can be masked or left out; None: every table as it is. Raises Unavailable
        where there is no lake, TooMany where too many queries run; the result raises Invalid for
        a fault or a limit."""
        limits = limits or Limits()
        sql = asked if isinstance(asked, str) else _compiled(asked)
        if not self._place.exists:
            raise Unavailable(NO_LAKE)
        raw = self._read(self._raw)
        shown = (
            {name: f"SELECT * FROM raw.{named(name)}" for name in raw} if views is None else views
        )
        opening = [f"LOAD '{quoted(path)}'" for path in self._place.extensions()]
        opening += ["SET TimeZone = 'UTC'"]
        opening += self._place.attaching(read_only=True, version=self._version)
        opening += ["CREATE SCHEMA raw"]
        spill = self._place.data.parent / "spill-queries"
        request = {
            "sql": sql, "rows": limits.rows, "bytes": BYTES_MAX, "seconds": limits.seconds,
            "memory_mb": limits.memory_mb, "views": dict(shown), "raw": raw, "opening": opening,
            "folders": self._place.folders(),
            "settings": {
                "autoinstall_known_extensions": "false", "autoload_known_extensions": "false",
                "memory_limit": f"{limits.memory_mb}MB", "threads": str(limits.threads),
                "temp_directory": str(spill), "max_temp_directory_size": "2GB",
            },
        }  # fmt: skip
        return Running(request, limits)

    def snapshot(self) -> Snapshot:
        """The state that a query asked now would see."""

        def ask(connection: duckdb.DuckDBPyConnection) -> Snapshot:
            row = connection.execute(
                f"SELECT snapshot_id, epoch_us(snapshot_time) FROM ducklake_snapshots('{ALIAS}') "
                "ORDER BY snapshot_id DESC LIMIT 1"
            ).fetchone()
            event = _position(connection)[1]
            if row is None:
                raise Unavailable(NO_LAKE)
            return Snapshot(int(row[0]), clock.from_microseconds(row[1]), event)

        return self._read(ask)

    def at(self, when: int | datetime) -> Lake:
        """As it was: after a snapshot (for a day back), or at an instant (for ever, from the
        history; observations by their phenomenon time). Raises Missing for an unknown snapshot and
        for one that may be forgotten before it is read."""
        if isinstance(when, datetime):
            return Lake(self._place, None, when)
        known = self._read(
            lambda connection: connection.execute(
                f"SELECT 1 FROM ducklake_snapshots('{ALIAS}') WHERE snapshot_id = ? "
                f"AND snapshot_time > now() - INTERVAL {READABLE_S} SECOND",
                [when],
            ).fetchone()
        )
        if known is None:
            raise Missing(NO_SNAPSHOT)
        return Lake(self._place, when, None)

    def close(self) -> None:
        """Of this thread."""
        connection = getattr(self._mine, "connection", None)
        self._mine.connection = self._mine.backend = None
        if connection is not None:
            connection.close()

    def _read(self, ask: Callable[[duckdb.DuckDBPyConnection], R]) -> R:
        connection = self._reader()
        return patiently(lambda: ask(connection))

    def _reader(self) -> duckdb.DuckDBPyConnection:
        """This thread's connection, with the views that there are by now. Made anew where tables
        were declared differently since, or the lake was rebuilt."""
        connection = getattr(self._mine, "connection", None)
        if connection is not None and self._mine.mark != self._mark(connection):
            self.close()
            connection = None
        if connection is None:
            connection = connect(self._place, read_only=True, version=self._version)
            self._mine.mark = self._mark(connection)
            connection.execute("CREATE SCHEMA raw")
            listed = ", ".join(f"'{quoted(folder)}'" for folder in self._place.folders())
            connection.execute(f"SET allowed_directories = [{listed}]")
            connection.execute("SET enable_external_access = false")  # for good
            for name, query in patiently(lambda: self._raw(connection)).items():
                connection.execute(f"CREATE VIEW raw.{named(name)} AS {query}")
                connection.execute(f"CREATE VIEW {named(name)} AS SELECT * FROM raw.{named(name)}")
            self._mine.connection, self._mine.backend = connection, None
        return connection

    def _mark(self, connection: duckdb.DuckDBPyConnection) -> tuple[int, bool, int]:
        """Changes when the shape of the lake does."""
        file = self._place.file
        try:
            number = 0 if file is None else file.stat().st_ino
        except FileNotFoundError as error:
            raise Unavailable(NO_LAKE) from error
        row: Any = patiently(
            lambda: connection.execute(
                f"SELECT max(schema_version) FROM __ducklake_metadata_{ALIAS}.ducklake_snapshot"
            ).fetchone()
        )
        return number, self._place.sensed_catalogue is not None, row[0]

    def _raw(self, connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
        return raw_views(connection, self._place, self._instant)


def _position(connection: duckdb.DuckDBPyConnection) -> tuple[int, int]:
    """(transaction, event id) up to which every writer has read."""
    names = connection.execute(
        f"SELECT table_name FROM duckdb_tables() WHERE database_name = '{ALIAS}' "
        "AND schema_name = 'meta' AND table_name LIKE 'position%'"
    ).fetchall()
    every = [
        connection.execute(
            f"SELECT transaction_id, event_id FROM {ALIAS}.meta.{named(name)}"
        ).fetchone()
        for (name,) in names
    ]
    read = [(int(row[0]), int(row[1])) for row in every if row]
    return min(read, default=(0, 0))


def _compiled(asked: Expr) -> str:
    import ibis

    return str(ibis.to_sql(asked, dialect="duckdb"))


_made: list[Lake] = []
_maker: list[Callable[[], Place]] = []


def bind(maker: Callable[[], Place] | None) -> None:
    """Say where this process's lake lies; None forgets it."""
    for each in _made:
        each.close()
    _made.clear()
    _maker[:] = [maker] if maker else []


def lake() -> Lake:
    """The lake of this process. Raises Unavailable where none is bound."""
    if not _made:
        if not _maker:
            raise Unavailable(NO_LAKE)
        _made.append(Lake(_maker[0]()))
    return _made[0]


__all__ = ["Lake", "LakeColumn", "LakeTable", "Snapshot", "bind", "lake"]
