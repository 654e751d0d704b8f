"""Data older than what was judged already: sent again after an outage, corrected, filled in.

They cannot move the alarm that stands now, but what they tell is not lost: each stretch beyond the
limit that no alarm covers becomes an alarm that is over already, or lengthens the one it touches.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Q

from guanggu.base.actor import platform
from guanggu.base.clock import from_microseconds, to_microseconds

from ..models import Alarm, AlarmRule, Datastream
from ..store import observations
from ..valid_data import seconds_between
from .actions import alarm_key, figure, open_alarm, stretch_alarm
from .stepping import Datum, Watching, examine, is_further, severity_of

ACTOR = platform("alarms")
LONGEST = 500  # data on each side that are looked at for how long it lasted


def judge_late(
    rule: AlarmRule, stream: Datastream, data: Sequence[Datum], watching: Watching
) -> None:
    """data: in rising time, in the store already; watching: what was judged in order so far, to
    which the stretch under way belongs. Raises Unavailable where the store cannot be read."""
    if rule.kind not in ("limit", "rate"):
        return  # the others tell of the present state of the station
    done = -(2**62)
    for datum in data:
        if datum.time <= done or not examine(rule, datum).broken:
            continue
        stretch = _stretch(rule, stream, datum, watching.judged_until)
        done = stretch[-1].time
        if watching.hits and not watching.is_open and done >= watching.since:
            continue  # a re-send within what is under way
        lasted = done - stretch[0].time
        if len(stretch) >= rule.hits and lasted >= rule.hold_s * 1_000_000:
            _tell(rule, stream, stretch)


def _stretch(rule: AlarmRule, stream: Datastream, datum: Datum, until: int) -> list[Datum]:
    """The data in a row around it that break the rule, in the store as it is now; what is there
    after ``until`` will be judged in its turn."""
    width = seconds_between(stream) * 1_000_000 * min(LONGEST, max(50, 3 * rule.hits))
    table = (
        observations()
        .series([stream.pk], datum.time - width, min(datum.time + width, until + 1))
        .to_pydict()
    )
    rows: list[Datum] = []
    before: tuple[int, float] | None = None
    for time, value, mark in zip(table["time"], table["result"], table["mark"], strict=True):
        number = float("nan") if value is None else value
        rows.append(Datum(time, number, mark, before))
        before = (time, number) if number == number else before
    found: list[Datum] = []
    for row in rows:
        finding = examine(rule, row)
        if finding.broken:
            found.append(row)
        elif finding.counts:
            if found and found[-1].time >= datum.time:
                break
            found = []
    return found or [datum]


def _tell(rule: AlarmRule, stream: Datastream, stretch: Sequence[Datum]) -> None:
    start, end = stretch[0].time, stretch[-1].time
    peak = stretch[0]
    for datum in stretch:
        if is_further(rule, datum.value, peak.value):
            peak = datum
    touching = (
        Alarm.objects.filter(rule=rule, datastream=stream, opened_at__lte=from_microseconds(end))
        .filter(Q(cleared_at__isnull=True) | Q(cleared_at__gte=from_microseconds(start)))
        .order_by("opened_at")
        .first()
    )
    if (
        touching is None
        and not Alarm.objects.filter(key=alarm_key(rule, stream.pk, start)).exists()
    ):
        severity, level = severity_of(rule, peak.value)
        limit = level if level is not None else examine(rule, peak).limit
        open_alarm(
            ACTOR, rule=rule.pk, thing=stream.thing.pk, stream=stream.pk, at=start,
            severity=severity, value=figure(stretch[0].value), limit=figure(limit),
            peak=figure(peak.value), last_at=end, cleared_at=end, late=True,
        )  # fmt: skip
    elif touching is not None and _is_longer(touching, start, end):
        further = is_further(rule, peak.value, touching.peak)
        stretch_alarm(
            ACTOR, alarm=touching.key, start=start, end=end,
            peak=figure(peak.value if further else touching.peak),
        )  # fmt: skip


def _is_longer(alarm: Alarm, start: int, end: int) -> bool:
    if start < to_microseconds(alarm.opened_at):
        return True
    return alarm.cleared_at is not None and end > to_microseconds(alarm.cleared_at)
