"""Declaring an indicator: what it means, and – where the lake knows it – how it is computed.

A formula is two functions. ``rows(tables)`` gives the rows that count, with a text column
``period`` (see ``periods``), if need be ``dimension``, and if possible ``ref`` ("cases/2019-17"),
by which a reader gets to the record. ``value(rows)`` is the aggregate over the rows of one period.
Because the figure is made from exactly those rows, they are its explanation::

    declare_indicator(
        key="approvals-online", title=T("网上办理率", "Handled online"), unit="%", period="month",
        measure="share",
        rows=lambda tables: tables.table("case_cases").mutate(period=month_of(_.opened_at)),
        value=lambda rows: (rows.channel == "web").mean() * 100,
    )
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from guanggu.base.bilingual import T

from .periods import DAY, HALF, MONTH, QUARTER, YEAR

_NO_NOTE = T("", "")
_ZONE_HOURS = 8  # the lake keeps UTC, the district reports by its own days


class Tables(Protocol):
    """The lake as formulas see it: no personal column is there to be used."""

    def table(self, name: str) -> Any:
        """The ibis table of that name. Raises Missing."""


Rows = Callable[[Tables], Any]
Aggregate = Callable[[Any], Any]


@dataclass(frozen=True, kw_only=True)
class Declared:
    """An indicator that comes with an app; see ``models.Indicator`` for its words."""

    key: str
    title: T
    unit: T
    period: str
    measure: str = "flow"
    direction: str = "higher"
    decimals: int = 2
    source: str = ""
    section: str = ""
    theme: str = ""
    note: T = _NO_NOTE
    owner: str = ""
    is_public: bool = False
    rows: Rows | None = None
    value: Aggregate | None = None


FORMULAS: dict[str, Declared] = {}
DECLARED: dict[str, Declared] = {}


def declare_indicator(
    *, key: str, title: T, unit: T | str, period: str, rows: Rows | None = None,
    value: Aggregate | None = None, **more: Any,
) -> Declared:  # fmt: skip
    """Make an indicator known; its record is made when the database is (``take_in_declared``).

    Raises RuntimeError where another has the key, or one of ``rows`` and ``value`` is missing.
    """
    if (rows is None) != (value is None):
        raise RuntimeError(f"{key}: a formula is rows and value")
    if isinstance(unit, str):
        unit = T(unit, unit)
    made = Declared(key=key, title=title, unit=unit, period=period, rows=rows, value=value, **more)
    known = DECLARED.get(key)
    if known is not None and known.title != title:
        raise RuntimeError(f"two indicators are named {key}")
    DECLARED[key] = made
    if rows is not None:
        FORMULAS[key] = made
    return made


def _local(instant: Any) -> Any:
    import ibis

    return instant + ibis.interval(hours=_ZONE_HOURS)


def period_of(instant: Any, kind: str, *, is_local: bool = False) -> Any:
    """The key of the period as an ibis text: of a UTC instant, or of a local date or instant."""
    there = instant if is_local else _local(instant)
    if kind == DAY:
        return there.strftime("%Y-%m-%d")
    if kind == MONTH:
        return there.strftime("%Y-%m")
    year = there.strftime("%Y")
    if kind == YEAR:
        return year
    if kind == QUARTER:
        return year + "Q" + there.quarter().cast("string")
    if kind == HALF:
        return year + "H" + (there.quarter() + 1).floordiv(2).cast("string")
    return there.strftime("%G-W%V")


def year_of(instant: Any) -> Any:
    return period_of(instant, YEAR)


def quarter_of(instant: Any) -> Any:
    return period_of(instant, QUARTER)


def month_of(instant: Any) -> Any:
    return period_of(instant, MONTH)


def day_of(instant: Any) -> Any:
    return period_of(instant, DAY)
