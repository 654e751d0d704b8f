"""AQI and limits of ambient air: points of the standards, an independent library, properties."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanggu.standards import hj_633_2012, hj_633_2026
from guanggu.standards.air_quality_index import DAILY, HOURLY, LEVELS, level_of, sub_index
from guanggu.standards.gb_t_8170_2008 import rounded, rounded_to_figures
from guanggu.standards.versions_in_force import (
    air_index_edition,
    ambient_air_limit,
    daily_air_index,
    hourly_air_index,
)

NEW, OLD = hj_633_2026.EDITION, hj_633_2012.EDITION


@pytest.mark.parametrize(
    ("edition", "column", "concentration", "expected"),
    [
        (NEW, "pm25_24h", 35, 50), (NEW, "pm25_24h", 36, 52), (NEW, "pm25_24h", 60, 100),
        (NEW, "pm25_24h", 61, 101), (NEW, "pm25_24h", 75, 114), (NEW, "pm25_24h", 115, 150),
        (NEW, "pm10_24h", 121, 101), (NEW, "so2_1h", 801, 200), (NEW, "o3_8h", 801, 300),
        (NEW, "co_24h", 4.1, 101), (NEW, "no2_1h", 201, 101), (NEW, "so2_24h", 150, 100),
        (NEW, "pm25_24h", 9999, 500), (NEW, "pm25_24h", 0, 0), (NEW, "pm25_24h", 35.5, 52),
        (NEW, "pm25_24h", 34.5, 49), (NEW, "pm25_24h", 35.4999, 50),
        (OLD, "pm25_24h", 75, 100), (OLD, "pm10_24h", 150, 100), (OLD, "so2_1h", 801, None),
        (OLD, "o3_8h", 801, None), (OLD, "o3_8h", 800, 300),
    ],
)  # fmt: skip
def test_points_of_the_table_give_their_index(edition, column, concentration, expected):
    pollutant = column.partition("_")[0]
    assert sub_index(edition, pollutant, column, concentration).value == expected


# Between whole numbers of CO it computes in binary and rounds 55.000…01 up to 56; its daily column
# of SO2 uses the breakpoints of one hour up to 800 µg/m³, against table 3.
AGREEING = sorted(set(NEW.breakpoints) - {"so2_24h"})


@pytest.mark.parametrize("column", AGREEING)
def test_an_independent_library_agrees_on_every_whole_number(column):
    aqi_hub = pytest.importorskip("aqi_hub.aqi_cn.aqi")
    pollutant = column.partition("_")[0]
    names = {"pm25_24h": "PM25_24H", "pm10_24h": "PM10_24H"}
    end = int(next(p for p in reversed(NEW.breakpoints[column]) if p))
    for number in range(0, end + 1, max(1, end // 700)):
        concentration = float(number)
        theirs = aqi_hub.cal_iaqi_cn(names.get(column, column.upper()), concentration)
        assert sub_index(NEW, pollutant, column, concentration).value == theirs, concentration


@given(st.sampled_from(sorted(NEW.breakpoints)), st.floats(0, 5000), st.floats(0, 5000))
def test_more_of_a_pollutant_never_gives_less(column, one, other):
    pollutant = column.partition("_")[0]
    low, high = sorted((one, other))
    assert (
        sub_index(NEW, pollutant, column, low).value
        <= sub_index(NEW, pollutant, column, high).value
    )


CLEAN = {"so2": 8, "no2": 30, "co": 0.8, "o3": 90, "pm10": 45, "pm25": 30}


def test_the_largest_decides_and_ties_are_all_named():
    found = hj_633_2026.daily_index({**CLEAN, "pm10": 120, "pm25": 60})
    assert (found.value, found.primary) == (100, ("pm10", "pm25"))
    assert found.level.name == "良"
    assert "HJ 633-2026" in str(found.clause)


def test_no_primary_pollutant_is_named_where_the_air_is_excellent():
    found = hj_633_2026.hourly_index(CLEAN)
    assert found.primary == ()
    assert found.level is LEVELS[0]


def test_the_index_is_exact_where_binary_fractions_are_not():
    assert sub_index(NEW, "co", "co_24h", 2.2).value == 55


def test_with_a_pollutant_missing_only_a_bad_index_is_published():
    without = {key: value for key, value in CLEAN.items() if key != "o3"}
    assert hj_633_2026.daily_index(without).value is None
    assert hj_633_2026.daily_index(without).missing == ("o3",)
    assert hj_633_2026.daily_index({**without, "pm25": 116}).value == 152
    assert hj_633_2026.daily_index({}).value is None


def test_by_the_edition_of_2012_much_ozone_counts_by_its_hour():
    found = hj_633_2012.daily_index({**CLEAN, "o3": 801, "o3_1h": 1000})
    assert (found.value, found.primary) == (400, ("o3",))


@pytest.mark.parametrize("wrong", [-1, float("nan"), float("inf")])
def test_a_concentration_that_cannot_be_is_refused(wrong):
    with pytest.raises(ValueError):  # noqa: PT011 - any value error will do
        sub_index(NEW, "pm25", "pm25_24h", wrong)


@pytest.mark.parametrize(
    ("value", "number"),
    [(0, 1), (50, 1), (51, 2), (150, 3), (151, 4), (300, 5), (301, 6), (500, 6)],
)
def test_levels_begin_behind_their_bounds(value, number):
    assert level_of(value).number == number


def test_the_edition_is_that_of_the_day_of_the_data():
    assert air_index_edition(date(2026, 2, 28)) is OLD
    assert air_index_edition(date(2026, 3, 1)) is NEW
    day = {**CLEAN, "pm25": 75}
    assert daily_air_index(date(2026, 2, 28), day).value == 100
    assert daily_air_index(date(2026, 3, 1), day).value == 114
    assert hourly_air_index(date(2026, 3, 1), day).value == 114
    assert set(DAILY) == set(HOURLY)


@pytest.mark.parametrize(
    ("item", "average", "zone", "on", "value"),
    [
        ("pm25", "year", 2, date(2026, 2, 28), 35), ("pm25", "year", 2, date(2026, 3, 1), 30),
        ("pm25", "year", 2, date(2030, 12, 31), 30), ("pm25", "year", 2, date(2031, 1, 1), 25),
        ("so2", "1h", 2, date(2031, 1, 1), 150), ("so2", "1h", 2, date(2026, 5, 1), 500),
        ("o3", "8h", 1, date(2026, 5, 1), 100), ("nox", "day", 2, date(2031, 5, 1), 70),
        ("pm10", "day", 2, date(2020, 5, 1), 150), ("co", "1h", 1, date(2040, 1, 1), 10),
    ],
)  # fmt: skip
def test_limits_change_with_the_date(item, average, zone, on, value):
    found = ambient_air_limit(item, average, zone, on)
    assert found.value == value
    assert found.unit == ("mg/m3" if item == "co" else "ug/m3")
    assert found.is_kept_by(value)
    assert not found.is_kept_by(value + 0.1)


def test_what_the_standard_does_not_limit_has_no_limit():
    with pytest.raises(KeyError):
        ambient_air_limit("pm25", "1h", 2, date(2026, 5, 1))
    with pytest.raises(KeyError):
        ambient_air_limit("pm25", "day", 3, date(2026, 5, 1))


@pytest.mark.parametrize(
    ("value", "places", "expected"),
    [
        (0.5, 0, 0),
        (1.5, 0, 2),
        (2.5, 0, 2),
        (2.5001, 0, 3),
        (0.285, 2, "0.28"),
        (0.275, 2, "0.28"),
        (1250, -2, "1.2E+3"),
        (-0.5, 0, 0),
    ],
)
def test_half_goes_to_the_even_digit(value, places, expected):
    assert rounded(value, places) == Decimal(str(expected))


def test_rounding_to_significant_figures():
    assert rounded_to_figures(0.012345, 3) == Decimal("0.0123")
    assert rounded_to_figures(98765, 2) == Decimal("9.9E+4")
