"""How the air quality index is computed, shared by the editions of HJ 633: each edition is a table
of breakpoints and a few switches (:mod:`hj_633_2012`, :mod:`hj_633_2026`).

Concentrations in µg/m³, carbon monoxide in mg/m³. They are rounded by GB/T 8170 first, the index
of one pollutant is interpolated between two breakpoints and rounded UP; the index is the largest.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import ceil

from guanggu.base.bilingual import T

from .clauses import Clause
from .gb_t_8170_2008 import rounded

STEPS = (0, 50, 100, 150, 200, 300, 400, 500)
POLLUTANTS: dict[str, T] = {
    "so2": T("二氧化硫", "Sulphur dioxide"),
    "no2": T("二氧化氮", "Nitrogen dioxide"),
    "co": T("一氧化碳", "Carbon monoxide"),
    "o3": T("臭氧", "Ozone"),
    "pm10": T("可吸入颗粒物(PM10)", "PM10"),
    "pm25": T("细颗粒物(PM2.5)", "PM2.5"),
}
# Columns of the breakpoint table: pollutant and averaging time.
DAILY = {
    "so2": "so2_24h", "no2": "no2_24h", "co": "co_24h", "o3": "o3_8h",
    "pm10": "pm10_24h", "pm25": "pm25_24h",
}  # fmt: skip
HOURLY = {
    "so2": "so2_1h", "no2": "no2_1h", "co": "co_1h", "o3": "o3_1h",
    "pm10": "pm10_24h", "pm25": "pm25_24h",
}  # fmt: skip
# HJ 212 codes of the six pollutants, as every station sends them (ozone is not in its annex).
BY_HJ_212 = {
    "a21026": "so2", "a21004": "no2", "a21005": "co", "a05024": "o3", "a34002": "pm10",
    "a34004": "pm25",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Level:
    """One of the six levels; ``colour`` as #rrggbb of the standard's RGB table."""

    number: int
    roman: str
    name: T
    colour_name: T
    colour: str
    effect: T
    advice: T


LEVELS = (
    Level(1, "一级", T("优", "Excellent"), T("绿色", "green"), "#00e400",
          T("空气质量令人满意,基本无空气污染", "Air quality is satisfactory, hardly any pollution"),
          T("各类人群可正常活动", "Everybody may be active as usual")),
    Level(2, "二级", T("良", "Good"), T("黄色", "yellow"), "#ffff00",
          T("空气质量可接受,但某些污染物可能对极少数异常敏感人群健康有较弱影响",
            "Acceptable; some pollutants may slightly affect very few unusually sensitive people"),
          T("极少数异常敏感人群应减少户外活动",
            "Very few unusually sensitive people should be outdoors less")),
    Level(3, "三级", T("轻度污染", "Lightly polluted"), T("橙色", "orange"), "#ff7e00",
          T("易感人群症状有轻度加剧,健康人群出现刺激症状",
            "Symptoms of the susceptible grow slightly, the healthy feel irritation"),
          T("儿童、老年人及心脏病、呼吸系统疾病患者应减少长时间、高强度的户外锻炼",
            "Children, the elderly and people with heart or lung disease should cut long or hard "
            "exercise outdoors")),
    Level(4, "四级", T("中度污染", "Moderately polluted"), T("红色", "red"), "#ff0000",
          T("进一步加剧易感人群症状,可能对健康人群心脏、呼吸系统有影响",
            "Symptoms of the susceptible grow further; hearts and lungs of the healthy may suffer"),
          T("儿童、老年人及心脏病、呼吸系统疾病患者避免长时间、高强度的户外锻炼,一般人群适量减少户外运动",
            "The susceptible avoid long or hard exercise outdoors, everybody else does somewhat less")),
    Level(5, "五级", T("重度污染", "Heavily polluted"), T("紫色", "purple"), "#99004c",
          T("心脏病和肺病患者症状显著加剧,运动耐受力降低,健康人群普遍出现症状",
            "Symptoms of heart and lung disease grow markedly; the healthy commonly feel symptoms"),
          T("儿童、老年人和心脏病、肺病患者应停留在室内,停止户外运动,一般人群减少户外运动",
            "The susceptible should stay indoors, everybody else be outdoors less")),
    Level(6, "六级", T("严重污染", "Severely polluted"), T("褐红色", "maroon"), "#7e0023",
          T("健康人群运动耐受力降低,有明显强烈症状,提前出现某些疾病",
            "The healthy tolerate less effort and feel strong symptoms; some diseases come early"),
          T("儿童、老年人和病人应停留在室内,避免体力消耗,一般人群避免户外活动",
            "The susceptible should stay indoors and avoid effort, everybody avoid being outdoors")),
)  # fmt: skip
_LEVEL_UPPER = (50, 100, 150, 200, 300)


