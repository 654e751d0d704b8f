"""A query under way in a process of its own: its progress, its end, its result."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from guanggu.base.bilingual import T
from guanggu.base.errors import Conflict, Invalid, TooMany, Unavailable

if TYPE_CHECKING:
    import pyarrow as pa

QUERIES_MAX = 4  # at once, of one server process: the machine also has other work
WAIT_S = 10.0
START_S = 20  # for starting the process on a busy machine
BYTES_MAX = 256 * 2**20
IS_CUT = b"is_cut"  # in the schema's metadata of a result that was longer than allowed

TOO_LONG = T(
    "查询超过时限（{} 秒），已停止。请缩小范围，或提交为后台作业。",
    "The query took longer than allowed ({} s) and was stopped. Narrow it, or run it as a job.",
)
CANCELLED = T("查询已取消。", "The query was cancelled.")
ENDED = T(
    "查询占用资源过多，已被停止（上限 {} MB）。请缩小范围、减少列或先汇总。",
    "The query took too much and was stopped (at most {} MB). Narrow it, take fewer columns, or "
    "aggregate first.",
)
FULL = T("同时运行的查询过多，请稍后再试。", "Too many queries run at once; try again in a moment.")
STARTED = b"started"  # what ``asked_process`` says when the query begins
_ROOT = str(Path(__file__).resolve().parents[3])
_places = threading.BoundedSemaphore(QUERIES_MAX)


@dataclass(frozen=True)
class Limits:
    """What one query may take: rows answered (more are cut off), seconds, memory in MB."""

    rows: int = 10_000
    seconds: int = 30
    memory_mb: int = 512
    threads: int = 2


class Running:
    """Made by ``Lake.start``. ``result()`` is asked once; ``cancel()`` by anybody at any time."""

    def __init__(self, request: Mapping[str, Any], limits: Limits) -> None:
        self._limits = limits
        self._reason: T | None = None
        self._progress = 0.0
        self._lock = threading.Lock()
        if not _places.acquire(timeout=WAIT_S):
            raise TooMany(FULL)
        self._holds_a_place = True
        try:
            # Nothing of the server's environment: keys stay where they are.
            self._process = subprocess.Popen(
                [sys.executable, "-m", "guanggu.kernel.lake.asked_process"],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                env={"PYTHONPATH": _ROOT, "LANG": "C.UTF-8"}, cwd="/", start_new_session=True,
            )  # fmt: skip
        except BaseException:
            self._leave()
            raise
        threading.Thread(target=self._watch, name="lake-query", daemon=True).start()
        with contextlib.suppress(BrokenPipeError):  # its end is told by ``result``
            self._stream("stdin").write(json.dumps(request).encode())
        with contextlib.suppress(BrokenPipeError):
            self._stream("stdin").close()

    def _stream(self, name: str) -> BinaryIO:
        stream: BinaryIO = getattr(self._process, name)
        return stream

    @property
    def progress(self) -> float:
        """Per cent, as the engine reckons; stays 0 where it cannot."""
        return self._progress

    @property
    def is_running(self) -> bool:
        return self._process.poll() is None

    def cancel(self) -> None:
        self._end(CANCELLED)

    def _end(self, reason: T) -> None:
        with self._lock:
            if self._process.poll() is None:
                self._reason = self._reason or reason
                self._process.kill()

    def _watch(self) -> None:
        """The time that a query may take begins when its process is ready for it."""
        timer = self._timer(self._limits.seconds + START_S)
        with self._stream("stderr") as lines:
            for line in lines:
                if line.strip() == STARTED:
                    timer.cancel()
                    timer = self._timer(self._limits.seconds)
                    continue
                with contextlib.suppress(ValueError):  # a warning of a library is no percentage
                    self._progress = float(line)
        timer.cancel()

    def _timer(self, seconds: float) -> threading.Timer:
        reason = TOO_LONG.format(self._limits.seconds)
        timer = threading.Timer(seconds, self._end, [reason])
        timer.daemon = True
        timer.start()
        return timer

    def result(self) -> pa.Table:
        """At most ``limits.rows`` rows; ``schema.metadata[IS_CUT]`` says whether there were more.
        Raises Invalid where the query has a fault or takes more than it may, Conflict where it
        was cancelled, Unavailable where the lake cannot be read now."""
        import pyarrow as pa

        try:
            with self._stream("stdout") as answer:
                heading = answer.readline()
                told = json.loads(heading) if heading.endswith(b"\n") else None
                if told is not None and told.get("ok"):
                    table = pa.ipc.open_stream(answer).read_all()
                    self._progress = 100.0
                    cut = b"1" if told["is_cut"] else b"0"
                    return table.replace_schema_metadata({IS_CUT: cut})
        except (pa.ArrowInvalid, OSError):
            told = None  # it was ended while it answered
        finally:
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()
            self._process.wait()
            self._leave()
        raise self._problem(told)

    def _problem(self, told: dict[str, Any] | None) -> Exception:
        if told is not None:
            message = T(told["zh"], told["en"])
            kind = Unavailable if told["problem"] == "busy" else Invalid
            return kind(message, code=told["problem"])
        if self._reason is CANCELLED:
            return Conflict(CANCELLED, code="cancelled")
        if self._reason is not None:
            return Invalid(self._reason, code="query_time")
        return Invalid(ENDED.format(self._limits.memory_mb), code="query_memory")

    def _leave(self) -> None:
        with self._lock:
            if self._holds_a_place:
                self._holds_a_place = False
                _places.release()
