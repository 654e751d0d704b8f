"""The clocks of a case: what effects do to them, and what lists see of them."""

from __future__ import annotations

from datetime import date
from typing import Any

from guanggu.base import clock as now_clock
from guanggu.base.calendar import working_calendar
from guanggu.base.limit_clock import Clock

from .casefile import CaseFile
from .definition import Effect
from .guards import days_of
from .models import NO_LIMIT, CaseClock, Task


def clock_of(row: CaseClock) -> Clock:
    return Clock.from_json(row.definition)


def put(file: CaseFile, row: CaseClock, clock: Clock) -> None:
    """Keep the changed clock and bring the row's, the case's and the tasks' days in line."""
    calendar = working_calendar()
    row.definition = clock.to_json()
    if clock.stopped_on:
        row.state, row.notify_on = "stopped", None
    elif clock.open_pause:
        row.state, row.due_on, row.near_on, row.notify_on = "paused", None, None, None
    else:
        row.state = "running"
        row.due_on = clock.due_on(calendar)
        row.near_on = _near_on(clock, row.due_on)
        today = now_clock.today()
        if row.told == "overdue" and row.due_on and row.due_on >= today:
            row.told = "near"
        if row.told == "near" and row.near_on and row.near_on > today:
            row.told = ""
        row.notify_on = notify_on_of(row)
    file.touch(row)
    mirror(file)


def _near_on(clock: Clock, due_on: date | None) -> date | None:
    """The first day on which the clock shows near."""
    if due_on is None:
        return None
    calendar = working_calendar()
    days = calendar.working_days_between(clock.started_on, due_on) - clock.near_days
    return calendar.add_working_days(clock.started_on, max(days, 0))


def notify_on_of(row: CaseClock) -> date | None:
    """The day of the next crossing that nobody was told of."""
    if row.due_on is None or row.told == "overdue":
        return None
    if row.told == "near":
        return date.fromordinal(row.due_on.toordinal() + 1)
    return row.near_on


def mirror(file: CaseFile) -> None:
    """Copy the clocks' days to the case and its open tasks, where lists read them."""
    case = file.case
    live = [clock for clock in file.clocks if clock.state != "stopped"]
    running = [clock for clock in live if clock.due_on]
    case.due_on = min((clock.due_on for clock in running if clock.due_on), default=None)
    case.near_on = min((clock.near_on for clock in running if clock.near_on), default=None)
    case.is_paused = bool(live) and not running
    file.touch(case)
    for task in file.open_tasks():
        set_due(file, task)


def set_due(file: CaseFile, task: Task) -> None:
    """A task is due with its own limit or with the case, whichever comes first."""
    days = [day for day in (task.limit_on, file.case.due_on) if day]
    due_on = min(days, default=None)
    if due_on != task.due_on:
        task.due_on, task.urgent_on = due_on, due_on or NO_LIMIT
        file.touch(task)


def apply_effects(file: CaseFile, effects: tuple[Effect, ...], task: Task | None) -> None:
    """Run a procedure's effects on the clocks. What is done already is passed over."""
    for effect in effects:
        names = list(file.definition.clocks) if effect.clock == "*" else [effect.clock]
        for name in names:
            _EFFECTS[effect.do](file, name, effect, task)


def _start(file: CaseFile, name: str, effect: Effect, task: Task | None) -> None:
    if file.clock(name):
        return
    rule, context = file.definition.clocks[name], file.context()
    start = now_clock.now()
    if effect.since == "case_opened":
        start = file.case.opened_at
    elif effect.since == "step_opened" and task is not None:
        start = task.opened_at
    clock = Clock(
        limit_days=days_of(rule.days, context),
        started_on=now_clock.local(start).date(),
        extension_days_max=days_of(rule.extension_days, context),
    )
    row = CaseClock(name=name, round=file.case.round, state="running")
    file.clocks.append(row)
    put(file, row, clock)
    tell_clock(file, "case.clock_started", row, limit_days=clock.limit_days)


def _pause(file: CaseFile, name: str, effect: Effect, task: Task | None) -> None:
    row = file.clock(name)
    today = now_clock.today()
    # A pause heals no delay: what is over stays over, and the handling goes on.
    if row is None or row.state != "running" or (row.due_on and row.due_on < today):
        return
    pause(file, row, effect.reason or (task.step if task else "procedure"))


def _resume(file: CaseFile, name: str, effect: Effect, task: Task | None) -> None:
    row = file.clock(name)
    if row is not None and row.state == "paused":
        resume(file, row)


def _stop(file: CaseFile, name: str, effect: Effect, task: Task | None) -> None:
    row = file.clock(name)
    if row is not None and row.state != "stopped":
        stop(file, row)


_EFFECTS = {"start": _start, "pause": _pause, "resume": _resume, "stop": _stop}


def pause(file: CaseFile, row: CaseClock, reason: str) -> None:
    """Raises Invalid, Conflict as :class:`Clock` does."""
    due_on = row.due_on
    put(file, row, clock_of(row).with_pause(now_clock.today(), reason, working_calendar()))
    was = due_on.isoformat() if due_on else ""
    tell_clock(file, "case.clock_paused", row, reason=reason, was_due_on=was)


def resume(file: CaseFile, row: CaseClock) -> None:
    put(file, row, clock_of(row).with_resume(now_clock.today()))
    tell_clock(file, "case.clock_resumed", row)


def extend(file: CaseFile, row: CaseClock, days: int, reason: str) -> None:
    calendar, today = working_calendar(), now_clock.today()
    was = row.due_on.isoformat() if row.due_on else ""
    put(file, row, clock_of(row).with_extension(days, reason, today, calendar))
    tell_clock(file, "case.clock_extended", row, days=days, reason=reason, was_due_on=was)


def stop(file: CaseFile, row: CaseClock) -> None:
    calendar, today = working_calendar(), now_clock.today()
    clock = clock_of(row).with_stop(max(today, clock_of(row).started_on))
    used, late = clock.used_days(calendar, today), clock.overdue_days(calendar, today)
    put(file, row, clock)
    tell_clock(file, "case.clock_stopped", row, used_days=used, overdue_days=late)


def tell_clock(file: CaseFile, kind: str, row: CaseClock, **data: Any) -> None:
    due_on = row.due_on.isoformat() if row.due_on else ""
    file.tell(kind, clock=row.name, round=row.round, clock_due_on=due_on, **data)


def stop_all(file: CaseFile) -> None:
    for row in file.clocks:
        if row.state != "stopped":
            stop(file, row)
