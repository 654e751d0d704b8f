"""How figures, standings and where they came from are drawn on the pages of the indicators."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.html import format_html

from guanggu.base.bilingual import T
from guanggu.kernel.indicator.public import (
    PROVENANCES,
    STATUSES,
    Indicator,
    Revision,
    Standing,
    State,
    number_text,
    period_title,
    year_before,
)
from guanggu.web.addresses import address_of
from guanggu.web.dates import day_text, instant_text
from guanggu.web.measures import unit_text
from guanggu.web.table import Cell

STATE_TONES = {
    State.NO_DATA: "quiet", State.BEHIND: "warn", State.ON_PATH: "ok", State.AHEAD: "info",
    State.MISSED: "bad", State.REACHED: "ok",
}  # fmt: skip
# Read without colour, too.
STATE_SIGNS = {
    State.NO_DATA: "–", State.BEHIND: "▼", State.ON_PATH: "●", State.AHEAD: "▲", State.MISSED: "✕",
    State.REACHED: "✓",
}  # fmt: skip


def unit_of(indicator: Indicator) -> Any:
    """A UCUM code as people write it, a word in the reader's language."""
    return T(unit_text(indicator.unit), unit_text(indicator.unit_en or indicator.unit))


def figure(indicator: Indicator, number: Decimal | None) -> str:
    """The number at the indicator's digits."""
    return number_text(number, indicator.decimals)


def with_unit(indicator: Indicator, number: Decimal | None) -> Any:
    if number is None:
        return "—"
    return T("{} {}", "{} {}").format(figure(indicator, number), unit_of(indicator))


def standing_cell(found: Standing) -> Cell:
    sign = STATE_SIGNS[found.state]
    return Cell(T(f"{sign} ", f"{sign} ") + found.title, tone=STATE_TONES[found.state])


def change_text(indicator: Indicator, period: str, known: dict[str, Decimal]) -> Any:
    """Against the same period of the year before: percent, or points where it is a rate."""
    before = known.get(year_before(period))
    if before is None or (indicator.measure != "share" and before <= 0):
        return "—"
    now = known[period]
    if indicator.measure == "share":
        return T("{}个点", "{} points").format(signed(now - before, 2))
    return T("{}%", "{}%").format(signed((now / before - 1) * 100, 1))


def signed(number: Decimal, decimals: int) -> str:
    text = number_text(number, decimals)
    return text if text.startswith("-") or text == "0" else f"+{text}"


def provenance_title(revision: Revision) -> Any:
    kind = revision.provenance.get("kind", "typed")
    return PROVENANCES.get(kind, kind)


def status_title(status: str) -> Any:
    return STATUSES.get(status, status)


def figure_link(indicator: Indicator, period: str, text: Any, dimension: str = "") -> Any:
    """A figure that leads to where it came from."""
    address = f"/indicators/{indicator.key}/{period}/"
    if dimension:
        return format_html('<a href="{}?part={}">{}</a>', address, dimension, text)
    return format_html('<a href="{}">{}</a>', address, text)


def value_cell(name: str, value: Any) -> Any:
    """A column of a row of the lake: references lead to their records."""
    if value is None or value == "":
        return "—"
    if name == "ref" and isinstance(value, str):
        address = address_of(value)
        return format_html('<a href="{}">{}</a>', address, value) if address else value
    if isinstance(value, datetime):
        return instant_text(value) if value.tzinfo else f"{value:%Y-%m-%d %H:%M}"
    if hasattr(value, "isoformat"):
        return day_text(value)
    return str(value)[:200]


def title_of(period: str) -> T:
    return period_title(period)
