"""A datum once reviewed or sealed changes only with a journaled reason."""

from __future__ import annotations

import pytest

from guanggu.base import clock
from guanggu.base.actor import VISITOR, platform
from guanggu.base.errors import Conflict, Forbidden, Invalid, Missing
from guanggu.kernel.identity.testing import an_official
from guanggu.kernel.journal.public import history, verify
from guanggu.kernel.observation import reviewing
from guanggu.kernel.observation.batch import Batch
from guanggu.kernel.observation.declaring import StreamSpec, declare_station
from guanggu.kernel.observation.marks import Mark
from guanggu.kernel.observation.models import Datastream, Review
from guanggu.kernel.observation.reviewing import (
    apply_reviews,
    decide_held,
    held_values,
    review_data,
    reviews_of,
)
from guanggu.kernel.observation.store import bind, observations
from guanggu.kernel.observation.testing import at

pytestmark = pytest.mark.django_db
NOON = at("2026-05-01 12:00")
HOUR = 3_600_000_000


@pytest.fixture
def stream():
    thing = declare_station(
        platform("t"), key="AQ-1", name="站", kind="air_station",
        streams=[StreamSpec("a34004", "hour", "ug/m3", every_s=3600, name="PM2.5")],
    )  # fmt: skip
    row = Datastream.objects.get(thing=thing)
    marks = [Mark.SPIKE, 0, Mark.STUCK, 0]
    times = [NOON + n * HOUR for n in range(4)]
    observations().append(Batch.of([row.pk] * 4, times, [99.0, 7.0, 8.0, float("nan")], marks))
    return row


@pytest.fixture
def officer():
    return an_official(roles=["monitor"])


def rows(stream):
    table = observations().series([stream.pk], NOON, NOON + 9 * HOUR).to_pydict()
    return list(zip(table["result"], table["mark"], table["raw"], strict=True))


def test_both_values_stand_side_by_side_and_the_reason_is_journaled(stream, officer):
    review_data(
        officer, datastream=stream.key, decision="correct", reason="采样管堵塞，按备机数据修正",
        times=[NOON], values={str(NOON): "12.5"}, seen={str(NOON): "99.0"},
    )  # fmt: skip
    review_data(officer, datastream=stream.key, decision="valid", reason="核实为真",
                times=[NOON + HOUR])  # fmt: skip
    review_data(officer, datastream=stream.key, decision="invalid", reason="仪器故障",
                times=[NOON + 2 * HOUR])  # fmt: skip
    assert apply_reviews() == 3
    assert rows(stream)[:3] == [
        (12.5, Mark.CORRECTED, 99.0), (7.0, Mark.REVIEWED_VALID, 7.0),
        (8.0, Mark.REVIEWED_INVALID, 8.0),
    ]  # fmt: skip
    event = next(e for e in history(stream.ref) if e.kind == "observation.data_reviewed")
    assert event.body["reason"] == "采样管堵塞，按备机数据修正"
    assert event.body["rows"] == [
        ["2026-05-01T04:00:00+00:00", "99.0", Mark.SPIKE, "12.5", Mark.CORRECTED]
    ]
    assert event.actor == officer.ref
    start, end = clock.from_microseconds(NOON), clock.from_microseconds(NOON + 4 * HOUR)
    assert [r.decision for r in reviews_of(stream, start, end)[NOON]] == ["correct"]
    assert verify().is_sound


def test_the_last_decision_holds_and_the_first_mark_is_remembered(stream, officer):
    for decision, reason in (("invalid", "一"), ("valid", "二")):
        review_data(officer, datastream=stream.key, decision=decision, reason=reason, times=[NOON])
        apply_reviews()
    assert rows(stream)[0] == (99.0, Mark.REVIEWED_VALID, 99.0)
    assert set(Review.objects.values_list("received_mark", flat=True)) == {Mark.SPIKE}


