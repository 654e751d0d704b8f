"""Quotas of fleets: counted in the gateways, and seen by suspending until the next day."""

from __future__ import annotations

from datetime import date
from typing import Any

from guanggu.base import clock
from guanggu.base.actor import Actor
from guanggu.base.bilingual import T
from guanggu.base.errors import Missing
from guanggu.kernel.journal.public import action, append
from guanggu.kernel.observation.public import share_quota, suspend_device

from ..models import Fleet, FleetDevice, QuotaDay
from ..queries import devices_of, held_devices, quota_key

USED_UP = T("群组当日报文配额已用完", "The fleet's messages of the day are used up")
NEW_DAY = T("新的一日，配额恢复", "A new day: the quota is restored")


def _is_platform(actor: Actor, /, **_: Any) -> bool:
    return actor.kind == "platform"


@action("iot_platform.count_quota", allows=_is_platform)
def count_quota(actor: Actor, *, fleet: str, on: str, messages: int) -> dict[str, Any]:
    """Note the fleet's messages of a day. Over its quota its devices are suspended; on a new day
    those that were suspended for it are resumed. Raises Missing."""
    group = Fleet.objects.filter(key=fleet).first()
    if group is None:
        raise Missing(T("没有该设备群组。", "There is no such fleet."))
    day, _ = QuotaDay.objects.get_or_create(fleet=group, on=date.fromisoformat(on))
    # A gateway that was started anew counts from zero: a day never loses what was counted.
    day.messages = max(day.messages, messages)
    quota = group.messages_a_day_max
    is_over = bool(quota) and day.messages >= quota
    suspended = resumed = 0
    if is_over:
        for key in devices_of(group):
            suspend_device(actor, device=key, reason=USED_UP.zh)
            suspended += 1
        day.used_up_at = day.used_up_at or clock.now()
    else:
        for key in held_devices(group, USED_UP.zh):
            suspend_device(actor, device=key, reason=NEW_DAY.zh, suspended=False)
            resumed += 1
    day.save()
    if suspended or resumed:
        told = {"on": on, "messages": day.messages, "suspended": suspended, "resumed": resumed}
    else:
        told = {"on": on, "messages": day.messages}
    append(group.ref, "iot_platform.quota_counted", actor, told)
    return {"suspended": suspended, "resumed": resumed, "messages": day.messages}


def needs_counting(fleet: Fleet, messages: int, on: date) -> bool:
    """Whether counting would change anything: devices to suspend, or some held that may go on."""
    known = QuotaDay.objects.filter(fleet=fleet, on=on).values_list("messages", flat=True).first()
    quota = fleet.messages_a_day_max
    if quota and max(messages, known or 0) >= quota:
        return bool(devices_of(fleet))
    return bool(held_devices(fleet, USED_UP.zh))


def share_quota_of(actor: Actor, fleet: Fleet) -> None:
    """Tell the gateways which devices the fleet has, and how much they may send together."""
    keys = (
        FleetDevice.objects.filter(fleet=fleet).exclude(device="").values_list("device", flat=True)
    )
    share_quota(
        actor, quota=quota_key(fleet), devices=sorted(keys),
        messages_a_day_max=fleet.messages_a_day_max,
    )  # fmt: skip
