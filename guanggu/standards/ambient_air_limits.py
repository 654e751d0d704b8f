"""Limits of ambient air as GB 3095 sets them, shared by its editions.

Concentrations in µg/m³, CO in mg/m³. Zone 1: nature reserves and scenic areas; zone 2: where
people live, trade and work, and the country (4.1). Gases at 298.15 K and 1013.25 hPa, particles
as found (3, since the amendment of 2018).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from guanggu.base.bilingual import T

from .clauses import Clause

AVERAGES: dict[str, T] = {
    "year": T("年平均", "annual mean"),
    "quarter": T("季平均", "quarterly mean"),
    "day": T("24 小时平均", "24 h mean"),
    "8h": T("日最大 8 小时平均", "daily maximum 8 h mean"),
    "1h": T("1 小时平均", "1 h mean"),
}
ITEMS: dict[str, T] = {
    "so2": T("二氧化硫(SO2)", "Sulphur dioxide"),
    "no2": T("二氧化氮(NO2)", "Nitrogen dioxide"),
    "co": T("一氧化碳(CO)", "Carbon monoxide"),
    "o3": T("臭氧(O3)", "Ozone"),
    "pm10": T("可吸入颗粒物(PM10)", "PM10"),
    "pm25": T("细颗粒物(PM2.5)", "PM2.5"),
    "tsp": T("总悬浮颗粒物(TSP)", "Total suspended particles"),
    "nox": T("氮氧化物(NOx)", "Nitrogen oxides"),
    "pb": T("铅(Pb)", "Lead"),
    "bap": T("苯并[a]芘(BaP)", "Benzo[a]pyrene"),
}
UNIT = "ug/m3"  # UCUM
UNITS = {"co": "mg/m3"}
Limits = Mapping[tuple[str, str], tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Limit:
    item: str
    average: str
    zone: int
    value: float
    unit: str
    clause: Clause

    def is_kept_by(self, value: float) -> bool:
        return value <= self.value


@dataclass(frozen=True, slots=True)
class Period:
    """One table of limits, in force between two dates (inclusive)."""

    from_on: date
    until_on: date | None
    limits: Limits
    clause: Clause


@dataclass(frozen=True, slots=True)
class Validity:
    """Least data of a mean (table 4 of 2012; the same figures in 2026)."""

    minutes_an_hour: int = 45
    hours_a_day: int = 20
    hours_of_8: int = 6
    days_a_month: int = 27
    days_of_february: int = 25
    days_a_year: int = 324

    def days_of_month(self, month: int) -> int:
        return self.days_of_february if month == 2 else self.days_a_month


def limit_of(periods: tuple[Period, ...], item: str, average: str, zone: int, on: date) -> Limit:
    """Raises KeyError where the standard sets none, or was not in force on that day."""
    if zone not in (1, 2):
        raise KeyError(f"zone {zone}")
    for period in periods:
        if period.from_on <= on and (period.until_on is None or on <= period.until_on):
            value = period.limits[item, average][zone - 1]
            return Limit(item, average, zone, value, UNITS.get(item, UNIT), period.clause)
    raise KeyError(f"not in force on {on}")
