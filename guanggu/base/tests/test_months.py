"""Months follow one another over the ends of years."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanggu.base.months import month_before, month_of, months_between, next_month

DAYS = st.dates(date(1950, 1, 1), date(2200, 12, 31))


@given(DAYS)
def test_months_follow_one_another(day: date) -> None:
    month = month_of(day)
    assert month_before(next_month(day)) == month
    assert next_month(month_before(day)) == month
    assert timedelta(days=28) <= next_month(day) - month <= timedelta(days=31)
    assert months_between(day, next_month(day)) == [month, next_month(day)]


@pytest.mark.parametrize(
    ("first", "last", "count"),
    [(date(2025, 11, 30), date(2026, 2, 1), 4), (date(2026, 5, 9), date(2026, 5, 1), 1),
     (date(2026, 5, 1), date(2026, 4, 30), 0)],
)  # fmt: skip
def test_both_ends_are_counted(first: date, last: date, count: int) -> None:
    assert len(months_between(first, last)) == count
