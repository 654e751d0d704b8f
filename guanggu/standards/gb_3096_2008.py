"""GB 3096-2008: environmental quality standard for noise, limits by zone and time of day, dB(A).

The limits were read in two independent code bases and pages that agree, not in the text itself.
"""

from __future__ import annotations

from dataclasses import dataclass

from guanggu.base.bilingual import T

from .clauses import Clause

TABLE_1 = Clause(
    "GB 3096-2008",
    T("声环境质量标准", "Environmental quality standard for noise"),
    T("表 1", "table 1"),
)
SUDDEN = TABLE_1.at("5.4 夜间突发噪声", "5.4, sudden noise by night")
SUDDEN_OVER_DB = 15.0


@dataclass(frozen=True, slots=True)
class Zone:
    key: str
    name: T
    day_db: float
    night_db: float


ZONES = {
    zone.key: zone
    for zone in (
        Zone("0", T("0 类:康复疗养等特别需要安静的区域", "0: convalescence, quiet needed"), 50, 40),
        Zone(
            "1", T("1 类:居住、医疗、文教、科研、行政办公", "1: homes, hospitals, schools"), 55, 45
        ),
        Zone("2", T("2 类:商业金融、集市贸易,居住商业工业混杂", "2: trade, mixed use"), 60, 50),
        Zone("3", T("3 类:工业生产、仓储物流", "3: industry and storage"), 65, 55),
        Zone("4a", T("4a 类:交通干线两侧", "4a: beside main roads and waterways"), 70, 55),
        Zone("4b", T("4b 类:铁路干线两侧", "4b: beside trunk railways"), 70, 60),
    )
}


@dataclass(frozen=True, slots=True)
class Verdict:
    value: float
    limit_db: float
    is_kept: bool
    clause: Clause

    @property
    def over_db(self) -> float:
        return max(0.0, self.value - self.limit_db)


def verdict(zone: str, level: float, is_night: bool) -> Verdict:
    """Of the equivalent level of a period. Raises KeyError for a zone of no such name."""
    found = ZONES[zone]
    limit = found.night_db if is_night else found.day_db
    return Verdict(level, limit, level <= limit, TABLE_1)


def sudden_noise_verdict(zone: str, largest: float) -> Verdict:
    """Of the largest level of a sudden noise by night: at most 15 dB(A) over the limit."""
    limit = ZONES[zone].night_db + SUDDEN_OVER_DB
    return Verdict(largest, limit, largest <= limit, SUDDEN)
