"""Growth, season and nowcast by table, by property, and on series whose truth is known."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guanggu.apps.macro_economy.rules import growth, nowcast, outlook, seasonal, spring_festival
from guanggu.apps.macro_economy.rules.exchange import read
from guanggu.apps.macro_economy.rules.shipped import definitions, sample_figures
from guanggu.base.errors import Invalid

AMOUNTS = st.decimals(1, 10_000, places=2)
YEARS = st.lists(st.lists(AMOUNTS, min_size=12, max_size=12), min_size=1, max_size=3)


def _monthly(years, first=2018):
    return {
        (first + y, m): value for y, months in enumerate(years) for m, value in enumerate(months, 1)
    }


def test_growth_is_told_on_the_year_the_period_and_the_sum():
    values = {(2018, 1): Decimal(100), (2018, 2): Decimal(80), (2019, 1): Decimal(110),
              (2019, 2): Decimal(100)}  # fmt: skip
    assert growth.on_year(values) == {(2019, 1): Decimal(10), (2019, 2): Decimal(25)}
    assert growth.on_previous(values, 12) == {
        (2018, 2): Decimal(-20),
        (2019, 2): Decimal("-9.0909"),
    }
    assert growth.cumulated(values)[2019, 2] == 210
    assert growth.cumulated_growth(values)[2019, 2] == Decimal("16.6667")
    assert growth.on_previous({(2018, 12): Decimal(5), (2019, 1): Decimal(6)}, 12) == {
        (2019, 1): Decimal(20)
    }


def test_a_base_that_is_not_positive_gives_no_rate_and_a_rate_gives_points():
    assert growth.percent(Decimal(5), Decimal(0)) is None
    assert growth.on_year({(2018, 1): Decimal(-1), (2019, 1): Decimal(3)}) == {}
    rates = {(2018, 1): Decimal("4.5"), (2019, 1): Decimal("5.0")}
    assert growth.on_year(rates, is_rate=True) == {(2019, 1): Decimal("0.5")}


def test_the_sum_ends_at_the_first_gap():
    values = {(2019, 1): Decimal(1), (2019, 3): Decimal(1)}
    assert growth.cumulated(values) == {(2019, 1): Decimal(1)}


@given(YEARS)
def test_single_figures_come_back_from_their_sums(years):
    values = _monthly(years)
    back, shared = growth.from_cumulated(growth.cumulated(values))
    assert back == values
    assert not shared


@given(YEARS)
def test_a_joint_figure_of_january_and_february_is_shared_and_the_sums_stay(years):
    sums = growth.cumulated(_monthly(years))
    joint = {place: v for place, v in sums.items() if place[1] != 1}
    back, shared = growth.from_cumulated(joint)
    assert {m for _, m in shared} == {1, 2}
    assert {p: v for p, v in growth.cumulated(back).items() if p[1] != 1} == joint


@given(YEARS, AMOUNTS)
def test_growth_does_not_change_with_the_unit(years, factor):
    values = _monthly(years)
    scaled = {place: value * factor for place, value in values.items()}
    assert growth.on_year(values) == growth.on_year(scaled)


def test_the_spring_festival_lies_in_january_and_february():
    assert spring_festival.share_in_month(2020, 1) == 1.0  # the 25th: from the 18th to the 31st
    assert spring_festival.share_in_month(2015, 2) == 1.0
    for year in range(2005, 2031):
        assert sum(spring_festival.share_in_month(year, m) for m in (1, 2)) == pytest.approx(1)
    assert not spring_festival.is_known(2031)


def _series(years: int, noise: float = 0.02, festival: float = 0.0, growth_a_month: float = 0.006):
    rng = np.random.default_rng(7)
    shape = 0.2 * np.sin(np.arange(12) / 12 * 2 * np.pi)
    values = {}
    for index in range(years * 12):
        place = (2012 + index // 12, index % 12 + 1)
        effect = festival * spring_festival.share_in_month(*place)
        told = index * growth_a_month + shape[place[1] - 1] + effect + rng.normal(0, noise)
        values[place] = float(100 * np.exp(told))
    return values, shape


def test_the_season_that_was_put_in_is_taken_out():
    values, shape = _series(10)
    done = seasonal.adjust(list(values), list(values.values()), 12)
    found = np.log(np.array(done.seasonal[-12:]))
    assert np.abs(found - found.mean() - shape).max() < 0.03
    assert done.checks["season_left_p"] > 0.01
    assert done.checks["strength"] > 0.9
    whole = np.array(done.adjusted) * np.array(done.seasonal)
    assert np.allclose(whole, list(values.values()))
    assert all(passed for _, passed, _ in seasonal.judged(done.checks))


def test_the_festival_that_was_put_in_is_found_and_one_that_is_not_there_is_not():
    with_it, _ = _series(12, noise=0.01, festival=-0.3)
    told = seasonal.adjust(list(with_it), list(with_it.values()), 12).parameters
    assert told["spring_festival"]["used"]
    assert told["spring_festival"]["beta"] == pytest.approx(-0.3, abs=0.05)
    without, _ = _series(12)
    told = seasonal.adjust(list(without), list(without.values()), 12).parameters
    assert not told["spring_festival"]["used"]


def test_a_short_or_broken_series_is_not_adjusted_and_told_why():
    values, _ = _series(2)
    with pytest.raises(Invalid) as refused:
        seasonal.adjust(list(values), list(values.values()), 12)
    assert "3" in refused.value.message.zh
    values, _ = _series(4)
    values.pop((2013, 5))
    with pytest.raises(Invalid) as refused:
        seasonal.adjust(list(values), list(values.values()), 12)
    assert "2013-5" in refused.value.message.en


def test_a_series_with_negative_values_is_adjusted_by_addition():
    values, _ = _series(6)
    shifted = [v - 120 for v in values.values()]
    done = seasonal.adjust(list(values), shifted, 12)
    assert not done.parameters["multiplicative"]
    assert np.allclose(np.array(done.adjusted) + np.array(done.seasonal), shifted)


@pytest.mark.parametrize("known", [3, 6, 10])
def test_the_nowcast_recovers_the_year_of_a_series_whose_truth_is_known(known):
    values, _ = _series(9)
    truth = sum(values[2020, m] for m in range(1, 13))
    given_until = {p: v for p, v in values.items() if p <= (2020, known)}
    said = nowcast.estimate(given_until, 2020, 12)
    assert said.known == known
    assert abs(said.value / truth - 1) < 0.02
    assert abs(said.value / truth - 1) < abs(said.same_rest / truth - 1)
    assert said.low < said.value < said.high
    assert said.low * 0.97 < truth < said.high * 1.03


def test_a_whole_year_is_itself_and_a_stock_is_what_stands_at_its_end():
    values, _ = _series(6)
    done = nowcast.estimate(values, 2017, 12)
    assert (
        done.value
        == done.low
        == done.high
        == pytest.approx(sum(values[2017, m] for m in range(1, 13)))
    )
    stock = nowcast.estimate({p: v for p, v in values.items() if p < (2017, 10)}, 2017, 12,
                             is_stock=True)  # fmt: skip
    assert abs(stock.value / values[2017, 12] - 1) < 0.06
    assert stock.same_rest == values[2016, 12]


def test_too_short_or_broken_a_history_gives_no_word():
    values, _ = _series(3)
    with pytest.raises(Invalid):
        nowcast.estimate({p: v for p, v in values.items() if p < (2014, 6)}, 2014, 12)
    values, _ = _series(6)
    values.pop((2015, 4))
    with pytest.raises(Invalid):
        nowcast.estimate({p: v for p, v in values.items() if p < (2017, 6)}, 2017, 12)


@settings(max_examples=4, deadline=None)
@given(st.integers(1, 11), st.floats(0.5, 2000))
def test_a_nowcast_scales_with_its_unit_and_holds_what_is_known(known, factor):
    values, _ = _series(5)
    part = {p: v for p, v in values.items() if p <= (2016, known)}
    one = nowcast.estimate(part, 2016, 12)
    other = nowcast.estimate({p: v * factor for p, v in part.items()}, 2016, 12)
    assert other.value == pytest.approx(one.value * factor, rel=0.02)
    assert one.low >= one.so_far


def test_the_past_error_is_stated_for_each_method():
    past = [
        nowcast.Past(2018, 9, said=110, low=95, high=115, same_rest=90, same_growth=100, came=100),
        nowcast.Past(2019, 9, said=100, low=98, high=99, same_rest=90, same_growth=105, came=100),
        nowcast.Past(2019, 6, said=100, low=98, high=102, same_rest=90, same_growth=105, came=100),
    ]
    assert nowcast.mape(past[:2]) == pytest.approx(5)
    assert nowcast.mape([]) is None
    told = outlook.errors_by_known(past)
    assert [(known, count, covered) for known, count, _, covered in told] == [
        (6, 1, 1),
        (9, 2, 0.5),
    ]
    assert "5.00%" in outlook.error_words(past, 9).en
    assert "1 次" not in outlook.error_words(past, 9).en
    assert outlook.error_words(past, 3).en.startswith("There is no past error")


@pytest.mark.parametrize(
    ("low", "high", "target", "direction", "said"),
    [
        (100, 110, 99, "higher", "likely"), (100, 110, 105, "higher", "unsure"),
        (100, 110, 111, "higher", "unlikely"), (100, 110, None, "higher", "none"),
        (100, 110, 111, "lower", "likely"), (100, 110, 99, "lower", "unlikely"),
    ],
)  # fmt: skip
def test_the_expected_year_is_held_against_its_target(low, high, target, direction, said):
    assert outlook.outlook(low, high, target, direction) == said


def test_sample_figures_are_the_same_each_time_and_come_in_the_order_of_publication():
    from datetime import date

    row = definitions()[1]
    first, again = (list(sample_figures(row, date(2026, 11, 26))) for _ in range(2))
    assert first == again
    days = [each["published"] for each in first]
    assert days == sorted(days)
    assert {each["status"] for each in first} == {"estimate", "final"}
    assert max(days) <= date(2026, 11, 26)


@pytest.mark.parametrize(
    "content",
    [b"", b"<html></html>", b"{}", b"\xff\xfe", b"DATAFLOW,FREQ\n",
     b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'],
)  # fmt: skip
def test_a_file_that_is_no_sdmx_data_is_refused(content):
    with pytest.raises(Invalid):
        read(content)


def test_csv_observations_are_read_by_their_headings():
    text = (
        "STRUCTURE:x,FREQ,INDICATOR: name,TIME_PERIOD,OBS_VALUE,OBS_STATUS\na,M,FAI,2019-01,5,E\n"
    )
    found = read(text.encode())
    assert [(o.number, o.indicator, o.period, o.value, o.status) for o in found] == [
        (1, "FAI", "2019-01", "5", "E")
    ]
