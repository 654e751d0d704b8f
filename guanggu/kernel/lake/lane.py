"""The thread of ``guanggu ingest`` that keeps the lake behind the journal by seconds.

It never ends by a fault: a full disk or a locked catalogue is said once, and tried again with
growing pauses; what waits is in the journal and the observation store.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

from django.db import close_old_connections, connection

from guanggu.base.errors import Conflict

from . import upkeep
from .intake import Intake
from .place import Place, patiently
from .sensed import SensedRows

log = logging.getLogger(__name__)

EVERY_S = 2.0  # smaller batches make more files, and nobody sees the difference
FOLD_EVERY_S = 300.0
SENSED_EVERY_S = 60.0
TIDY_EVERY_S = 3600.0
FIRST_S = 5.0  # the start belongs to the stations that connect again
PAUSE_S_MAX = 60.0
CATCHING_UP = 1_000  # a step of so many events is followed by the next at once


class Lane:
    """Follows until ``end``. Another writer of the lake is waited for."""

    def __init__(
        self, place: Place, *, sensed: bool = True, first_s: float = FIRST_S,
        shard: tuple[int, int] = (0, 1),
    ) -> None:  # fmt: skip
        self._place, self._shard = place, shard
        self._has_sensed = sensed
        self._first_s = first_s
        self._ends = threading.Event()
        self.fault = ""  # why it does not get on, empty while it does
        self._thread = threading.Thread(target=self._run, name="lake", daemon=True)
        self._thread.start()

    def end(self) -> None:
        self._ends.set()
        self._thread.join()

    def _run(self) -> None:
        pause_s = self._first_s
        while not self._ends.wait(pause_s):
            try:
                with Intake(self._place, shard=self._shard) as intake:
                    pause_s = EVERY_S
                    follow(intake, self._ends.wait, self._well, sensed=self._has_sensed)
            except Conflict as problem:
                self._say(problem.message.zh)
                pause_s = PAUSE_S_MAX
            except Exception as error:
                self._say(str(error))
                pause_s = min(max(pause_s, 1.0) * 2, PAUSE_S_MAX)
            finally:
                close_old_connections()

    def _well(self) -> None:
        if self.fault:
            log.warning("the lake goes on")
        self.fault = ""

    def _say(self, fault: str) -> None:
        if fault != self.fault:
            log.warning("the lake does not get on: %s", fault)
        self.fault = fault


def _read_sparingly() -> None:
    """Catching up reads much of the database once: it need not stay in this process's memory."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA mmap_size = 0")
            cursor.execute("PRAGMA cache_size = -4096")


def follow(
    intake: Intake, wait: Callable[[float], bool], well: Callable[[], None] = lambda: None, *,
    sensed: bool = True,
) -> None:  # fmt: skip
    """Take in, fold and tidy until ``wait(seconds)`` answers that it is enough. Raises what the
    database, the disk or the catalogue raises. Of several writers one folds and tidies for all."""
    _read_sparingly()
    sensed_rows = SensedRows(intake) if sensed and intake.leads else None
    now = time.monotonic()
    due = {"fold": now + FOLD_EVERY_S, "sensed": now, "tidy": now + FOLD_EVERY_S / 2}
    while True:
        if not connection.in_atomic_block:
            close_old_connections()
        taken = patiently(intake.step)
        well()
        now = time.monotonic()
        if taken.events >= CATCHING_UP:
            if intake.leads:
                patiently(intake.fold_due)
            continue
        if sensed_rows is not None and now >= due["sensed"]:
            sensed_rows.take()
            due["sensed"] = now + SENSED_EVERY_S
        if intake.leads:
            _keep_small(intake, due, now)
        if wait(EVERY_S):
            return


def _keep_small(intake: Intake, due: dict[str, float], now: float) -> None:
    if now >= due["fold"]:
        if not intake.is_alone:
            intake.look()
        patiently(lambda: intake.fold_due(everything=True))
        due["fold"] = now + FOLD_EVERY_S
    else:
        patiently(intake.fold_due)
    if now >= due["tidy"]:
        patiently(lambda: upkeep.tidy(intake))
        due["tidy"] = now + TIDY_EVERY_S
