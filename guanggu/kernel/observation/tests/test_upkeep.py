"""Retention and the rates of what arrives."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanggu.base import clock
from guanggu.base.actor import platform
from guanggu.kernel.identity.testing import an_official
from guanggu.kernel.journal.public import Event
from guanggu.kernel.observation.batch import Batch
from guanggu.kernel.observation.declaring import StreamSpec, declare_station
from guanggu.kernel.observation.marks import Mark
from guanggu.kernel.observation.models import Datastream
from guanggu.kernel.observation.rates import added, rates
from guanggu.kernel.observation.retention import EARLIEST, remove_expired_data, spans_between
from guanggu.kernel.observation.reviewing import apply_reviews, review_data
from guanggu.kernel.observation.store import observations
from guanggu.kernel.observation.testing import at
from guanggu.kernel.register.public import create_record

HOUR = 3_600_000_000
NOW = clock.from_microseconds(at("2026-05-20 12:00"))


@pytest.fixture
def stream(db):
    thing = declare_station(
        platform("t"), key="S-1", name="站", kind="general",
        streams=[StreamSpec("w01001", "hour", "[pH]", every_s=3600, name="pH", retention_days=10)],
    )  # fmt: skip
    return Datastream.objects.get(thing=thing)


@given(st.lists(st.integers(-50, 50)), st.integers(-50, 50))
def test_all_before_the_limit_goes_but_what_is_kept(kept, until):
    spans = spans_between(kept, until)
    gone = {n for n in range(-60, 60) if any(start <= n < end for start, end in spans)}
    assert gone == set(range(-60, until)) - set(kept)
    assert spans == sorted(spans)
    assert not spans or spans[0][0] == EARLIEST


def test_data_past_their_days_go_reviewed_ones_stay_and_the_journal_says_so(
    stream, django_capture_on_commit_callbacks
):
    old, young = at("2026-05-01 00:00"), at("2026-05-15 00:00")
    times = [old, old + HOUR, old + 2 * HOUR, young]
    observations().append(Batch.of([stream.pk] * 4, times, [7.0, 7.1, 7.2, 7.3]))
    review_data(an_official(roles=["monitor"]), datastream=stream.key, decision="invalid",
                reason="故障", times=[old + HOUR])  # fmt: skip
    apply_reviews()
    with clock.fixed_at(NOW), django_capture_on_commit_callbacks(execute=True):
        assert remove_expired_data() == 2
    left = observations().series([stream.pk], old, young + 1)["time"].to_pylist()
    assert left == [old + HOUR, young]
    event = Event.objects.get(kind="observation.data_expired").body
    assert (event["count"], event["retention_days"]) == (2, 10)
    with clock.fixed_at(NOW):
        assert remove_expired_data() == 0


def test_rates_count_what_was_due_and_leave_out_hours_out_of_use(stream):
    start = NOW - timedelta(hours=10)
    times = [clock.to_microseconds(start) + n * HOUR for n in range(8)]
    marks = [0, 0, 0, 0, 0, 0, Mark.FAULT, Mark.CALIBRATION]
    observations().append(Batch.of([stream.pk] * 8, times, [7.0] * 8, marks))
    with clock.fixed_at(NOW):
        found = rates([stream], start, NOW + timedelta(days=3))[stream.pk]
        assert (found.due, found.received, found.valid) == (10, 8, 6)
        assert (found.transmission, found.validity, found.effective) == (0.8, 0.75, 0.8 * 0.75)
        for hours in ((8, 10), (9, 20)):  # they overlap
            create_record(
                platform("t"), collection="maintenance_windows",
                values={"thing": "S-1", "kind": "stopped", "reason": "停产",
                        "from_at": (start + timedelta(hours=hours[0])).isoformat(),
                        "until_at": (start + timedelta(hours=hours[1])).isoformat()},
            )  # fmt: skip
        assert rates([stream], start, NOW)[stream.pk].due == 8
    assert added([found, found]).due == 20
    assert rates([stream], NOW, NOW)[stream.pk].effective is None