def test_without_a_reason_or_by_others_nothing_changes(stream, officer):
    before = rows(stream)[:3]
    good = {"datastream": stream.key, "decision": "invalid", "reason": "x", "times": [NOON]}
    for change, error in (
        ({"reason": "  "}, Invalid), ({"decision": "delete"}, Invalid), ({"times": []}, Invalid),
        ({"times": [NOON + 1]}, Missing), ({"datastream": "none"}, Missing),
        ({"decision": "correct", "values": {}}, Invalid),
        ({"decision": "correct", "values": {str(NOON): "inf"}}, Invalid),
        ({"seen": {str(NOON): "98.0"}}, Conflict),
    ):  # fmt: skip
        with pytest.raises(error):
            review_data(officer, **good | change)
    for actor in (VISITOR, an_official(roles=["enforce", "devices"])):
        with pytest.raises(Forbidden):
            review_data(actor, **good)
    assert apply_reviews() == 0
    assert rows(stream)[:3] == before


@pytest.mark.parametrize("value", [98.0, 12.0])
def test_a_reviewed_datum_does_not_move_when_the_station_sends_another(stream, officer, value):
    review_data(officer, datastream=stream.key, decision="valid", reason="核实", times=[NOON])
    apply_reviews()
    told = observations().append(Batch.of([stream.pk], [NOON], [value], 0, [NOON + 9 * HOUR]))
    assert told.held == 1
    assert rows(stream)[0] == (99.0, Mark.REVIEWED_VALID, 99.0)


def test_a_re_sent_value_is_taken_or_dropped_with_a_reason(stream, officer):
    observations().sealed_until = NOON + 9 * HOUR
    later = NOON + 9 * HOUR
    sent = [70.0, 80.0]
    observations().append(Batch.of([stream.pk] * 2, [NOON, NOON + HOUR], sent, 0, [later] * 2))
    assert [(h.value, h.standing) for h in held_values()] == [(70.0, 99.0), (80.0, 7.0)]
    with pytest.raises(Invalid):
        decide_held(officer, datastream=stream.key, time=NOON, accept=True, reason="")
    decide_held(officer, datastream=stream.key, time=NOON, accept=True, reason="厂方更正函")
    decide_held(officer, datastream=stream.key, time=NOON + HOUR, accept=False, reason="无依据")
    with pytest.raises(Conflict):
        decide_held(officer, datastream=stream.key, time=NOON, accept=False, reason="再次")
    apply_reviews()
    assert rows(stream)[:2] == [(70.0, Mark.CORRECTED, 99.0), (7.0, 0, None)]
    assert held_values() == []
    with pytest.raises(Conflict):
        decide_held(officer, datastream=stream.key, time=NOON, accept=True, reason="再次")


def test_a_crash_between_the_records_and_the_store_heals(stream, officer, monkeypatch):
    review_data(officer, datastream=stream.key, decision="invalid", reason="一", times=[NOON])
    review_data(officer, datastream=stream.key, decision="correct", reason="二", times=[NOON],
                values={str(NOON): "5"})  # fmt: skip

    def killed(*args):
        raise SystemExit

    store = observations()
    with monkeypatch.context() as patched:
        patched.setattr(store, "revise", killed)
        with pytest.raises(SystemExit):
            apply_reviews()
    assert rows(stream)[0] == (99.0, Mark.SPIKE, None)
    with monkeypatch.context() as patched:
        patched.setattr(reviewing.clock, "now", killed)  # after the store, before the mark
        with pytest.raises(SystemExit):
            apply_reviews()
    assert apply_reviews() == 2
    assert rows(stream)[0] == (5.0, Mark.CORRECTED, 99.0)
    assert apply_reviews() == 0


def test_while_the_store_is_away_decisions_wait(
    stream, officer, django_capture_on_commit_callbacks
):
    store = observations()
    with django_capture_on_commit_callbacks(execute=True):
        review_data(officer, datastream=stream.key, decision="invalid", reason="一", times=[NOON])
        bind(None)
    assert Review.objects.get().applied_at is None
    bind(lambda: store)
    assert apply_reviews() == 1
