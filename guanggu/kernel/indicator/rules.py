"""Paths to a target, the growth that is still needed, and how an indicator stands.

Times are in years (``periods.year_time``): 2020.0 is the end of 2020. Figures are decimals; roots
and powers go over binary fractions and are rounded to ``PLACES`` places.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise

from guanggu.base.bilingual import T

PLACES = Decimal("0.000001")
# Beside its path means: off by more than this share of the expected figure, or this many points.
TOLERANCE_SHARE = Decimal("0.02")
TOLERANCE_POINTS = Decimal("1")
_RANKS = {"estimate": 0, "preliminary": 1, "final": 2}

REASON_NEEDED = T(
    "以较低等级的数据覆盖已有数据，或修改最终核定数，须填写修订原因。",
    "Say why: this replaces a surer figure by a less sure one, or changes a final figure.",
)


class State(StrEnum):
    """How an indicator stands against its target."""

    NO_DATA = "no_data"
    BEHIND = "behind"
    ON_PATH = "on_path"
    AHEAD = "ahead"
    MISSED = "missed"  # the target's period is over
    REACHED = "reached"


STATES: dict[State, T] = {
    State.NO_DATA: T("暂不评价", "Not judged"),
    State.BEHIND: T("滞后", "Behind"),
    State.ON_PATH: T("符合进度", "On path"),
    State.AHEAD: T("超前", "Ahead"),
    State.MISSED: T("未达标", "Missed"),
    State.REACHED: T("已达标", "Reached"),
}


def needs_reason(before: str, after: str) -> bool:
    """True where a number of status ``after`` may not replace one of ``before`` without a reason."""
    return _RANKS[after] < _RANKS[before] or before == "final"


@dataclass(frozen=True)
class Point:
    """A figure at a time in years."""

    at: float
    value: Decimal


def rounded(value: float | Decimal) -> Decimal:
    return Decimal(str(value)).quantize(PLACES).normalize() + Decimal(0)


def path_value(
    start: Point, end: Point, at: float, path: str = "linear", waypoints: Sequence[Point] = ()
) -> Decimal:
    """The figure expected at a time on the way from start to end; beyond them, theirs.

    ``compound`` needs both of one sign and falls back to ``linear``; ``steps`` goes straight from
    waypoint to waypoint.
    """
    if at <= start.at:
        return start.value
    if at >= end.at:
        return end.value
    if path == "steps":
        stops = [start, *sorted((w for w in waypoints if start.at < w.at < end.at),
                                key=lambda w: w.at), end]  # fmt: skip
        for left, right in pairwise(stops):
            if at <= right.at:
                return path_value(left, right, at)
    share = (at - start.at) / (end.at - start.at)
    if path == "compound" and start.value * end.value > 0:
        return rounded(float(start.value) * (float(end.value) / float(start.value)) ** share)
    return rounded(start.value + (end.value - start.value) * Decimal(repr(share)))


@dataclass(frozen=True)
class Growth:
    """What is needed a year: percent of compound growth, or units (points of a rate) a year."""

    per_year: Decimal
    is_percent: bool
    years: Decimal


def growth_needed(now: Point, end: Point, measure: str) -> Growth | None:
    """The growth a year that leads from the last figure to the target; None where time is up.

    Compound where figures are amounts, a difference where they are rates or not both positive.
    """
    years = end.at - now.at
    if years <= 0:
        return None
    told = rounded(years)
    if measure != "share" and now.value > 0 and end.value > 0:
        rate = math.expm1(math.log(float(end.value) / float(now.value)) / years) * 100
        return Growth(rounded(rate), True, told)
    return Growth(rounded(float(end.value - now.value) / years), False, told)


@dataclass(frozen=True)
class Standing:
    """How an indicator stands, with the arithmetic in words.

    period, value: the last figure known; expected: what the path asks of that period; target: what
    is to be reached in target_period; growth: what is still needed a year.
    """

    state: State
    words: T
    period: str = ""
    value: Decimal | None = None
    expected: Decimal | None = None
    target: Decimal | None = None
    target_period: str = ""
    growth: Growth | None = None

    @property
    def title(self) -> T:
        return STATES[self.state]


@dataclass(frozen=True)
class Goal:
    """A target as the rules need it; upper: top of the band of an indicator that lies within."""

    start: Point | None
    end: Point
    path: str = "linear"
    waypoints: tuple[Point, ...] = ()
    upper: Decimal | None = None


def state_of(now: Point, goal: Goal, direction: str, measure: str) -> tuple[State, Decimal]:
    """(state, figure expected at the time of the last one)."""
    over = now.at >= goal.end.at
    start = goal.start or now
    expected = (
        goal.end.value
        if over or direction == "within"
        else path_value(start, goal.end, now.at, goal.path, goal.waypoints)
    )
    if direction == "within":
        inside = (
            goal.end.value
            <= now.value
            <= (goal.upper if goal.upper is not None else goal.end.value)
        )
        if over:
            return (State.REACHED if inside else State.MISSED), expected
        return (State.ON_PATH if inside else State.BEHIND), expected
    better = now.value - expected if direction == "higher" else expected - now.value
    if over:
        return (State.REACHED if better >= 0 else State.MISSED), expected
    slack = TOLERANCE_POINTS if measure == "share" else abs(expected) * TOLERANCE_SHARE
    if better < -slack:
        return State.BEHIND, expected
    return (State.AHEAD if better > slack else State.ON_PATH), expected


def number_text(value: Decimal | None, decimals: int | None = None) -> str:
    """12,345.6 – with at most that many decimals, no trailing zeros; a dash for none."""
    if value is None:
        return "—"
    if decimals is not None:
        value = value.quantize(Decimal(1).scaleb(-decimals)) + Decimal(0)  # never -0
    text = f"{value:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def words_of(
    state: State, now: Point, expected: Decimal, goal: Goal, growth: Growth | None,
    *, period: T, target_period: T, unit: T, decimals: int,
) -> T:  # fmt: skip
    """The arithmetic of a standing as two sentences."""

    def said(value: Decimal) -> str:
        return number_text(value, decimals)

    over = state in (State.REACHED, State.MISSED)
    if goal.upper is not None:
        first = T(
            "{period}为{value}{unit}，目标区间{low}—{high}{unit}",
            "{period}: {value} {unit}; the band is {low} to {high} {unit}",
        ).format(period=period, value=said(now.value), low=said(goal.end.value),
                 high=said(goal.upper), unit=unit)  # fmt: skip
    else:
        first = T(
            "{period}为{value}{unit}，{asked}{expected}{unit}，相差{gap}{unit}",
            "{period}: {value} {unit}; {asked} {expected} {unit}; difference {gap} {unit}",
        ).format(
            period=period, value=said(now.value), expected=said(expected),
            gap=("+" if now.value >= expected else "") + said(now.value - expected), unit=unit,
            asked=T("目标值", "target") if over else T("按推进路径应为", "the path asks for"),
        )  # fmt: skip
    if over or growth is None:
        return first + T("。", ".")
    if growth.is_percent:
        second = T(
            "；到{target_period}达到{target}{unit}，今后每年须{way}{rate}%。",
            "; to reach {target} {unit} in {target_period} it has to {way} by {rate}% a year.",
        )
    else:
        second = T(
            "；到{target_period}达到{target}{unit}，今后每年须{way}{rate}{unit}。",
            "; to reach {target} {unit} in {target_period} it has to {way} by {rate} {unit} a year.",
        )
    way = T("增长", "grow") if growth.per_year >= 0 else T("下降", "fall")
    return first + second.format(
        target_period=target_period, target=said(goal.end.value), unit=unit, way=way,
        rate=number_text(abs(growth.per_year), 2),
    )  # fmt: skip
