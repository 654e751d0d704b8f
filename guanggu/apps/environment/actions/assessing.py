"""Judging the days and months of all stations, anew as often as it is asked for."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from guanggu.base import clock
from guanggu.base.actor import Actor, platform
from guanggu.base.ids import Ref
from guanggu.base.months import next_month
from guanggu.kernel.journal.public import action, append

from ..models import Assessment, Station
from ..queries.judging import BASELINE_DAYS
from ..queries.scopes import may_review
from ..queries.sensing import Hours, hourly
from ..queries.statistics import mean_figures
from ..rules.days import days_between, midnight
from ..rules.judging import Judgement, air_day, noise_day, radiation_day, water_mean
from ..rules.words import AIR_FACTORS, NOISE_FACTORS, WATER_FACTORS

CODES = {
    "air": AIR_FACTORS, "water": WATER_FACTORS, "noise": NOISE_FACTORS,
    "radiation": ("dose_rate", "rain"),
}  # fmt: skip
Day = dict[str, Hours]  # hours of one day by factor


def _may_assess(actor: Actor, /, **_: Any) -> bool:
    return actor.kind == "platform" or may_review(actor)


@action("environment.assess", allows=_may_assess)
def assess(actor: Actor, *, first: str, last: str) -> dict[str, Any]:
    """Judge every station for the days from ``first`` to ``last`` (ISO, both within), and the
    months of water that they lie in. What was judged before is replaced. Raises Unavailable."""
    begin, end = date.fromisoformat(first), date.fromisoformat(last)
    rows: list[Assessment] = []
    stations = list(Station.objects.order_by("key"))
    history = _history([s for s in stations if s.kind == "radiation"], begin, end)
    for kind, codes in CODES.items():
        own = [station for station in stations if station.kind == kind]
        held = _by_day(own, codes, begin, end)
        for station in own:
            for day in days_between(begin, end):
                hours = held.get((station.key, day))
                if hours:
                    rows.append(_row(station, "day", day, _judge(station, day, hours, history)))
    Assessment.objects.filter(period="day", on__gte=begin, on__lte=end).delete()
    Assessment.objects.bulk_create(rows, batch_size=500)
    months = _months_of_water([s for s in stations if s.kind == "water"], begin, end)
    append(
        Ref("environment", "assessments"), "environment.assessed", actor,
        {"first": first, "last": last, "days": len(rows), "months": months},
    )  # fmt: skip
    return {"days": len(rows), "months": months}


def _by_day(
    stations: list[Station], codes: Iterable[str], begin: date, end: date
) -> dict[tuple[str, date], Day]:
    found: dict[tuple[str, date], Day] = {}
    start_at, end_at = midnight(begin), midnight(end + timedelta(days=1))
    hours = hourly([s.key for s in stations], tuple(codes), start_at, end_at)
    dates: dict[datetime, date] = {}
    for (thing, code), held in hours.items():
        for at, value in held.items():
            on = dates.get(at)
            if on is None:
                on = dates[at] = clock.local(at).date()
            day = found.setdefault((thing, on), {})
            day.setdefault(code, {})[at] = value
    return found


Dose = list[tuple[datetime, float, float | None]]  # instant, dose rate, rain of the hour


def _history(stations: list[Station], begin: date, end: date) -> dict[str, Dose]:
    """The hours before each day, read once for all of them."""
    keys = [station.key for station in stations]
    start_at = midnight(begin - timedelta(days=BASELINE_DAYS))
    hours = hourly(keys, CODES["radiation"], start_at, midnight(end))
    found: dict[str, Dose] = {}
    for key in keys:
        rain = hours.get((key, "rain"), {})
        found[key] = [
            (at, value, rain.get(at))
            for at, value in hours.get((key, "dose_rate"), {}).items()
            if value is not None
        ]
    return found


def _before(history: Dose, day: date) -> list[tuple[float, float | None]]:
    since, until = midnight(day - timedelta(days=BASELINE_DAYS)), midnight(day)
    return [(value, rain) for at, value, rain in history if since <= at < until]


def _judge(station: Station, day: date, hours: Day, history: dict[str, Dose]) -> Judgement:
    if station.kind == "air":
        return air_day(day, hours, int(station.zone or 2))
    if station.kind == "water":
        means = {code: _mean(held) for code, held in hours.items()}
        valid = sum(1 for held in hours.values() for value in held.values() if value is not None)
        return water_mean(means, station.zone, station.goal, valid, 24 * len(WATER_FACTORS))
    if station.kind == "noise":
        return noise_day(hours, station.zone)
    return radiation_day(hours, _before(history.get(station.key, []), day))


def _mean(hours: Hours) -> float | None:
    known = [value for value in hours.values() if value is not None]
    return sum(known) / len(known) if known else None


def _row(station: Station, period: str, on: date, found: Judgement) -> Assessment:
    return Assessment(
        subject=str(station.ref), kind=station.kind, period=period, on=on, value=found.value,
        grade=found.grade, decided_by=list(found.decided_by), standard=found.basis.zh[:80],
        standard_en=found.basis.en[:160],
        figures=dict(found.figures), meets=found.meets, valid_count=found.valid,
        expected_count=found.expected, computed_at=clock.now(),
    )  # fmt: skip


def _months_of_water(stations: list[Station], begin: date, end: date) -> int:
    """The class of a month is that of the means of its days."""
    made = []
    month = begin.replace(day=1)
    while month <= end:
        last = next_month(month) - timedelta(days=1)
        for station in stations:
            days = list(
                Assessment.objects.filter(
                    subject=str(station.ref), period="day", on__gte=month, on__lte=last
                )
            )
            if days:
                valid = sum(day.valid_count for day in days)
                expected = last.day * 24 * len(WATER_FACTORS)
                means: dict[str, float | None] = dict(mean_figures(days))
                judged = water_mean(means, station.zone, station.goal, valid, expected)
                made.append(_row(station, "month", month, judged))
        Assessment.objects.filter(kind="water", period="month", on=month).delete()
        month = next_month(month)
    Assessment.objects.bulk_create(made, batch_size=500)
    return len(made)


def assess_recent(days: int = 2) -> None:
    """The last days and today as far as it goes: late and reviewed data change them."""
    if Station.objects.exists():
        today = clock.today()
        first = today - timedelta(days=days)
        assess(platform("environment"), first=first.isoformat(), last=today.isoformat())
