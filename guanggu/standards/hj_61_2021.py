"""Radiation: gamma dose rate against the station's own baseline (HJ 61-2021, HJ 1157-2021).

No national alarm number for environmental dose rate was found, so a station is judged against its
own history: mean + k sigma. Rain washes radon daughters to the ground and lifts the rate for hours,
so wet hours (rain, and three hours after) have a baseline of their own; a reading between the two
is explained by rain, not an alarm. Air kerma rate (nGy/h) and ambient dose equivalent rate (nSv/h)
are different quantities and never compared.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from math import fsum, isfinite, sqrt

from guanggu.base.bilingual import T

from .clauses import Clause

BASIS = Clause(
    "HJ 61-2021",
    T("辐射环境监测技术规范", "Technical specification for radiation environmental monitoring"),
    T("本底均值加 k 倍标准差", "site baseline, mean plus k standard deviations"),
)
UNITS = ("nGy/h", "nSv/h")
WET_HOURS_AFTER_RAIN = 3
HOURS_MIN = 168  # a week of hours of a kind before a baseline is used
PUBLIC_LIMIT_MSV_A = 1.0  # GB 18871-2002, dose of the public in a year above background


class Finding(Enum):
    NORMAL = "normal"
    RAIN = "rain"
    HIGH = "high"

    @property
    def title(self) -> T:
        return {
            Finding.NORMAL: T("处于本底涨落范围", "Within the baseline"),
            Finding.RAIN: T("降水引起的升高", "Raised by rain"),
            Finding.HIGH: T("高于本底范围", "Above the baseline"),
        }[self]


@dataclass(frozen=True, slots=True)
class Baseline:
    """Means and standard deviations of dry and wet hours; None where too few were seen."""

    unit: str
    dry_mean: float | None
    dry_sd: float
    dry_hours: int
    wet_mean: float | None
    wet_sd: float
    wet_hours: int

    def threshold(self, k: float = 3.0, *, is_wet: bool = False) -> float | None:
        """In ``unit``; of wet hours the higher of both. None while the baseline is too short."""
        if self.dry_mean is None:
            return None
        dry = self.dry_mean + k * self.dry_sd
        if not is_wet or self.wet_mean is None:
            return dry
        return max(dry, self.wet_mean + k * self.wet_sd)


@dataclass(frozen=True, slots=True)
class Judgement:
    finding: Finding
    value: float
    threshold: float
    clause: Clause


def wet_hours(rain_mm: Sequence[float]) -> list[bool]:
    """Whether each hour is wet: rain in it or in the three before; unknown rain is dry."""
    return [
        any(rain > 0 for rain in rain_mm[max(0, place - WET_HOURS_AFTER_RAIN) : place + 1])
        for place in range(len(rain_mm))
    ]


def baseline(hours: Iterable[tuple[float, bool]], unit: str) -> Baseline:
    """Of (hourly mean, is it wet). Raises ValueError for a unit that is no dose rate."""
    if unit not in UNITS:
        raise ValueError(f"a dose rate is in {' or '.join(UNITS)}, not {unit}")
    kinds: dict[bool, list[float]] = {False: [], True: []}
    for value, is_wet in hours:
        if isfinite(value):
            kinds[is_wet].append(value)
    dry, wet = (_mean_and_sd(kinds[is_wet]) for is_wet in (False, True))
    return Baseline(unit, *dry, *wet)


def _mean_and_sd(values: list[float]) -> tuple[float | None, float, int]:
    count = len(values)
    if count < HOURS_MIN:
        return None, 0.0, count
    mean = fsum(values) / count
    return mean, sqrt(fsum((value - mean) ** 2 for value in values) / (count - 1)), count


def judge(
    value: float, unit: str, against: Baseline, *, is_wet: bool, k: float = 3.0
) -> Judgement | None:
    """None while there is no baseline. Raises ValueError where the units differ."""
    if unit != against.unit:
        raise ValueError(f"{unit} cannot be compared with a baseline in {against.unit}")
    dry = against.threshold(k)
    here = against.threshold(k, is_wet=is_wet)
    if dry is None or here is None:
        return None
    if value > here:
        return Judgement(Finding.HIGH, value, here, BASIS)
    finding = Finding.RAIN if value > dry else Finding.NORMAL
    return Judgement(finding, value, here, BASIS)
