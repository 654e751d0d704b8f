"""Growth of series: on the year before, on the period before, cumulated over the year.

Values are by period key (see ``guanggu.kernel.indicator``) with a function that steps among them;
here only their order in a year is needed, so a period is (year, number in the year).
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

Place = tuple[int, int]  # year, number in the year from 1
Values = Mapping[Place, Decimal]
_PLACES = Decimal("0.0001")


def percent(now: Decimal, before: Decimal) -> Decimal | None:
    """Growth in percent; None where the base is not positive and a rate would mislead."""
    if before <= 0:
        return None
    return ((now / before - 1) * 100).quantize(_PLACES)


def change(now: Decimal, before: Decimal, *, is_rate: bool) -> Decimal | None:
    """Growth in percent of an amount; the difference in points of a rate."""
    return (now - before).quantize(_PLACES) if is_rate else percent(now, before)


def on_year(values: Values, *, is_rate: bool = False) -> dict[Place, Decimal]:
    """同比: on the same period of the year before, where both are known."""
    found = {}
    for (year, number), now in values.items():
        before = values.get((year - 1, number))
        if before is not None:
            told = change(now, before, is_rate=is_rate)
            if told is not None:
                found[year, number] = told
    return found


def on_previous(values: Values, per_year: int, *, is_rate: bool = False) -> dict[Place, Decimal]:
    """环比: on the period before, where both are known. Of adjusted figures, or it tells seasons."""
    found = {}
    for (year, number), now in values.items():
        before = values.get((year, number - 1) if number > 1 else (year - 1, per_year))
        if before is not None:
            told = change(now, before, is_rate=is_rate)
            if told is not None:
                found[year, number] = told
    return found


def cumulated(values: Values) -> dict[Place, Decimal]:
    """累计: the sum from the beginning of the year, as far as no period is missing."""
    found: dict[Place, Decimal] = {}
    for year in sorted({year for year, _ in values}):
        total, number = Decimal(0), 1
        while (year, number) in values:
            total += values[year, number]
            found[year, number] = total
            number += 1
    return found


def cumulated_growth(values: Values) -> dict[Place, Decimal]:
    """累计同比: the sum since January on the same sum of the year before."""
    return on_year(cumulated(values))


def from_cumulated(sums: Values) -> tuple[dict[Place, Decimal], set[Place]]:
    """The figures of single periods from sums since the beginning of the year.

    Where January is not published by itself (the usual joint release of January and February) the
    sum of February is shared equally. Answers the figures and those that are shared so.
    """
    found: dict[Place, Decimal] = {}
    shared: set[Place] = set()
    for year, number in sorted(sums):
        now = sums[year, number]
        if number == 1:
            found[year, 1] = now
        elif (year, number - 1) in sums:
            found[year, number] = now - sums[year, number - 1]
        elif number == 2:
            found[year, 1] = found[year, 2] = now / 2
            shared |= {(year, 1), (year, 2)}
    return found, shared
