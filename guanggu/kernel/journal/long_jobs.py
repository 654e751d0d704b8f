"""Long work with a progress bar, a cancel button and a log that its owner can read.

A row is written in the transaction that wants the work; the worker runs it in a process of its
own under a lease that a heartbeat renews. Killed with its worker, it is taken up again and finds
what it had kept (``progress.keep``), so a long job must bear being begun twice, as every job.
"""

from __future__ import annotations

import json
import logging
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Q

from guanggu.base import clock
from guanggu.base.actor import Actor, platform
from guanggu.base.bilingual import T
from guanggu.base.errors import Conflict, Missing, Problem
from guanggu.base.ids import Ref, new_id

from .actions import action
from .appending import append
from .chain import canonical
from .models import LongJob
from .progress import LOST, Cancelled, Lost, Progress

log = logging.getLogger(__name__)

LEASE_SECONDS = 60
BEAT_SECONDS = 15
ATTEMPTS_MAX = 4
AT_ONCE = 2  # two cores: one long job leaves the other to people
WAITING_OF_ONE_MAX = 20  # of one owner
CANCEL_SECONDS_MAX = 20  # a job that does not look up by then is ended from outside
KEPT_DAYS = 90

TOO_MANY = T(
    "您已有 {} 项作业在排队。请等其中一些完成后再提交。",
    "{} of your jobs are waiting. Let some finish before you ask for more.",
)
BROKE = T(
    "作业未完成：程序出错，已记录。请联系系统管理员，并告知作业编号。",
    "The job did not finish: an error, which was written down. Tell the administrator its number.",
)
GIVEN_UP = T(
    "作业多次中断，已停止重试。请联系系统管理员。",
    "The job was interrupted again and again and is given up. Tell the administrator.",
)
NOT_YOURS = T("没有找到该作业，或不是您提交的。", "Not found, or not one of your jobs.")
IS_OVER = T("作业已结束，不能取消。", "The job is over and cannot be cancelled.")


@dataclass(frozen=True)
class Declared:
    """What ``start_job(actor, name, ...)`` runs: ``function(progress, **arguments)``."""

    name: str
    title: T
    allows: Callable[..., bool]
    function: Callable[..., Any]


LONG_JOBS: dict[str, Declared] = {}


def long_job(name: str, title: T, *, allows: Callable[..., bool]) -> Callable[..., Any]:
    """Declare long work. ``allows(actor, **arguments)`` is asked when it is wanted.

    The function takes a ``Progress`` and keyword arguments of JSON; what it answers – None, or a
    dict with ``text`` {zh, en}, ``address`` of a page, ``file`` (a path below
    ``progress.folder``) – is shown to its owner. A Problem that it raises is told to its owner and
    ends it; any other error is tried again, ATTEMPTS_MAX times in all.
    """

    def declare(function: Callable[..., Any]) -> Callable[..., Any]:
        LONG_JOBS[name] = Declared(name, title, allows, function)
        return function

    return declare


def oversees_jobs(actor: Actor) -> bool:
    """Officers on duty see every job and may cancel any."""
    return actor.kind == "platform" or actor.has("administer")


def jobs_seen_by(actor: Actor) -> Q:
    """The condition on rows: one's own, or all of them."""
    return Q() if oversees_jobs(actor) else Q(owner=actor.ref)


def _may_start(actor: Actor, /, *, name: str, arguments: dict[str, Any], **_: Any) -> bool:
    return LONG_JOBS[name].allows(actor, **arguments)


@action("jobs.start", allows=_may_start, title=T("提交作业", "Start a job"))
def _start(actor: Actor, *, name: str, arguments: dict[str, Any], title: list[str]) -> str:
    mine = LongJob.objects.filter(owner=actor.ref, state__in=LongJob.UNDER_WAY)
    if mine.count() >= WAITING_OF_ONE_MAX and actor.kind != "platform":
        raise Conflict(TOO_MANY.format(WAITING_OF_ONE_MAX), code="too_many_jobs")
    now = clock.now()
    row = LongJob.objects.create(
        key=new_id().hex, name=name, title=title[0], title_en=title[1],
        arguments=canonical(arguments), owner=actor.ref, owner_name=actor.name[:120],
        capacity=_capacity(actor), created_at=now, due_at=now,
    )  # fmt: skip
    append(Ref("long_jobs", row.key), "jobs.started", actor, {"name": name})
    return row.key


