"""The judge: takes queued data, steps every rule on them, and opens or clears alarms.

Everything that a batch of the queue leads to, and its removal from the queue, is one transaction:
killed before its end, the batch is judged again and leads to the same.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence

from django.db import transaction

from guanggu.base import clock
from guanggu.base.actor import platform
from guanggu.base.errors import Unavailable

from ..models import Alarm, AlarmRule, Datastream, SpanToJudge, ToJudge, WatchState
from ..receiving.marking import COUNTED
from ..receiving.settings import change_stamp, streams_of_rule
from ..store import observations
from .actions import alarm_key, clear_alarm, figure, open_alarm, worsen_alarm
from .backlog import is_alone
from .conditions import condition_of
from .late import judge_late
from .stepping import Datum, Watching, rest, severity_of, step

log = logging.getLogger(__name__)

BATCH = 2_000
ROUNDS_MAX = 20  # of one turn, so that a flood leaves the worker time for the rest
LATE_US = 2 * 3_600_000_000
ACTOR = platform("alarms")


class Watched:
    """Which rules watch which stream, kept until a record changes."""

    def __init__(self) -> None:
        self._stamp: tuple[object, ...] | None = None
        self._rules: dict[int, list[AlarmRule]] = {}
        self.streams: dict[int, Datastream] = {}

    def follow(self) -> None:
        stamp = change_stamp()[:6]
        if stamp == self._stamp:
            return
        self._rules, self.streams = {}, {}
        rules = AlarmRule.objects.filter(is_active=True).exclude(kind="missing")
        for rule in rules.select_related("thing", "datastream", "observed_property"):
            for stream in streams_of_rule(rule):
                self._rules.setdefault(stream.pk, []).append(rule)
                self.streams[stream.pk] = stream
        self._stamp = stamp

    def of(self, stream: int) -> list[AlarmRule]:
        return self._rules.get(stream, [])


_watched = Watched()


def judge_queue() -> int:
    """Judge what waits; answers how many data."""
    judged = judge_spans()
    for _ in range(ROUNDS_MAX):
        if not ToJudge.objects.exists():  # looked at without the write lock
            break
        found = _judge_batch()
        judged += found
        if found < BATCH:
            break
    return judged


def _judge_batch() -> int:
    with transaction.atomic():
        if not is_alone():
            return 0
        # Of a stream the older data first: those that stand as a stretch of time.
        held_back = SpanToJudge.objects.values("stream")
        rows = list(ToJudge.objects.exclude(stream__in=held_back).order_by("pk")[:BATCH])
        _watched.follow()
        by_stream: dict[int, list[ToJudge]] = {}
        for row in rows:
            by_stream.setdefault(row.stream, []).append(row)
        for stream, data in by_stream.items():
            for rule in _watched.of(stream):
                _judge_stream(rule, _watched.streams[stream], data)
        ToJudge.objects.filter(pk__in=[row.pk for row in rows]).delete()
    return len(rows)


def judge_spans() -> int:
    """Judge what a long queue was made into; answers how many data. Without the store it waits."""
    judged = 0
    for _ in range(ROUNDS_MAX):
        span = SpanToJudge.objects.order_by("start", "pk").first()
        if span is None:
            break
        try:
            found = _judge_span(span)
        except Unavailable:
            log.warning("data that wait to be judged cannot be read now: they wait on")
            break
        if found is None:
            break
        judged += found
    return judged


def _judge_span(span: SpanToJudge) -> int | None:
    """The first BATCH data of it; None while another judge is at work. Raises Unavailable."""
    table = observations().series([span.stream], span.start, span.end + 1, limit=BATCH)
    columns = table.select(["time", "result", "mark", "result_time"]).to_pydict()
    data = [
        ToJudge(stream=span.stream, time=time, value=value, mark=mark, result_time=result_time)
        for time, value, mark, result_time in zip(*columns.values(), strict=True)
        if value is not None and value == value and COUNTED[mark]
    ]
    with transaction.atomic():
        standing = SpanToJudge.objects.filter(pk=span.pk, start=span.start, end=span.end)
        if not is_alone():
            return None
        if not standing.exists():  # it was joined with another one meanwhile
            return 0
        _watched.follow()
        for rule in _watched.of(span.stream) if data else ():
            _judge_stream(rule, _watched.streams[span.stream], data)
        if len(table) < BATCH:
            standing.delete()
        else:
            standing.update(start=columns["time"][-1] + 1)
    return len(data)


def _judge_stream(rule: AlarmRule, stream: Datastream, rows: Sequence[ToJudge]) -> None:
    place = -stream.thing.pk if rule.kind == "multi" else stream.pk
    state = WatchState.objects.select_related("alarm").filter(rule=rule, stream=place).first()
    state = state or WatchState(rule=rule, stream=place)
    watching = _watching(state)
    late: list[Datum] = []
    dirty = False
    for datum in _data(rule, stream, rows):
        # A condition is looked at again when the other stream's datum of the time is there.
        again = rule.kind == "multi" and datum.time == watching.judged_until and not watching.hits
        if datum.time <= watching.judged_until and not again:
            late.append(datum)
            continue
        outcome = step(rule, watching, datum)
        dirty = dirty or watching.hits > 0 or state.pk is not None
        if outcome:
            _act(outcome, rule, stream, state, watching, datum)
    if late:
        judge_late(rule, stream, late, watching)
    if dirty:
        _keep(state, watching)


def _watching(state: WatchState) -> Watching:
    alarm = state.alarm
    # An officer closed it, or its rule was out of force for a time: begin anew.
    is_open = alarm is not None and alarm.is_going_on
    watching = Watching(
        state.judged_until, state.hits, state.since, state.clear_hits, state.last_value,
        state.peak, is_open, alarm.severity if is_open and alarm is not None else "",
    )  # fmt: skip
    if alarm is not None and not is_open:
        state.alarm = None
        rest(watching)
    return watching


def _keep(state: WatchState, watching: Watching) -> None:
    state.judged_until, state.hits = watching.judged_until, watching.hits
    state.since, state.clear_hits = watching.since, watching.clear_hits
    state.last_value, state.peak = watching.last_value, watching.peak
    state.save()


def _data(rule: AlarmRule, stream: Datastream, rows: Sequence[ToJudge]) -> list[Datum]:
    """In rising time, each once; the newest result of one time."""
    newest: dict[int, ToJudge] = {}
    for row in sorted(rows, key=lambda each: (each.time, each.result_time, each.pk)):
        newest[row.time] = row
    data = [
        Datum(row.time, row.value if row.value is not None else float("nan"), row.mark)
        for row in newest.values()
    ]
    if rule.kind == "rate":
        return [datum._replace(before=_before(stream.pk, datum.time)) for datum in data]
    if rule.kind == "multi":
        condition = condition_of(rule.expression)
        things = list(stream.thing.datastreams.select_related("observed_property"))  # type: ignore[attr-defined]
        return [datum._replace(broken=condition.holds(things, datum.time)) for datum in data]
    return data


def _before(stream: int, time: int) -> tuple[int, float] | None:
    table = observations().series([stream], time - 86_400_000_000, time, limit=8, newest_first=True)
    for at, value in zip(table["time"].to_pylist(), table["result"].to_pylist(), strict=True):
        if value is not None and value == value:
            return at, value
    return None


def _act(
    outcome: str, rule: AlarmRule, stream: Datastream, state: WatchState, watching: Watching,
    datum: Datum,
) -> None:  # fmt: skip
    severity, level = severity_of(rule, datum.value)
    limit = level if level is not None else _limit(rule, datum.value)
    if outcome == "open":
        _open(rule, stream, state, watching, datum, severity, limit)
    elif outcome == "worse" and state.alarm is not None:
        worsen_alarm(
            ACTOR, alarm=state.alarm.key, severity=severity, at=datum.time,
            value=figure(datum.value), limit=figure(limit),
        )  # fmt: skip
        watching.severity = severity
    elif outcome == "clear" and state.alarm is not None:
        clear_alarm(
            ACTOR, alarm=state.alarm.key, at=datum.time, value=figure(datum.value),
            peak=figure(watching.peak),
        )  # fmt: skip
        state.alarm = None
        rest(watching)


def _limit(rule: AlarmRule, value: float) -> float | None:
    if rule.kind == "rate":
        return rule.rate_max
    if rule.lower is not None and value < rule.lower:
        return rule.lower
    return rule.upper


def _open(
    rule: AlarmRule, stream: Datastream, state: WatchState, watching: Watching, datum: Datum,
    severity: str, limit: float | None,
) -> None:  # fmt: skip
    key = alarm_key(rule, state.stream, watching.since)
    known = Alarm.objects.filter(key=key).first()
    if known is None:
        now = clock.to_microseconds(clock.now())
        made = open_alarm(
            ACTOR, rule=rule.pk, thing=stream.thing.pk,
            stream=None if rule.kind == "multi" else stream.pk, at=watching.since,
            severity=severity, value=figure(datum.value), limit=figure(limit),
            peak=figure(watching.peak), last_at=datum.time,
            late=now - datum.time > max(LATE_US, 3 * stream.every_s * 1_000_000),
        )  # fmt: skip
        known = Alarm.objects.get(pk=made["pk"])
    state.alarm = known
    watching.is_open, watching.severity = known.is_going_on, known.severity
