"""What the worker does: judges new days, issues forecasts, opens cases that had to wait."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import timedelta

from guanggu.base import clock
from guanggu.base.actor import platform
from guanggu.base.errors import Conflict, Missing, Unavailable
from guanggu.kernel.journal.public import Event, job, recurring, subscribe
from guanggu.kernel.observation.public import link_case

from .actions.alarming import about_alarm, open_alarm_issue
from .actions.reporting import open_waiting
from .models import Lake, LakeDay, LakeIssue
from .rules.words import OPEN_STATES, QUANTITIES

log = logging.getLogger(__name__)
HOUR_S = 3600.0
HISTORY_DAYS = 400


@subscribe("lakes.alarms", kinds=("observation.alarm_escalated",))
def open_issues_of_alarms(events: Sequence[Event]) -> None:
    """An alarm of a lake station that nobody took up becomes a problem, or joins the open one."""
    for event in events:
        about = about_alarm({**event.body, "alarm": str(event.ref)})
        if about is None:
            continue
        try:
            told = open_alarm_issue(platform("lakes"), **about)
        except Missing:
            log.warning("alarm %s names no known station", event.ref)
            continue
        if told["case"]:
            link_case(platform("lakes"), alarm=about["alarm"], case=f"cases/{told['case']}")


def assess_lakes() -> int:
    """Judge yesterday and today of every lake; a lake never judged gets its whole history.

    Answers how many days had data. A store that does not answer is told and tried again later.
    """
    from .actions.assessing import assess_days  # numpy comes with it

    today, total = clock.today(), 0
    for lake in Lake.objects.order_by("key"):
        known = LakeDay.objects.filter(lake=lake).exists()
        first = today - timedelta(days=1 if known else HISTORY_DAYS)
        try:
            while first <= today:
                last = min(first + timedelta(days=30), today)
                told = assess_days(platform("lakes"), lake=lake.key, first=first.isoformat(),
                                   last=last.isoformat())  # fmt: skip
                total += told["days"]
                first = last + timedelta(days=1)
        except Unavailable:
            log.warning("lakes are not assessed: the store does not answer")
            return total
    return total


def issue_forecasts() -> int:
    """Issue each lake's forecasts; answers how many have steps."""
    from .actions.assessing import issue_forecast  # numpy comes with it

    made = 0
    for lake in Lake.objects.order_by("key"):
        for quantity in QUANTITIES:
            try:
                told = issue_forecast(platform("lakes"), lake=lake.key, quantity=quantity)
            except Unavailable:
                log.warning("no forecasts: the store does not answer")
                return made
            made += bool(told["steps"])
    return made


def open_waiting_cases() -> int:
    """Problems whose limits could not be counted when they came."""
    opened = 0
    for row in LakeIssue.objects.filter(case_number="", state__in=OPEN_STATES)[:100]:
        try:
            open_waiting(platform("lakes"), issue=row.key)
            opened += 1
        except Conflict:
            log.warning("no case yet for %s", row.key)
    return opened


recurring("lakes.assess", HOUR_S)(assess_lakes)
recurring("lakes.forecast", 24 * HOUR_S)(issue_forecasts)
recurring("lakes.open_waiting", HOUR_S)(open_waiting_cases)


@job("lakes.look_back")
def look_back() -> None:
    """After a history was taken in: judge all of it and forecast from it."""
    assess_lakes()
    issue_forecasts()
