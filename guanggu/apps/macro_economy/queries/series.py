"""The figures of a series as its rules need them: by year and number in the year."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from hashlib import sha256

from django.db.models import Min

from guanggu.kernel.indicator.public import (
    A_YEAR,
    Revision,
    Target,
    number_in_year,
    series,
    span,
    year_of_key,
)

from ..models import Adjustment, EconomicSeries, Nowcast
from ..rules.growth import cumulated, cumulated_growth, from_cumulated, on_previous, on_year

Place = tuple[int, int]


@dataclass(frozen=True)
class Figures:
    """A series' single periods. shared: those shared out of a joint figure (growth.from_cumulated).

    keys: the period of each place.
    """

    values: dict[Place, Decimal]
    per_year: int
    shared: frozenset[Place]

    def key(self, place: Place) -> str:
        return key_at(place, self.per_year)


_KINDS = {count: kind for kind, count in A_YEAR.items()}


def place_of(period: str) -> Place:
    return year_of_key(period), number_in_year(period)


def key_at(place: Place, per_year: int) -> str:
    """The period at that place of the year."""
    year, number = place
    return {
        "year": f"{year:04d}", "half": f"{year:04d}H{number}", "quarter": f"{year:04d}Q{number}",
        "month": f"{year:04d}-{number:02d}",
    }[_KINDS[per_year]]  # fmt: skip


def figures(one: EconomicSeries, *, as_of: datetime | None = None) -> Figures:
    """The single periods of the series as known at an instant."""
    known = series(one.indicator.key, as_of=as_of)
    values = {place_of(period): number for period, number in known.items()}
    shared: set[Place] = set()
    if one.reporting == "cumulated":
        values, shared = from_cumulated(values)
    return Figures(values, A_YEAR.get(one.indicator.period, 1), frozenset(shared))


def digest_of(found: Figures) -> str:
    """Of the figures: what was computed from the same figures is not computed again."""
    told = "|".join(f"{y}.{n}={format(v, 'f')}" for (y, n), v in sorted(found.values.items()))
    return sha256(told.encode()).hexdigest()


@dataclass(frozen=True)
class Growths:
    """Growth by place, in percent or points: on the year before, on the period before (of the
    adjusted figures where there are such), cumulated figures and their growth."""

    on_year: dict[Place, Decimal]
    on_previous: dict[Place, Decimal]
    cumulated: dict[Place, Decimal]
    cumulated_growth: dict[Place, Decimal]


def growths(one: EconomicSeries, found: Figures, adjustment: Adjustment | None) -> Growths:
    is_rate = one.indicator.measure == "share"
    base = found.values
    if adjustment is not None and adjustment.adjusted:
        base = {
            place_of(period): Decimal(repr(value))
            for period, value in zip(adjustment.periods, adjustment.adjusted, strict=True)
        }
    adds = one.indicator.measure == "flow"
    return Growths(
        on_year(found.values, is_rate=is_rate),
        on_previous(base, found.per_year, is_rate=is_rate),
        cumulated(found.values) if adds else {},
        cumulated_growth(found.values) if adds else {},
    )


def adjustment_of(one: EconomicSeries) -> Adjustment | None:
    """The newest seasonal adjustment."""
    return one.adjustments.order_by("-pk").first()


def nowcast_of(one: EconomicSeries) -> Nowcast | None:
    """The newest word on the year's figure."""
    return one.nowcasts.order_by("-pk").first()


def first_known(one: EconomicSeries) -> dict[Place, datetime]:
    """When the figure of each place first became known."""
    rows = Revision.objects.filter(indicator=one.indicator_id, dimension="")
    told = rows.values_list("period").annotate(at=Min("known_at"))
    return {place_of(period): at for period, at in told}


def year_target(one: EconomicSeries, year: int) -> Target | None:
    """What the year's figure is to reach."""
    rows = Target.objects.filter(indicator=one.indicator_id, kind="target", period=f"{year:04d}")
    return rows.first()


def missing_periods(found: Figures) -> list[str]:
    """Periods between the first and the last that are not known."""
    if not found.values:
        return []
    places = sorted(found.values)
    known = {found.key(place) for place in places}
    whole = span(found.key(places[0]), found.key(places[-1]))
    return [period for period in whole if period not in known]
