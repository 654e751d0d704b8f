"""Figures of periods by the standards' rules of valid data, and gaps."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanggu.base.clock import DISTRICT_ZONE, to_microseconds
from guanggu.kernel.observation.batch import Batch
from guanggu.kernel.observation.gaps import gaps_between, joined_gaps
from guanggu.kernel.observation.marks import Mark
from guanggu.kernel.observation.models import Datastream, Thing
from guanggu.kernel.observation.store import observations
from guanggu.kernel.observation.valid_data import sliding_means, valid_means

MIDNIGHT = datetime(2026, 5, 1, tzinfo=DISTRICT_ZONE)


def _stream(kind: str = "air_station", every_s: int = 3600) -> Datastream:
    interval = "hour" if every_s == 3600 else "instant"
    return Datastream(pk=7, thing=Thing(kind=kind), interval=interval, every_s=every_s)


def _fill(values, every=timedelta(hours=1), mark=0, start=MIDNIGHT):
    times = [to_microseconds(start + n * every) for n in range(len(values))]
    observations().append(Batch.of([7] * len(values), times, values, mark))


@pytest.mark.parametrize(("hours", "is_valid"), [(19, False), (20, True), (24, True)])
def test_a_day_of_air_needs_twenty_valid_hours(hours, is_valid):
    _fill([30.0] * hours)
    (day,) = valid_means(_stream(), MIDNIGHT, MIDNIGHT + timedelta(days=1), "day")
    assert (day.value == 30.0, day.valid, day.needed) == (is_valid, hours, 20)
    assert (day.reason is None) == is_valid


@pytest.mark.parametrize(("data", "is_valid"), [(8, False), (9, True)])
def test_an_hour_needs_three_quarters_of_its_data(data, is_valid):
    _fill([1.0] * data, timedelta(minutes=5))
    _fill(
        [9.0] * (12 - data), timedelta(minutes=5), Mark.FAULT,
        MIDNIGHT + timedelta(minutes=5 * data),
    )  # fmt: skip
    (hour,) = valid_means(_stream(every_s=300), MIDNIGHT, MIDNIGHT + timedelta(hours=1), "hour")
    assert (hour.value == 1.0, hour.valid, hour.expected) == (is_valid, data, 12)


def test_a_month_needs_twenty_seven_days_and_a_year_every_month():
    start = datetime(2026, 1, 1, tzinfo=DISTRICT_ZONE)
    _fill([50.0] * 24 * 365, start=start)
    end = datetime(2027, 1, 1, tzinfo=DISTRICT_ZONE)
    months = valid_means(_stream(), start, end, "month")
    assert [m.needed for m in months][:3] == [27, 25, 27]
    assert [y.value for y in valid_means(_stream(), start, end, "year")] == [pytest.approx(50.0)]
    february = datetime(2026, 2, 1, tzinfo=DISTRICT_ZONE)
    observations().remove(
        [7], to_microseconds(february), to_microseconds(february + timedelta(days=4))
    )
    assert [y.value for y in valid_means(_stream(), start, end, "year")] == [None]


def test_levels_of_noise_are_joined_by_their_energy():
    _fill([50.0, 60.0, 70.0] * 4, timedelta(minutes=5))
    stream = _stream("noise_station", 300)
    (hour,) = valid_means(stream, MIDNIGHT, MIDNIGHT + timedelta(hours=1), "hour")
    assert hour.value == pytest.approx(65.68, abs=0.01)


def test_an_eight_hour_mean_needs_six_hours():
    _fill([80.0] * 6)
    hours = valid_means(_stream(), MIDNIGHT, MIDNIGHT + timedelta(days=1), "hour")
    assert [m.value for m in sliding_means(hours)] == [None] * 5 + [80.0]


def test_a_day_of_water_measured_every_four_hours_needs_its_share_of_six():
    _fill([7.0] * 6, timedelta(hours=4))
    stream = _stream("surface_water_station", 4 * 3600)
    (day,) = valid_means(stream, MIDNIGHT, MIDNIGHT + timedelta(days=1), "day")
    assert (day.value, day.expected) == (7.0, 6)


@given(st.sets(st.integers(0, 200)), st.integers(1, 3600))
def test_gaps_and_data_make_up_what_was_expected(present, every_s):
    start = to_microseconds(datetime(2026, 5, 1, tzinfo=UTC))
    step = every_s * 1_000_000
    times = [start + n * step for n in sorted(present)]
    found = gaps_between(7, times, start, start + 201 * step, every_s)
    assert sum(gap.missing for gap in found) + len(times) == 201
    assert all(gap.start_at < gap.end_at for gap in found)


def test_gaps_of_several_streams_become_one_request():
    hour = 3600 * 10**6
    start = to_microseconds(MIDNIGHT.astimezone(UTC))
    first = gaps_between(1, [start, start + 5 * hour], start, start + 6 * hour, 3600)
    second = gaps_between(2, [start, start + 4 * hour], start, start + 6 * hour, 3600)
    (one,) = joined_gaps([*first, *second])
    assert one.start_at == MIDNIGHT + timedelta(hours=1)
    assert one.end_at == MIDNIGHT + timedelta(hours=6)
