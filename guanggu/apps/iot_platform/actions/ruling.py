"""Rules of fleets laid on their devices: an alarm rule for each device that a rule means."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

from guanggu.base.actor import Actor
from guanggu.base.bilingual import T
from guanggu.base.errors import Invalid
from guanggu.kernel.observation.public import AlarmRule
from guanggu.kernel.register.public import change_record, create_record

from ..models import FleetDevice, FleetRule
from ..rules import DO_NOT_FIT

PROCEDURE = "iot_platform.device_fault"
COLLECTION = AlarmRule.collection
_SAME = (
    "kind", "severity", "upper", "lower", "rate_max", "missing_s", "hits", "hold_s", "role",
    "escalate_min",
)  # fmt: skip
NEEDED = T("请填写此项。", "Fill in this field.")
WHOSE = T("请选择产品或群组。", "Choose a profile or a fleet.")
NO_PROPERTY = T("该产品没有此监测项目。", "The profile does not measure this.")
CROSSED = T("下限应小于上限。", "The lower limit is below the upper one.")
NO_NUMBER = T("请填写有限的数字。", "A finite number.")
LEAST_ONE = T("不少于 1。", "At least 1.")


def check_fleet_rule(rule: FleetRule) -> None:
    """As strict as the alarm rules that it becomes. Raises Invalid with the fields."""
    fields: dict[str, T] = {}
    if rule.profile is None and rule.fleet is None:
        fields["profile"] = WHOSE
    elif rule.profile is not None:
        measured = {stream.get("property") for stream in rule.profile.streams}
        if rule.property not in measured:
            fields["property"] = NO_PROPERTY
    for name in ("upper", "lower", "rate_max"):
        value = getattr(rule, name)
        if value is not None and not math.isfinite(value):
            fields[name] = NO_NUMBER
    if rule.kind == "limit" and rule.upper is None and rule.lower is None:
        fields["upper"] = NEEDED
    if rule.upper is not None and rule.lower is not None and rule.lower >= rule.upper:
        fields["lower"] = CROSSED
    if rule.kind == "rate" and not rule.rate_max:
        fields["rate_max"] = NEEDED
    if rule.hits < 1:
        fields["hits"] = LEAST_ONE
    if rule.opens_fault and rule.escalate_min is None:
        fields["escalate_min"] = NEEDED
    if fields:
        raise Invalid(DO_NOT_FIT, fields=fields)


def is_meant(rule: FleetRule, device: FleetDevice) -> bool:
    if not rule.is_active or not device.thing:
        return False
    if rule.profile_id is not None and rule.profile_id != device.profile_id:
        return False
    if rule.fleet_id is not None and rule.fleet_id != device.fleet_id:
        return False
    return any(stream.get("property") == rule.property for stream in device.profile.streams)


def _values(rule: FleetRule, device: FleetDevice) -> dict[str, Any]:
    body = rule.organisation or device.fleet.organisation
    return {
        **{name: getattr(rule, name) for name in _SAME},
        "name": f"{rule.name}（{device.name[:36]}）",
        "name_en": f"{rule.name_en} ({device.name[:34]})" if rule.name_en else "",
        "observed_property": rule.property,
        "thing": device.thing,
        "organisation": body.code if body else None,
        "procedure": PROCEDURE if rule.opens_fault else "",
        "is_active": True,
    }


def _present_values(row: AlarmRule, names: Iterable[str]) -> dict[str, Any]:
    found = {name: getattr(row, name) for name in names}
    found["observed_property"] = row.observed_property.key if row.observed_property else None
    found["thing"] = row.thing.key if row.thing else None
    found["organisation"] = row.organisation.code if row.organisation else None
    return found


def lay_rules(actor: Actor, rules: Iterable[FleetRule], devices: Iterable[FleetDevice]) -> int:
    """Make the alarm rules of these devices what these rules say; answers how many changed.

    A second time changes nothing. What is meant no longer is switched off, not removed: its
    alarms stay explained.
    """
    changed, found = 0, list(devices)
    for rule in rules:
        rows = AlarmRule.objects.filter(source=str(rule.ref)).select_related(
            "thing", "observed_property", "organisation"
        )
        present = {row.thing.key: row for row in rows if row.thing is not None}
        for device in found:
            row = present.get(device.thing)
            if not is_meant(rule, device):
                changed += switch_off(actor, row)
            elif row is None:
                create_record(
                    actor, collection=COLLECTION, values=_values(rule, device),
                    source=str(rule.ref),
                )  # fmt: skip
                changed += 1
            else:
                wanted = _values(rule, device)
                if _present_values(row, wanted) != wanted:
                    change_record(
                        actor, collection=COLLECTION, record=row.key, version=row.version,
                        values=wanted,
                    )  # fmt: skip
                    changed += 1
    return changed


def switch_off(actor: Actor, row: AlarmRule | None) -> int:
    if row is None or not row.is_active:
        return 0
    change_record(
        actor, collection=COLLECTION, record=row.key, version=row.version,
        values={"is_active": False},
    )  # fmt: skip
    return 1
