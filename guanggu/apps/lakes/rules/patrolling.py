"""Patrols: what a track amounts to, and how far a plan was kept."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

from guanggu.base.bilingual import T

POINTS_MAX = 5_000  # of one patrol; a point every 10 s of a long day
POINTS_A_SEND = 500
PHOTOS_MAX = 9
_EARTH_M = 6_371_000.0
JUMP_M_S = 40.0  # faster than any boat on a lake: a leap of the positioning, not a way

WRONG_TRACK = T(
    "轨迹点格式不正确：应为 [经度, 纬度, 时间(毫秒)]。",
    "A point of the track must be [longitude, latitude, time in milliseconds].",
)


class Point(NamedTuple):
    """Degrees, and seconds of Unix time."""

    lon: float
    lat: float
    at: int


def read_point(given: Any) -> Point | None:
    """From [lon, lat, milliseconds]; None where it is no point on the Earth."""
    if not isinstance(given, list | tuple) or len(given) != 3:
        return None
    if any(isinstance(part, bool) or not isinstance(part, int | float) for part in given):
        return None
    if not all(math.isfinite(part) for part in given):
        return None
    lon, lat, at = float(given[0]), float(given[1]), int(given[2]) // 1000
    if not (-180 <= lon <= 180 and -90 <= lat <= 90 and 0 < at < 4_102_444_800):
        return None
    return Point(round(lon, 6), round(lat, 6), at)


def apart_m(a: Point, b: Point) -> float:
    """Metres between two places, on a sphere (haversine)."""
    lat1, lat2 = math.radians(a.lat), math.radians(b.lat)
    rise = math.sin((lat2 - lat1) / 2) ** 2
    across = math.sin(math.radians(b.lon - a.lon) / 2) ** 2
    share = min(1.0, rise + math.cos(lat1) * math.cos(lat2) * across)
    return 2 * _EARTH_M * math.asin(math.sqrt(share))


def joined(known: Sequence[Point], more: Sequence[Point]) -> list[Point]:
    """One track in order of time, each instant once: a part sent twice changes nothing."""
    by_time = {point.at: point for point in known}
    for point in more:
        by_time.setdefault(point.at, point)
    return [by_time[at] for at in sorted(by_time)][:POINTS_MAX]


def length_m(track: Sequence[Point]) -> int:
    """Metres gone, leaps of the positioning left out."""
    total = 0.0
    for a, b in itertools.pairwise(track):
        step = apart_m(a, b)
        if step <= JUMP_M_S * max(b.at - a.at, 1):
            total += step
    return round(total)


class Kept(NamedTuple):
    """How far a plan was kept: patrols done of those due, never more than due."""

    done: int
    due: int

    @property
    def rate(self) -> float | None:
        return None if not self.due else self.done / self.due


def due_in(first: date, last: date, times_a_week: int) -> int:
    """Patrols due in the whole weeks (Monday to Sunday) that begin within the days."""
    monday = first + timedelta(days=-first.weekday() % 7)
    weeks = max(0, (last - monday).days // 7 + 1) if last >= monday else 0
    return weeks * times_a_week


def kept(done_on: Sequence[date], first: date, last: date, times_a_week: int) -> Kept:
    """Week by week: more patrols in one week do not stand for those missing in another."""
    monday = first + timedelta(days=-first.weekday() % 7)
    due = done = 0
    while monday <= last:
        within = sum(1 for day in done_on if monday <= day < monday + timedelta(days=7))
        due += times_a_week
        done += min(within, times_a_week)
        monday += timedelta(days=7)
    return Kept(done, due)
