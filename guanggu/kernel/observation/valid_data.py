"""Means and sums by each standard's rule of valid data: what too few data cannot say is not said.

An hour is judged by its data, a day by its valid hours, a month by its valid days, a year by its
valid days in all and in each month. The figure of a period with too few stays None, with how many
there were and how many were needed.
"""

from __future__ import annotations

import calendar
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from guanggu.base.bilingual import T
from guanggu.base.clock import local

from .models import Datastream
from .readings import Mean, means

DATA_SECONDS = {"minute": 60, "hour": 3600, "day": 86_400}


@dataclass(frozen=True, slots=True)
class ValidDataRule:
    """How many valid parts a period needs, and how its parts are joined.

    hour_share: of the data that an hour should hold; day_hours, month_days, february_days,
    year_days: valid parts needed; joined: from the parts' figures to the period's
    """

    title: T
    hour_share: float
    day_hours: int
    month_days: int
    february_days: int
    year_days: int
    joined: Callable[[Sequence[float]], float]
    clause: str


def arithmetic(values: Sequence[float]) -> float:
    return math.fsum(values) / len(values)


def energetic(values: Sequence[float]) -> float:
    """Of sound levels in dB: 10 lg of the mean of 10^(L/10) (GB 3096-2008 3.2)."""
    return 10 * math.log10(math.fsum(10 ** (v / 10) for v in values) / len(values))


AIR = ValidDataRule(
    T("环境空气", "Ambient air"), 0.75, 20, 27, 25, 324, arithmetic, "GB 3095-2026 表 4"
)
# HJ 356-2019 6.2 and HJ 75-2017 9.3: three quarters of the parts of each period.
SOURCE = ValidDataRule(
    T("污染源", "Pollution source"), 0.75, 18, 23, 21, 274, arithmetic, "HJ 75-2017、HJ 356-2019"
)
WATER = ValidDataRule(T("地表水", "Surface water"), 0.75, 4, 20, 18, 240, arithmetic, "HJ 915-2017")
NOISE = ValidDataRule(
    T("声环境", "Sound environment"), 0.75, 20, 27, 25, 324, energetic, "HJ 906-2017"
)
_RULES = {"air_station": AIR, "noise_station": NOISE, "pollution_source_outlet": SOURCE}


def rule_of(stream: Datastream) -> ValidDataRule:
    """By the kind of the thing; water's where no other is known."""
    return _RULES.get(stream.thing.kind, WATER)


@dataclass(frozen=True, slots=True)
class ValidMean:
    """The figure of one period: ``value`` None where ``valid`` parts are fewer than ``needed``."""

    start_at: datetime
    value: float | None
    valid: int
    expected: int
    needed: int

    @property
    def rate(self) -> float:
        """Valid parts of the expected ones, at most 1."""
        return min(1.0, self.valid / self.expected) if self.expected else 0.0

    @property
    def reason(self) -> T | None:
        """Why there is no figure."""
        if self.value is not None:
            return None
        return T(
            "有效数据 {}，不足规定的 {}，不作统计。",
            "{} valid, {} are needed: no figure is given.",
        ).format(self.valid, self.needed)


def seconds_between(stream: Datastream) -> int:
    """Seconds between two data of the stream when all is well."""
    return stream.every_s or DATA_SECONDS.get(stream.interval, 3600)


