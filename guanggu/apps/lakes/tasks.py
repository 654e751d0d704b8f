"""What the worker does: judges new days, issues forecasts, opens cases that had to wait."""

from __future__ import annotations

import logging
from datetime import timedelta

from guanggu.base import clock
from guanggu.base.actor import platform
from guanggu.base.errors import Conflict, Unavailable
from guanggu.kernel.journal.public import job, recurring

from .actions.assessing import assess_days, issue_forecast
from .actions.reporting import open_waiting
from .models import Lake, LakeDay, LakeIssue
from .rules.words import OPEN_STATES, QUANTITIES

log = logging.getLogger(__name__)
HOUR_S = 3600.0
HISTORY_DAYS = 400


def assess_lakes() -> int:
    """Judge yesterday and today of every lake; a lake never judged gets its whole history.

    Answers how many days had data. A store that does not answer is told and tried again later.
    """
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
