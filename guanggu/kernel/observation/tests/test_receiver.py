"""From the gateway to the acknowledgement."""

from __future__ import annotations

from concurrent.futures import Future
from datetime import timedelta

import pytest

from guanggu.base import clock
from guanggu.base.actor import platform
from guanggu.base.errors import Unavailable
from guanggu.kernel.observation.batch import Batch
from guanggu.kernel.observation.declaring import StreamSpec, declare_station
from guanggu.kernel.observation.marks import Mark
from guanggu.kernel.observation.models import AlarmRule, Datastream, MaintenanceWindow, ToJudge
from guanggu.kernel.observation.receiving import Receiver
from guanggu.kernel.observation.store import Appended, observations
from guanggu.kernel.register.public import create_record

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def stream():
    thing = declare_station(
        platform("t"), key="S-1", name="站", kind="general",
        streams=[StreamSpec("w01018", "hour", "mg/L", 0, 100, name="COD")],
    )  # fmt: skip
    return Datastream.objects.get(thing=thing)


@pytest.fixture
def rule(stream):
    values = {"name": "超标", "kind": "limit", "datastream": stream.key, "upper": 40.0}
    made = create_record(platform("t"), collection="alarm_rules", values=values)
    return AlarmRule.objects.get(key=made["key"])


@pytest.fixture
def receiver():
    made = Receiver(lambda batch: observations().append(batch))
    made.start(refresh_s=3600)
    yield made
    made.close()


def now():
    return clock.to_microseconds(clock.now())


def test_what_a_rule_must_see_is_queued_before_the_sender_is_told(stream, rule, receiver):
    at = now() - 10_000_000
    answer = receiver.receive(Batch.of([stream.pk] * 3, [at, at + 1, at + 2], [5.0, 50.0, 6.0]))
    assert answer.result(5) == Appended(new=3)
    assert list(ToJudge.objects.values_list("value", "mark")) == [(50.0, 0)]
    # From now on every datum counts, until the judge says that it is over.
    receiver.append(Batch.of([stream.pk], [at + 3], [7.0]))
    assert ToJudge.objects.count() == 2
    again = receiver.append(Batch.of([stream.pk], [at + 1], [50.0]))
    assert again == Appended(new=0, repeated=1)
    assert ToJudge.objects.count() == 3


def test_without_a_rule_nothing_waits(stream, receiver):
    told: Future[Appended] = Future()
    receiver._submit = lambda batch: told
    assert receiver.receive(Batch.of([stream.pk], [now()], [5000.0])) is told
    assert not ToJudge.objects.exists()


def test_what_could_not_be_stored_is_not_queued(stream, rule, receiver):
    failed: Future[Appended] = Future()
    receiver._submit = lambda batch: failed
    answer = receiver.receive(Batch.of([stream.pk], [now()], [50.0]))
    failed.set_exception(Unavailable(clock_text()))
    with pytest.raises(Unavailable):
        answer.result(5)
    assert not ToJudge.objects.exists()


def clock_text():
    from guanggu.kernel.observation.store import NOT_RUNNING

    return NOT_RUNNING


def test_a_queue_that_cannot_be_written_leaves_the_batch_unacknowledged(
    stream, rule, receiver, monkeypatch
):
    from guanggu.kernel.observation.receiving import receiver as module

    def refuse(rows):
        raise OSError("disk full")

    monkeypatch.setattr(module, "queue_for_judge", refuse)
    answer = receiver.receive(Batch.of([stream.pk], [now()], [50.0]))
    with pytest.raises(Unavailable):
        answer.result(5)


def test_changed_rules_and_windows_hold_after_a_refresh(stream, receiver):
    assert not receiver.refresh()
    start = clock.now()
    create_record(
        platform("t"), collection="maintenance_windows",
        values={
            "thing": stream.thing.key, "kind": "calibration", "reason": "季度校准",
            "from_at": (start - timedelta(hours=1)).isoformat(),
        },
    )  # fmt: skip
    assert receiver.refresh()
    receiver.append(Batch.of([stream.pk], [now()], [55.0]))
    assert observations().latest([stream.pk])["mark"].to_pylist() == [Mark.CALIBRATION]
    assert MaintenanceWindow.objects.count() == 1


def test_after_a_start_what_waits_for_the_judge_is_hot_again(stream, rule):
    ToJudge.objects.create(stream=stream.pk, time=1, value=50.0, mark=0, result_time=1)
    made = Receiver(lambda batch: observations().append(batch))
    made.start(refresh_s=3600)
    try:
        made.append(Batch.of([stream.pk], [now()], [5.0]))
        assert ToJudge.objects.count() == 2
    finally:
        made.close()
