"""The process in which one query runs, and ends: whatever it does, the server is not harmed.

Reads one request as JSON from its input and writes one line of JSON, then the rows as an Arrow
stream. Told are: {"ok": true}, or {"problem": code, "zh": …, "en": …}. Progress goes to the error
output, a percentage a line after the line "started". Run by ``running``; loads no framework.
"""

from __future__ import annotations

import json
import resource
import sys
import threading
import time
from typing import Any

from guanggu.base.bilingual import T
from guanggu.base.errors import Problem

STARTED = "started"
EVERY_S = 0.25
ROWS_A_BATCH = 10_000
# Libraries and their maps of the address space, beyond what the query may take.
OVERHEAD_MB = 3_072
MEMORY = T(
    "查询所需内存超过上限（{} MB），已停止。请缩小范围、减少列或先汇总再排序。",
    "The query needed more memory than allowed ({} MB) and was stopped. Narrow it, take fewer "
    "columns, or aggregate before sorting.",
)
FAULT = T("查询无法完成：{}", "The query cannot be done: {}")


def main() -> None:
    request: dict[str, Any] = json.load(sys.stdin)
    memory_mb = int(request["memory_mb"])
    _limit(memory_mb, int(request["seconds"]) * int(request["settings"]["threads"]))
    import duckdb

    from .checking import first_line

    try:
        _answer(request)
    except Problem as problem:
        _tell(problem.code, problem.message)
    except (MemoryError, duckdb.OutOfMemoryException):
        _tell("query_memory", MEMORY.format(memory_mb))
    except duckdb.Error as error:
        busy = "database is locked" in str(error)
        _tell("busy" if busy else "sql", FAULT.format(first_line(error)))


def _limit(memory_mb: int, cpu_s: int) -> None:
    """The parent ends it in time; these hold where the parent was killed, or the engine takes
    memory that it does not count."""
    whole = (memory_mb + OVERHEAD_MB) * 2**20
    resource.setrlimit(resource.RLIMIT_AS, (whole, whole))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_s + 15, cpu_s + 20))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _tell(code: str, message: T) -> None:
    line = json.dumps({"problem": code, "zh": message.zh, "en": message.en})
    sys.stdout.buffer.write(line.encode() + b"\n")
    sys.stdout.buffer.flush()


def opened(request: dict[str, Any]) -> Any:
    """A connection that sees the views of the request and can open nothing else."""
    import duckdb

    connection = duckdb.connect(":memory:", config=request["settings"])
    for statement in request["opening"]:
        _patiently(connection, statement)
    return connection


def _patiently(connection: Any, statement: str) -> None:
    """The catalogue of observations is locked for a moment when a day is sealed."""
    import duckdb

    for pause_s in [0.05 * 2**n for n in range(5)]:
        try:
            connection.execute(statement)
            return
        except duckdb.Error as error:
            if "database is locked" not in str(error):
                raise
            time.sleep(pause_s)
    connection.execute(statement)


def lock(connection: Any, folders: list[str]) -> None:
    """From here on: no file but the lake's, no network, no setting, no extension, no attaching."""
    listed = ", ".join("'" + folder.replace("'", "''") + "'" for folder in folders)
    connection.execute(f"SET allowed_directories = [{listed}]")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET python_enable_replacements = false")
    connection.execute("SET lock_configuration = true")


def _answer(request: dict[str, Any]) -> None:
    import pyarrow as pa

    from .checking import check, raw_of

    connection = opened(request)
    shown = request["views"]
    used = check(connection, request["sql"], shown)
    for name in raw_of(connection, [shown[name] for name in used], request["raw"]):
        connection.execute(f'CREATE VIEW raw."{name}" AS {request["raw"][name]}')
    for name in used:
        connection.execute(f'CREATE VIEW "{name}" AS {shown[name]}')
    lock(connection, request["folders"])
    print(STARTED, file=sys.stderr, flush=True)
    ended = threading.Event()
    threading.Thread(target=_say_progress, args=(connection, ended), daemon=True).start()
    reader = connection.execute(request["sql"]).to_arrow_reader(ROWS_A_BATCH)
    kept, is_cut = _gathered(reader, int(request["rows"]), int(request["bytes"]))
    ended.set()
    out = sys.stdout.buffer
    out.write(json.dumps({"ok": True, "is_cut": is_cut}).encode() + b"\n")
    with pa.ipc.new_stream(out, reader.schema) as writer:
        for batch in kept:
            writer.write_batch(batch)
    out.flush()


def _gathered(reader: Any, rows_max: int, bytes_max: int) -> tuple[list[Any], bool]:
    """What may be answered, and whether there was more. Nothing is sent before the last row is
    there: a query that fails half way has not begun to answer."""
    kept: list[Any] = []
    rows = size = 0
    for batch in reader:
        room = rows_max - rows
        if batch.num_rows > room:
            return [*kept, batch.slice(0, room)], True
        kept.append(batch)
        rows, size = rows + batch.num_rows, size + batch.nbytes
        if size > bytes_max:
            return kept, next(reader, None) is not None
    return kept, False


def _say_progress(connection: Any, ended: threading.Event) -> None:
    while not ended.wait(EVERY_S):
        print(f"{max(0.0, connection.query_progress()):.0f}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
