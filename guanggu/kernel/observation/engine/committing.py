"""Many callers, few commits: batches wait a moment, are stored together, then acknowledged.

Two lanes, a thread each. Every batch passes the fast one, which appends what is new for certain.
The rest of it goes on to the slow lane, which compares it with what stands; so one station's
re-sends never delay the others' acknowledgements.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field

import numpy as np

from guanggu.base.bilingual import T
from guanggu.base.errors import TooMany, Unavailable

from ..batch import Batch
from ..store import Appended

ROWS_MAX = 10_000  # of one commit, unless one batch alone is larger
GATHER_S = 0.01  # between commits, while they are small
WAITING_ROWS_MAX = 400_000
BUSY = T(
    "监测数据写入繁忙，本批未入库，请稍后重发。",
    "The observation store is busy; this batch was not stored. Send it again in a moment.",
)
ENDING = T("采集服务正在停止，本批未入库。", "The ingest service is stopping; nothing was stored.")


@dataclass(slots=True)
class Job:
    batch: Batch
    done: Future[Appended] = field(default_factory=Future)
    counts: np.ndarray = field(default_factory=lambda: np.zeros(4, dtype=np.int64))

    def finish(self) -> None:
        if not self.done.done():
            new, repeated, replaced, held = self.counts.tolist()
            self.done.set_result(Appended(new, repeated, replaced, held))

    def fail(self, error: BaseException) -> None:
        if not self.done.done():
            self.done.set_exception(error)


Handler = Callable[[list[Job]], None]


class Lane:
    """A queue bounded by rows and the thread that empties it, some jobs at a time.

    ``handle`` stores the jobs' rows and finishes them; what it raises fails all of them.
    """

    def __init__(self, name: str, handle: Handler, gather_s: float = 0.0) -> None:
        self._handle, self._gather_s = handle, gather_s
        self._jobs: deque[Job] = deque()
        self._changed = threading.Condition()
        self._ends = False
        self.waiting_rows = 0
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def put(self, job: Job, *, wait: bool, bounded: bool = True) -> None:
        """Raises TooMany where the lane is full and the caller will not wait."""
        with self._changed:
            while bounded and self.waiting_rows >= WAITING_ROWS_MAX and not self._ends:
                if not wait:
                    raise TooMany(BUSY)
                self._changed.wait(1)
            if self._ends:
                raise Unavailable(ENDING)
            self._jobs.append(job)
            self.waiting_rows += len(job.batch)
            self._changed.notify_all()

    def end(self) -> None:
        """Store what waits, then stop."""
        with self._changed:
            self._ends = True
            self._changed.notify_all()
        self._thread.join()

    def _next(self, last: float) -> list[Job]:
        with self._changed:
            while not self._jobs:
                if self._ends:
                    return []
                self._changed.wait()
            while not self._ends and self.waiting_rows < ROWS_MAX // 4:
                left = last + self._gather_s - time.monotonic()
                if left <= 0:
                    break
                self._changed.wait(left)
            taken = [self._jobs.popleft()]
            rows = len(taken[0].batch)
            while self._jobs and rows + len(self._jobs[0].batch) <= ROWS_MAX:
                taken.append(self._jobs.popleft())
                rows += len(taken[-1].batch)
            return taken

    def _run(self) -> None:
        last = 0.0
        while taken := self._next(last):
            try:
                self._handle(taken)
            except Exception as error:
                # Told to every caller that waits; the lane itself lives on.
                for job in taken:
                    job.fail(error)
            last = time.monotonic()
            with self._changed:
                self.waiting_rows -= sum(len(job.batch) for job in taken)
                self._changed.notify_all()


def split(jobs: Sequence[Job], mask: np.ndarray) -> list[tuple[Job, np.ndarray]]:
    """Each job with its own piece of a mask over all their rows."""
    ends = np.cumsum([len(job.batch) for job in jobs])[:-1]
    return list(zip(jobs, np.split(mask, ends), strict=True))
