"""How figures of the economy are written."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from guanggu.base.bilingual import T
from guanggu.kernel.indicator.public import number_text
from guanggu.web.table import Cell

from ..models import EconomicSeries
from ..queries.board import Line
from ..rules.outlook import OUTLOOKS, SIGNS, TONES


def figure(one: EconomicSeries, number: Decimal | float | None) -> str:
    """At the indicator's digits."""
    if number is None:
        return "—"
    return number_text(Decimal(str(number)), one.indicator.decimals)


def percent(number: Decimal | None, one: EconomicSeries) -> Any:
    """Growth with its sign; points of a rate."""
    if number is None:
        return "—"
    text = number_text(number, 1)
    text = text if text.startswith("-") or text == "0" else f"+{text}"
    if one.indicator.measure == "share":
        return T("{}个点", "{} points").format(text)
    return f"{text}%"


def outlook_cell(line: Line) -> Cell:
    sign = SIGNS[line.outlook]
    return Cell(T(f"{sign} ", f"{sign} ") + OUTLOOKS[line.outlook], tone=TONES[line.outlook])


def nowcast_text(line: Line) -> Any:
    said = line.nowcast
    if said is None or not said.figures:
        return "—"
    one = line.series
    return T("{}（{}—{}）", "{} ({} to {})").format(
        *(figure(one, said.figures[name]) for name in ("value", "low", "high"))
    )
