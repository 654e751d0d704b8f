"""The store's door for other processes of this machine: a socket that only its owner may open."""

from __future__ import annotations

import contextlib
import logging
import os
import socket
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa

from guanggu.base.bilingual import T
from guanggu.base.errors import Missing, Problem, TooMany, Unavailable

from ..store import ObservationStore
from . import wire

log = logging.getLogger(__name__)

CONNECTIONS_MAX = 64
QUERIES_MAX = 4  # at once; the others wait, so that ingestion keeps its share of the processors
ANSWER_S = 60  # a caller who does not read his answer loses the connection
NO_SUCH = T("采集服务没有这个接口。", "The ingest service has no such operation.")
TOO_MANY = T(
    "读取监测数据的连接过多，请稍后再试。",
    "Too many processes are reading observations; try again in a moment.",
)

Answer = tuple[dict[str, Any], pa.Table | None]
Operation = Callable[..., Any]
_TABLES = ("latest", "series", "aggregate", "held")
_VALUES = ("count", "remove", "release")


class StoreServer:
    """Answers ``remote.RemoteStore``; ``operations`` are more questions, answered in JSON.

    Made with the store's folder's socket; ``close`` takes it away. Raises OSError where the
    socket cannot be made.
    """

    def __init__(
        self, store: ObservationStore, path: Path, operations: Mapping[str, Operation] | None = None
    ) -> None:
        self._store = store
        self._operations = dict(operations or {})
        self._path = path
        self._queries = threading.BoundedSemaphore(QUERIES_MAX)
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._ends = False
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.unlink(missing_ok=True)  # of a process that was killed: only the owner comes here
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        before = os.umask(0o177)
        try:
            self._socket.bind(str(path))
        finally:
            os.umask(before)
        self._socket.listen(CONNECTIONS_MAX)
        self._thread = threading.Thread(target=self._accept, name="observations-door", daemon=True)
        self._thread.start()

    def close(self) -> None:
        with self._lock:
            self._ends = True
            self._path.unlink(missing_ok=True)
            for connection in [self._socket, *self._open]:
                with contextlib.suppress(OSError):  # the other side may have gone first
                    connection.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                if self._ends:
                    return
                raise
            with self._lock:
                is_full = len(self._open) >= CONNECTIONS_MAX
                self._open.add(connection)
            connection.settimeout(None)
            name = "observations-answer"
            threading.Thread(
                target=self._serve, args=(connection, is_full), name=name, daemon=True
            ).start()

    def _serve(self, connection: socket.socket, is_full: bool) -> None:
        readable, writable = wire.streams_of(connection)
        try:
            if is_full:
                connection.settimeout(ANSWER_S)
                wire.read_message(readable)
                wire.write_message(writable, wire.problem_message(TooMany(TOO_MANY)))
                return
            while (request := wire.read_message(readable)) is not None:
                connection.settimeout(ANSWER_S)
                wire.write_message(writable, *self._answer(*request))
                connection.settimeout(None)
        except (OSError, wire.Broken) as error:
            log.info("a reader of observations left: %s", error)
        finally:
            with self._lock:
                self._open.discard(connection)
            with contextlib.suppress(OSError):  # an answer cut short cannot be flushed any more
                writable.close()
            readable.close()
            connection.close()

    def _answer(self, request: dict[str, Any], table: pa.Table | None) -> Answer:
        try:
            return self._do(str(request.get("do")), request.get("with") or {}, table)
        except Problem as problem:
            return wire.problem_message(problem), None
        except Exception:
            # Whatever it was, this caller is told and the others go on.
            log.exception("a question to the observation store failed")
            return wire.problem_message(Unavailable(wire.SURPRISE)), None

    def _do(self, name: str, given: dict[str, Any], table: pa.Table | None) -> Answer:
        if name == "append" and table is not None:
            done = self._store.append(wire.batch_of(table))
            return {"value": [done.new, done.repeated, done.replaced, done.held]}, None
        if name == "revise" and table is not None:
            return {"value": self._store.revise(wire.batch_of(table))}, None
        if name == "latest":  # out of memory: never waits for a place
            return {}, self._store.latest(**given)
        if name in _TABLES:
            with self._queries:
                return {}, getattr(self._store, name)(**given)
        if name in _VALUES:
            with self._queries:
                return {"value": getattr(self._store, name)(**given)}, None
        if name in self._operations:
            return {"value": self._operations[name](**given)}, None
        raise Missing(NO_SUCH)
