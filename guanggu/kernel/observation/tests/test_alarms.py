"""From queued data to alarms, answers and events."""

from __future__ import annotations

from datetime import timedelta

import pytest

from guanggu.base import clock
from guanggu.base.actor import platform
from guanggu.base.errors import Conflict, Invalid, Missing
from guanggu.kernel.identity.testing import an_official, an_organisation
from guanggu.kernel.journal.public import Event, verify
from guanggu.kernel.observation.alarms import judge, watching
from guanggu.kernel.observation.alarms.actions import (
    acknowledge_alarm,
    close_alarm,
    link_case,
)
from guanggu.kernel.observation.batch import Batch
from guanggu.kernel.observation.declaring import StreamSpec, declare_station
from guanggu.kernel.observation.marks import Mark
from guanggu.kernel.observation.models import Alarm, AlarmRule, Datastream, ToJudge, WatchState
from guanggu.kernel.observation.receiving.receiver import queue_for_judge
from guanggu.kernel.observation.store import observations
from guanggu.kernel.register.public import create_record

pytestmark = pytest.mark.django_db
HOUR = 3_600_000_000
START = clock.to_microseconds(clock.now()) // HOUR * HOUR - 20 * HOUR


@pytest.fixture
def stream():
    thing = declare_station(
        platform("t"), key="PK-1", name="总排口", kind="pollution_source_outlet",
        subject="outlets/O-1", organisation=an_organisation(),
        streams=[
            StreamSpec("w01018", "hour", "mg/L", 0, 500, every_s=3600, name="COD"),
            StreamSpec("w21003", "hour", "mg/L", 0, 100, every_s=3600, name="氨氮"),
        ],
    )  # fmt: skip
    return Datastream.objects.get(thing=thing, observed_property__key="w01018")


def a_rule(stream, **values):
    given = {"name": "超标", "kind": "limit", "datastream": stream.key, "upper": 40.0} | values
    made = create_record(
        platform("t"), collection="alarm_rules",
        values={name: value for name, value in given.items() if value is not None},
    )  # fmt: skip
    return AlarmRule.objects.get(key=made["key"])


def send(stream, values, hours, marks=0):
    """As the receiver does: stored, queued, then judged."""
    batch = Batch.of([stream.pk] * len(values), [START + h * HOUR for h in hours], values, marks)
    observations().append(batch)
    queue_for_judge(batch)
    judge.judge_queue()


def alarms():
    return list(Alarm.objects.order_by("opened_at").values_list("state", "value", "peak"))


def kinds():
    found = Event.objects.filter(kind__startswith="observation.alarm").order_by("id")
    return [
        kind.removeprefix("observation.alarm_") for kind in found.values_list("kind", flat=True)
    ]


def test_an_alarm_opens_once_goes_on_and_is_cleared(stream):
    rule = a_rule(stream, clause="GB 18918-2002 表 1", procedure="violation")
    send(stream, [50.0, 60.0], [0, 1])
    send(stream, [50.0, 60.0], [0, 1])  # the station sends again
    send(stream, [55.0], [2])
    assert alarms() == [("open", 50.0, 50.0)]
    send(stream, [30.0], [3])
    assert alarms() == [("cleared", 50.0, 60.0)]
    assert kinds() == ["opened", "cleared"]
    event = Event.objects.get(kind="observation.alarm_opened").body
    alarm = Alarm.objects.get()
    told = {name: event[name] for name in (
        "alarm", "rule", "kind", "subject", "thing", "property", "value", "limit", "unit", "clause",
        "procedure", "at",
    )}  # fmt: skip
    assert told == {
        "alarm": str(alarm.ref), "rule": rule.key, "kind": "limit", "subject": "outlets/O-1",
        "thing": "things/PK-1", "property": "w01018", "value": "50", "limit": "40",
        "unit": "mg/L", "clause": "GB 18918-2002 表 1", "procedure": "violation",
        "at": clock.from_microseconds(START).isoformat(),
    }  # fmt: skip
    assert not ToJudge.objects.exists()
    assert verify().is_sound


def test_a_judge_that_is_killed_half_way_opens_neither_none_nor_two(stream, monkeypatch):
    a_rule(stream)

    def killed(*args, **more):
        raise SystemExit

    with monkeypatch.context() as patched:
        patched.setattr(judge, "_keep", killed)
        with pytest.raises(SystemExit):
            send(stream, [50.0], [0])
    assert alarms() == []
    assert ToJudge.objects.count() == 1
    judge.judge_queue()
    assert alarms() == [("open", 50.0, 50.0)]
    assert kinds() == ["opened"]


def test_a_graver_level_must_be_acknowledged_anew(stream):
    a_rule(stream, levels=[{"upper": 80, "severity": "severe"}])
    officer = an_official(roles=["enforce"])
    send(stream, [50.0], [0])
    acknowledge_alarm(officer, alarm=Alarm.objects.get().key, note="已电话核实")
    send(stream, [90.0], [1])
    alarm = Alarm.objects.get()
    assert (alarm.state, alarm.severity, alarm.limit) == ("open", "severe", 80.0)
    assert kinds() == ["opened", "acknowledged", "worsened"]


