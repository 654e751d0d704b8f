"""What the worker does: tells of tasks whose due date has passed."""

from __future__ import annotations

import logging

from guanggu.base.actor import platform
from guanggu.base.errors import Conflict
from guanggu.kernel.journal.public import recurring

from .actions.tasks import tell_overdue
from .queries.tasks import overdue_untold

log = logging.getLogger(__name__)
HOUR_S = 3600.0


def watch_due() -> int:
    """Tell once of each late task; answers how many. One that moved meanwhile is left alone."""
    told = 0
    for task in overdue_untold():
        try:
            tell_overdue(platform("plan"), task=task.key)
        except Conflict:
            log.info("task %s is not late any more", task.key)
            continue
        told += 1
    return told


recurring("plan.watch_due", HOUR_S)(watch_due)
