"""Sealing by itself: by the day, and earlier where the hot file grows too large."""

from __future__ import annotations

import logging
import threading
from datetime import datetime

from guanggu.base.clock import now, to_microseconds
from guanggu.base.errors import Unavailable

from .connection import yield_to_others
from .embedded import EmbeddedStore
from .planning import DAY_US, HOUR_US, start_of_day
from .state import State

log = logging.getLogger(__name__)

HOT_DAYS = 2  # today and yesterday: most re-sends and corrections come within them
HOT_ROWS_MAX = 40_000_000
LATE_ROWS_MAX = 200_000  # of days sealed already: more of them slow every read down
LOOK_EVERY_S = 300.0
FIRST_LOOK_S = 20.0  # the start belongs to the stations that connect again


def due_before(state: State, at: datetime, hot_days: int = HOT_DAYS) -> int | None:
    """Up to where to seal now; None where there is no need. Pure."""
    instant = to_microseconds(at)
    by_day = start_of_day(instant) - (hot_days - 1) * DAY_US
    if by_day > state.sealed:
        return by_day
    rows = sum(segment.rows for segment in state.segments)
    by_size = instant // HOUR_US * HOUR_US - HOUR_US
    if rows > HOT_ROWS_MAX and by_size > state.sealed:
        return by_size
    return state.sealed if state.late_rows > LATE_ROWS_MAX else None


class Keeper:
    """A thread that looks every few minutes until it is ended."""

    def __init__(self, store: EmbeddedStore, hot_days: int = HOT_DAYS) -> None:
        self._store, self._hot_days = store, hot_days
        self._ends = threading.Event()
        self._thread = threading.Thread(target=self._run, name="observations-keeper", daemon=True)
        self._thread.start()

    def _run(self) -> None:
        yield_to_others(threading.get_native_id())
        pause = FIRST_LOOK_S
        while not self._ends.wait(pause):
            pause = LOOK_EVERY_S
            try:
                self.look()
            except Unavailable as fault:
                log.warning("%s", fault)
            except Exception:
                # A fault of sealing must not end it for good: nothing is lost, only not yet sealed.
                log.exception("observations could not be sealed")

    def look(self) -> None:
        before = due_before(self._store.state, now(), self._hot_days)
        if before is not None:
            done = self._store.seal(before)
            log.info("observations sealed: %s", done)

    def end(self) -> None:
        """A run under way is finished first."""
        self._ends.set()
        self._thread.join()
