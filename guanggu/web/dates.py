"""Dates, instants and spans as an official page writes them, in the reader's language."""

from __future__ import annotations

from datetime import date, datetime

from guanggu.base import clock
from guanggu.base.bilingual import T

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def day_text(value: date | datetime | None) -> T:
    """2026年11月23日 / 23 Nov 2026; an instant is put on the district's clock first."""
    if value is None:
        return T("—", "—")
    if isinstance(value, datetime):
        value = clock.local(value).date()
    return T(
        f"{value.year}年{value.month}月{value.day}日",
        f"{value.day} {MONTHS[value.month - 1]} {value.year}",
    )


def instant_text(value: datetime | None) -> T:
    """2026年11月23日 14:05 / 23 Nov 2026 14:05, on the district's clock."""
    if value is None:
        return T("—", "—")
    there = clock.local(value)
    return day_text(value) + f" {there:%H:%M}"


def working_days_text(days: int | None) -> T:
    """5个工作日 / 5 working days; a negative number is how long past the limit."""
    if days is None:
        return T("不限", "No limit")
    if days < 0:
        return T("已超 {n} 个工作日", "{n} working day{s} over").format(
            n=-days, s=T("", "" if days == -1 else "s")
        )
    return T("{n} 个工作日", "{n} working day{s}").format(n=days, s=T("", "" if days == 1 else "s"))
