"""Work after the commit: a row in the same transaction, leased, retried, done at least once.

A lease rather than a running mark: a worker killed with -9 leaves nothing to clean up, the lease
runs out and another worker takes the job. Jobs must therefore bear to be done twice.
"""

from __future__ import annotations

import json
import logging
import traceback
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from guanggu.base import clock

from .chain import canonical
from .models import Job

log = logging.getLogger(__name__)

LEASE_SECONDS = 60
ATTEMPTS_MAX = 12

JOBS: dict[str, Callable[..., Any]] = {}


def job(name: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Declare what ``enqueue(name, ...)`` runs in the worker."""

    def declare(function: Callable[..., Any]) -> Callable[..., Any]:
        JOBS[name] = function
        return function

    return declare


def enqueue(name: str, *, due_at: datetime | None = None, **arguments: Any) -> int:
    """Add a job to the running transaction; answers its id."""
    now = clock.now()
    return Job.objects.create(
        name=name, arguments=canonical(arguments), due_at=due_at or now, created_at=now
    ).pk


def run_due_jobs(limit: int = 50) -> int:
    """Run the jobs that are due, one after the other; answers how many were run."""
    ran = 0
    while ran < limit:
        claimed = _claim()
        if claimed is None:
            break
        _run(claimed)
        ran += 1
    return ran


def _claim() -> Job | None:
    now = clock.now()
    due = Job.objects.filter(state=Job.State.WAITING, due_at__lte=now).order_by("due_at")
    if not due.exists():  # without the write lock
        return None
    with transaction.atomic():
        found = due.select_for_update(skip_locked=True).first()
        if found is not None:
            # The lease is the due time itself: nobody sees the job until it has run out.
            found.due_at = now + timedelta(seconds=LEASE_SECONDS)
            found.attempts += 1
            found.save(update_fields=["due_at", "attempts"])
    return found


def _run(claimed: Job) -> None:
    try:
        JOBS[claimed.name](**json.loads(claimed.arguments))
    except Exception:
        log.exception("job %s failed", claimed)
        claimed.error = traceback.format_exc(limit=8)
        if claimed.attempts >= ATTEMPTS_MAX:
            claimed.state = Job.State.FAILED
        claimed.due_at = clock.now() + timedelta(seconds=min(2**claimed.attempts, 3600))
    else:
        claimed.state, claimed.error = Job.State.DONE, ""
        claimed.finished_at = clock.now()
    claimed.save(update_fields=["state", "error", "due_at", "finished_at"])
