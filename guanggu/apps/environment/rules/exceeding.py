"""When an outlet is over its limit: waste gas by the hour, waste water by the day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from guanggu.base.bilingual import T
from guanggu.base.clock import local

HOURS_OF_A_DAY = 18  # so many valid hours make a daily mean of waste water
BASIS = {
    "gas": T("排污许可限值，按小时均值判定", "Limit of the permit, by hourly means"),
    "water": T("排污许可限值，按日均值判定", "Limit of the permit, by daily means"),
}


def breaches(
    medium: str, hours: Mapping[datetime, float | None], limit: float
) -> list[tuple[datetime, float]]:
    """(instant, mean) of each period over the limit, in the order of time.

    Hours marked as start, stop, fault, calibration or maintenance are None here: they are judged
    by nobody.
    """
    if medium == "gas":
        over = [(at, v) for at, v in hours.items() if v is not None and v > limit]
        return sorted(over)
    days: dict[object, list[tuple[datetime, float]]] = {}
    for at, value in hours.items():
        if value is not None:
            days.setdefault(local(at).date(), []).append((at, value))
    found = []
    for held in days.values():
        mean = sum(value for _, value in held) / len(held)
        if len(held) >= HOURS_OF_A_DAY and mean > limit:
            found.append((min(at for at, _ in held), mean))
    return sorted(found)
