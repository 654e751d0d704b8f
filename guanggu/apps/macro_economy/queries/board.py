"""What the front page and the bulletin tell of each series: its last figure and the year."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from guanggu.base.actor import Actor
from guanggu.kernel.indicator.public import Revision

from ..models import Adjustment, EconomicSeries, Nowcast
from ..rules.outlook import outlook
from .exchange import visible_series
from .series import (
    Figures,
    Growths,
    Place,
    adjustment_of,
    figures,
    growths,
    nowcast_of,
    year_target,
)


@dataclass(frozen=True)
class Line:
    """One series as it stands: place of the last figure, growths, the year's expectation."""

    series: EconomicSeries
    figures: Figures
    growths: Growths
    adjustment: Adjustment | None
    place: Place | None
    nowcast: Nowcast | None
    target: Decimal | None
    outlook: str

    @property
    def period(self) -> str:
        return self.figures.key(self.place) if self.place else ""

    @property
    def value(self) -> Decimal | None:
        return self.figures.values.get(self.place) if self.place else None

    def growth(self, kind: str) -> Decimal | None:
        """``on_year``, ``on_previous``, ``cumulated`` or ``cumulated_growth`` of the last figure."""
        return getattr(self.growths, kind).get(self.place) if self.place else None


def line_of(one: EconomicSeries, until: Place | None = None) -> Line:
    """The series as it stands; until: as if later places were not there (their figures)."""
    found = figures(one)
    adjustment = adjustment_of(one)
    grown = growths(one, found, adjustment)
    known = [p for p in found.values if until is None or p <= until]
    place = max(known, default=None)
    said = nowcast_of(one) if until is None else None
    year = said.year if said else 0
    goal = year_target(one, year) if year else None
    state = "none"
    if said is not None and said.figures and goal is not None:
        told = said.figures
        state = outlook(told["low"], told["high"], float(goal.value), one.indicator.direction)
    return Line(one, found, grown, adjustment, place, said, goal.value if goal else None, state)


def board(actor: Actor) -> list[Line]:
    return [line_of(one) for one in visible_series(actor)]


def months_of(lines: list[Line]) -> list[str]:
    """Months for which there is a figure, the last first."""
    found = {
        line.figures.key(place)
        for line in lines
        if line.figures.per_year == 12
        for place in line.figures.values
    }
    return sorted(found, reverse=True)


def vintages(one: EconomicSeries, periods: list[str]) -> list[dict[str, Any]]:
    """First and present figure of each period, with how often it was revised."""
    rows = Revision.objects.filter(
        indicator=one.indicator_id, dimension="", period__in=periods, number__isnull=False
    ).order_by("revision")
    found: dict[str, dict[str, Any]] = {}
    for row in rows:
        told = found.setdefault(row.period, {"period": row.period, "first": row, "count": -1})
        told["now"] = row
        told["count"] += 1
    return [found[p] for p in periods if p in found]
