"""Days and months of the district as instants."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

from guanggu.base.clock import DISTRICT_ZONE


def midnight(day: date) -> datetime:
    """The start of the day, UTC."""
    return datetime.combine(day, time(), DISTRICT_ZONE).astimezone(UTC)


def days_between(first: date, last: date) -> Iterator[date]:
    """From ``first`` to ``last``, both within."""
    for number in range((last - first).days + 1):
        yield first + timedelta(days=number)


def month_text(first: date) -> str:
    return f"{first:%Y-%m}"