@dataclass(frozen=True, slots=True)
class Edition:
    """One edition of HJ 633.

    breakpoints: column to the concentration of each of STEPS; None from where the column ends
    is_capped: beyond its last breakpoint a shorter column stays at its last index (2026), else
        the index is not computed from it (2012)
    """

    standard: str
    from_on: date
    breakpoints: Mapping[str, tuple[float | None, ...]]
    is_capped: bool
    least: int
    table: Clause
    rule: Clause


@dataclass(frozen=True, slots=True)
class SubIndex:
    """IAQI of one pollutant; ``value`` None where the edition computes none from this column."""

    pollutant: str
    column: str
    concentration: Decimal
    value: int | None
    clause: Clause

    @property
    def level(self) -> Level | None:
        return None if self.value is None else level_of(self.value)


@dataclass(frozen=True, slots=True)
class Index:
    """value: None where too little was measured to publish one; ``missing`` says what
    primary: pollutants with the largest IAQI, all of them where they tie; none up to 50
    """

    value: int | None
    level: Level | None
    primary: tuple[str, ...]
    parts: tuple[SubIndex, ...]
    missing: tuple[str, ...]
    clause: Clause


def level_of(value: int) -> Level:
    return LEVELS[sum(value > upper for upper in _LEVEL_UPPER)]


def sub_index(edition: Edition, pollutant: str, column: str, concentration: float) -> SubIndex:
    """Raises KeyError for a column of no such name, ValueError for no or a negative number."""
    points = edition.breakpoints[column]
    exact = rounded(concentration, 1 if pollutant == "co" else 0)
    if exact < 0:
        raise ValueError(f"a concentration below zero: {concentration}")
    known = [point for point in points if point is not None]
    value: int | None
    if exact > Decimal(str(known[-1])):
        is_whole = len(known) == len(STEPS)
        value = STEPS[len(known) - 1] if is_whole or edition.is_capped else None
    else:
        place = next(n for n, point in enumerate(known) if exact <= Decimal(str(point)))
        value = _between(known, max(place, 1), Fraction(exact))
    return SubIndex(pollutant, column, exact, value, edition.table)


def _between(points: list[float], place: int, exact: Fraction) -> int:
    low, high = Fraction(str(points[place - 1])), Fraction(str(points[place]))
    below, above = STEPS[place - 1], STEPS[place]
    return ceil((above - below) / (high - low) * (exact - low) + below)


def index(
    edition: Edition, concentrations: Mapping[str, float | None], columns: Mapping[str, str]
) -> Index:
    """``columns`` is DAILY or HOURLY. Where a pollutant is missing, the index is published only
    if the others give more than 100, because the missing one could only raise it further.

    A daily 8 h mean of ozone above 800 µg/m³ of the edition of 2012 counts by its 1 h mean, given
    as ``o3_1h``.
    """
    parts = []
    for pollutant, column in columns.items():
        value = concentrations.get(pollutant)
        if value is None:
            continue
        part = sub_index(edition, pollutant, column, value)
        instead = concentrations.get(f"{pollutant}_1h" if column == "o3_8h" else "")
        if part.value is None and instead is not None:
            part = sub_index(edition, pollutant, f"{pollutant}_1h", instead)
        parts.append(part)
    found = {part.pollutant: part.value for part in parts if part.value is not None}
    missing = tuple(pollutant for pollutant in columns if pollutant not in found)
    largest = max(found.values(), default=None)
    if largest is None or (missing and largest <= 100):
        return Index(None, None, (), tuple(parts), missing, edition.rule)
    largest = max(largest, edition.least)
    primary = tuple(p for p, value in found.items() if value == largest) if largest > 50 else ()
    return Index(largest, level_of(largest), primary, tuple(parts), missing, edition.rule)
