"""Keeping the coming days of every counter open for booking."""

from __future__ import annotations

from guanggu.base import clock
from guanggu.base.actor import platform
from guanggu.base.calendar import working_calendar
from guanggu.kernel.journal.public import recurring

from .actions import open_slots
from .models import Counter


@recurring("portal.open_slots", every_seconds=1800)
def open_coming_days() -> int:
    """Open what is not open yet up to each counter's ``days_ahead``; answers how many slots."""
    opened = 0
    today, calendar = clock.today(), working_calendar()
    for counter in Counter.objects.order_by("pk"):
        until = calendar.add_working_days(today, counter.days_ahead)
        if counter.slots.filter(day=until).exists():
            continue
        opened += open_slots(
            platform("booking"), key=None, counter=counter.key, from_on=today.isoformat(),
            until_on=until.isoformat(),
        )["opened"]  # fmt: skip
    return opened
