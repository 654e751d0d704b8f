"""Where all gateways meet: rows are gathered across connections and stored in one commit.

While one batch is being made durable the next one gathers (group commit), so a quiet gateway
answers at once and a busy one writes few large batches. Whoever added rows is called back, in
order, when they are durable or when they could not be stored.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor

import numpy as np

from guanggu.base import clock
from guanggu.base.errors import Problem

from ..batch import Batch
from ..store import Appended

log = logging.getLogger("guanggu.ingest")

ROWS_A_COMMIT = 10_000  # a commit of so many rows costs DuckDB little more than an empty one
LINGER_S = 0.012  # least time between two commits under load: fewer commits, same 100 ms promise
ROWS_WAITING_MAX = 200_000  # about a second at full rate; beyond it the gateways stop reading
COMMITS_AT_ONCE = 3  # one is written while the next is checked and the third handed over

Done = Callable[["BaseException | None"], None]


# Takes a batch; durable when it returns, or when the future it answers is done.
Receive = Callable[[Batch], "Appended | Future[Appended]"]


class _Gathering:
    """Rows on their way into one batch, as lists of pieces: joining costs once a commit."""

    __slots__ = ("arrivals", "batches", "called", "counts", "marks", "rows", "streams", "times",
                 "values")  # fmt: skip

    def __init__(self) -> None:
        self.streams: list[np.ndarray] = []
        self.counts: list[int] = []
        self.times: list[int] = []
        self.arrivals: list[int] = []
        self.values: list[float] = []
        self.marks: list[bytes] = []
        self.batches: list[Batch] = []
        self.called: list[Done] = []
        self.rows = 0

    def batch(self) -> Batch | None:
        made = list(self.batches)
        if self.counts:
            times = np.repeat(np.array(self.times, np.int64), self.counts)
            made.insert(
                0,
                Batch(
                    np.concatenate(self.streams),
                    times,
                    np.array(self.values, np.float64),
                    np.frombuffer(b"".join(self.marks), np.uint8),
                    np.repeat(np.array(self.arrivals, np.int64), self.counts),
                ),
            )
        return Batch.joined(made) if made else None


class Lane:
    """One stream of commits. Live data and data that look backwards (re-sends, history) have a
    lane each: comparing with what is stored already takes longer and shall delay nobody else."""

    def __init__(self, name: str, receive: Receive, commits_at_once: int) -> None:
        self._receive = receive
        self._gathering = _Gathering()
        self._wake = asyncio.Event()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=f"intake-{name}")
        self._free = asyncio.Semaphore(commits_at_once)
        self._running: set[asyncio.Task[None]] = set()
        self.rows_in_flight = 0
        self.rows_stored = 0
        self.commits = 0
        self.failures = 0
        self.is_failing = False
        self.last_failure = ""
        self.last_commit_s = 0.0

    @property
    def rows_waiting(self) -> int:
        return self._gathering.rows + self.rows_in_flight

    def add(
        self, streams: np.ndarray, time_us: int, values: Sequence[float], marks: bytes, arrival: int
    ) -> None:
        """Rows of one phenomenon time: ``streams`` int32 and ``marks`` (numbers of
        ``Mark``) of the length of ``values``."""
        into = self._gathering
        into.streams.append(streams)
        into.counts.append(len(values))
        into.times.append(time_us)
        into.arrivals.append(arrival)
        into.values += values
        into.marks.append(marks)
        into.rows += len(values)

    def add_batch(self, batch: Batch) -> None:
        self._gathering.batches.append(batch)
        self._gathering.rows += len(batch)

    def when_durable(self, done: Done) -> None:
        """Call ``done(None)`` when all that was added so far is durable, or with the error."""
        self._gathering.called.append(done)
        self._wake.set()

    async def run(self, drained: Callable[[], None]) -> None:
        """Commit what gathers, for ever. Cancelled, it stores what it has first."""
        started = 0.0
        try:
            while True:
                await self._wake.wait()
                rest = LINGER_S - (time.monotonic() - started)
                if rest > 0 and self._gathering.rows < ROWS_A_COMMIT:
                    await asyncio.sleep(rest)
                await self._free.acquire()
                started = time.monotonic()
                self._begin(drained)
        finally:
            if self._gathering.called:
                await self._free.acquire()
                self._begin(drained)
            await asyncio.gather(*self._running)
            self._thread.shutdown(wait=True)

    def _begin(self, drained: Callable[[], None]) -> None:
        taken, self._gathering = self._gathering, _Gathering()
        self._wake.clear()
        self.rows_in_flight += taken.rows
        task = asyncio.create_task(self._commit(taken, drained))
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def _commit(self, taken: _Gathering, drained: Callable[[], None]) -> None:
        error: BaseException | None = None
        started = time.monotonic()
        try:
            loop = asyncio.get_running_loop()
            answer = await loop.run_in_executor(self._thread, self._hand_over, taken)
            if isinstance(answer, Future):
                await asyncio.wrap_future(answer)
            self.rows_stored += taken.rows
            self.commits += 1
            self.is_failing = False
        except Exception as found:
            error = found
            self.failures += 1
            was_failing, self.is_failing = self.is_failing, True
            self.last_failure = f"{type(found).__name__}: {found}"
            if not was_failing:  # said once, however long it lasts
                # A buffer that is away says all by its words.
                trace = None if isinstance(found, Problem) else found
                log.error(
                    "a batch of %s rows could not be stored: %s", taken.rows, found, exc_info=trace
                )
        self.last_commit_s = time.monotonic() - started
        self.rows_in_flight -= taken.rows
        self._free.release()
        for done in taken.called:
            done(error)
        drained()

    def _hand_over(self, taken: _Gathering) -> Appended | Future[Appended] | None:
        batch = taken.batch()
        return self._receive(batch) if batch is not None else None


class Intake:
    """The two lanes and their bound. All but ``run`` is called in the event loop, never waits."""

    def __init__(self, receive: Receive) -> None:
        self.live = Lane("live", receive, COMMITS_AT_ONCE)
        self.late = Lane("late", receive, 1)
        self._drained: list[Callable[[], None]] = []

    def now(self) -> int:
        """The arrival time of what is being read, microseconds UTC."""
        return clock.to_microseconds(clock.now())

    async def stored(self, lane: Lane) -> None:
        """Wait until all that was added so far is durable. Raises what the store raised."""
        waiting: asyncio.Future[None] = asyncio.get_running_loop().create_future()

        def done(error: BaseException | None) -> None:
            if waiting.cancelled():
                return
            if error is None:
                waiting.set_result(None)
            else:
                waiting.set_exception(error)

        lane.when_durable(done)
        await waiting

    @property
    def rows_waiting(self) -> int:
        return self.live.rows_waiting + self.late.rows_waiting

    @property
    def is_full(self) -> bool:
        return self.rows_waiting > ROWS_WAITING_MAX

    def when_drained(self, call: Callable[[], None]) -> None:
        """Call once there is room again."""
        self._drained.append(call)

    def _tell_drained(self) -> None:
        if self._drained and not self.is_full:
            drained, self._drained = self._drained, []
            for call in drained:
                call()

    async def run(self) -> None:
        async with asyncio.TaskGroup() as group:
            for lane in (self.live, self.late):
                group.create_task(lane.run(self._tell_drained))
