"""Invented weather of a district on the middle Yangtze: smooth, repeatable, for any instant.

Everything is a pure function of the time: a series made in one go, and the same made piece by
piece while a simulator runs, agree. Times are hours since 1970-01-01 00:00 on the district's
clock, as float64 arrays.
"""

from __future__ import annotations

import numpy as np

HOURS_A_YEAR = 8_766.0
_DISTRICT_HOURS = 8.0
_MIX = (np.uint64(0x9E3779B97F4A7C15), np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB))


def district_hours(times_us: np.ndarray) -> np.ndarray:
    """Microseconds UTC to hours on the district's clock."""
    return times_us / 3.6e9 + _DISTRICT_HOURS


def chance(places: np.ndarray, seed: int) -> np.ndarray:
    """A repeatable uniform number in [0, 1) for each whole number (the splitmix64 mixer)."""
    with np.errstate(over="ignore"):
        x = places.astype(np.int64).astype(np.uint64) + np.uint64(seed & 0xFFFFFFFF) * _MIX[0]
        x = (x ^ (x >> np.uint64(30))) * _MIX[1]
        x = (x ^ (x >> np.uint64(27))) * _MIX[2]
        x ^= x >> np.uint64(31)
    return (x >> np.uint64(11)).astype(np.float64) / float(1 << 53)


def drift(hours: np.ndarray, period_h: float, seed: int) -> np.ndarray:
    """Smooth noise in [-1, 1] that turns about every ``period_h`` hours."""
    at = hours / period_h
    before = np.floor(at)
    share = at - before
    share = share * share * (3 - 2 * share)
    left, right = chance(before, seed), chance(before + 1, seed)
    return (left + (right - left) * share) * 2 - 1


def season(hours: np.ndarray, warmest_day: float = 205.0) -> np.ndarray:
    """-1 in the depth of winter, 1 at the height of summer."""
    return np.cos(2 * np.pi * (hours / HOURS_A_YEAR - warmest_day / 365.25))


def hour_of_day(hours: np.ndarray) -> np.ndarray:
    return np.mod(hours, 24.0)


def bump(hours: np.ndarray, peak_h: float, width_h: float) -> np.ndarray:
    """1 at that hour of each day, falling to 0 beside it."""
    apart = np.abs(hour_of_day(hours) - peak_h)
    apart = np.minimum(apart, 24 - apart)
    return np.exp(-((apart / width_h) ** 2))


def rain_mm_h(hours: np.ndarray) -> np.ndarray:
    """Rain of the district; most falls from May to July."""
    wet = 0.65 * drift(hours, 31, 11) + 0.35 * drift(hours, 7, 12) + 0.18 * season(hours, 170)
    return np.clip(wet - 0.5, 0, None) * 15 * (1 + 0.6 * drift(hours, 2, 13))


def rain_of_days(hours: np.ndarray, days: int = 3) -> np.ndarray:
    """What of the last days' rain still runs: millimetres, fading."""
    total = np.zeros_like(hours)
    for back in range(0, days * 24, 4):
        total += rain_mm_h(hours - back) * 4 * 0.5 ** (back / 24)
    return total


def air_temperature(hours: np.ndarray) -> np.ndarray:
    """Degrees Celsius: about 4 in January and 30 in July."""
    day = np.cos(2 * np.pi * (hour_of_day(hours) - 15) / 24)
    fronts = 3.2 * drift(hours, 67, 21) + 1.2 * drift(hours, 19, 22)
    return 17.3 + 12.6 * season(hours) + 3.6 * day + fronts - 0.25 * rain_mm_h(hours)


def stagnation(hours: np.ndarray) -> np.ndarray:
    """How little the air moves, about -1 to 1; episodes of some days, more in winter."""
    slow = 0.7 * drift(hours, 83, 31) + 0.3 * drift(hours, 29, 32)
    return slow - 0.25 * season(hours) - 0.12 * np.minimum(rain_mm_h(hours), 6)


def sunshine(hours: np.ndarray) -> np.ndarray:
    """0 to 1."""
    cloud = np.clip(0.55 - 0.6 * drift(hours, 23, 41) - 0.08 * rain_mm_h(hours), 0.08, 1)
    return bump(hours, 12.7, 4.2) * cloud * (0.7 + 0.3 * season(hours, 190))


def traffic(hours: np.ndarray) -> np.ndarray:
    """0 to 1: two rush hours, quieter at the end of the week."""
    day = np.floor(hours / 24)
    # 1970-01-01 was a Thursday.
    weekend = (np.mod(day + 3, 7) >= 5).astype(np.float64)
    rush = bump(hours, 8, 2.4) * (1 - 0.5 * weekend) + 0.9 * bump(hours, 18.3, 3)
    return np.clip(0.12 + 0.75 * rush + 0.35 * bump(hours, 13, 4), 0, 1.3)
