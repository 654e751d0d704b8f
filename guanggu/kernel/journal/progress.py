"""What a long job tells while it runs, and how it hears that it shall stop."""

from __future__ import annotations

import json
import shutil
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings

from guanggu.base import clock
from guanggu.base.bilingual import T

from .chain import canonical
from .models import LongJob

LOG_LINES_MAX = 300
LOG_CHARACTERS_MAX = 300  # of a line
TELL_EVERY_SECONDS = 0.5  # the row is written no oftener: people look once a second or two
LEASE_SECONDS = 60
LOST = T("作业已由另一进程接手。", "Another process has taken the job up.")


class Cancelled(Exception):
    """Its owner does not want it any more; raised by ``Progress.step`` and not to be caught."""


class Lost(Exception):
    """Another worker holds the job: this one stops at once and writes nothing more."""


class Progress:
    """Handed to a long job. ``step`` often: it costs nothing but twice a second.

    resume: what the job kept before it was interrupted, {} at first. owner: the ref of whoever
    wants it, ``capacity`` in which ("post:7", "firm:9142…", "self").
    """

    def __init__(self, row: LongJob) -> None:
        self.key, self.owner, self.capacity = row.key, row.owner, row.capacity
        self.attempt = row.attempts
        self.resume: dict[str, Any] = json.loads(row.kept or "{}")
        self._row = row
        self._done, self._total = row.done, row.total
        self._phase = T(row.phase, row.phase_en)
        self._lines: list[list[str]] = json.loads(row.log or "[]")
        self._told_s = 0.0

    @property
    def done(self) -> int:
        """Steps of the present phase that are done."""
        return self._done

    @property
    def folder(self) -> Path:
        """Where the job leaves files for its owner; empty at the first attempt."""
        path = results_folder() / self.key
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
        return path

    def phase(self, title: T, total: int = 0) -> None:
        """A new part of the work, with how many steps it has (0: nobody knows)."""
        self._phase, self._done, self._total = title, 0, total
        self.log(title)
        self.flush()

    def step(self, done: int | None = None) -> None:
        """One step further, or ``done`` of the total. Raises Cancelled where it shall stop."""
        self._done = self._done + 1 if done is None else done
        if time.monotonic() - self._told_s >= TELL_EVERY_SECONDS:
            self.flush()

    def log(self, text: T) -> None:
        """A line that its owner reads; the oldest go where there are too many."""
        stamp = clock.local(clock.now()).strftime("%m-%d %H:%M:%S")
        line = [stamp, text.zh[:LOG_CHARACTERS_MAX], text.en[:LOG_CHARACTERS_MAX]]
        self._lines = [*self._lines[-(LOG_LINES_MAX - 1) :], line]

    def keep(self, state: dict[str, Any]) -> None:
        """Remember how far the work has come: JSON, given as ``resume`` after an interruption."""
        self.flush(kept=canonical(state))

    def flush(self, **more: Any) -> None:
        """Write it down now and look whether it shall stop. Raises Cancelled, Lost."""
        self._told_s = time.monotonic()
        held = LongJob.objects.filter(
            pk=self._row.pk, lease_by=self._row.lease_by, state=LongJob.State.RUNNING
        )
        written = held.update(
            done=self._done, total=self._total, phase=self._phase.zh, phase_en=self._phase.en,
            log=json.dumps(self._lines, ensure_ascii=False),
            lease_until=clock.now() + timedelta(seconds=LEASE_SECONDS), **more,
        )  # fmt: skip
        if not written:
            raise Lost
        if held.filter(cancel_wished_at__isnull=False).exists():
            raise Cancelled

    def write_log(self, row: LongJob) -> None:
        """The last lines, in the transaction of the end."""
        row.log = json.dumps(self._lines, ensure_ascii=False)
        row.done, row.total = self._done, self._total
        row.save(update_fields=["log", "done", "total"])


def results_folder() -> Path:
    return Path(settings.GUANGGU_VAR) / "jobs"


def remove_old_jobs(days: int) -> int:
    """Forget jobs that ended so long ago, with their files; answers how many."""
    before = clock.now() - timedelta(days=days)
    old = LongJob.objects.filter(finished_at__lt=before).exclude(state__in=LongJob.UNDER_WAY)
    keys = list(old.values_list("key", flat=True)[:500])
    for key in keys:
        shutil.rmtree(results_folder() / key, ignore_errors=True)
    LongJob.objects.filter(key__in=keys).delete()
    return len(keys)
