"""Months of the calendar, each as the date of its first day."""

from __future__ import annotations

from datetime import date


def month_of(day: date) -> date:
    """
    >>> month_of(date(2026, 12, 31))
    datetime.date(2026, 12, 1)
    """
    return day.replace(day=1)


def next_month(day: date) -> date:
    """The first day of the month after.

    >>> next_month(date(2026, 12, 1))
    datetime.date(2027, 1, 1)
    """
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)


def month_before(day: date) -> date:
    """The first day of the month before.

    >>> month_before(date(2026, 1, 31))
    datetime.date(2025, 12, 1)
    """
    return date(day.year - (day.month == 1), (day.month - 2) % 12 + 1, 1)


def months_between(first: date, last: date) -> list[date]:
    """First days of the months from one to the other, both counted; none where last is earlier."""
    found, month = [], month_of(first)
    while month <= last:
        found.append(month)
        month = next_month(month)
    return found
