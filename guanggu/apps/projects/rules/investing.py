"""Investment by month against its plan. All money is in 万元 (10,000 yuan), as Decimal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from guanggu.base.months import month_of, months_between

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Year:
    """A year's investment. number: the year; path: what the plan asks until the month looked at; done: what was
    done until then; plan: of the whole year; lists by month are cumulative."""

    number: int
    plan: Decimal
    path: Decimal
    done: Decimal
    planned: tuple[Decimal, ...]
    reached: tuple[Decimal | None, ...]

    @property
    def rate(self) -> Decimal | None:
        """年度投资完成率: percent of the year's plan, one decimal."""
        return percent(self.done, self.plan)

    @property
    def on_path(self) -> Decimal | None:
        """Percent of what the plan asks until now."""
        return percent(self.done, self.path)


def percent(part: Decimal, whole: Decimal) -> Decimal | None:
    """
    >>> percent(Decimal(1), Decimal(3)), percent(Decimal(1), Decimal(0))
    (Decimal('33.3'), None)
    """
    if not whole:
        return None
    return (part * 100 / whole).quantize(Decimal("0.1"), ROUND_HALF_UP)


def year_of(plan: Mapping[date, Decimal], done: Mapping[date, Decimal], until: date) -> Year:
    """The year of the month ``until``, which is the last month that counts as due."""
    months = months_between(date(until.year, 1, 1), date(until.year, 12, 1))
    planned: list[Decimal] = []
    reached: list[Decimal | None] = []
    to_plan, to_date = ZERO, ZERO
    for month in months:
        to_plan += plan.get(month, ZERO)
        to_date += done.get(month, ZERO)
        planned.append(to_plan)
        reached.append(to_date if month <= month_of(until) else None)
    place = until.month - 1
    return Year(
        until.year, to_plan, planned[place], reached[place] or ZERO, tuple(planned), tuple(reached)
    )
