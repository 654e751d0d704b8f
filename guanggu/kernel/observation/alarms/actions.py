"""Alarms opened, answered, cleared, passed on and closed; each with its event.

Apps listen to ``observation.alarm_opened`` and ``observation.alarm_escalated``, open their case
and write its reference back by ``link_case``. ``told`` is what these events carry.
"""

from __future__ import annotations

import math
from typing import Any

from guanggu.base import clock
from guanggu.base.actor import Actor
from guanggu.base.bilingual import T
from guanggu.base.errors import Conflict, Invalid
from guanggu.base.ids import Ref
from guanggu.kernel.identity.public import get
from guanggu.kernel.journal.public import action
from guanggu.kernel.register.public import save_record

from ..models import Alarm, AlarmRule, Datastream, Thing
from ..permissions import HANDLE_ALARMS

_NOTE_MAX = 400
_NOTE = T("请填写处理说明（不超过 400 字）。", "Say what was found or done (up to 400 characters).")
_NOT_OPEN = T("该报警已确认或已关闭。", "This alarm was acknowledged or closed already.")
_GOING_ON = T(
    "数据尚未恢复正常，不能关闭；可先确认并填写处理说明。",
    "The data have not come back inside the limit; acknowledge it instead.",
)
_STANDS = T("该报警已产生。", "This alarm stands already.")
_CLOSED = T("该报警已关闭。", "This alarm is closed.")


def figure(value: float | None) -> str:
    """A value as the journal holds it: text, no binary fraction."""
    return "" if value is None or not math.isfinite(value) else f"{value:.10g}"


def told(alarm: Alarm) -> dict[str, Any]:
    """The payload of an alarm's events. subject: of the thing, what apps know it by; at: ISO."""
    rule, stream = alarm.rule, alarm.datastream
    return {
        "alarm": str(alarm.ref),
        "rule": rule.key,
        "rule_name": rule.name,
        "kind": rule.kind,
        "severity": alarm.severity,
        "state": alarm.state,
        "thing": str(alarm.thing.ref),
        "thing_kind": alarm.thing.kind,
        "subject": alarm.thing.subject,
        "stream": str(stream.ref) if stream else "",
        "datastream": stream.pk if stream else 0,
        "property": stream.observed_property.key if stream else "",
        "interval": stream.interval if stream else "",
        "unit": stream.unit if stream else "",
        "at": alarm.opened_at.isoformat(),
        "value": figure(alarm.value),
        "limit": figure(alarm.limit),
        "peak": figure(alarm.peak),
        "clause": rule.clause,
        "procedure": rule.procedure,
        "organisation": alarm.organisation.code if alarm.organisation else "",
        "role": rule.role,
        "late": alarm.came_late,
    }


def _platform(actor: Actor, **_: Any) -> bool:
    return actor.kind == "platform"


def _may_handle(actor: Actor, /, alarm: str, **_: Any) -> bool:
    get(actor, Alarm, HANDLE_ALARMS, key=alarm)
    return True


def alarm_key(rule: AlarmRule, stream: int, at: int) -> str:
    """The same for the same rule, stream and first datum: opened once, however often tried."""
    return f"BJ-{rule.pk}-{abs(stream)}-{at // 1_000_000}"


@action("observation.open_alarm", allows=_platform, title=T("产生报警", "Open an alarm"))
def open_alarm(
    actor: Actor, *, rule: int, thing: int, stream: int | None, at: int, severity: str,
    value: str = "", limit: str = "", peak: str = "", last_at: int | None = None,
    cleared_at: int | None = None, late: bool = False,
) -> dict[str, Any]:  # fmt: skip
    """``rule``, ``thing``, ``stream`` are ids; times in microseconds UTC; figures as text.

    Answers {alarm, pk}. Raises Conflict where it stands already (``alarm_key``).
    """
    row = AlarmRule.objects.select_related("organisation").get(pk=rule)
    key = alarm_key(row, stream or -thing, at)
    if Alarm.objects.filter(key=key).exists():
        raise Conflict(_STANDS)
    carrier = Thing.objects.select_related("organisation").get(pk=thing)
    alarm = Alarm(
        key=key, rule=row, thing=carrier,
        datastream=Datastream.objects.get(pk=stream) if stream else None,
        organisation=row.organisation or carrier.organisation, severity=severity,
        state="cleared" if cleared_at is not None else "open",
        opened_at=clock.from_microseconds(at), value=_number(value), limit=_number(limit),
        peak=_number(peak or value), last_value=_number(value),
        last_at=clock.from_microseconds(at if last_at is None else last_at),
        cleared_at=None if cleared_at is None else clock.from_microseconds(cleared_at),
        came_late=late, source="platform",
    )  # fmt: skip
    save_record(actor, alarm, "observation.alarm_opened", **told(alarm))
    return {"alarm": key, "pk": alarm.pk}


def _number(text: str) -> float | None:
    return float(text) if text else None


