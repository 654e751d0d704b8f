"""Figures of months and years from the days that were judged: good days, ranking, exceedances."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from guanggu.base.months import next_month

from ..models import Assessment, Station
from ..rules.statistics import good_days, mean_of
from .assessed import days_of, refs


@dataclass(frozen=True)
class Rank:
    """A station in a ranking. good, judged: days; value: mean of what is judged (AQI, class)."""

    station: Station
    good: int
    judged: int
    value: float | None
    figures: dict[str, float]

    @property
    def share(self) -> float | None:
        return self.good / self.judged if self.judged else None


def ranking(stations: Iterable[Station], first: date, last: date) -> list[Rank]:
    """The stations by the mean of their days, the best first; those without data last."""
    wanted = list(stations)
    held = days_of(refs(wanted), first, last)
    found = []
    for station in wanted:
        rows = held[str(station.ref)]
        good, judged = good_days(row.meets for row in rows)
        found.append(
            Rank(station, good, judged, mean_of(r.value for r in rows), mean_figures(rows))
        )
    return sorted(found, key=lambda rank: (rank.value is None, rank.value or 0.0))


def mean_figures(rows: Sequence[Assessment]) -> dict[str, float]:
    """Mean of each figure over the days: what a month or year shows by factor."""
    values: dict[str, list[float]] = {}
    for row in rows:
        for code, figure in row.figures.items():
            value = figure.get("mean") if isinstance(figure, dict) else figure
            if isinstance(value, int | float):
                values.setdefault(code, []).append(float(value))
    return {code: sum(held) / len(held) for code, held in values.items()}


def district_days(
    stations: Iterable[Station], first: date, last: date
) -> dict[date, dict[str, Any]]:
    """Air of the district by day: the mean index of its stations, grade by that mean.

    A plain mean of the stations' indices, shown as such; the index of each station is its own.
    """
    held = days_of(refs(stations), first, last)
    by_day: dict[date, list[Assessment]] = {}
    for rows in held.values():
        for row in rows:
            if row.value is not None:
                by_day.setdefault(row.on, []).append(row)
    found = {}
    for day, rows in sorted(by_day.items()):
        values = [row.value for row in rows if row.value is not None]
        factors = [code for row in rows for code in row.decided_by]
        found[day] = {
            "value": round(sum(values) / len(values)),
            "primary": max(set(factors), key=factors.count) if factors else "",
            "stations": len(rows),
        }
    return found


def exceedances(stations: Iterable[Station], first: date, last: date) -> list[Assessment]:
    """Days of the stations that did not meet what they had to, the latest first."""
    rows = Assessment.objects.filter(
        subject__in=refs(stations), period="day", on__gte=first, on__lte=last, meets=False
    )
    return list(rows.order_by("-on", "subject")[:500])


def month_range(first: date) -> tuple[date, date]:
    """First and last day of the month."""
    return first, date.fromordinal(next_month(first).toordinal() - 1)
