"""The loop beside the server: subscribers, jobs, clocks and seals, until told to stop."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from django.db import close_old_connections

from . import jobs, sealing, subscribers

log = logging.getLogger(__name__)

IDLE_SECONDS = 0.25


@dataclass
class Recurring:
    name: str
    every_seconds: float
    function: Callable[[], object]
    next_at: float = 0.0


RECURRING: dict[str, Recurring] = {
    "journal.seal": Recurring("journal.seal", sealing.SEAL_EVERY_SECONDS, sealing.seal)
}


def recurring(name: str, every_seconds: float) -> Callable[[Callable[[], object]], Callable]:
    """Have the worker call the function about every so many seconds (deadlines, for example)."""

    def declare(function: Callable[[], object]) -> Callable[[], object]:
        RECURRING[name] = Recurring(name, every_seconds, function)
        return function

    return declare


def turn() -> int:
    """One round of everything that is due; answers how much was done."""
    done = sum(subscribers.deliver(each) for each in list(subscribers.SUBSCRIBERS.values()))
    done += jobs.run_due_jobs()
    now = time.monotonic()
    for each in RECURRING.values():
        if each.next_at <= now:
            each.next_at = now + each.every_seconds
            each.function()
    return done


def run_until_quiet(rounds_max: int = 1000) -> None:
    """Turn until nothing is left to do: for tests, imports and the sample district."""
    for _ in range(rounds_max):
        if not turn():
            sealing.seal()
            return
    raise RuntimeError("the worker does not come to rest")


def run_worker(stop: threading.Event | None = None) -> None:
    """Turn for ever. A failing round is logged and followed by the next."""
    stop = stop or threading.Event()
    while not stop.is_set():
        close_old_connections()
        try:
            done = turn()
        except Exception:
            log.exception("a round of the worker failed")
            done = 0
        if not done:
            stop.wait(IDLE_SECONDS)
