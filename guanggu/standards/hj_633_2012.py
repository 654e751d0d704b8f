"""HJ 633-2012: technical regulation on the ambient air quality index, until 2026-02-28.

Its table is that of 2026 but for PM10 and PM2.5, with no index from SO2 1 h above 800 µg/m³ (the
daily mean counts) nor from O3 8 h above 800 µg/m³ (the 1 h mean counts). The rule for missing
pollutants is applied as in 2026; it was not read in the text of 2012.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from guanggu.base.bilingual import T

from . import hj_633_2026
from .air_quality_index import DAILY, HOURLY, Index, index
from .clauses import Clause

TABLE_1 = Clause(
    "HJ 633-2012",
    T(
        "环境空气质量指数(AQI)技术规定(试行)",
        "Technical regulation on the ambient air quality index (trial)",
    ),
    T("表 1", "table 1"),
)
EDITION = replace(
    hj_633_2026.EDITION,
    standard="HJ 633-2012",
    from_on=date(2012, 2, 29),
    breakpoints={
        **hj_633_2026.EDITION.breakpoints,
        "pm10_24h": (0, 50, 150, 250, 350, 420, 500, 600),
        "pm25_24h": (0, 35, 75, 115, 150, 250, 350, 500),
    },
    is_capped=False,
    least=0,
    table=TABLE_1,
    rule=TABLE_1.at("4.4", "4.4"),
)


def daily_index(concentrations: Mapping[str, float | None]) -> Index:
    """As :func:`hj_633_2026.daily_index`."""
    return index(EDITION, concentrations, DAILY)


def hourly_index(concentrations: Mapping[str, float | None]) -> Index:
    """As :func:`hj_633_2026.hourly_index`."""
    return index(EDITION, concentrations, HOURLY)
