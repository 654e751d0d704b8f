"""GB 3095-2026: ambient air quality standards, in force 2026-03-01.

Transition limits hold until 2030-12-31 (read in its own text).
"""

from __future__ import annotations

from datetime import date

from guanggu.base.bilingual import T

from .ambient_air_limits import Limit, Limits, Period, Validity, limit_of
from .clauses import Clause

BASIS = Clause(
    "GB 3095-2026",
    T("环境空气质量标准", "Ambient air quality standards"),
    T("表 1", "table 1"),
)
VALIDITY = Validity()
VALIDITY_CLAUSE = BASIS.at("数据统计的有效性规定", "validity of statistics")
TRANSITION_UNTIL_ON = date(2030, 12, 31)
_BOTH: Limits = {
    ("no2", "1h"): (200, 200),
    ("co", "day"): (4, 4), ("co", "1h"): (10, 10),
    ("o3", "8h"): (100, 160), ("o3", "1h"): (160, 200),
    ("tsp", "year"): (80, 200), ("tsp", "day"): (120, 300),
    ("nox", "1h"): (250, 250),
    ("pb", "year"): (0.5, 0.5), ("pb", "quarter"): (1.0, 1.0),
    ("bap", "year"): (0.001, 0.001), ("bap", "day"): (0.0025, 0.0025),
}  # fmt: skip
TRANSITION: Limits = {
    **_BOTH,
    ("so2", "year"): (20, 60), ("so2", "day"): (50, 150), ("so2", "1h"): (150, 500),
    ("no2", "year"): (40, 40), ("no2", "day"): (80, 80),
    ("pm10", "year"): (40, 60), ("pm10", "day"): (50, 120),
    ("pm25", "year"): (15, 30), ("pm25", "day"): (35, 60),
    ("nox", "year"): (50, 50), ("nox", "day"): (100, 100),
}  # fmt: skip
FINAL: Limits = {
    **_BOTH,
    ("so2", "year"): (20, 20), ("so2", "day"): (50, 50), ("so2", "1h"): (150, 150),
    ("no2", "year"): (30, 30), ("no2", "day"): (50, 50),
    ("pm10", "year"): (20, 50), ("pm10", "day"): (50, 100),
    ("pm25", "year"): (10, 25), ("pm25", "day"): (25, 50),
    ("nox", "year"): (40, 40), ("nox", "day"): (70, 70),
}  # fmt: skip
PERIODS = (
    Period(
        date(2026, 3, 1),
        TRANSITION_UNTIL_ON,
        TRANSITION,
        BASIS.at("过渡阶段浓度限值", "limits of the transition until 2030-12-31"),
    ),
    Period(date(2031, 1, 1), None, FINAL, BASIS),
)


def limit(item: str, average: str, zone: int, on: date) -> Limit:
    """Raises KeyError where there is none on that day."""
    return limit_of(PERIODS, item, average, zone, on)
