"""What the worker does for the environment: alarms become cases, days and months are computed."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from guanggu.base import clock
from guanggu.base.actor import platform
from guanggu.base.errors import Conflict, Missing, Unavailable
from guanggu.kernel.journal.public import Event, enqueue, job, recurring, subscribe
from guanggu.kernel.observation.public import link_case

from .actions.assessing import assess, assess_recent
from .actions.enforcing import about_alarm, open_violation, open_waiting_cases
from .actions.exceeding import sweep
from .actions.permitting import lay_permit_rules, outlets_meant
from .actions.totalling import compute_recent_totals, compute_totals
from .models import Outlet, Violation
from .queries.assessed import is_ours

log = logging.getLogger(__name__)
REVIEW_DELAY = timedelta(minutes=1)


@subscribe("environment.alarms", kinds=("observation.alarm_escalated",))
def open_cases_of_alarms(events: Sequence[Event]) -> None:
    """An escalated alarm of a station or an outlet becomes a case, or joins the open one."""
    for event in events:
        about = about_alarm({**event.body, "alarm": str(event.ref)})
        if about is None:
            continue
        try:
            told = open_violation(platform("environment"), **about)
        except Missing:
            log.warning("alarm %s names no known subject: %s", event.ref, about["subject"])
            continue
        if told["case"]:
            link_case(platform("environment"), alarm=about["alarm"], case=f"cases/{told['case']}")


@subscribe("environment.reviews", kinds=("observation.data_reviewed",))
def judge_reviewed_days_again(events: Sequence[Event]) -> None:
    """Days and months whose data an officer reviewed are computed anew, a minute later.

    By then the reviewed values lie in the store: they follow their event by the kernel's outbox.
    """
    days: set[str] = set()
    for event in events:
        key = str(event.body.get("thing", "")).rpartition("/")[2]
        if is_ours(key):
            days |= {row[0] for row in event.body.get("rows", ())}
    if days:
        found = sorted({clock.local(datetime.fromisoformat(at)).date().isoformat() for at in days})
        enqueue("environment.judge_again", due_at=clock.now() + REVIEW_DELAY, days=found)


@job("environment.judge_again")
def judge_again(days: list[str]) -> None:
    actor = platform("environment")
    for day in days:
        assess(actor, first=day, last=day)
    for month in sorted({f"{day[:7]}-01" for day in days}):
        compute_totals(actor, month=month)


@subscribe(
    "environment.permits",
    kinds=("environment.created", "environment.changed", "environment.removed"),
)
def follow_permits(events: Sequence[Event]) -> None:
    """The alarm rules of an outlet are those of its permits, at once."""
    found = outlets_meant(event.subject for event in events)
    if found:
        lay_permit_rules(platform("environment"), found)


@recurring("environment.assess", every_seconds=1800)
def judge_the_last_days() -> None:
    try:
        assess_recent()
    except Unavailable as problem:
        log.info("days are judged later: %s", problem.message)


@recurring("environment.totals", every_seconds=3600)
def compute_totals_of_months() -> None:
    try:
        compute_recent_totals()
    except Unavailable as problem:
        log.info("totals are computed later: %s", problem.message)


@recurring("environment.exceedances", every_seconds=3600)
def open_cases_of_what_exceeds() -> None:
    # A permit comes into force or runs out by the day alone: no event tells of it.
    outlets = Outlet.objects.select_related("source_unit__organisation")
    lay_permit_rules(platform("environment"), outlets)
    try:
        sweep()
    except Unavailable as problem:
        log.info("exceedances are looked for later: %s", problem.message)


@recurring("environment.waiting_cases", every_seconds=3600)
def open_cases_that_wait() -> None:
    """Violations without a case: their limits could not be counted when they were found."""
    since = clock.now() - timedelta(days=90)
    for row in Violation.objects.filter(state="open", case_number="", created_at__gte=since):
        try:
            open_waiting_cases(platform("environment"), violation=row.key)
        except Conflict as problem:
            log.info("violation %s waits: %s", row.key, problem.message)
