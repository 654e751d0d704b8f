"""GB/T 4754-2017 classification of industries: doors and divisions, kept as data."""

from __future__ import annotations

import csv
import functools
from pathlib import Path

from guanggu.base.bilingual import T

_DATA = Path(__file__).resolve().parent.parent / "data" / "industries.csv"


@functools.cache
def industries() -> dict[str, T]:
    """Door letter ("I") or door and division ("I65") → title."""
    with _DATA.open(encoding="utf-8", newline="") as file:
        return {row["code"]: T(row["zh"], row["en"]) for row in csv.DictReader(file)}


def industry_title(code: str) -> T | None:
    """Title of the division, or of the door where the division is unknown; else None."""
    return industries().get(code[:3]) or industries().get(code[:1])
