"""How a unit (UCUM) and a measured value are written for people."""

from __future__ import annotations

import math

from guanggu.base.bilingual import T

_UNITS: dict[str, str | T] = {
    "ug/m3": "µg/m³", "mg/m3": "mg/m³", "mg/L": "mg/L", "ug/L": "µg/L", "Cel": "℃",
    "[pH]": "", "1": "", "uS/cm": "µS/cm", "dB": "dB", "dB[A]": "dB(A)", "dB(A)": "dB(A)",
    "m3/s": "m³/s", "m3/h": "m³/h", "m3": "m³", "10*4.m3": T("万m³", "10⁴ m³"), "km2": "km²", "[NTU]": "NTU",
    "{NTU}": "NTU", "nGy/h": "nGy/h", "nSv/h": "nSv/h", "deg": "°", "{cells}/L": T("个/L", "cells/L"),
}  # fmt: skip


def unit_text(ucum: str) -> str:
    """``ug/m3`` reads µg/m³; a unit without a usual form is written as its code."""
    return str(_UNITS.get(ucum, ucum))


def value_text(value: float | None, digits: int = 4) -> str:
    """Rounded to significant digits, without an exponent; a missing value is a dash."""
    if value is None or not math.isfinite(value):
        return "—"
    if value == 0:
        return "0"
    decimals = max(0, digits - 1 - math.floor(math.log10(abs(value))))
    text = f"{value:,.{min(decimals, 9)}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
