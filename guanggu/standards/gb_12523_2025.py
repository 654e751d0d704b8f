"""GB 12523-2025: noise at the boundary of construction sites, in force 2026-01-01.

The figures are those of GB 12523-2011, which were read; the text of 2025 was not, so check them
before a penalty rests on them. Day 70, night 55 dB(A); by night the largest level at most 15 over.
"""

from __future__ import annotations

from guanggu.base.bilingual import T

from .clauses import Clause
from .gb_3096_2008 import Verdict

BASIS = Clause(
    "GB 12523-2025",
    T("建筑施工噪声排放标准", "Emission standard of noise for construction"),
    T("排放限值", "limits"),
)
DAY_DB, NIGHT_DB = 70.0, 55.0
NIGHT_LARGEST_OVER_DB = 15.0
INDOOR_LESS_DB = 10.0  # measured in a room of the sensitive building, windows open


def verdict(level: float, is_night: bool, *, is_indoor: bool = False) -> Verdict:
    """Of the equivalent level at the boundary, or indoors where no boundary point is possible."""
    limit = (NIGHT_DB if is_night else DAY_DB) - (INDOOR_LESS_DB if is_indoor else 0)
    return Verdict(level, limit, level <= limit, BASIS)


def largest_level_verdict(largest: float) -> Verdict:
    """Of the largest level by night."""
    limit = NIGHT_DB + NIGHT_LARGEST_OVER_DB
    return Verdict(largest, limit, largest <= limit, BASIS)
