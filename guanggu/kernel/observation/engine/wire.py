"""How processes of one machine speak with the store: a request of JSON, an answer of JSON or Arrow.

On a local socket of the owner's. Each message is a length (4 bytes, big-endian) and that much JSON;
an Arrow stream follows where the JSON says ``"table": true``. Only guanggu speaks it: it may
change with any version.
"""

from __future__ import annotations

import socket
import struct
from typing import Any, BinaryIO

import orjson
import pyarrow as pa

from guanggu.base.bilingual import T
from guanggu.base.errors import Conflict, Invalid, Missing, Problem, TooMany, Unavailable

from ..batch import Batch

MESSAGE_BYTES_MAX = 16 * 2**20
_LENGTH = struct.Struct(">I")
KINDS: dict[str, type[Problem]] = {
    kind.__name__: kind for kind in (Invalid, Missing, Conflict, TooMany, Unavailable)
}
SURPRISE = T(
    "采集服务处理请求时出错，请查看其日志。",
    "The ingest service met an error with this request; see its log.",
)


class Broken(Exception):
    """The other side went away or speaks another tongue."""


def write_message(stream: BinaryIO, message: dict[str, Any], table: pa.Table | None = None) -> None:
    """And flush it."""
    body = orjson.dumps({**message, "table": table is not None})
    stream.write(_LENGTH.pack(len(body)))
    stream.write(body)
    if table is not None:
        with pa.ipc.new_stream(stream, table.schema) as writer:
            writer.write_table(table, max_chunksize=64 * 1024)
    stream.flush()


def read_message(stream: BinaryIO) -> tuple[dict[str, Any], pa.Table | None] | None:
    """None at the end of the connection. Raises Broken."""
    head = stream.read(_LENGTH.size)
    if not head:
        return None
    if len(head) < _LENGTH.size:
        raise Broken("half a message")
    (length,) = _LENGTH.unpack(head)
    if length > MESSAGE_BYTES_MAX:
        raise Broken("a message too long")
    body = stream.read(length)
    if len(body) < length:
        raise Broken("half a message")
    try:
        message = orjson.loads(body)
        if not isinstance(message, dict):
            raise Broken("not a message")
        table = pa.ipc.open_stream(stream).read_all() if message.pop("table", False) else None
    except (orjson.JSONDecodeError, pa.ArrowException) as error:
        raise Broken(str(error)) from error
    return message, table


def problem_message(problem: Problem) -> dict[str, Any]:
    """Of the kinds that stores raise, so that the other side raises the same."""
    kind = type(problem).__name__
    return {
        "problem": kind if kind in KINDS else "Unavailable",
        "zh": problem.message.zh,
        "en": problem.message.en,
        "fields": {name: [text.zh, text.en] for name, text in problem.fields.items()},
    }


def problem_of(message: dict[str, Any]) -> Problem:
    kind = KINDS.get(message["problem"], Unavailable)
    fields = {name: T(zh, en) for name, (zh, en) in message.get("fields", {}).items()}
    return kind(T(message["zh"], message["en"]), fields=fields)


def table_of(batch: Batch) -> pa.Table:
    extras = pa.nulls(len(batch), pa.string())
    if batch.extras is not None:
        extras = pa.array(batch.extras, pa.string())
    columns = [batch.streams, batch.times, batch.results, batch.marks, batch.result_times]
    names = ["streams", "times", "results", "marks", "result_times", "extras"]
    return pa.table([*map(pa.array, columns), extras], names=names)


def batch_of(table: pa.Table) -> Batch:
    extras = table["extras"]
    streams, times, results, marks, result_times = (
        table[name].to_numpy() for name in ("streams", "times", "results", "marks", "result_times")
    )
    texts = extras.to_pylist() if extras.null_count < len(table) else None
    return Batch.of(streams, times, results, marks, result_times, texts)


def streams_of(connection: socket.socket) -> tuple[BinaryIO, BinaryIO]:
    """Buffered, to read from and to write to."""
    return connection.makefile("rb"), connection.makefile("wb")
