"""Days judged by table, by the edition in force on the day of the data."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanggu.apps.environment.rules import judging
from guanggu.apps.environment.rules.days import midnight

DAY = date(2026, 5, 1)


def hours(values: list[float | None], day: date = DAY) -> dict[datetime, float | None]:
    start = midnight(day)
    return {start + timedelta(hours=n): v for n, v in enumerate(values)}


def air(day: date = DAY, **values: Any) -> judging.Judgement:
    codes = {"so2": "a21026", "no2": "a21004", "pm10": "a34002", "pm25": "a34004", "o3": "a05024",
             "co": "a21005"}  # fmt: skip
    usual = {"so2": 8, "no2": 25, "pm10": 40, "pm25": 20, "o3": 60, "co": 0.6, **values}
    given = {codes[k]: hours(v if isinstance(v, list) else [v] * 24, day) for k, v in usual.items()}
    return judging.air_day(day, given)


@pytest.mark.parametrize(
    ("pm25", "day", "aqi", "standard"),
    [
        (36.0, date(2026, 5, 1), 52, "HJ 633-2026"),
        (75.0, date(2026, 5, 1), 114, "HJ 633-2026"),
        (75.0, date(2026, 2, 27), 100, "HJ 633-2012"),
    ],
)
def test_the_edition_of_the_day_decides(pm25: float, day: date, aqi: int, standard: str):
    found = air(day, pm25=pm25)
    assert found.value == aqi
    assert found.decided_by == ("a34004",)
    assert standard in found.basis.zh
    assert found.meets == (aqi <= 100)


def test_a_day_of_nineteen_hours_has_no_mean():
    assert judging.mean_of_day(hours([10.0] * 19 + [None] * 5)) is None
    assert judging.mean_of_day(hours([10.0] * 20 + [None] * 4)) == 10.0


def test_ozone_is_the_largest_eight_hour_mean():
    values: list[float | None] = [20.0] * 12 + [180.0] * 8 + [20.0] * 4
    assert judging.ozone_of_day(hours(values)) == pytest.approx(180.0)
    assert judging.ozone_of_day(hours([50.0] * 10)) is None
    assert judging.ozone_of_day(hours([None] * 8 + [200.0] * 8)) == pytest.approx(200.0)


def test_a_day_without_one_pollutant_is_published_only_above_100():
    assert air(pm25=[None] * 24).value is None
    assert air(pm25=[None] * 24, pm10=260.0).value == 155


@pytest.mark.parametrize(
    ("values", "body", "grade", "decided"),
    [
        ({"w01009": 8.0, "w01019": 3.0, "w21003": 0.3, "w21011": 0.05}, "river", "2", "w01019"),
        ({"w01009": 8.0, "w01019": 1.5, "w21003": 0.1, "w21011": 0.06}, "lake", "4", "w21011"),
        ({"w01009": 1.5, "w01019": 1.5}, "river", "6", "w01009"),
        ({"w01001": 9.6, "w01009": 8.0}, "river", "6", "w01001"),
        ({"w21001": 9.9, "w01019": 1.0}, "lake", "1", None),
    ],
)
def test_the_worst_factor_sets_the_class(values, body, grade, decided):
    found = judging.water_mean(values, body, "3", 24, 24)
    assert found.grade == grade
    assert (decided is None) == (not found.decided_by)
    assert decided is None or decided in found.decided_by
    assert found.meets == (int(grade) <= 3)


def test_water_without_any_factor_has_no_class():
    found = judging.water_mean({"w01010": 20.0}, "river", "3", 1, 24)
    assert found.value is None
    assert found.meets is None


def test_noise_of_day_and_night_against_its_zone():
    leq = [45.0] * 6 + [58.0] * 16 + [45.0] * 2
    kept = judging.noise_day({"Leq": hours(leq)}, "n2")
    assert kept.meets
    assert kept.figures["Ld"] == pytest.approx(58.0)
    assert kept.figures["Ln"] == pytest.approx(45.0)
    loud = judging.noise_day({"Leq": hours([52.0] * 6 + [58.0] * 16 + [52.0] * 2)}, "n2")
    assert loud.meets is False
    assert loud.decided_by == ("Ln",)


def test_too_few_hours_of_the_night_are_not_judged():
    found = judging.noise_day({"Leq": hours([None] * 6 + [58.0] * 16 + [45.0] * 2)}, "n2")
    assert "Ln" not in found.figures
    assert found.value is None


def test_radiation_is_held_against_its_own_month():
    history = [(60.0 + n % 5, 0.0) for n in range(720)]
    quiet = judging.radiation_day({"dose_rate": hours([62.0] * 24)}, history)
    assert quiet.meets
    assert quiet.figures["baseline"] == pytest.approx(62.0)
    high = judging.radiation_day({"dose_rate": hours([62.0] * 23 + [95.0])}, history)
    assert high.meets is False
    short = judging.radiation_day({"dose_rate": hours([95.0] * 24)}, history[:20])
    assert short.meets is None


@given(
    st.lists(st.none() | st.floats(0, 900), max_size=24),
    st.dictionaries(st.sampled_from(sorted(judging.BY_HJ_212)), st.floats(0, 900)),
)
def test_any_day_gives_an_index_within_its_bounds_or_none(values, hour):
    day = judging.air_day(DAY, {"a34004": hours(values)})
    now = judging.air_hour(DAY, hour)
    for found in (day, now):
        assert found.value is None or 1 <= found.value <= 500
        assert found.basis.zh


def test_limits_follow_zone_average_and_date():
    before = judging.air_limits("a34004", "day", 2, date(2026, 2, 1))
    after = judging.air_limits("a34004", "day", 2, date(2026, 3, 1))
    later = judging.air_limits("a34004", "day", 2, date(2031, 1, 1))
    assert [x[0][0] for x in (before, after, later)] == [75, 60, 50]
    assert judging.air_limits("a01001", "day", 2, DAY) == []
    assert judging.noise_limits("n4a")[1][0] == 55
    assert judging.water_limits("w21011", "lake", "3")[0][0] == 0.05
