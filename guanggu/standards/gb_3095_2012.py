"""GB 3095-2012 with amendment 1 of 2018, until 2026-02-28, for data of that time.

The limits here are from general knowledge and were not read in the text for this module. The
amendment changed reference conditions and no limits.
"""

from __future__ import annotations

from datetime import date

from guanggu.base.bilingual import T

from . import gb_3095_2026
from .ambient_air_limits import Limit, Limits, Period, Validity, limit_of
from .clauses import Clause

BASIS = Clause(
    "GB 3095-2012",
    T("环境空气质量标准", "Ambient air quality standards"),
    T("表 1、表 2", "tables 1 and 2"),
)
VALIDITY = Validity()
VALIDITY_CLAUSE = BASIS.at("表 4", "table 4")
LIMITS: Limits = {
    **gb_3095_2026.TRANSITION,
    ("pm10", "year"): (40, 70), ("pm10", "day"): (50, 150),
    ("pm25", "year"): (15, 35), ("pm25", "day"): (35, 75),
}  # fmt: skip
PERIODS = (Period(date(2012, 2, 29), date(2026, 2, 28), LIMITS, BASIS),)


def limit(item: str, average: str, zone: int, on: date) -> Limit:
    """Raises KeyError where there is none on that day."""
    return limit_of(PERIODS, item, average, zone, on)
