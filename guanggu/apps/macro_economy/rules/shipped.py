"""The series that come with the house, and invented figures for the sample district.

Each row of ``data/series.csv``: the definition, then how its sample figures are made (level of a
period in 2016, growth a year, shape of the year, effect of the Spring Festival, noise) and the
sample's target of the present year.
"""

from __future__ import annotations

import csv
import math
import random
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from . import spring_festival

SHIPPED = Path(__file__).resolve().parent.parent / "data" / "series.csv"
FIRST_YEAR = 2016
SEED = 2016
# Shapes of a year, month by month, as shares above and below its mean.
_SHAPES = {
    "seasonal": (-6, -9, 4, 0, 1, 5, -3, -2, 3, 1, 2, 4),
    "late": (-25, -28, 2, -4, 2, 14, -6, -3, 9, 3, 8, 28),
    "retail": (4, 1, -3, -5, 0, 1, -3, -2, 2, 5, 2, -2),
    "tax": (22, -10, -8, 8, 10, 6, 4, -14, -8, 4, -10, -4),
    "power": (3, -8, -6, -9, -5, 3, 17, 18, 2, -9, -6, 0),
}
# The district stood still in early 2020; shares of the usual by month.
_STANDSTILL = {(2020, 2): 0.45, (2020, 3): 0.5, (2020, 4): 0.8, (2020, 5): 0.93}


@cache
def definitions() -> tuple[dict[str, str], ...]:
    """The rows of the table."""
    with SHIPPED.open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


def _shape(row: dict[str, str]) -> list[float]:
    told = row["season"]
    return [v / 100 for v in _SHAPES[told]] if told in _SHAPES else [
        float(v) for v in told.split(";")
    ]  # fmt: skip


def release_on(year: int, number: int, per_year: int) -> date:
    """When a figure is first published: the 18th of the month after its end."""
    month = number * (12 // per_year)
    after = date(year + month // 12, month % 12 + 1, 1)
    return after + timedelta(days=17)


def sample_figures(row: dict[str, str], today: date) -> Iterator[dict[str, Any]]:
    """Invented figures of one series: period, number, status, reason, published (a date), in order.

    Each is an estimate first; after the year's accounts (the September after) it is final.
    """
    rng = random.Random(f"{SEED}{row['key']}")
    per_year = 4 if row["period"] == "quarter" else 12
    shape, decimals = _shape(row), int(row["decimals"])
    drift, told = 0.0, []
    for year in range(FIRST_YEAR, today.year + 1):
        for number in range(1, per_year + 1):
            published = release_on(year, number, per_year)
            if published > today:
                break
            drift = 0.85 * drift + rng.gauss(0, float(row["noise"]) / 2)
            value = _level(row, year, number, per_year, shape) * math.exp(
                drift + rng.gauss(0, float(row["noise"]))
            )
            period = f"{year}Q{number}" if per_year == 4 else f"{year}-{number:02d}"
            first = value * math.exp(rng.gauss(-0.004, 0.01))
            told.append((published, period, first, "estimate", ""))
            settled = date(year + 1, 9, 20)
            if settled <= today:
                told.append((settled, period, value, "final", "年度核算修订"))
    for published, period, value, status, reason in sorted(told, key=lambda t: (t[0], t[1])):
        yield {
            "period": period, "number": str(round(Decimal(repr(value)), decimals)),
            "status": status, "reason": reason, "published": published,
        }  # fmt: skip


def _level(row: dict[str, str], year: int, number: int, per_year: int, shape: list[float]) -> float:
    age = year - FIRST_YEAR + (number - 0.5) / per_year
    # Growth slows as the district matures.
    value = float(row["level"]) * math.exp(
        math.log1p(float(row["growth"])) * (age - 0.012 * age**2)
    )
    value *= 1 + shape[number - 1]
    if per_year == 12:
        value *= 1 + float(row["festival"]) * spring_festival.share_in_month(year, number)
        return value * _STANDSTILL.get((year, number), 1.0)
    return value * (0.72 if (year, number) == (2020, 1) else 1.0)
