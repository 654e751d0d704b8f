"""What the worker looks at by the clock: streams that fell silent, alarms nobody answered."""

from __future__ import annotations

import logging
from datetime import timedelta

from django.db.models import F, Q

from guanggu.base import clock
from guanggu.base.actor import platform
from guanggu.base.errors import Unavailable

from ..listening import Hearing, hearing
from ..models import Alarm, AlarmRule, Datastream, MaintenanceWindow, WatchState
from ..receiving.settings import streams_of_rule
from ..store import observations
from .actions import alarm_key, clear_alarm, escalate_alarm, figure, open_alarm

log = logging.getLogger(__name__)

ACTOR = platform("alarms")
INTERVALS_MISSED = 3
SETTLE_S = 60  # for a station to connect again, once the gateways listen again
ESCALATED_AT_ONCE = 200


def watch_for_silence() -> int:
    """Open and clear the alarms of streams without data; answers how many changed."""
    rules = AlarmRule.objects.filter(is_active=True, kind="missing")
    pairs = [(rule, stream) for rule in rules for stream in streams_of_rule(rule)]
    if not pairs:
        return 0
    try:
        table = observations().latest(sorted({stream.pk for _, stream in pairs})).to_pydict()
    except Unavailable:
        # With the ingest service down nothing is known of the stations; its own state says so.
        log.warning("silence of stations cannot be judged: the ingest service does not answer")
        return 0
    last = dict(zip(table["stream"], table["time"], strict=True))
    excused, heard = _excused(), hearing()
    changed = 0
    for rule, stream in pairs:
        if stream.pk not in excused and (-stream.thing.pk) not in excused:
            changed += _judge_silence(rule, stream, last.get(stream.pk), heard)
    return changed


def _excused() -> set[int]:
    """Streams, and things as negative numbers, that are out of use right now."""
    now = clock.now()
    rows = MaintenanceWindow.objects.filter(from_at__lte=now).filter(
        Q(until_at__isnull=True) | Q(until_at__gt=now)
    )
    pairs = rows.values_list("datastream_id", "thing_id")
    return {stream if stream is not None else -thing for stream, thing in pairs}


def _judge_silence(rule: AlarmRule, stream: Datastream, last: int | None, heard: Hearing) -> int:
    """Only time in which the gateways listened counts, and after they were deaf every station
    first gets the time of one datum."""
    allowed_s = rule.missing_s or INTERVALS_MISSED * stream.every_s
    if not allowed_s:
        return 0
    since = clock.to_microseconds(stream.created_at) if last is None else last
    now = clock.to_microseconds(clock.now())
    state = WatchState.objects.select_related("alarm").filter(rule=rule, stream=stream.pk).first()
    alarm = state.alarm if state is not None else None
    is_silent = heard.heard_us(since, now) > allowed_s * 1_000_000
    had_its_time = now - heard.since > (stream.every_s + SETTLE_S) * 1_000_000
    if is_silent and (alarm is None or not alarm.is_going_on):
        return _fell_silent(rule, stream, since, allowed_s) if had_its_time else 0
    if not is_silent and state is not None and alarm is not None:
        if alarm.is_going_on:
            clear_alarm(ACTOR, alarm=alarm.key, at=since)
        state.alarm = None
        state.save()
        return 1
    return 0


def _fell_silent(rule: AlarmRule, stream: Datastream, since: int, allowed_s: int) -> int:
    known = Alarm.objects.filter(key=alarm_key(rule, stream.pk, since)).first()
    if known is not None and not known.is_going_on:
        return 0  # an officer closed it, and nothing came since
    if known is None:
        made = open_alarm(
            ACTOR, rule=rule.pk, thing=stream.thing.pk, stream=stream.pk, at=since,
            severity=rule.severity, limit=figure(float(allowed_s)),
        )  # fmt: skip
        known = Alarm.objects.get(pk=made["pk"])
    WatchState.objects.update_or_create(
        rule=rule, stream=stream.pk, defaults={"alarm": known, "hits": 0}
    )
    return 1


def escalate_unanswered() -> int:
    """Pass on what nobody acknowledged in the minutes its rule gives; answers how many."""
    now = clock.now()
    waiting = Alarm.objects.filter(
        state__in=("open", "cleared"), escalated_at__isnull=True, acknowledged_at__isnull=True,
        rule__escalate_min__isnull=False,
    ).annotate(minutes=F("rule__escalate_min"))  # fmt: skip
    due = [
        alarm
        for alarm in waiting.order_by("created_at")[: ESCALATED_AT_ONCE * 5]
        if alarm.created_at + timedelta(minutes=alarm.minutes) <= now
    ][:ESCALATED_AT_ONCE]
    for alarm in due:
        escalate_alarm(ACTOR, alarm=alarm.key)
    return len(due)
