"""What the worker does: holds fleets to quotas, lays rules on devices, turns alarms into faults."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from guanggu.base import clock
from guanggu.base.actor import platform
from guanggu.base.errors import Conflict, Missing
from guanggu.kernel.journal.public import Event, recurring, subscribe
from guanggu.kernel.observation.public import AlarmRule

from .actions import (
    count_quota,
    lay_rules,
    needs_counting,
    open_fault,
    open_waiting_case,
    share_quota_of,
    switch_off,
)
from .actions.ruling import PROCEDURE
from .models import DeviceFault, Fleet, FleetDevice, FleetRule
from .queries import messages_of_fleets, rule_title

log = logging.getLogger(__name__)

WORKER = platform("iot_platform")


@recurring("iot_platform.hold_quotas", 60)
def hold_quotas() -> None:
    """Suspend the devices of a fleet over its quota, resume them on the next day.

    The doors refuse from the first message beyond it (``share_quotas``); this makes it seen.
    """
    today = clock.today()
    found = list(Fleet.objects.all())
    counted = messages_of_fleets(found)
    for fleet in found:
        if fleet.pk not in counted:  # it stood before quotas were shared
            share_quota_of(WORKER, fleet)
        messages = counted.get(fleet.pk, 0)
        if needs_counting(fleet, messages, today):
            count_quota(WORKER, fleet=fleet.key, on=today.isoformat(), messages=messages)


@subscribe(
    "iot_platform.rules",
    kinds=(
        "iot_platform.created", "iot_platform.changed", "iot_platform.removed",
        "iot_platform.enrolled",
    ),
)  # fmt: skip
def follow_rules(events: Sequence[Event]) -> None:
    """Rules of fleets meet their devices, whichever of both was changed."""
    for subject in dict.fromkeys(event.subject for event in events):
        collection, _, key = subject.partition("/")
        if collection == FleetRule.collection:
            rules = list(FleetRule.objects.filter(key=key))
            if rules:
                lay_rules(WORKER, rules, _devices())
            else:
                _forget(AlarmRule.objects.filter(source=subject))
        elif collection == FleetDevice.collection:
            devices = _devices(key)
            if devices:
                lay_rules(WORKER, list(FleetRule.objects.all()), devices)
            else:
                laid = AlarmRule.objects.filter(source__startswith=f"{FleetRule.collection}/")
                _forget(laid.filter(thing__subject=subject))


@subscribe(
    "iot_platform.quotas",
    kinds=(
        "iot_platform.created", "iot_platform.changed", "iot_platform.removed",
        "iot_platform.enrolled",
    ),
)  # fmt: skip
def share_quotas(events: Sequence[Event]) -> None:
    """The gateways count for each fleet what its devices send together."""
    fleets: set[int] = set()
    for subject in dict.fromkeys(event.subject for event in events):
        collection, _, key = subject.partition("/")
        if collection == Fleet.collection:
            fleets.update(Fleet.objects.filter(key=key).values_list("pk", flat=True))
        elif collection == FleetDevice.collection:
            rows = FleetDevice.objects.filter(key=key)
            # Of one that is gone nobody knows the fleet it was in.
            fleets.update(
                rows.values_list("fleet", flat=True) or Fleet.objects.values_list("pk", flat=True)
            )
    for fleet in Fleet.objects.filter(pk__in=fleets).order_by("pk"):
        share_quota_of(WORKER, fleet)


def _devices(key: str = "") -> list[FleetDevice]:
    rows = FleetDevice.objects.exclude(thing="").select_related("profile", "fleet__organisation")
    return list(rows.filter(key=key) if key else rows)


def _forget(rows: Sequence[AlarmRule]) -> None:
    for row in rows:
        switch_off(WORKER, row)


@subscribe("iot_platform.alarms", kinds=("observation.alarm_escalated",))
def open_faults(events: Sequence[Event]) -> None:
    """An alarm that nobody acknowledged in time becomes a fault, or joins the open one."""
    for event in events:
        told = event.body
        collection, _, key = str(told.get("subject") or "").partition("/")
        if collection != FleetDevice.collection or told.get("procedure") != PROCEDURE:
            continue
        try:
            open_fault(
                WORKER, device=key, alarm=str(told["alarm"]), rule=rule_title(told),
                at=str(told["at"]), organisation=str(told.get("organisation") or ""),
            )  # fmt: skip
        except Missing:
            log.warning("alarm %s names no enrolled device", told.get("alarm"))


@recurring("iot_platform.waiting_cases", 3600)
def open_waiting_cases() -> None:
    """Faults without a case: their fleet had no organisation, or limits could not be counted."""
    for row in DeviceFault.objects.filter(state="open", case_number=""):
        try:
            open_waiting_case(WORKER, fault=row.key)
        except Conflict as problem:
            log.info("fault %s waits: %s", row.key, problem.message)
