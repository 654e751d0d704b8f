"""How grades are named and coloured: levels of the air index (HJ 633), classes of water."""

from __future__ import annotations

from guanggu.base.bilingual import T
from guanggu.standards.air_quality_index import LEVELS, Level

from .words import WATER_CLASSES

LEVELS_OF_AIR: dict[int, Level] = {level.number: level for level in LEVELS}
_UPPER = {1: 50, 2: 100, 3: 150, 4: 200, 5: 300}


def air_level(aqi: float | None) -> int | None:
    """1 to 6; None without an index."""
    if aqi is None:
        return None
    return next((number for number, upper in _UPPER.items() if aqi <= upper), 6)


def grade_title(kind: str, grade: str) -> T:
    """The name of a grade: 优 of air, Ⅲ类 of water; others have none."""
    if kind == "air" and grade in ("1", "2", "3", "4", "5", "6"):
        return LEVELS_OF_AIR[int(grade)].name
    if kind == "water" and grade in WATER_CLASSES:
        return WATER_CLASSES[grade]
    return T("—", "—")


def grade_class(kind: str, grade: str) -> str:
    """Name of the style that colours it."""
    return f"grade {kind}-{grade}" if grade and kind in ("air", "water") else "grade"


def edge_class(kind: str, grade: str) -> str:
    """Name of the style that colours the edge of a panel."""
    return f"edge {kind}-{grade}-edge" if grade and kind in ("air", "water") else "edge"
