"""The invented series: repeatable, in order, within their limits, and different between stations."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanggu.kernel.observation.testing import at
from guanggu.site.simulation import weather
from guanggu.site.simulation.factors import FACTORS
from guanggu.site.simulation.series import Stream, batches, grid, place_of, values_at

DAY_US = 86_400_000_000
START = at("2026-07-01 00:00")


def stream(code: str = "a34004", place: str = "AQ-01", every_s: int = 3_600, **given) -> Stream:
    return Stream(1, code, place_of(place), every_s, **given)


@pytest.mark.parametrize("code", sorted(FACTORS))
def test_every_factor_gives_finite_values_within_the_plausible_range(code) -> None:
    times = grid(START, START + 20 * DAY_US, 3_600)
    values = values_at(stream(code, low=0.0, high=400.0), times)
    assert np.isfinite(values).all()
    assert values.min() >= 0.0
    assert values.max() <= 400.0


@given(st.integers(0, 400), st.sampled_from(sorted(FACTORS)))
def test_made_piece_by_piece_it_is_the_same(cut_h, code) -> None:
    end, cut = START + 20 * DAY_US, START + cut_h * 3_600_000_000
    whole = values_at(stream(code), grid(START, end, 3_600))
    parts = [values_at(stream(code), grid(*ends, 3_600)) for ends in ((START, cut), (cut, end))]
    assert np.array_equal(np.concatenate(parts), whole)


def test_neighbours_share_the_weather_and_are_not_the_same() -> None:
    times = grid(START, START + 60 * DAY_US, 3_600)
    one, other = (values_at(stream(place=p), times) for p in ("AQ-01", "AQ-02"))
    assert not np.array_equal(one, other)
    assert np.corrcoef(one, other)[0, 1] > 0.7


def test_ozone_is_made_by_the_sun_and_winter_has_more_dust() -> None:
    hours = weather.district_hours(grid(START, START + 30 * DAY_US, 3_600))
    ozone = values_at(stream("a05024"), grid(START, START + 30 * DAY_US, 3_600))
    of_day = weather.hour_of_day(hours)
    assert ozone[(of_day >= 12) & (of_day <= 15)].mean() > 2 * ozone[of_day <= 5].mean()
    winter = grid(at("2026-01-01 00:00"), at("2026-02-01 00:00"), 3_600)
    summer = grid(at("2026-07-01 00:00"), at("2026-08-01 00:00"), 3_600)
    assert values_at(stream(), winter).mean() > values_at(stream(), summer).mean()


def test_batches_rise_in_time_and_hold_each_datum_once() -> None:
    streams = [Stream(n, code, 7, 3_600) for n, code in enumerate(("a34004", "w01018"), start=1)]
    last, seen = 0, set()
    for batch in batches(streams, START, START + 40 * DAY_US):
        assert batch.times.min() >= last
        last = batch.times.max()
        keys = set(zip(batch.streams.tolist(), batch.times.tolist(), strict=True))
        assert not keys & seen
        seen |= keys
    assert 0.9 < len(seen) / (2 * 40 * 24) <= 1


def test_days_begin_at_the_districts_midnight() -> None:
    times = grid(at("2026-05-01 00:00"), at("2026-05-04 00:00"), 86_400)
    assert times.tolist() == [at(f"2026-05-0{n} 00:00") for n in (1, 2, 3)]
