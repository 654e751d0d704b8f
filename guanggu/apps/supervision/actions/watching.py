"""Turning the journal's events into what supervision knows, and breaches into cards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any

from guanggu.base import clock
from guanggu.kernel.journal.public import Event

from ..models import OWN, EventLog, WatchedCase, WatchedEvent
from ..rules import REQUIRED_STAGES, Breach, breaches_of, skipped_stages
from .cards import issue_card


def own_log() -> EventLog:
    return EventLog.objects.get_or_create(code=OWN, defaults={"name": "光谷"})[0]


def watch(events: Sequence[Event]) -> None:
    """Take in a batch of the journal's events; a batch read twice changes nothing the second time."""
    log = own_log()
    events = [event for event in events if event.ref.collection == "cases"]
    numbers = {event.ref.key for event in events}
    cases = {case.number: case for case in WatchedCase.objects.filter(log=log, number__in=numbers)}
    seen = set(
        WatchedEvent.objects.filter(
            case__in=cases.values(), sequence__gte=min((e.id for e in events), default=0)
        ).values_list("sequence", flat=True)
    )
    steps: list[WatchedEvent] = []
    for event in events:
        case = cases.setdefault(event.ref.key, WatchedCase(log=log, number=event.ref.key))
        step = _take(case, event, event.id in seen)
        steps += [step] if step else []
    # A batch touches few cases with many events: each row is written once.
    for case in cases.values():
        case.save()
    for step in steps:
        step.case_id = step.case.pk
    WatchedEvent.objects.bulk_create(steps, batch_size=500)


def _take(case: WatchedCase, event: Event, is_known: bool) -> WatchedEvent | None:
    """What the event changes; its step, where it is one that was not taken yet."""
    data = event.body
    case.opened_at = case.opened_at or event.at
    _note(case, event.kind, data, event.at)
    shown = None
    if event.kind in _SHOWN and not is_known:
        step = _STEPS.get(event.kind)
        shown = add_step(
            case, step(data) if step else event.kind.partition(".")[2], event.at,
            resource=event.actor_name, post=event.post,
            organisation=str(data.get("task_organisation") or data.get("organisation") or ""),
            due_on=_date(data.get("task_due_on")), mark=event.id,
        )  # fmt: skip
    for breach in [*breaches_of(event.kind, data), *_skips(case, event.kind, data)]:
        issue_card(breach, case, at=event.at, post=event.post, person=_person(event))
    return shown


def _person(event: Event) -> str:
    return "" if event.actor.startswith("platform/") else event.actor_name


def add_step(
    case: WatchedCase,
    activity: str,
    at: datetime,
    *,
    resource: str = "",
    post: str = "",
    organisation: str = "",
    due_on: date | None = None,
    mark: int | None = None,
) -> WatchedEvent:
    """Make the next step of the case and carry its variant on; neither is saved here.

    mark: id of the journal's event, which numbers the step; None numbers by the case.
    """
    waited = at - case.last_at if case.last_at else None
    step = WatchedEvent(
        case=case, log_id=case.log_id, sequence=mark if mark is not None else case.events + 1,
        activity=activity[:120], previous=case.last_activity, at=at, resource=resource[:120],
        post=post[:120], organisation=organisation[:120], due_on=due_on,
        seconds=int(waited.total_seconds()) if waited is not None else None,
        is_late=None if due_on is None else clock.local(at).date() > due_on,
    )  # fmt: skip
    case.events += 1
    case.last_activity, case.last_at = step.activity, at
    case.variant = sha256(f"{case.variant}\n{step.activity}".encode()).hexdigest()[:32]
    return step


def _note(case: WatchedCase, kind: str, data: Mapping[str, Any], at: datetime) -> None:
    """Bring the case's own columns up to date."""
    case.procedure = str(data.get("procedure") or case.procedure)[:80]
    case.item = str(data.get("item_name") or case.item or data.get("item") or "")[:160]
    case.organisation = str(data.get("organisation") or case.organisation)[:120]
    case.organisation_name = str(data.get("organisation_name") or case.organisation_name)[:120]
    case.title = str(data.get("title") or case.title)[:200]
    if "due_on" in data and not case.closed_at:
        case.due_at = _end_of(data["due_on"])
    if stage := data.get("stage"):
        passed = case.stages.split()
        if kind == "case.task_completed" and stage not in passed:
            case.stages = " ".join([*passed, str(stage)])[:300]
    if data.get("clock") in _DECIDING:
        _note_clock(case, kind, data)
    if kind in ("case.closed", "case.withdrawn"):
        case.closed_at, case.outcome = at, str(data.get("outcome") or "")[:40]
    elif kind == "case.reopened":
        case.closed_at, case.outcome, case.is_late = None, "", None
    elif kind == "approvals.rated":
        case.rating = int(data.get("level") or 0) or None


def _note_clock(case: WatchedCase, kind: str, data: Mapping[str, Any]) -> None:
    """Speed is measured against the statutory limit; late is late by either limit."""
    if data["clock"] == "statutory" or case.limit_days is None:
        if kind == "case.clock_started":
            case.limit_days = int(data.get("limit_days") or 0) or None
        elif kind == "case.clock_stopped":
            case.used_days = int(data.get("used_days") or 0)
    if kind == "case.clock_stopped":
        case.is_late = bool(int(data.get("overdue_days") or 0)) or bool(case.is_late)


def _skips(case: WatchedCase, kind: str, data: Mapping[str, Any]) -> list[Breach]:
    """A granted case that never passed a required stage."""
    if kind != "case.closed" or case.outcome != "granted" or _is_immediate(case):
        return []
    missing = skipped_stages(REQUIRED_STAGES, set(case.stages.split()))
    mark = f"closed:{data.get('round', 1)}"
    return [Breach("skipped_stage", mark, missing[0], "、".join(missing))] if missing else []


def _is_immediate(case: WatchedCase) -> bool:
    """Items decided on the spot take acceptance, review and decision in one step by law."""
    return "immediate" in case.procedure


def _date(text: Any) -> date | None:
    return date.fromisoformat(text) if text else None


def _end_of(text: str) -> datetime | None:
    """The last instant of a due day, on the district's clock."""
    day = _date(text)
    if day is None:
        return None
    start = datetime.combine(day, datetime.min.time(), clock.DISTRICT_ZONE)
    return start + timedelta(days=1, microseconds=-1)


def _outcome(data: Mapping[str, Any]) -> str:
    return f"{data.get('step', '')}:{data.get('outcome', '')}"


# The limits of the decision; delivery has one of its own, which a card may still name.
_DECIDING = ("statutory", "promised")
# The steps that make up the process map; clocks and notes are not steps.
_STEPS = {"case.task_completed": _outcome}
_SHOWN = frozenset(
    {"case.opened", "case.task_completed", "case.closed", "case.withdrawn", "case.reopened",
     "case.jumped"}
)  # fmt: skip
