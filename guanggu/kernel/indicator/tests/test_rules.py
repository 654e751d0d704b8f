"""Paths, growth and standing by table and by property."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanggu.base.bilingual import T
from guanggu.kernel.indicator.rules import (
    Goal,
    Point,
    State,
    growth_needed,
    needs_reason,
    number_text,
    path_value,
    state_of,
    words_of,
)

AMOUNTS = st.decimals(1, 100_000, places=2)
START, END = Point(2015.0, Decimal(100)), Point(2020.0, Decimal(200))


@pytest.mark.parametrize(
    ("at", "path", "expected"),
    [
        (2014.0, "linear", "100"),
        (2017.0, "linear", "140"),
        (2017.5, "linear", "150"),
        (2017.5, "compound", "141.421356"),  # the geometric mean
        (2021.0, "compound", "200"),
        (2016.0, "steps", "105"),
        (2017.0, "steps", "110"),
        (2018.5, "steps", "155"),
    ],
)
def test_the_path_asks_for_a_figure_at_each_time(at, path, expected):
    waypoints = [Point(2017.0, Decimal(110))]
    assert path_value(START, END, at, path, waypoints) == Decimal(expected)


def test_a_compound_path_through_zero_goes_straight():
    assert path_value(Point(0, Decimal(-10)), Point(2, Decimal(10)), 1, "compound") == 0


@given(AMOUNTS, AMOUNTS, st.floats(2015, 2020), st.sampled_from(["linear", "compound"]))
def test_a_path_stays_between_its_ends(low, high, at, path):
    start, end = Point(2015, low), Point(2020, high)
    found = path_value(start, end, at, path)
    slack = Decimal("0.00001")
    assert min(low, high) - slack <= found <= max(low, high) + slack


@given(AMOUNTS, AMOUNTS, st.integers(1, 15))
def test_growing_by_the_needed_rate_reaches_the_target(now, target, years):
    growth = growth_needed(Point(2020, now), Point(2020 + years, target), "flow")
    assert growth.is_percent
    reached = float(now) * (1 + float(growth.per_year) / 100) ** years
    assert reached == pytest.approx(float(target), rel=1e-3)


@given(st.decimals(0, 100, places=1), st.decimals(0, 100, places=1), st.integers(1, 15))
def test_a_rate_grows_by_points(now, target, years):
    growth = growth_needed(Point(2020, now), Point(2020 + years, target), "share")
    assert not growth.is_percent
    assert float(now) + float(growth.per_year) * years == pytest.approx(float(target), abs=1e-4)


def test_no_growth_is_asked_when_time_is_up_and_a_difference_where_a_figure_is_not_positive():
    assert growth_needed(END, Point(2020.0, Decimal(1)), "flow") is None
    needed = growth_needed(Point(2020, Decimal(0)), Point(2025, Decimal(50)), "stock")
    assert (needed.per_year, needed.is_percent) == (Decimal(10), False)


@pytest.mark.parametrize(
    ("at", "value", "direction", "measure", "state"),
    [
        (2017.0, "140", "higher", "flow", State.ON_PATH),
        (2017.0, "137.3", "higher", "flow", State.ON_PATH),  # within 2 % of 140
        (2017.0, "137.1", "higher", "flow", State.BEHIND),
        (2017.0, "143", "higher", "flow", State.AHEAD),
        (2017.0, "143", "lower", "flow", State.BEHIND),
        (2017.0, "139.1", "higher", "share", State.ON_PATH),  # within a point
        (2017.0, "138.9", "higher", "share", State.BEHIND),
        (2020.0, "200", "higher", "flow", State.REACHED),
        (2020.0, "199.9", "higher", "flow", State.MISSED),
        (2020.0, "199.9", "lower", "flow", State.REACHED),
    ],
)
def test_a_figure_stands_beside_its_path(at, value, direction, measure, state):
    goal = Goal(START, END)
    assert state_of(Point(at, Decimal(value)), goal, direction, measure)[0] is state


@pytest.mark.parametrize(
    ("value", "at", "state"),
    [
        ("55", 2017, State.ON_PATH), ("61", 2017, State.BEHIND), ("50", 2020, State.REACHED),
        ("49", 2020, State.MISSED),
    ],
)  # fmt: skip
def test_a_band_is_held_or_not(value, at, state):
    goal = Goal(None, Point(2020, Decimal(50)), upper=Decimal(60))
    assert state_of(Point(at, Decimal(value)), goal, "within", "share")[0] is state


def test_without_a_baseline_the_last_figure_is_where_the_path_begins():
    state, expected = state_of(Point(2018, Decimal(150)), Goal(None, END), "higher", "flow")
    assert (state, expected) == (State.ON_PATH, Decimal(150))


def test_the_arithmetic_is_said_in_words():
    now, goal = Point(2017, Decimal("137")), Goal(START, END)
    state, expected = state_of(now, goal, "higher", "flow")
    words = words_of(
        state, now, expected, goal, growth_needed(now, END, "flow"), period=T("2017年", "2017"),
        target_period=T("2020年", "2020"), unit=T("亿元", "100m CNY"), decimals=1,
    )  # fmt: skip
    assert words.zh == (
        "2017年为137亿元，按推进路径应为140亿元，相差-3亿元；到2020年达到200亿元，"
        "今后每年须增长13.44%。"
    )
    assert "by 13.44% a year" in words.en


@pytest.mark.parametrize(
    ("before", "after", "needed"),
    [
        ("estimate", "estimate", False), ("estimate", "final", False),
        ("preliminary", "estimate", True), ("final", "final", True), ("final", "estimate", True),
    ],
)  # fmt: skip
def test_a_surer_figure_is_not_replaced_without_a_reason(before, after, needed):
    assert needs_reason(before, after) is needed


def test_numbers_are_written_for_people():
    assert number_text(Decimal("1234567.500"), 2) == "1,234,567.5"
    assert number_text(Decimal("0.005"), 2) == "0"
    assert number_text(Decimal("-0.001"), 1) == "0"
    assert number_text(None) == "—"
