"""Reading indicators: values as they are or as they were known, and how they stand."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal

from guanggu.base import clock
from guanggu.base.bilingual import T
from guanggu.base.errors import Missing

from .exact import exact
from .models import Indicator, Revision, Target, Value
from .periods import first_day, kind_of, last_day, title, year_time
from .rules import (
    Goal,
    Growth,
    Point,
    Standing,
    State,
    growth_needed,
    state_of,
    words_of,
)
from .rules import path_value as path_between

_NONE = T("没有这个指标。", "There is no such indicator.")
_NO_TARGET = T("尚未设定目标值。", "No target is set.")
_NO_VALUE = T(
    "{}目标为{}{}，尚无可比的数值。",
    "The target of {} is {} {}; there is no figure to compare yet.",
)


def indicator_named(key: str) -> Indicator:
    """Raises Missing."""
    found = Indicator.objects.filter(key=key).first()
    if found is None:
        raise Missing(_NONE)
    return found


def value(
    key: str, period: str, *, dimension: str = "", as_of: datetime | None = None
) -> Decimal | None:
    """The value of a period, as known at an instant (now where none is given)."""
    return series(key, dimension=dimension, as_of=as_of, first=period, last=period).get(period)


def series(
    key: str, *, dimension: str = "", as_of: datetime | None = None, first: str = "",
    last: str = "",
) -> dict[str, Decimal]:  # fmt: skip
    """Values by period in the order of time, as known at an instant; withdrawn ones are left out.

    first, last: the periods from and until which, both counted. Raises Missing.
    """
    indicator = indicator_named(key)
    return _in_time(series_of([indicator], dimension=dimension, as_of=as_of)[key], first, last)


def series_of(
    indicators: Iterable[Indicator], *, dimension: str = "", as_of: datetime | None = None
) -> dict[str, dict[str, Decimal]]:
    """Series of many indicators by key, in one reading."""
    keys = {indicator.pk: indicator.key for indicator in indicators}
    found: dict[str, dict[str, Decimal]] = {key: {} for key in keys.values()}
    if as_of is None:
        rows = Value.objects.filter(indicator__in=keys, dimension=dimension)
        told = list(rows.values_list("indicator_id", "period", "number"))
    else:
        known = Revision.objects.filter(
            indicator__in=keys, dimension=dimension, known_at__lte=as_of
        )
        told = list(known.order_by("revision").values_list("indicator_id", "period", "number"))
    for owner, period, number in told:
        if number is None:
            found[keys[owner]].pop(period, None)
        else:
            found[keys[owner]][period] = number
    return {key: _in_time(values, "", "") for key, values in found.items()}


def _in_time(values: dict[str, Decimal], first: str, last: str) -> dict[str, Decimal]:
    after = first_day(first) if first else date.min
    until = last_day(last) if last else date.max
    ordered = sorted(values, key=first_day)
    return {p: values[p] for p in ordered if after <= first_day(p) and last_day(p) <= until}


def latest(key: str, *, as_of: datetime | None = None) -> tuple[str, Decimal] | None:
    """(period, value) of the last period that is known."""
    known = series(key, as_of=as_of)
    return next(reversed(known.items()), None)


def revisions(key: str, period: str, *, dimension: str = "") -> list[Revision]:
    """Every value the period ever had, the first first."""
    rows = Revision.objects.filter(
        indicator=indicator_named(key), period=period, dimension=dimension
    )
    return list(rows.order_by("revision"))


def point_of(target: Target) -> Point:
    return Point(year_time(target.period), target.value)


def goal_of(target: Target, others: Iterable[Target]) -> Goal:
    """The target with the last baseline before it."""
    end = point_of(target)
    starts = [point_of(o) for o in others if o.kind == "baseline"]
    before = [start for start in starts if start.at < end.at]
    waypoints = tuple(
        Point(year_time(str(period)), exact(number)) for period, number in target.waypoints or ()
    )
    return Goal(
        max(before, key=lambda start: start.at, default=None), end, target.path, waypoints,
        target.upper,
    )  # fmt: skip


def path_value(target: Target, at: str) -> Decimal | None:
    """What the target's path asks of the period ``at``; None where it has no baseline."""
    goal = goal_of(target, Target.objects.filter(indicator=target.indicator_id))
    if goal.start is None:
        return None
    return path_between(goal.start, goal.end, year_time(at), goal.path, goal.waypoints)


def next_target(targets: Iterable[Target], on: date) -> Target | None:
    """The first target whose period has not ended on that day; else the last one there was."""
    wanted = sorted((t for t in targets if t.kind == "target"), key=lambda t: last_day(t.period))
    return next((t for t in wanted if last_day(t.period) >= on), wanted[-1] if wanted else None)


def required_growth(
    key: str, *, as_of: datetime | None = None, target: Target | None = None
) -> Growth | None:
    """The growth a year from the last figure to the (next) target; None without either."""
    return standing(key, as_of=as_of, target=target).growth


def standing(key: str, *, as_of: datetime | None = None, target: Target | None = None) -> Standing:
    """How the indicator stands against its next target, or the one given. Raises Missing."""
    indicator = indicator_named(key)
    targets = list(Target.objects.filter(indicator=indicator))
    return standing_of(indicator, targets, series(key, as_of=as_of), as_of=as_of, target=target)


def standings(
    indicators: Iterable[Indicator], *, as_of: datetime | None = None
) -> dict[str, Standing]:
    """How many indicators stand against their next targets, by key, in two readings."""
    indicators = list(indicators)
    known = series_of(indicators, as_of=as_of)
    targets: dict[int, list[Target]] = {}
    for target in Target.objects.filter(indicator__in=indicators):
        targets.setdefault(target.indicator_id, []).append(target)
    return {
        each.key: standing_of(each, targets.get(each.pk, []), known[each.key], as_of=as_of)
        for each in indicators
    }


def standing_of(
    indicator: Indicator, targets: list[Target], known: dict[str, Decimal], *,
    as_of: datetime | None = None, target: Target | None = None,
) -> Standing:  # fmt: skip
    """The standing from what was read already."""
    on = clock.local(as_of or clock.now()).date()
    target = target or next_target(targets, on)
    if target is None:
        return Standing(State.NO_DATA, _NO_TARGET)
    comparable = _comparable(indicator, target, known)
    if comparable is None:
        words = _NO_VALUE.format(title(target.period), f"{target.value:f}", indicator.unit_title)
        return Standing(State.NO_DATA, words, target=target.value, target_period=target.period)
    period, number = comparable
    now, goal = Point(year_time(period), number), goal_of(target, targets)
    state, expected = state_of(now, goal, indicator.direction, indicator.measure)
    growth = None
    if indicator.direction != "within":
        growth = growth_needed(now, goal.end, indicator.measure)
    words = words_of(
        state, now, expected, goal, growth, period=title(period),
        target_period=title(target.period), unit=indicator.unit_title,
        decimals=indicator.decimals,
    )  # fmt: skip
    return Standing(state, words, period, number, expected, target.value, target.period, growth)


def _comparable(
    indicator: Indicator, target: Target, known: dict[str, Decimal]
) -> tuple[str, Decimal] | None:
    """The last figure that may be held against the target: never a month's flow against a year's.

    Where the target's period is over, the figure of that very period counts.
    """
    kind = kind_of(target.period)
    same = {
        period: number
        for period, number in known.items()
        if indicator.measure != "flow" or kind_of(period) == kind
    }
    until = last_day(target.period)
    within = [(period, number) for period, number in same.items() if last_day(period) <= until]
    return within[-1] if within else None