def start_job(
    actor: Actor, name: str, *, key: str | None = None, title: T | None = None, **arguments: Any
) -> str:
    """Have the worker do it; answers the job's key. Its page: ``/jobs/<key>/``.

    title: what it is called here, where that says more than the declaration. Raises Forbidden,
    Conflict where its owner has too many waiting.
    """
    title = title or LONG_JOBS[name].title
    started: str = _start(
        actor, key=key, name=name, arguments=arguments, title=[title.zh[:200], title.en[:200]]
    )
    return started


def _capacity(actor: Actor) -> str:
    if actor.post:
        return f"post:{actor.post}"
    return f"firm:{actor.firm}" if actor.firm else "self"


def _may_cancel(actor: Actor, /, *, job: str, **_: Any) -> bool:
    return LongJob.objects.filter(jobs_seen_by(actor), key=job).exists()


@action("jobs.cancel", allows=_may_cancel, title=T("取消作业", "Cancel a job"))
def cancel_job(actor: Actor, *, job: str) -> dict[str, str]:
    """A waiting one is over at once; a running one when it next looks up. Raises Conflict."""
    row = LongJob.objects.select_for_update().filter(key=job).first()
    if row is None:
        raise Missing(NOT_YOURS)
    if row.state not in LongJob.UNDER_WAY:
        raise Conflict(IS_OVER)
    row.cancel_wished_at = row.cancel_wished_at or clock.now()
    if row.state == LongJob.State.WAITING:
        row.state, row.finished_at = LongJob.State.CANCELLED, clock.now()
    row.save(update_fields=["cancel_wished_at", "state", "finished_at"])
    append(Ref("long_jobs", job), "jobs.cancelled", actor, {"name": row.name})
    return {"state": row.state}


def job_of(actor: Actor, key: str) -> LongJob:
    """Raises Missing where it is not there or not his."""
    row = LongJob.objects.filter(jobs_seen_by(actor), key=key).first()
    if row is None:
        raise Missing(NOT_YOURS)
    return row


def claim_job(key: str = "") -> LongJob | None:
    """Take the job, or the oldest that is due, under a lease; None where there is none."""
    now = clock.now()
    due = LongJob.objects.filter(
        Q(state=LongJob.State.WAITING, due_at__lte=now)
        | Q(state=LongJob.State.RUNNING, lease_until__lte=now)
    ).order_by("due_at", "pk")
    # Two of one kind would do the same work against each other.
    under_way = LongJob.objects.filter(state=LongJob.State.RUNNING, lease_until__gt=now)
    due = due.filter(key=key) if key else due.exclude(name__in=under_way.values("name"))
    if not due.exists():  # without the write lock
        return None
    with transaction.atomic():
        found = due.select_for_update(skip_locked=True).first()
        if found is None:
            return None
        if found.attempts >= ATTEMPTS_MAX:
            _finish(found, LongJob.State.FAILED, GIVEN_UP)
            return None
        found.state, found.attempts = LongJob.State.RUNNING, found.attempts + 1
        found.lease_until = now + timedelta(seconds=LEASE_SECONDS)
        found.lease_by = new_id().hex
        found.started_at = found.started_at or now
        found.save(update_fields=["state", "attempts", "lease_until", "lease_by", "started_at"])
    return found


def _finish(row: LongJob, state: str, message: T | None, trace: str = "") -> None:
    """In the running transaction: the end, told by an event."""
    row.state, row.finished_at, row.trace = state, clock.now(), trace[:8_000]
    row.error, row.error_en = (message.zh[:500], message.en[:500]) if message else ("", "")
    row.save(update_fields=["state", "finished_at", "trace", "error", "error_en"])
    told = {"name": row.name, "owner": row.owner, "state": state}
    append(Ref("long_jobs", row.key), "jobs.finished", platform("worker"), told)


def run_claimed(row: LongJob, *, beats: bool = False) -> str:
    """Do a claimed job here; answers the state it came to. ``beats``: renew the lease beside it."""
    progress = Progress(row)
    stop = threading.Event()
    if beats:
        threading.Thread(target=_beat, args=(row.pk, row.lease_by, stop), daemon=True).start()
    try:
        state, message, trace, result = _outcome(row, progress)
    except Lost:
        log.warning("job %s was taken up by another worker", row.key)
        return LongJob.State.RUNNING
    finally:
        stop.set()
    with transaction.atomic():
        held = LongJob.objects.select_for_update().filter(pk=row.pk, lease_by=row.lease_by).first()
        if held is None or held.state != LongJob.State.RUNNING:
            return LongJob.State.RUNNING
        progress.write_log(held)
        if state == LongJob.State.WAITING:
            held.state, held.trace = state, trace[:8_000]
            held.due_at = clock.now() + timedelta(seconds=min(5 * 2**held.attempts, 600))
            held.save(update_fields=["state", "trace", "due_at"])
            return state
        held.result = canonical(result or {})
        held.save(update_fields=["result"])
        _finish(held, state, message, trace)
    return state


