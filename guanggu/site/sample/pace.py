"""When things happen: seasons, office hours, and how fast each department works."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, time, timedelta

from guanggu.base.calendar import working_calendar
from guanggu.base.clock import DISTRICT_ZONE, local

# Applications of each month against the mean: little at the spring festival, much in autumn.
SEASON = (1.0, 0.55, 1.15, 1.2, 1.1, 1.0, 0.95, 0.9, 1.15, 0.95, 1.15, 0.9)
# Working days that a department takes for a step, against the mean; the slow ones get late.
SPEED = {
    "scj": 0.6, "rsj": 0.75, "wlj": 0.8, "gaj": 0.8, "rcj": 0.9, "swj": 0.9, "fgj": 1.0,
    "wjj": 1.0, "jyj": 1.1, "kcj": 1.1, "yjj": 1.2, "hsj": 1.3, "zrj": 1.45, "cgj": 1.5,
    "jsj": 1.6,
}  # fmt: skip


def openings(rng: random.Random, count: int, from_on: date, until_on: date) -> list[datetime]:
    """When ``count`` applications come in, in order: by season, most on working days."""
    days = [from_on + timedelta(days=n) for n in range((until_on - from_on).days + 1)]
    calendar = working_calendar()
    weights = [
        SEASON[day.month - 1] * (1.0 if calendar.is_working_day(day) else 0.12) for day in days
    ]
    drawn = rng.choices(days, weights, k=count)
    return sorted(_at(rng, day, 8, 20) for day in drawn)


def _at(rng: random.Random, day: date, first_hour: int, last_hour: int) -> datetime:
    minute = rng.randrange((last_hour - first_hour) * 60)
    at = datetime.combine(day, time(first_hour), DISTRICT_ZONE) + timedelta(minutes=minute)
    return (at + timedelta(seconds=rng.randrange(60))).astimezone(UTC)


def in_office(rng: random.Random, after: datetime, working_days: float) -> datetime:
    """An instant of office hours about so many working days later, never before ``after``."""
    whole = int(working_days + rng.random())
    calendar, day = working_calendar(), local(after).date()
    if whole or not calendar.is_working_day(day):
        day = calendar.add_working_days(day, max(1, whole))
        return max(_at(rng, day, 9, 17), after + timedelta(minutes=5))
    later = after + timedelta(minutes=rng.randint(10, 200))
    if local(later).hour < 17 and local(after).hour >= 9:
        return later
    return _at(rng, calendar.add_working_days(day, 1), 9, 17)


def step_days(rng: random.Random, organisation: str, mean: float) -> float:
    """Working days that a step takes there: skewed, with a long tail."""
    speed = SPEED.get(organisation.rpartition("-")[2], 1.0)
    return min(mean * speed * rng.lognormvariate(-0.18, 0.6), 45)