@action("observation.clear_alarm", allows=_platform, title=T("报警恢复", "Clear an alarm"))
def clear_alarm(
    actor: Actor, *, alarm: str, at: int, value: str = "", peak: str = ""
) -> dict[str, Any]:
    """The data are inside the limit again since ``at``. One that was acknowledged is closed."""
    row = Alarm.objects.select_for_update(of=("self",)).get(key=alarm)
    if not row.is_going_on:
        raise Conflict(_CLOSED)
    row.cleared_at = row.last_at = clock.from_microseconds(at)
    row.last_value, row.peak = _number(value), _number(peak) if peak else row.peak
    row.state = "closed" if row.acknowledged_at else "cleared"
    if row.state == "closed":
        row.closed_at = clock.now()
    save_record(actor, row, "observation.alarm_cleared", **told(row))
    return {"alarm": alarm, "state": row.state}


@action("observation.worsen_alarm", allows=_platform, title=T("报警升级别", "Raise the severity"))
def worsen_alarm(
    actor: Actor, *, alarm: str, severity: str, at: int, value: str, limit: str = ""
) -> dict[str, Any]:
    """A graver level is broken: it must be acknowledged anew."""
    row = Alarm.objects.select_for_update(of=("self",)).get(key=alarm)
    row.severity, row.last_value, row.peak = severity, _number(value), _number(value)
    row.last_at = clock.from_microseconds(at)
    if limit:
        row.limit = _number(limit)
    if row.state == "acknowledged":
        row.state, row.acknowledged_at = "open", None
    save_record(actor, row, "observation.alarm_worsened", **told(row))
    return {"alarm": alarm}


@action(
    "observation.stretch_alarm", allows=_platform, title=T("补传数据并入报警", "Stretch an alarm")
)
def stretch_alarm(actor: Actor, *, alarm: str, start: int, end: int, peak: str) -> dict[str, Any]:
    """Data that came late belong to this alarm: it began earlier or lasted longer."""
    row = Alarm.objects.select_for_update(of=("self",)).get(key=alarm)
    row.opened_at = min(row.opened_at, clock.from_microseconds(start))
    if row.cleared_at is not None:
        row.cleared_at = row.last_at = max(row.cleared_at, clock.from_microseconds(end))
    row.peak = _number(peak)
    save_record(actor, row, "observation.alarm_stretched", **told(row))
    return {"alarm": alarm}


@action("observation.acknowledge_alarm", allows=_may_handle, title=T("确认报警", "Acknowledge"))
def acknowledge_alarm(actor: Actor, *, alarm: str, note: str) -> dict[str, Any]:
    """An officer takes it up. Raises Conflict where somebody did before, Invalid without a note."""
    row = Alarm.objects.select_for_update(of=("self",)).get(key=alarm)
    if row.acknowledged_at is not None or row.state == "closed":
        raise Conflict(_NOT_OPEN)
    row.note = _checked(note)
    row.acknowledged_at, row.acknowledged_by = clock.now(), actor.name
    row.state = "closed" if row.cleared_at is not None else "acknowledged"
    if row.state == "closed":
        row.closed_at = clock.now()
    save_record(actor, row, "observation.alarm_acknowledged", **told(row))
    return {"alarm": alarm, "state": row.state}


def _checked(note: str) -> str:
    note = note.strip()
    if not note or len(note) > _NOTE_MAX:
        raise Invalid(_NOTE, fields={"note": _NOTE})
    return note


@action("observation.close_alarm", allows=_may_handle, title=T("关闭报警", "Close"))
def close_alarm(actor: Actor, *, alarm: str, note: str) -> dict[str, Any]:
    """Raises Conflict while the data are beyond the limit and the rule is in force."""
    row = Alarm.objects.select_for_update(of=("self",)).get(key=alarm)
    if row.state == "closed":
        raise Conflict(_CLOSED)
    if row.cleared_at is None and row.rule.is_active:
        raise Conflict(_GOING_ON)
    row.note, row.state, row.closed_at = _checked(note), "closed", clock.now()
    save_record(actor, row, "observation.alarm_closed", **told(row))
    return {"alarm": alarm}


@action("observation.escalate_alarm", allows=_platform, title=T("报警转办", "Pass on"))
def escalate_alarm(actor: Actor, *, alarm: str) -> dict[str, Any]:
    """Nobody acknowledged it in time: whoever opens cases for such things is told."""
    row = Alarm.objects.select_for_update(of=("self",)).get(key=alarm)
    if row.escalated_at is not None:
        raise Conflict(_CLOSED)
    row.escalated_at = clock.now()
    save_record(actor, row, "observation.alarm_escalated", **told(row))
    return {"alarm": alarm}


@action("observation.link_case", allows=_platform, title=T("关联办件", "Link the case"))
def link_case(actor: Actor, *, alarm: str, case: str) -> dict[str, Any]:
    """Write back which case follows the alarm; case: reference such as cases/2026-0001."""
    row = Alarm.objects.select_for_update(of=("self",)).get(key=alarm.rpartition("/")[2])
    row.case = str(Ref.parse(case))
    save_record(actor, row, "observation.alarm_linked", case=row.case)
    return {"alarm": row.key}