def valid_means(
    stream: Datastream, start_at: datetime, end_at: datetime, every: str,
    rule: ValidDataRule | None = None,
) -> list[ValidMean]:  # fmt: skip
    """Figures of the periods ("hour", "day", "month", "year") that begin within the time.

    ``start_at`` is the start of a period of the district's clock. Raises Unavailable, ValueError.
    """
    if every not in ("hour", "day", "month", "year"):
        raise ValueError(every)
    rule = rule or rule_of(stream)
    seconds = seconds_between(stream)
    if seconds >= DATA_SECONDS["day"]:
        days = _own_periods(means([stream.pk], start_at, end_at, "day")[stream.pk], 1, 1)
    else:
        hours = _hours(stream, start_at, end_at, rule, seconds)
        if every == "hour":
            return hours
        days = _days(hours, rule, max(1, seconds // 3600))
    if every == "hour":
        return []
    if every == "day":
        return days
    return _months(days, rule) if every == "month" else _years(days, rule)


def _own_periods(found: Iterable[Mean], expected: int, needed: int) -> list[ValidMean]:
    return [
        ValidMean(
            m.start_at, m.mean if m.valid_count >= needed else None, m.valid_count, expected, needed
        )
        for m in found
    ]  # fmt: skip


def _hours(
    stream: Datastream, start_at: datetime, end_at: datetime, rule: ValidDataRule, seconds: int
) -> list[ValidMean]:
    expected = max(1, 3600 // seconds)
    needed = max(1, math.ceil(expected * rule.hour_share))
    found = means([stream.pk], start_at, end_at, "hour")[stream.pk]
    if expected == 1 or rule.joined is arithmetic:
        return _own_periods(found, expected, needed)
    # A level's hour is not the mean of its levels: joined from its minutes.
    minutes: dict[datetime, list[float]] = {}
    for minute in means([stream.pk], start_at, end_at, "minute")[stream.pk]:
        if minute.mean is not None:
            hour = minute.start_at.replace(minute=0)
            minutes.setdefault(hour, []).append(minute.mean)
    return [
        ValidMean(
            m.start_at,
            rule.joined(minutes[m.start_at]) if m.valid_count >= needed else None,
            m.valid_count, expected, needed,
        )
        for m in found
    ]  # fmt: skip


def _joined(
    parts: Iterable[ValidMean], start_of: Callable[[datetime], datetime]
) -> dict[datetime, list[float]]:
    groups: dict[datetime, list[float]] = {}
    for part in parts:
        held = groups.setdefault(start_of(part.start_at), [])
        if part.value is not None:
            held.append(part.value)
    return groups


def _day_of(at: datetime) -> datetime:
    return local(at).replace(hour=0, minute=0, second=0, microsecond=0)


def _days(hours: Iterable[ValidMean], rule: ValidDataRule, hours_apart: int) -> list[ValidMean]:
    """``hours_apart``: a station that measures every four hours has six data a day."""
    expected = 24 // hours_apart
    needed = max(1, min(expected, math.ceil(expected * rule.day_hours / 24)))
    return [
        ValidMean(at, rule.joined(v) if len(v) >= needed else None, len(v), expected, needed)
        for at, v in sorted(_joined(hours, _day_of).items())
    ]


def _days_in_month(at: datetime) -> int:
    return calendar.monthrange(at.year, at.month)[1]


def _months(days: Iterable[ValidMean], rule: ValidDataRule) -> list[ValidMean]:
    found = []
    for at, values in sorted(_joined(days, lambda at: _day_of(at).replace(day=1)).items()):
        needed = rule.february_days if at.month == 2 else rule.month_days
        value = rule.joined(values) if len(values) >= needed else None
        found.append(ValidMean(at, value, len(values), _days_in_month(at), needed))
    return found


def _years(days: Iterable[ValidMean], rule: ValidDataRule) -> list[ValidMean]:
    """A year also needs every one of its months (GB 3095-2026 table of validity)."""
    days = list(days)
    months = {m.start_at: m for m in _months(days, rule)}
    found = []
    for at, values in sorted(_joined(days, lambda at: _day_of(at).replace(month=1, day=1)).items()):
        whole = [m for m in months.values() if m.start_at.year == at.year]
        is_whole = len(whole) == 12 and all(m.value is not None for m in whole)
        enough = len(values) >= rule.year_days and is_whole
        expected = (date(at.year + 1, 1, 1) - date(at.year, 1, 1)).days
        value = rule.joined(values) if enough else None
        found.append(ValidMean(at, value, len(values), expected, rule.year_days))
    return found


def sliding_means(
    hours: Sequence[ValidMean], *, width: int = 8, needed: int = 6
) -> list[ValidMean]:
    """Means over the ``width`` hours that end with each hour (8-hour ozone: GB 3095-2026 3.11)."""
    by_start = {hour.start_at: hour.value for hour in hours}
    found = []
    for hour in hours:
        window = [by_start.get(hour.start_at - timedelta(hours=n)) for n in range(width)]
        values = [value for value in window if value is not None]
        mean = arithmetic(values) if len(values) >= needed else None
        found.append(ValidMean(hour.start_at, mean, len(values), width, needed))
    return found
