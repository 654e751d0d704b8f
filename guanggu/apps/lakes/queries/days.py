"""What the lakes were on the days that have been assessed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from ..models import Lake, LakeDay
from ..rules.quality import judge, mean_values


def present_class(lake: Lake) -> str:
    """The class of the latest assessed day, "" where none was."""
    found = LakeDay.objects.filter(lake=lake).exclude(water_class="").order_by("-day").first()
    return found.water_class if found else ""


def latest_days(lakes: Iterable[Lake]) -> dict[int, LakeDay]:
    """The latest assessed day of each lake within the last ten days, by the lake's id."""
    ids = [lake.pk for lake in lakes]
    newest = LakeDay.objects.filter(lake__in=ids).order_by("-day").first()
    if newest is None:
        return {}
    rows = LakeDay.objects.filter(lake__in=ids, day__gte=newest.day - timedelta(days=10))
    return {row.lake_id: row for row in rows.order_by("day")}


def days_of(lake: Lake, first: date, last: date) -> list[LakeDay]:
    """Assessed days from ``first`` to ``last``, both within."""
    return list(LakeDay.objects.filter(lake=lake, day__gte=first, day__lte=last).order_by("day"))


Months = dict[tuple[int, date], tuple[str, float | None]]


def months_of(lakes: Iterable[Lake], today: date, count: int) -> tuple[list[date], Months]:
    """The last months (their first days, the oldest first) and, by lake and month, class and
    trophic index judged from the mean of the month's daily means."""
    months = [today.replace(day=1)]
    while len(months) < count:
        months.insert(0, (months[0] - timedelta(days=1)).replace(day=1))
    ids = [lake.pk for lake in lakes]
    values: dict[tuple[int, date], list[dict[str, float]]] = {}
    rows = LakeDay.objects.filter(lake__in=ids, day__gte=months[0])
    for lake, day, means in rows.values_list("lake", "day", "values"):
        values.setdefault((lake, day.replace(day=1)), []).append(means)
    made: Months = {}
    for place, days in values.items():
        judged = judge(mean_values(days))
        made[place] = (judged.water_class, judged.tli)
    return months, made
