"""What an outage may not do: lose an alarm, fill the disk with a queue, accuse every station."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanggu.base import clock
from guanggu.base.clock import from_microseconds
from guanggu.kernel.journal.public import Event
from guanggu.kernel.observation.alarms import backlog, deafness, judge, watching
from guanggu.kernel.observation.alarms.duty import judging
from guanggu.kernel.observation.batch import Batch
from guanggu.kernel.observation.gateways.beating import Beating
from guanggu.kernel.observation.listening import Hearing, beat, hearing
from guanggu.kernel.observation.models import Alarm, ListeningSpan, SpanToJudge, ToJudge
from guanggu.kernel.observation.receiving.receiver import queue_for_judge
from guanggu.kernel.observation.receiving.settings import ALL, load_settings
from guanggu.kernel.observation.store import bind, observations

from .test_alarms import HOUR, START, a_rule, alarms, kinds, send, stream  # noqa: F401

MINUTE = 60_000_000


def queue(one, values, hours):
    """As the receiver does, with no judge there."""
    batch = Batch.of([one.pk] * len(values), [START + h * HOUR for h in hours], values)
    observations().append(batch)
    queue_for_judge(batch)


@pytest.mark.django_db
@pytest.mark.parametrize("sizes", [(1, 2), (4, 3), (1000, 2000)])
def test_a_queue_made_short_leads_to_the_same_alarms(stream, monkeypatch, sizes):  # noqa: F811
    """One alarm that ended, one alone too short, one that goes on, and a new judge after each."""
    a_rule(stream, hits=2)
    monkeypatch.setattr(backlog, "QUEUE_MAX", sizes[0])
    monkeypatch.setattr(judge, "BATCH", sizes[1])
    values = [50.0, 60.0, 30.0, 50.0, 30.0, 70.0, 55.0, 52.0]
    for hour, value in enumerate(values):
        queue(stream, [value], [hour])
        backlog.compact_queue()
        assert ToJudge.objects.count() <= sizes[0]
        assert SpanToJudge.objects.count() <= 1
    while ToJudge.objects.exists() or SpanToJudge.objects.exists():
        judge.judge_queue()
    assert alarms() == [("cleared", 60.0, 60.0), ("open", 55.0, 70.0)]
    assert kinds() == ["opened", "cleared", "opened"]
    send(stream, [20.0], [9])
    assert alarms()[1][0] == "cleared"


@pytest.mark.django_db
def test_newer_data_of_a_stream_wait_until_its_stretches_are_judged(stream, monkeypatch):  # noqa: F811
    a_rule(stream, hits=2)
    monkeypatch.setattr(backlog, "QUEUE_MAX", 0)
    queue(stream, [50.0, 51.0], [0, 1])
    backlog.compact_queue()
    queue(stream, [30.0], [2])
    own = observations()
    bind(None)  # the ingest service is away: its data cannot be read
    assert judge.judge_queue() == 0
    assert (alarms(), ToJudge.objects.count()) == ([], 1)
    bind(lambda: own)
    judge.judge_queue()
    assert alarms() == [("cleared", 51.0, 51.0)]


@pytest.mark.django_db
def test_a_judge_killed_within_a_stretch_judges_it_again(stream, monkeypatch):  # noqa: F811
    a_rule(stream)
    monkeypatch.setattr(backlog, "QUEUE_MAX", 0)
    queue(stream, [50.0, 51.0], [0, 1])
    backlog.compact_queue()

    def killed(*args, **more):
        raise SystemExit

    with monkeypatch.context() as patched:
        patched.setattr(judge, "_keep", killed)
        with pytest.raises(SystemExit):
            judge.judge_queue()
    assert alarms() == []
    judge.judge_queue()
    assert alarms() == [("open", 50.0, 50.0)]
    assert not SpanToJudge.objects.exists()


@pytest.mark.django_db
def test_the_next_data_of_a_stream_with_a_stretch_are_queued_too(stream, monkeypatch):  # noqa: F811
    a_rule(stream)
    monkeypatch.setattr(backlog, "QUEUE_MAX", 0)
    queue(stream, [50.0], [0])
    backlog.compact_queue()
    assert load_settings().flags[stream.pk] & ALL


@given(st.lists(st.tuples(st.integers(0, 10**14), st.integers(0, 10**12)), max_size=30))
def test_stretches_cover_every_datum_and_lie_apart(given_spans):
    spans = [(start, start + length, start) for start, length in given_spans]
    found = backlog.joined(spans)
    for start, end, _ in spans:
        assert any(low <= start and end <= high for low, high, _ in found)
    for before, after in pairwise(found):
        assert after[0] - before[1] > backlog.NEAR_US


@pytest.mark.django_db
def test_the_page_is_told_since_when_data_wait(stream):  # noqa: F811
    queue(stream, [50.0], [0])
    assert (judging().waiting, judging().is_late) == (1, False)
    with clock.fixed_at(clock.now() + timedelta(minutes=2)):
        assert judging().is_late


# ---- deafness


def _listened(*spans: tuple[float, float]) -> None:
    """Minutes from START."""
    for start, until in spans:
        ListeningSpan.objects.create(
            start=START + int(start * MINUTE), until=START + int(until * MINUTE)
        )


def at(minutes: float):
    return clock.fixed_at(from_microseconds(START + int(minutes * MINUTE)))


@pytest.mark.django_db
def test_beats_near_to_each_other_are_one_span() -> None:
    for second in (0, 10, 20, 40, 200, 210):
        beat(START + second * 1_000_000)
    spans = ListeningSpan.objects.order_by("start").values_list("start", "until")
    assert [((a - START) // 10**6, (b - START) // 10**6) for a, b in spans] == [(0, 40), (200, 210)]


@pytest.mark.parametrize(
    ("start", "end", "heard"),
    [(0, 10, 10), (0, 100, 70), (20, 30, 0), (15, 35, 5), (40, 50, 10), (5, 12, 5)],
)
def test_only_time_of_listening_is_counted(start, end, heard) -> None:
    assert Hearing(((10, 30), (60, 70)), 70).heard_us(start, end) == heard


@pytest.mark.django_db
def test_without_any_beat_all_time_counts() -> None:
    assert hearing() == Hearing()


@pytest.mark.django_db
def test_after_an_outage_of_our_own_no_station_is_accused_of_it(stream):  # noqa: F811
    """It reports each hour and is called silent after three; we were away for a day."""
    a_rule(stream, kind="missing", upper=None)
    observations().append(Batch.of([stream.pk], [START], [1.0]))
    day = 24 * 60
    _listened((-600, 60), (60 + day, 60 + day + 1))
    with at(60 + day + 1):
        assert watching.watch_for_silence() == 0
    ListeningSpan.objects.filter(start__gt=START).update(until=START + (60 + day + 119) * MINUTE)
    with at(60 + day + 119):  # 179 minutes heard in all
        assert watching.watch_for_silence() == 0
    ListeningSpan.objects.filter(start__gt=START).update(until=START + (60 + day + 121) * MINUTE)
    with at(60 + day + 121):
        assert watching.watch_for_silence() == 1
    assert Alarm.objects.get().opened_at == from_microseconds(START)


@pytest.mark.django_db
def test_a_station_first_gets_the_time_of_one_datum_after_an_outage(stream):  # noqa: F811
    a_rule(stream, kind="missing", upper=None)
    observations().append(Batch.of([stream.pk], [START], [1.0]))
    _listened((-600, 179), (1000, 1002))
    with at(1002):  # 181 minutes heard, but it had two minutes to come back
        assert watching.watch_for_silence() == 0
    ListeningSpan.objects.filter(start__gt=START).update(until=START + 1062 * MINUTE)
    with at(1062):
        assert watching.watch_for_silence() == 1


@pytest.mark.django_db
def test_a_silence_told_before_an_outage_stays_told(stream):  # noqa: F811
    a_rule(stream, kind="missing", upper=None)
    observations().append(Batch.of([stream.pk], [START], [1.0]))
    _listened((-600, 200))
    with at(200):
        assert watching.watch_for_silence() == 1
    _listened((1000, 1001))
    with at(1001):
        assert watching.watch_for_silence() == 0
    assert Alarm.objects.get().state == "open"


@pytest.mark.django_db
def test_one_alarm_of_the_platform_says_that_we_were_deaf():
    _listened((0, 10))
    with at(11):
        assert deafness.watch_for_deafness() == 0  # a start anew takes a moment
    with at(13):
        assert deafness.watch_for_deafness() == 1
        assert deafness.watch_for_deafness() == 0
        assert judging().deaf_since == from_microseconds(START + 10 * MINUTE)
    _listened((30, 31))
    with at(31):
        assert deafness.watch_for_deafness() == 1
        assert judging().deaf_since is None
    alarm = Alarm.objects.get()
    assert (alarm.state, alarm.opened_at) == ("cleared", from_microseconds(START + 10 * MINUTE))
    assert alarm.cleared_at == from_microseconds(START + 30 * MINUTE)
    told = Event.objects.filter(kind__startswith="observation.alarm").values_list("kind", flat=True)
    assert sorted(told) == ["observation.alarm_cleared", "observation.alarm_opened"]


@pytest.mark.django_db
def test_an_outage_of_the_whole_machine_is_told_afterwards():
    _listened((0, 10), (500, 501))
    with at(501):
        assert deafness.watch_for_deafness() == 1
        assert deafness.watch_for_deafness() == 0
    assert Alarm.objects.get().state == "cleared"


def test_gateways_that_cannot_store_do_not_say_that_they_listen():
    written: list[object] = []

    class Records:
        async def run(self, function, *given):
            written.append(function)

    class Lane:
        is_failing = True

    class Intake:
        live = late = Lane()

    beating = Beating(Records(), Intake())  # type: ignore[arg-type]
    asyncio.run(beating.turn())
    assert written == []
    Lane.is_failing = False
    asyncio.run(beating.turn())
    assert written == [beat]
