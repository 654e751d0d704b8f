"""Emission totals by table and by property."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanggu.apps.environment.rules.emissions import amount_of, hourly_kg, outlook


@pytest.mark.parametrize(
    ("concentration", "flow", "kg"),
    [
        (50.0, 100.0, 18.0),  # 50 mg/L at 100 L/s: 5 g/s
        (30.0, 40.0, 4.32),  # 30 mg/m3 at 40 m3/s: 1.2 g/s
        (-1.0, 40.0, 0.0),
        (30.0, 0.0, 0.0),
    ],
)
def test_an_hour_weighs_concentration_times_flow(concentration: float, flow: float, kg: float):
    assert hourly_kg(concentration, flow) == pytest.approx(kg)


def test_hours_without_both_figures_are_not_guessed():
    found = amount_of({1: 50.0, 2: None, 3: 60.0}, {1: 100.0, 2: 100.0}, 4, limit=55.0)
    assert found.amount_kg == pytest.approx(18.0)
    assert (found.valid_hours, found.expected_hours, found.over_hours) == (1, 4, 1)
    assert found.mean == pytest.approx(55.0)


MONTHS = [(date(2026, m, 1), 1000.0) for m in range(1, 11)]


def test_a_year_on_its_way_beyond_the_permit_says_from_which_day():
    seen = outlook(MONTHS, date(2026, 10, 31), 11.0)
    assert seen.to_date_t == pytest.approx(10.0)
    assert seen.expected_t == pytest.approx(12.0)
    assert seen.exceeds_on == date(2026, 12, 1)
    assert seen.tone == "warn"


def test_a_permit_used_up_names_the_month_in_which_it_was():
    seen = outlook(MONTHS, date(2026, 10, 31), 7.5)
    assert seen.exceeds_on == date(2026, 8, 31)
    assert seen.tone == "bad"


def test_a_year_within_its_permit_exceeds_nothing():
    seen = outlook(MONTHS, date(2026, 10, 31), 13.0)
    assert seen.exceeds_on is None
    assert seen.tone == "ok"
    assert seen.share == pytest.approx(10 / 13)


@given(
    st.dictionaries(st.integers(0, 50), st.none() | st.floats(-5, 500)),
    st.dictionaries(st.integers(0, 50), st.none() | st.floats(-5, 500)),
)
def test_an_amount_is_never_negative_and_counts_no_hour_twice(concentrations, flows):
    found = amount_of(concentrations, flows, 51)
    assert found.amount_kg >= 0
    assert found.valid_hours <= min(len(concentrations), len(flows))


@given(
    st.lists(st.floats(0, 1e6), min_size=1, max_size=12),
    st.floats(0.001, 1e4),
    st.integers(1, 28),
)
def test_more_is_expected_than_has_left_already(amounts, permitted, day):
    months = [(date(2026, m, 1), kg) for m, kg in enumerate(amounts, 1)]
    seen = outlook(months, date(2026, len(amounts), day), permitted)
    assert seen.expected_t >= seen.to_date_t
    assert (seen.tone == "ok") == (seen.exceeds_on is None)