def _outcome(row: LongJob, progress: Progress) -> tuple[str, T | None, str, Any]:
    try:
        declared = LONG_JOBS[row.name]
        result = declared.function(progress, **json.loads(row.arguments))
        progress.flush()
    except Cancelled:
        return LongJob.State.CANCELLED, None, "", None
    except Lost:
        raise
    except Problem as problem:
        log.warning("job %s ended: %s", row.key, problem.message.zh)
        return LongJob.State.FAILED, problem.message, "", None
    except Exception:
        log.exception("job %s failed", row.key)
        trace = traceback.format_exc(limit=12)
        if row.attempts >= ATTEMPTS_MAX:
            return LongJob.State.FAILED, BROKE, trace, None
        return LongJob.State.WAITING, None, trace, None
    return LongJob.State.DONE, None, "", result


def _beat(pk: int, lease_by: str, stop: threading.Event) -> None:
    """Renew the lease while a step takes its time; on a connection of its own."""
    try:
        while not stop.wait(BEAT_SECONDS):
            until = clock.now() + timedelta(seconds=LEASE_SECONDS)
            held = LongJob.objects.filter(pk=pk, lease_by=lease_by, state="running")
            if not held.update(lease_until=until):
                return
    finally:
        connection.close()


def run_due_here(limit: int = 50) -> int:
    """Do what is due in this process, one after the other: for tests and the sample district."""
    ran = 0
    while ran < limit and (row := claim_job()) is not None:
        run_claimed(row)
        ran += 1
    return ran


def run_one(key: str) -> str:
    """Do the job that the slow lane has claimed for this process, its key and lease given."""
    name, _, lease_by = key.partition("/")
    row = LongJob.objects.filter(key=name, lease_by=lease_by, state="running").first()
    if row is None:
        raise Missing(LOST)
    return run_claimed(row, beats=True)


class Runs:
    """The processes of the long jobs under way: begun, watched, ended when cancelled or stopping."""

    def __init__(self, command: Sequence[str]) -> None:
        self.command = list(command)
        self._running: dict[str, tuple[subprocess.Popen[bytes], LongJob]] = {}
        self._looked_s = 0.0

    def tend(self) -> None:
        """Note those that ended, end those that do not heed a cancel, begin what is due."""
        for key, (process, row) in list(self._running.items()):
            if process.poll() is not None:
                del self._running[key]
                self._ended(row, process.returncode)
        self._end_the_deaf()
        while len(self._running) < AT_ONCE and (claimed := claim_job()) is not None:
            command = [*self.command, f"{claimed.key}/{claimed.lease_by}"]
            process = subprocess.Popen(command, preexec_fn=_die_with_parent)
            self._running[claimed.key] = (process, claimed)

    def _ended(self, row: LongJob, status: int) -> None:
        """One that fell is due again at once rather than when its lease runs out."""
        if status == 0:
            return
        log.error("the process of job %s ended with status %s", row.key, status)
        held = LongJob.objects.filter(pk=row.pk, lease_by=row.lease_by, state="running")
        with transaction.atomic():
            fallen = held.select_for_update().first()
            if fallen is None:
                return
            if fallen.cancel_wished_at is not None:
                _finish(fallen, LongJob.State.CANCELLED, None)
                return
            fallen.state, fallen.due_at = LongJob.State.WAITING, clock.now()
            fallen.save(update_fields=["state", "due_at"])

    def _end_the_deaf(self) -> None:
        if not self._running or time.monotonic() - self._looked_s < 2:
            return
        self._looked_s = time.monotonic()
        before = clock.now() - timedelta(seconds=CANCEL_SECONDS_MAX)
        deaf = LongJob.objects.filter(
            key__in=list(self._running), state="running", cancel_wished_at__lt=before
        )
        for key in deaf.values_list("key", flat=True):
            self._running[key][0].kill()

    def end(self) -> None:
        """The worker stops: its long jobs end with it and are taken up by the next."""
        for process, _ in self._running.values():
            process.terminate()
        for process, row in self._running.values():
            try:
                process.wait(5)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            self._ended(row, process.returncode or 1)
        self._running.clear()


def _die_with_parent() -> None:
    """On Linux: a killed worker leaves no long job behind that runs beside its successor."""
    if sys.platform.startswith("linux"):
        import ctypes
        import signal

        ctypes.CDLL(None).prctl(1, signal.SIGTERM)
