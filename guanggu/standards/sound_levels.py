"""Levels of sound: equivalent level, percentile levels, day, night and day-night levels.

Leq = 10 lg mean(10^(0.1 L)) (GB 3096-2008 3.2; GB 12523 3.4). LN is exceeded N % of the time
(GB 3096-2008 3.5), so L10 is the 90th percentile. Day is 06:00 to 22:00, night 22:00 to 06:00,
unless the local government says otherwise (3.3). All in dB(A).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import floor, fsum, isfinite, log10, sqrt

DAY_FROM_H, NIGHT_FROM_H = 6, 22
DAY_HOURS, NIGHT_HOURS = 16, 8
NIGHT_PENALTY_DB = 10.0


@dataclass(frozen=True, slots=True)
class Levels:
    """Of the levels of one period; sd is the standard deviation of the samples."""

    leq: float
    l5: float
    l10: float
    l50: float
    l90: float
    l95: float
    largest: float
    smallest: float
    sd: float
    count: int


def equivalent_level(levels: Iterable[float]) -> float | None:
    """Energy mean; None of none."""
    energies = [10 ** (0.1 * level) for level in levels if isfinite(level)]
    return 10 * log10(fsum(energies) / len(energies)) if energies else None


def exceeded_level(levels: Sequence[float], percent: float) -> float | None:
    """LN: what was exceeded ``percent`` of the time, linear between the ordered samples."""
    ordered = sorted(level for level in levels if isfinite(level))
    if not ordered:
        return None
    place = (100 - percent) * (len(ordered) - 1) / 100
    below = floor(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)


def levels_of(samples: Sequence[float]) -> Levels | None:
    """Every figure of a period of samples taken at equal steps; None of none."""
    known = [sample for sample in samples if isfinite(sample)]
    leq = equivalent_level(known)
    if leq is None:
        return None
    l5, l10, l50, l90, l95 = (
        exceeded_level(known, percent) or 0.0 for percent in (5, 10, 50, 90, 95)
    )
    mean = fsum(known) / len(known)
    sd = sqrt(fsum((sample - mean) ** 2 for sample in known) / len(known))
    return Levels(leq, l5, l10, l50, l90, l95, max(known), min(known), sd, len(known))


def is_night(hour: int, day_from_h: int = DAY_FROM_H, night_from_h: int = NIGHT_FROM_H) -> bool:
    """Of a local hour 0..23."""
    return not day_from_h <= hour < night_from_h


def day_and_night(hours: Iterable[tuple[int, float]]) -> tuple[float | None, float | None]:
    """(Ld, Ln) of (local hour, Leq of that hour)."""
    day: list[float] = []
    night: list[float] = []
    for hour, level in hours:
        (night if is_night(hour) else day).append(level)
    return equivalent_level(day), equivalent_level(night)


def day_night_level(day: float, night: float) -> float:
    """Ldn: the night weighs 10 dB more."""
    by_day = DAY_HOURS * 10 ** (0.1 * day)
    by_night = NIGHT_HOURS * 10 ** (0.1 * (night + NIGHT_PENALTY_DB))
    return 10 * log10((by_day + by_night) / (DAY_HOURS + NIGHT_HOURS))
