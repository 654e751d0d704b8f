"""Periods: their kinds, their days, and walking among them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanggu.base.errors import Invalid
from guanggu.kernel.indicator import periods

DAYS = st.dates(date(1950, 1, 1), date(2090, 12, 31))
KINDS = st.sampled_from(sorted(periods.KINDS))


@pytest.mark.parametrize(
    ("key", "kind", "first", "last", "at"),
    [
        ("2019", "year", date(2019, 1, 1), date(2019, 12, 31), 2019.0),
        ("2019H1", "half", date(2019, 1, 1), date(2019, 6, 30), 2018.5),
        ("2019Q4", "quarter", date(2019, 10, 1), date(2019, 12, 31), 2019.0),
        ("2020-02", "month", date(2020, 2, 1), date(2020, 2, 29), 2019 + 2 / 12),
        ("2020-W53", "week", date(2020, 12, 28), date(2021, 1, 3), 2020 + 3 / 365),
        ("2020-02-29", "day", date(2020, 2, 29), date(2020, 2, 29), 2019 + 2 / 12),
    ],
)
def test_a_key_tells_its_kind_its_days_and_its_time(key, kind, first, last, at):
    assert periods.kind_of(key) == kind
    assert (periods.first_day(key), periods.last_day(key)) == (first, last)
    assert periods.year_time(key) == pytest.approx(at)


@pytest.mark.parametrize(
    "text",
    ["", "19", "2019Q5", "2019-13", "2019-02-30", "2021-W53", "2019H3", "二〇一九", "2019q1"],
)
def test_a_text_that_is_no_period_is_refused_with_an_example(text):
    with pytest.raises(Invalid) as refused:
        periods.kind_of(text)
    assert "2019Q1" in refused.value.fields["period"].zh


def test_a_period_of_another_kind_is_refused():
    with pytest.raises(Invalid) as refused:
        periods.demand_kind("2019", "month")
    assert "2019-03" in refused.value.message.en


@given(DAYS, KINDS)
def test_a_day_lies_in_its_period_and_the_next_begins_after_it(day, kind):
    key = periods.key_of(day, kind)
    assert periods.first_day(key) <= day <= periods.last_day(key)
    assert periods.kind_of(key) == kind
    after = periods.shift(key, 1)
    assert (periods.first_day(after) - periods.last_day(key)).days == 1
    assert periods.shift(after, -1) == key


@given(DAYS, st.sampled_from(sorted(periods.A_YEAR)), st.integers(1, 30))
def test_a_span_holds_each_period_once_and_a_year_has_its_number(day, kind, more):
    first = periods.key_of(day, kind)
    last = periods.shift(first, more)
    found = periods.span(first, last)
    assert len(found) == more + 1 == len(set(found))
    assert found == sorted(found)
    assert periods.number_in_year(first) == periods.number_in_year(periods.year_before(first))
    assert 1 <= periods.number_in_year(first) <= periods.A_YEAR[kind]


@given(DAYS, st.sampled_from(["year", "half", "quarter", "month"]))
def test_sdmx_writes_the_same_period(day, kind):
    key = periods.key_of(day, kind)
    assert periods.from_sdmx(periods.to_sdmx(key)) == key


def test_other_spellings_of_sdmx_are_understood():
    assert periods.from_sdmx("2019-M03") == "2019-03"
    assert periods.from_sdmx("2019-A1") == "2019"
    assert periods.year_before("2020-02-29") == "2019-02-28"
    assert periods.year_before("2020-W53") == "2019-W52"
    assert periods.title("2019H2").zh == "2019年下半年"
