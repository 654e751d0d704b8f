"""The store as other processes have it: each call is one question to ``guanggu ingest``."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import pyarrow as pa

from guanggu.base.errors import Unavailable

from ..batch import Batch
from ..store import NOT_RUNNING, Appended
from . import wire

ANSWER_S = 60


class _Connection:
    def __init__(self, path: Path) -> None:
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._socket.settimeout(ANSWER_S)
        try:
            self._socket.connect(str(path))
        except OSError:
            self._socket.close()
            raise
        self.streams: tuple[BinaryIO, BinaryIO] = wire.streams_of(self._socket)

    def close(self) -> None:
        with contextlib.suppress(OSError):  # half-written requests cannot be flushed any more
            for stream in self.streams:
                stream.close()
        self._socket.close()


class RemoteStore:
    """See ``store.ObservationStore``; safe to use from any thread.

    Connections are kept and made anew after the ingest process was restarted. Raises Unavailable
    where it does not answer.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._idle: list[_Connection] = []
        self._lock = threading.Lock()

    def close(self) -> None:
        with self._lock:
            for connection in self._idle:
                connection.close()
            self._idle.clear()

    @contextmanager
    def _connection(self, *, fresh: bool) -> Iterator[_Connection]:
        with self._lock:
            if fresh:
                for old in self._idle:
                    old.close()
                self._idle.clear()
            kept = self._idle.pop() if self._idle else None
        connection = kept or _Connection(self._path)
        is_sound = False
        try:
            yield connection
            is_sound = True
        finally:
            if is_sound:
                with self._lock:
                    self._idle.append(connection)
            else:
                connection.close()

    def _ask(
        self, name: str, given: dict[str, Any], table: pa.Table | None = None
    ) -> tuple[dict[str, Any], pa.Table | None]:
        """Asked twice where a kept connection proves dead: every question may be repeated."""
        for fresh in (False, True):
            try:
                with self._connection(fresh=fresh) as connection:
                    readable, writable = connection.streams
                    wire.write_message(writable, {"do": name, "with": given}, table)
                    answer = wire.read_message(readable)
                    if answer is None:
                        raise wire.Broken("no answer")
            except TimeoutError as error:
                raise Unavailable(NOT_RUNNING) from error
            except (OSError, wire.Broken) as error:
                if fresh:
                    raise Unavailable(NOT_RUNNING) from error
                continue
            if "problem" in answer[0]:
                raise wire.problem_of(answer[0])
            return answer
        raise Unavailable(NOT_RUNNING)

    def _table(self, name: str, /, **given: Any) -> pa.Table:
        table = self._ask(name, given)[1]
        if table is None:
            raise Unavailable(wire.SURPRISE)
        return table

    def ask(self, name: str, /, **given: Any) -> Any:
        """One of the server's further operations. Raises Missing for an unknown one."""
        return self._ask(name, given)[0]["value"]

    def append(self, batch: Batch) -> Appended:
        return Appended(*self._ask("append", {}, wire.table_of(batch))[0]["value"])

    def revise(self, batch: Batch) -> int:
        return int(self._ask("revise", {}, wire.table_of(batch))[0]["value"])

    def remove(self, streams: Sequence[int], start: int, end: int) -> int:
        return int(self.ask("remove", streams=_plain(streams), start=start, end=end))

    def latest(self, streams: Sequence[int] | None = None) -> pa.Table:
        return self._table("latest", streams=None if streams is None else _plain(streams))

    def series(
        self, streams: Sequence[int], start: int, end: int, *,
        limit: int | None = None, newest_first: bool = False,
    ) -> pa.Table:  # fmt: skip
        return self._table(
            "series", streams=_plain(streams), start=start, end=end, limit=limit,
            newest_first=newest_first,
        )  # fmt: skip

    def aggregate(self, streams: Sequence[int], start: int, end: int, every: str) -> pa.Table:
        return self._table(
            "aggregate", streams=_plain(streams), start=start, end=end, every=every
        )  # fmt: skip

    def count(self, streams: Sequence[int], start: int, end: int) -> int:
        return int(self.ask("count", streams=_plain(streams), start=start, end=end))

    def held(self, streams: Sequence[int] | None = None) -> pa.Table:
        return self._table("held", streams=None if streams is None else _plain(streams))

    def release(self, stream: int, time: int, *, accept: bool) -> None:
        self.ask("release", stream=stream, time=time, accept=accept)


def _plain(streams: Sequence[int]) -> list[int]:
    """Whatever numbers they are, as JSON takes them."""
    return [int(stream) for stream in streams]
