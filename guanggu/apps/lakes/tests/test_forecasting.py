"""Forecasts: better than persistence where there is something to learn, honest where not."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanggu.apps.lakes.rules.forecasting import (
    Step,
    bloom_features,
    chance_above,
    filled,
    forecast,
    level_features,
    risk_of,
)


def a_level(hours: int, seed: int = 7, noise: float = 0.002):
    """Rain runs off within two days: what has fallen tells of the fall to come."""
    rng = np.random.default_rng(seed)
    rain = np.where(rng.random(hours) < 0.02, rng.exponential(18, hours), 0.0)
    stored, level = 0.0, np.empty(hours)
    for n in range(hours):
        stored = stored * 0.5 ** (1 / 24) + rain[n] * 0.008
        level[n] = 18.0 + stored
    return level + rng.normal(0, noise, hours), rain


def test_a_falling_flood_is_forecast_better_than_by_persistence():
    level, rain = a_level(4_000)
    steps = forecast(level, level_features(level, rain), (6, 24, 48))
    assert [step.horizon for step in steps] == [6, 24, 48]
    for step in steps:
        assert step.skill > 0.02
        assert not step.persists
        assert step.error < step.persistence_error
        assert step.low < step.value < step.high


def test_a_random_walk_cannot_be_forecast_and_the_forecast_says_so():
    rng = np.random.default_rng(3)
    level = 18 + np.cumsum(rng.normal(0, 0.01, 3_000))
    steps = forecast(level, level_features(level, np.zeros(3_000)), (24, 72))
    assert steps
    for step in steps:
        assert step.persists
        assert step.value == pytest.approx(level[-1])
        assert step.error == pytest.approx(step.persistence_error)


def test_the_band_holds_about_its_share_of_what_comes():
    level, rain = a_level(6_000)
    cut = 4_000
    within = tried = 0
    for end in range(cut, 5_900, 60):
        (step,) = forecast(level[:end], level_features(level[:end], rain[:end]), (24,))
        came = level[end - 1 + 24]
        within += step.low <= came <= step.high
        tried += 1
    assert 0.6 <= within / tried <= 0.97


def test_nothing_beyond_the_origin_teaches_the_trial():
    """A jump at the very end cannot make the trial look better: it lies after every origin."""
    level, rain = a_level(3_000)
    before = forecast(level, level_features(level, rain), (24,))[0]
    longer = np.append(level, level[-1])
    after = forecast(longer, level_features(longer, np.append(rain, 0.0)), (24,))[0]
    assert after.error == pytest.approx(before.error, rel=0.1)


@pytest.mark.parametrize("hours", [0, 1, 5, 100])
def test_too_short_a_history_gives_no_forecast(hours):
    level, rain = a_level(max(hours, 1))
    level, rain = level[:hours], rain[:hours]
    features = level_features(level, rain) if hours else np.zeros((0, 9))
    assert forecast(level, features, (24,)) == []


def test_a_missing_present_gives_no_forecast():
    level, rain = a_level(2_000)
    level[-1] = np.nan
    assert forecast(level, level_features(level, rain), (24,)) == []


def test_blooms_are_forecast_by_day():
    rng = np.random.default_rng(5)
    grown = np.empty(800)
    grown[0] = 2.3
    for n in range(1, 800):
        grown[n] = 2.3 + 0.6 * (grown[n - 1] - 2.3) + rng.normal(0, 0.12)
    steps = forecast(grown, bloom_features(grown, np.full(800, 22.0), np.zeros(800)), (1, 2, 3))
    assert [step.horizon for step in steps] == [1, 2, 3]
    assert steps[-1].skill > 0.05


def test_short_gaps_are_bridged_and_long_ones_stay():
    values = np.array([1.0, np.nan, 3.0, *[np.nan] * 20, 5.0])
    made = filled(values, 12)
    assert made[1] == 2.0
    assert np.isnan(made[5])


@given(st.floats(-5, 5), st.floats(0.01, 3), st.floats(-6, 6))
def test_a_chance_falls_as_its_threshold_rises(value, half, threshold):
    step = Step(1, value, value - half, value + half, 0.1, 0.1, 0.0, 10, False)
    here, above = chance_above(step, threshold), chance_above(step, threshold + 0.5)
    assert 0 <= above <= here <= 1
    assert risk_of(here) in ("low", "some", "high")
    assert chance_above(step, value) == pytest.approx(0.5)
