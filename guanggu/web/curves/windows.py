"""The stretch of time that a page of curves shows: one day, week, month or year."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from guanggu.base import clock
from guanggu.base.bilingual import T
from guanggu.web.dates import day_text

PERIODS = {
    "day": T("日", "Day"), "week": T("周", "Week"), "month": T("月", "Month"),
    "year": T("年", "Year"),
}  # fmt: skip
# Finest figure of each period that a reader can tell apart on a screen.
EVERY = {"day": "raw", "week": "hour", "month": "hour", "year": "day"}
EVERY_TITLES = {
    "raw": T("原始数据", "As received"), "minute": T("分钟均值", "Minute means"),
    "hour": T("小时均值", "Hourly means"), "day": T("日均值", "Daily means"),
}  # fmt: skip
_EARLIEST = date(1990, 1, 1)


def midnight(day: date) -> datetime:
    """The start of the day on the district's clock, as an instant in UTC."""
    return datetime.combine(day, time(), clock.DISTRICT_ZONE).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Window:
    """``first`` until before ``last``, days of the district; ``every``: the figures shown."""

    period: str
    first: date
    last: date
    every: str

    @property
    def start_at(self) -> datetime:
        return midnight(self.first)

    @property
    def end_at(self) -> datetime:
        return midnight(self.last)

    @property
    def previous(self) -> date:
        return self.first - timedelta(days=1)

    @property
    def next(self) -> date | None:
        """A day of the following window; None where that lies wholly in the future."""
        return self.last if self.last <= clock.today() else None

    @property
    def title(self) -> T:
        if self.period == "day":
            return day_text(self.first)
        if self.period == "month":
            return T(f"{self.first.year}年{self.first.month}月", f"{self.first:%b %Y}")
        if self.period == "year":
            return T(f"{self.first.year}年", str(self.first.year))
        end = day_text(self.last - timedelta(days=1))
        return T("{a} 至 {b}", "{a} to {b}").format(a=day_text(self.first), b=end)

    @property
    def every_title(self) -> T:
        return EVERY_TITLES[self.every]

    def label(self, at: datetime) -> str:
        """An instant as the axis and the table write it."""
        there = clock.local(at)
        if self.every == "day":
            return f"{there:%m-%d}"
        return f"{there:%H:%M}" if self.period == "day" else f"{there:%m-%d %H:%M}"


def _first_and_last(period: str, on: date) -> tuple[date, date]:
    if period == "week":
        first = on - timedelta(days=on.weekday())
        return first, first + timedelta(days=7)
    if period == "month":
        first = on.replace(day=1)
        return first, (first + timedelta(days=32)).replace(day=1)
    if period == "year":
        return on.replace(month=1, day=1), date(on.year + 1, 1, 1)
    return on, on + timedelta(days=1)


def window(period: str, on: date | None = None) -> Window:
    """The day, week (Monday to Sunday), month or year that holds the day."""
    day = max(on or clock.today(), _EARLIEST)
    day = min(day, clock.today() + timedelta(days=366))
    chosen = period if period in PERIODS else "day"
    return Window(chosen, *_first_and_last(chosen, day), EVERY[chosen])


def window_of(params: Mapping[str, str], default: str = "day") -> Window:
    """From ``?period=week&on=2026-05-01``; what cannot be read means today."""
    try:
        on = date.fromisoformat(params.get("on") or "")
    except ValueError:
        on = clock.today()
    return window(params.get("period") or default, on)
