"""How a unit (UCUM) and a measured value are written for people."""

from __future__ import annotations

import math

from guanggu.base.bilingual import T
from guanggu.standards import ucum

_UNITS: dict[str, str | T] = {
    "10*4.m3": T("万m³", "10⁴ m³"), "{cells}/L": T("个/L", "cells/L"), "[dBA]": "dB(A)",
}  # fmt: skip


def unit_text(code: str) -> str:
    """``ug/m3`` reads μg/m³; a unit without a usual form is written as its code."""
    return str(_UNITS[code]) if code in _UNITS else ucum.shown(code)


def value_text(value: float | None, digits: int = 4) -> str:
    """Rounded to significant digits, without an exponent; a missing value is a dash."""
    if value is None or not math.isfinite(value):
        return "—"
    if value == 0:
        return "0"
    decimals = max(0, digits - 1 - math.floor(math.log10(abs(value))))
    text = f"{value:,.{min(decimals, 9)}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