def test_data_sent_late_become_alarms_that_are_over(stream):
    a_rule(stream, hits=2)
    send(stream, [50.0, 50.0, 30.0], [10, 11, 12])
    # An outage before it: four hours above the limit, one alone, and one that touches the first.
    send(stream, [51.0, 52.0, 30.0, 60.0, 30.0, 55.0], [4, 5, 6, 7, 8, 9])
    found = list(Alarm.objects.order_by("opened_at").values_list("came_late", "opened_at", "peak"))
    first, second = (clock.from_microseconds(START + h * HOUR) for h in (4, 9))
    assert found == [(True, first, 52.0), (True, second, 55.0)]
    assert kinds() == ["opened", "cleared", "opened", "stretched"]
    send(stream, [51.0, 52.0, 60.0, 55.0], [4, 5, 7, 9])
    assert len(kinds()) == 4


def test_several_streams_of_a_thing_are_judged_together(stream):
    a_rule(
        stream, kind="multi", datastream=None, upper=None, thing="PK-1",
        expression="w01018 > 40 and w21003 > 5",
    )  # fmt: skip
    other = Datastream.objects.get(observed_property__key="w21003")
    send(stream, [50.0], [0])
    assert alarms() == []
    send(other, [6.0], [0])
    assert [a.thing.key for a in Alarm.objects.all()] == ["PK-1"]
    send(other, [4.0], [1])
    assert Alarm.objects.get().state == "cleared"
    assert WatchState.objects.get().stream == -stream.thing.pk


def test_rates_are_taken_from_what_the_store_holds(stream):
    a_rule(stream, kind="rate", upper=None, rate_max=30.0)
    observations().append(Batch.of([stream.pk], [START], [10.0]))
    send(stream, [45.0], [1])
    assert [(a.value, a.limit) for a in Alarm.objects.all()] == [(45.0, 30.0)]


def test_silence_is_noticed_and_ends_with_the_next_datum(stream):
    a_rule(stream, kind="missing", upper=None)
    now = clock.now()
    fresh = clock.to_microseconds(now) - HOUR
    observations().append(Batch.of([stream.pk], [fresh], [1.0]))
    assert watching.watch_for_silence() == 0
    with clock.fixed_at(now + timedelta(hours=3)):
        assert watching.watch_for_silence() == 1
        assert watching.watch_for_silence() == 0
        assert Alarm.objects.get().state == "open"
        observations().append(Batch.of([stream.pk], [fresh + 3 * HOUR], [1.0]))
        assert watching.watch_for_silence() == 1
    assert alarms()[0][0] == "cleared"


def test_a_station_under_maintenance_may_be_silent(stream):
    a_rule(stream, kind="missing", upper=None)
    create_record(
        platform("t"), collection="maintenance_windows",
        values={"thing": "PK-1", "kind": "stopped", "reason": "停产",
                "from_at": (clock.now() - timedelta(hours=1)).isoformat()},
    )  # fmt: skip
    with clock.fixed_at(clock.now() + timedelta(days=2)):
        assert watching.watch_for_silence() == 0
    assert not Alarm.objects.exists()


def test_without_the_ingest_service_no_station_is_called_silent(stream):
    from guanggu.kernel.observation.store import bind

    a_rule(stream, kind="missing", upper=None)
    bind(None)
    with clock.fixed_at(clock.now() + timedelta(days=2)):
        assert watching.watch_for_silence() == 0


def test_what_nobody_acknowledges_is_passed_on_once(stream):
    a_rule(stream, escalate_min=30, hits=1)
    send(stream, [50.0, 30.0], [0, 1])
    assert watching.escalate_unanswered() == 0
    with clock.fixed_at(clock.now() + timedelta(minutes=31)):
        assert watching.escalate_unanswered() == 1
        assert watching.escalate_unanswered() == 0
    link_case(platform("environment"), alarm=str(Alarm.objects.get().ref), case="cases/HB-1")
    assert Alarm.objects.get().case == "cases/HB-1"
    assert kinds() == ["opened", "cleared", "escalated", "linked"]


def test_officers_answer_within_their_reach_and_once(stream):
    a_rule(stream)
    send(stream, [50.0], [0])
    key = Alarm.objects.get().key
    for actor in (an_official(roles=[]), an_official(roles=["patrol"])):
        with pytest.raises(Missing):
            acknowledge_alarm(actor, alarm=key, note="x")
    officer = an_official(roles=["monitor"])
    with pytest.raises(Invalid):
        acknowledge_alarm(officer, alarm=key, note=" ")
    with pytest.raises(Conflict):
        close_alarm(officer, alarm=key, note="x")
    acknowledge_alarm(officer, alarm=key, note="现场核实中")
    with pytest.raises(Conflict):
        acknowledge_alarm(officer, alarm=key, note="again")
    send(stream, [30.0], [1])
    assert Alarm.objects.get().state == "closed"
    send(stream, [50.0], [2])
    assert Alarm.objects.count() == 2


def test_data_in_maintenance_raise_nothing(stream):
    a_rule(stream)
    send(stream, [500.0], [0], [Mark.MAINTENANCE])
    assert alarms() == []


def test_a_re_send_within_a_stretch_under_way_opens_nothing_of_its_own(stream):
    a_rule(stream, hits=3)
    send(stream, [50.0], [0])
    batch = Batch.of([stream.pk] * 2, [START + n * HOUR for n in (1, 2)], [51.0, 52.0])
    observations().append(batch)  # stored, and killed before they were queued
    send(stream, [50.0], [0])
    assert alarms() == []
    queue_for_judge(batch)
    judge.judge_queue()
    assert alarms() == [("open", 52.0, 52.0)]
