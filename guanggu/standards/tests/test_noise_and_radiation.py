"""Levels of sound and their limits; dose rate against its baseline; marks of means."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanggu.standards import gb_3096_2008, gb_12523_2025, hj_61_2021
from guanggu.standards.hj_212.aggregation import mark_of_mean
from guanggu.standards.sound_levels import (
    day_and_night,
    day_night_level,
    equivalent_level,
    exceeded_level,
    is_night,
    levels_of,
)

LEVELS = st.lists(st.floats(20, 130), min_size=1, max_size=60)


def test_worked_figures_of_sound():
    assert equivalent_level([50, 60, 70]) == pytest.approx(65.68, abs=0.005)
    assert day_night_level(60, 50) == pytest.approx(60.00, abs=0.005)
    assert day_night_level(60, 45) == pytest.approx(58.88, abs=0.005)
    assert exceeded_level(range(101), 10) == 90
    assert exceeded_level(range(101), 90) == 10
    assert equivalent_level([]) is None


@given(LEVELS)
def test_levels_stand_in_their_order(samples):
    found = levels_of(samples)
    ordered = [found.smallest, found.l95, found.l90, found.l50, found.l10, found.l5, found.largest]
    assert ordered == sorted(ordered)
    assert found.smallest - 1e-9 <= found.leq <= found.largest + 1e-9


@pytest.mark.parametrize(
    ("hour", "expected"), [(5, True), (6, False), (21, False), (22, True), (0, True)]
)
def test_night_is_from_22_to_6(hour, expected):
    assert is_night(hour) is expected


def test_day_and_night_are_parted_by_the_hour():
    day, night = day_and_night((hour, 60.0 if 6 <= hour < 22 else 50.0) for hour in range(24))
    assert (day, night) == (pytest.approx(60), pytest.approx(50))


@pytest.mark.parametrize(
    ("zone", "day", "night"),
    [("0", 50, 40), ("1", 55, 45), ("2", 60, 50), ("3", 65, 55), ("4a", 70, 55), ("4b", 70, 60)],
)
def test_limits_of_each_zone(zone, day, night):
    assert gb_3096_2008.verdict(zone, day, is_night=False).is_kept
    assert not gb_3096_2008.verdict(zone, day + 0.1, is_night=False).is_kept
    assert gb_3096_2008.verdict(zone, night + 3, is_night=True).over_db == 3
    assert gb_3096_2008.sudden_noise_verdict(zone, night + 15).is_kept
    assert not gb_3096_2008.sudden_noise_verdict(zone, night + 15.1).is_kept


def test_construction_sites_have_their_own_limits():
    assert gb_12523_2025.verdict(70, is_night=False).is_kept
    assert not gb_12523_2025.verdict(56, is_night=True).is_kept
    assert gb_12523_2025.verdict(56, is_night=False, is_indoor=True).limit_db == 60
    assert not gb_12523_2025.largest_level_verdict(70.5).is_kept


def month(seed: int = 7) -> list[tuple[float, bool]]:
    dice = random.Random(seed)
    return [
        (dice.gauss(98, 2) if is_wet else dice.gauss(85, 1.5), is_wet)
        for is_wet in [hour % 3 == 0 for hour in range(720)]
    ]


def test_dose_rate_is_judged_against_dry_and_wet_hours_apart():
    known = hj_61_2021.baseline(month(), "nGy/h")
    assert known.dry_mean == pytest.approx(85, abs=0.5)
    assert known.wet_mean == pytest.approx(98, abs=0.5)
    of = {"unit": "nGy/h", "against": known}
    assert hj_61_2021.judge(86, **of, is_wet=False).finding.value == "normal"
    assert hj_61_2021.judge(99, **of, is_wet=True).finding.value == "rain"
    assert hj_61_2021.judge(99, **of, is_wet=False).finding.value == "high"
    assert hj_61_2021.judge(130, **of, is_wet=True).finding.value == "high"


def test_rain_is_felt_for_three_hours():
    assert hj_61_2021.wet_hours([0, 2.5, 0, 0, 0, 0]) == [False, True, True, True, True, False]


def test_a_short_history_is_no_baseline():
    known = hj_61_2021.baseline([(85.0, False)] * 167, "nGy/h")
    assert hj_61_2021.judge(200, "nGy/h", known, is_wet=False) is None


def test_air_kerma_and_dose_equivalent_are_never_mixed():
    known = hj_61_2021.baseline(month(), "nSv/h")
    with pytest.raises(ValueError, match="cannot be compared"):
        hj_61_2021.judge(90, "nGy/h", known, is_wet=False)
    with pytest.raises(ValueError, match="dose rate"):
        hj_61_2021.baseline([], "mg/L")


@pytest.mark.parametrize(
    ("marks", "kind", "expected"),
    [
        ("NNNN", "32", "N"), ("NNNM", "32", "M"), ("NDNM", "32", "D"), ("NNND", "31", "N"),
        ("NNDD", "31", "D"), ("", "31", "D"), ("NNN" + "C", "31", "N"),
    ],
)  # fmt: skip
def test_the_mark_of_a_mean_follows_its_data(marks, kind, expected):
    assert mark_of_mean(marks, kind) == expected
