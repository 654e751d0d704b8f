"""One alarm of the platform's own when its gateways heard nothing, in place of one a station."""

from __future__ import annotations

from guanggu.base import clock
from guanggu.base.actor import platform
from guanggu.kernel.register.public import create_record

from ..declaring import declare_station
from ..listening import DEAF_S, KIND, hearing
from ..models import Alarm, AlarmRule, Thing
from .actions import alarm_key, clear_alarm, figure, open_alarm

ACTOR = platform("alarms")
THING, RULE = "PT-INGEST", "BJGZ-INGEST"
TOLD_US = 30 * 86_400_000_000  # what is longer ago was told or is of no use any more


def watch_for_deafness() -> int:
    """Open and clear the alarm of the gateways; answers how many changed."""
    now = clock.to_microseconds(clock.now())
    changed = 0
    for start, end in hearing().deaf:
        is_over = end < now
        if end - start > DEAF_S * 1_000_000 and end > now - TOLD_US:
            changed += _tell(start, end if is_over else None)
    return changed


def _tell(start: int, end: int | None) -> int:
    rule = AlarmRule.objects.filter(key=RULE).first() or _laid()
    thing = Thing.objects.get(key=THING)
    known = Alarm.objects.filter(key=alarm_key(rule, -thing.pk, start)).first()
    if known is None:
        open_alarm(
            ACTOR, rule=rule.pk, thing=thing.pk, stream=None, at=start, severity=rule.severity,
            limit=figure(float(DEAF_S)), cleared_at=end,
        )  # fmt: skip
        return 1
    if end is not None and known.is_going_on:
        clear_alarm(ACTOR, alarm=known.key, at=end)
        return 1
    return 0


def _laid() -> AlarmRule:
    """The rule and what it watches; it has no datastream: the gateways' beats are its data."""
    declare_station(
        ACTOR, key=THING, name="数据采集服务", name_en="Ingest service", kind=KIND.code,
        source="platform",
    )  # fmt: skip
    create_record(
        ACTOR, collection=AlarmRule.collection,
        values={
            "key": RULE, "name": "采集服务中断，期间未能接收任何数据",
            "name_en": "The ingest service was down and could hear nobody", "kind": "missing",
            "severity": "severe", "thing": THING, "missing_s": DEAF_S, "role": "devices",
        },
    )  # fmt: skip
    return AlarmRule.objects.get(key=RULE)
