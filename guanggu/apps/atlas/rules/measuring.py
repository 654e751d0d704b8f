"""Distances and areas on the ellipsoid of CGCS2000 (GB 22021-2008), by Karney's method."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from guanggu.base.bilingual import T
from guanggu.base.errors import Invalid

AXIS_M, FLATTENING_INVERSE = 6_378_137.0, 298.257_222_101
PLACES_MAX = 2_000
_PLACES = T(
    "请给出 2 至 {} 个“经度,纬度”，以分号或换行分隔。",
    "Give 2 to {} pairs of longitude,latitude, separated by semicolons or lines.",
).format(PLACES_MAX)


@cache
def _ellipsoid() -> Any:
    from pyproj import Geod

    return Geod(a=AXIS_M, rf=FLATTENING_INVERSE)


def places_of(text: str) -> list[tuple[float, float]]:
    """Pairs as people type them. Raises Invalid."""
    found = []
    try:
        for part in text.replace("；", ";").replace("\n", ";").replace("，", ",").split(";"):
            if part.strip():
                lon, lat = (float(number) for number in part.split(","))
                found.append((lon, lat))
    except ValueError as error:
        raise Invalid(_PLACES, fields={"places": _PLACES}) from error
    inside = all(abs(lon) <= 180 and abs(lat) <= 90 for lon, lat in found)
    if not 2 <= len(found) <= PLACES_MAX or not inside:
        raise Invalid(_PLACES, fields={"places": _PLACES})
    return found


def length_m(places: Sequence[tuple[float, float]]) -> float:
    lons, lats = [p[0] for p in places], [p[1] for p in places]
    return float(_ellipsoid().line_length(lons, lats))


def area_m2(places: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """(square metres, metres around) of the closed ring."""
    lons, lats = [p[0] for p in places], [p[1] for p in places]
    area, around = _ellipsoid().polygon_area_perimeter(lons, lats)
    return abs(float(area)), float(around)
