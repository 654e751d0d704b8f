"""What the passing of days brings: timers that decide, limits that draw near or are over.

Each is a row with an indexed day, done in a transaction of its own and checked again under the
case's lock; so a worker killed half way, or two of them, lose nothing and do nothing twice.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from typing import Any

from guanggu.base import clock
from guanggu.base.actor import Actor, platform
from guanggu.base.bilingual import T
from guanggu.base.calendar import working_calendar
from guanggu.base.errors import Conflict, Missing, Problem
from guanggu.kernel.journal.public import action, recurring

from . import timekeeping, walking
from .actions import finish, state_of
from .casefile import CaseFile, read_case
from .models import CaseClock, Timer

log = logging.getLogger(__name__)

SWEEP_SECONDS = 10
BATCH = 200  # done in a sweep, so that jobs and subscribers get their turn

CLOCK_ACTOR = platform("clock")
_NOT_DUE = T("定时尚未到期或已处理。", "The timer is not due, or was dealt with.")


def _is_platform(actor: Actor, **_: Any) -> bool:
    return actor.kind == "platform"


@action("case.fire_timer", allows=_is_platform, title=T("到期自动办理", "Fire a timer"))
def fire_timer(actor: Actor, *, timer: int) -> dict[str, Any]:
    """Give the task the timer's outcome, or tell the reminder. Raises Conflict where not due."""
    case = Timer.objects.filter(pk=timer).values_list("case_id", flat=True).first()
    if case is None:
        raise Missing(_NOT_DUE)
    file = read_case(case)
    found = next(each for each in file.timers if each.pk == timer)
    if found.state != "waiting" or found.fires_on > clock.today():
        raise Conflict(_NOT_DUE, code="not_due")
    found.state = "fired"
    file.touch(found)
    task = file.task(found.task_id)
    if found.outcome:
        return finish(actor, file, task, found.outcome, {})
    due_on = task.due_on.isoformat() if task.due_on else ""
    file.tell("case.task_reminded", **walking.told_of(task), task_due_on=due_on)
    file.save(actor)
    return state_of(file)


@action("case.tell_limit", allows=_is_platform, title=T("期限提示", "Tell of a limit"))
def tell_limit(actor: Actor, *, row: int) -> dict[str, Any]:
    """Tell once that a clock is near its limit, and once that it is over."""
    case = CaseClock.objects.filter(pk=row).values_list("case_id", flat=True).first()
    if case is None:
        raise Missing(_NOT_DUE)
    file = read_case(case)
    found = next(each for each in file.clocks if each.pk == row)
    today = clock.today()
    if found.state != "running" or found.notify_on is None or found.notify_on > today:
        raise Conflict(_NOT_DUE, code="not_due")
    late = found.due_on is not None and found.due_on < today
    found.told = "overdue" if late else "near"
    found.notify_on = timekeeping.notify_on_of(found)
    file.touch(found)
    days = timekeeping.clock_of(found).remaining_days(working_calendar(), today)
    waiting = [
        {"step": task.step, "organisation": task.organisation_code, "role": task.role}
        for task in file.open_tasks()
    ]
    kind = "case.overdue" if late else "case.near"
    timekeeping.tell_clock(
        file, kind, found, remaining_days=days, waiting=waiting,
        organisation_name=file.case.organisation_name, stage=file.case.stage, step=file.case.step,
    )  # fmt: skip
    file.save(actor)
    return state_of(file)


def _each(pks: Iterable[int], run: Callable[[int], object]) -> int:
    """Run what is due until ``BATCH`` are done; those that cannot be kept now count for nothing."""
    done = 0
    stuck: list[tuple[int, Problem]] = []
    for pk in pks:
        try:
            run(pk)
            done += 1
        except Conflict:
            log.debug("row %s was dealt with by another worker", pk)
        except Problem as problem:
            # One case whose procedure cannot go on must not hold up all the others; it is tried
            # again at each sweep, for a notice of working days may be imported meanwhile.
            stuck.append((pk, problem))
        if done >= BATCH:
            break
    if stuck:
        log.warning("%s deadlines could not be kept; the first, row %s: %s", len(stuck), *stuck[0])
    return done


@recurring("case.deadlines", SWEEP_SECONDS)
def keep_deadlines() -> int:
    """Fire the timers and tell of the limits that are due; answers how many."""
    today = clock.today()
    timers = Timer.objects.filter(state="waiting", fires_on__lte=today).order_by("fires_on", "pk")
    done = _each(
        list(timers.values_list("pk", flat=True)),
        lambda pk: fire_timer(CLOCK_ACTOR, timer=pk),
    )
    clocks = CaseClock.objects.filter(state="running", notify_on__lte=today)
    return done + _each(
        list(clocks.order_by("notify_on", "pk").values_list("pk", flat=True)),
        lambda pk: tell_limit(CLOCK_ACTOR, row=pk),
    )


__all__ = ["CLOCK_ACTOR", "CaseFile", "fire_timer", "keep_deadlines", "tell_limit"]
