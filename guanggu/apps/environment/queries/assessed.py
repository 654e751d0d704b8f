"""What stations were judged to be: by day, by month, over a year."""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import date, timedelta

from django.db.models import QuerySet

from guanggu.base.actor import Actor
from guanggu.kernel.identity.public import visible

from ..models import Assessment, Outlet, Station
from .scopes import VIEW_STATIONS


def stations_of(actor: Actor, kind: str = "") -> QuerySet[Station]:
    rows = visible(actor, Station.objects.select_related("organisation"), VIEW_STATIONS)
    return rows.filter(kind=kind).order_by("key") if kind else rows.order_by("kind", "key")


def refs(stations: Iterable[Station]) -> list[str]:
    return [str(station.ref) for station in stations]


def days_of(
    subjects: Iterable[str], first: date, last: date, period: str = "day"
) -> dict[str, list[Assessment]]:
    """Assessments by subject from ``first`` to ``last``, both within, in the order of time."""
    found: dict[str, list[Assessment]] = {subject: [] for subject in subjects}
    rows = Assessment.objects.filter(
        subject__in=list(found), period=period, on__gte=first, on__lte=last
    )
    for row in rows.order_by("on"):
        found[row.subject].append(row)
    return found


def newest(subjects: Iterable[str], until: date, within_days: int = 3) -> dict[str, Assessment]:
    """The last day judged of each subject, not older than ``within_days``."""
    held = days_of(subjects, until - timedelta(days=within_days), until)
    known = {s: [row for row in rows if row.value is not None] for s, rows in held.items()}
    return {subject: rows[-1] for subject, rows in known.items() if rows}


def distance_km(a: Station, b: Station) -> float:
    """Between two stations on the sphere; infinite where one has no place."""
    if a.geometry is None or b.geometry is None:
        return math.inf
    p, q = a.geometry.centroid, b.geometry.centroid
    mean_latitude = math.radians((p.y + q.y) / 2)
    east = math.radians(q.x - p.x) * math.cos(mean_latitude)
    return 6371.0 * math.hypot(east, math.radians(q.y - p.y))


def neighbours(
    station: Station, others: Iterable[Station], most: int = 4
) -> list[tuple[Station, float]]:
    """The nearest stations of the same kind with their distance in km."""
    found = [(o, distance_km(station, o)) for o in others if o.pk != station.pk]
    return sorted(found, key=lambda pair: pair[1])[:most]


def is_ours(thing: str) -> bool:
    """Whether the thing of that key is a station or an outlet of the environment."""
    return Station.objects.filter(key=thing).exists() or Outlet.objects.filter(key=thing).exists()
