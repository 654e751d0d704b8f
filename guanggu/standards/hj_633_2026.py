"""HJ 633-2026: technical regulation on the ambient air quality index, in force 2026-03-01.

Read in its own text (table 3 and the rules). Against 2012: PM10 and PM2.5 change with the limits
of GB 3095-2026, columns that end early stay at their last index, and 超标污染物 (pollutants over
the standard) are no longer named.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from guanggu.base.bilingual import T

from .air_quality_index import DAILY, HOURLY, Edition, Index, index
from .clauses import Clause

TABLE_3 = Clause(
    "HJ 633-2026",
    T("环境空气质量指数(AQI)技术规定", "Technical regulation on the ambient air quality index"),
    T("表 3", "table 3"),
)
EDITION = Edition(
    "HJ 633-2026",
    date(2026, 3, 1),
    {
        "so2_24h": (0, 50, 150, 475, 800, 1600, 2100, 2620),
        "so2_1h": (0, 150, 500, 650, 800, None, None, None),
        "no2_24h": (0, 40, 80, 180, 280, 565, 750, 940),
        "no2_1h": (0, 100, 200, 700, 1200, 2340, 3090, 3840),
        "co_24h": (0, 2, 4, 14, 24, 36, 48, 60),
        "co_1h": (0, 5, 10, 35, 60, 90, 120, 150),
        "o3_8h": (0, 100, 160, 215, 265, 800, None, None),
        "o3_1h": (0, 160, 200, 300, 400, 800, 1000, 1200),
        "pm10_24h": (0, 50, 120, 250, 350, 420, 500, 600),
        "pm25_24h": (0, 35, 60, 115, 150, 250, 350, 500),
    },
    is_capped=True,
    least=1,
    table=TABLE_3,
    rule=TABLE_3.at("空气质量指数的计算方法", "method of computing the index"),
)


def daily_index(concentrations: Mapping[str, float | None]) -> Index:
    """Of daily means and the daily maximum 8 h mean of ozone (natural day)."""
    return index(EDITION, concentrations, DAILY)


def hourly_index(concentrations: Mapping[str, float | None]) -> Index:
    """Real-time index of 1 h means; particles by the daily columns."""
    return index(EDITION, concentrations, HOURLY)
