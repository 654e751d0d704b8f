"""The loops beside the server: subscribers, jobs, clocks and seals; and one for what takes long.

The quick lane does in turn what each takes a moment. The slow lane, a thread beside it, asks what
may keep one waiting (engines outside) and starts long jobs, each in a process of its own: they
can neither hold up the quick lane nor leave their memory behind.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from django.db import close_old_connections, connection

from . import jobs, long_jobs, sealing, subscribers
from .progress import remove_old_jobs

log = logging.getLogger(__name__)

IDLE_SECONDS = 0.25
SLOW_IDLE_SECONDS = 0.5
Lane = Literal["quick", "slow"]


@dataclass
class Recurring:
    name: str
    every_seconds: float
    function: Callable[[], object]
    next_at: float = 0.0
    lane: Lane = "quick"


RECURRING: dict[str, Recurring] = {
    "journal.seal": Recurring("journal.seal", sealing.SEAL_EVERY_SECONDS, sealing.seal)
}


def recurring(
    name: str, every_seconds: float, *, lane: Lane = "quick"
) -> Callable[[Callable[[], object]], Callable]:
    """Have the worker call the function about every so many seconds (deadlines, for example).

    lane: "slow" for what may wait for somebody outside; it runs in the worker alone, never in
    ``turn``.
    """

    def declare(function: Callable[[], object]) -> Callable[[], object]:
        RECURRING[name] = Recurring(name, every_seconds, function, lane=lane)
        return function

    return declare


@recurring("journal.old_jobs", every_seconds=6 * 3600, lane="slow")
def forget_old_jobs() -> int:
    return remove_old_jobs(long_jobs.KEPT_DAYS)


def turn() -> int:
    """One round of everything that is due; answers how much was done."""
    done = sum(subscribers.deliver(each) for each in list(subscribers.SUBSCRIBERS.values()))
    done += jobs.run_due_jobs()
    run_recurring("quick")
    return done


def run_recurring(lane: Lane) -> None:
    """Call what is due in that lane."""
    now = time.monotonic()
    for each in list(RECURRING.values()):
        if each.lane == lane and each.next_at <= now:
            each.next_at = now + each.every_seconds
            each.function()


def run_until_quiet(rounds_max: int = 1000) -> None:
    """Turn until nothing is left to do: for tests, imports and the sample district.

    Long jobs are done here and now, one after the other.
    """
    for _ in range(rounds_max):
        if not turn() + long_jobs.run_due_here():
            sealing.seal()
            return
    raise RuntimeError("the worker does not come to rest")


def run_worker(stop: threading.Event | None = None, long_job: Sequence[str] = ()) -> None:
    """Turn for ever. A failing round is logged and followed by the next.

    long_job: the command that runs one long job, its key to follow; without it none is run.
    """
    stop = stop or threading.Event()
    slow = threading.Thread(target=_slow_lane, args=(stop, long_job), name="slow lane")
    slow.start()
    try:
        while not stop.is_set():
            close_old_connections()
            try:
                done = turn()
            except Exception:
                log.exception("a round of the worker failed")
                done = 0
            if not done:
                stop.wait(IDLE_SECONDS)
    finally:
        stop.set()
        slow.join()


def _slow_lane(stop: threading.Event, long_job: Sequence[str]) -> None:
    runs = long_jobs.Runs(long_job)
    try:
        while not stop.wait(SLOW_IDLE_SECONDS):
            close_old_connections()
            try:
                run_recurring("slow")
                if long_job:
                    runs.tend()
            except Exception:
                log.exception("a round of the slow lane failed")
    finally:
        runs.end()
        connection.close()
