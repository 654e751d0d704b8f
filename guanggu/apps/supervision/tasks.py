"""Supervision hears the journal; it asks nothing of the systems that it watches."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from guanggu.base.actor import platform
from guanggu.base.errors import Conflict
from guanggu.kernel.journal.public import Event, job, recurring, subscribe

from .actions import check_journal, open_waiting, take_up, watch
from .models import FollowUp

log = logging.getLogger(__name__)
HOUR_S = 3600.0


@subscribe("supervision.watch", kinds=("case.*", "approvals.*"))
def watch_cases(events: Sequence[Event]) -> None:
    watch(events)


@subscribe("supervision.follow_up", kinds=("plan.task_overdue",))
def follow_up(events: Sequence[Event]) -> None:
    for event in events:
        take_up(event)


def open_waiting_follow_ups() -> int:
    """Follow-ups whose case could not be opened when they came; answers how many have one now."""
    opened = 0
    for row in FollowUp.objects.filter(state="waiting")[:100]:
        try:
            open_waiting(platform("supervision"), follow_up=row.key)
            opened += 1
        except Conflict:
            log.warning("no case yet for %s", row.key)
    return opened


recurring("supervision.open_waiting", HOUR_S)(open_waiting_follow_ups)


@job("supervision.check_journal")
def check_the_journal() -> None:
    check_journal()
