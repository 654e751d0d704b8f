"""Quotas that devices share: how many messages a day they may send together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from guanggu.base import clock
from guanggu.base.actor import Actor
from guanggu.kernel.journal.public import action, append
from guanggu.kernel.register.public import save_record

from .device_actions import KEEP_DEVICES
from .models import Device, SharedQuota

_DAY_S = 86_400
_ZONE_S = 8 * 3_600  # the district's day, GB/T 7408: +08:00 all year round


def day_of(microseconds: int) -> int:
    """Days since 1970 in the district's zone."""
    return (microseconds // 1_000_000 + _ZONE_S) // _DAY_S


@dataclass(slots=True)
class SharedCount:
    """Messages of the day against the quota, counted in the gateways for every protocol."""

    pk: int
    day_max: int
    day: int = 0
    messages: int = 0
    is_written: bool = True

    def takes(self, day: int, count: int) -> bool:
        """Count messages; False where the quota is used up."""
        if day != self.day:
            self.day, self.messages, self.is_written = day, 0, False
        if self.day_max and self.messages + count > self.day_max:
            return False
        self.messages += count
        self.is_written = False
        return True


def load_counts(known: dict[int, SharedCount]) -> dict[int, SharedCount]:
    """Every quota by pk; those known keep what was counted since it was written."""
    found = {}
    for row in SharedQuota.objects.all():
        count = known.get(row.pk) or SharedCount(
            row.pk, row.messages_a_day_max, row.day, row.messages
        )
        count.day_max = row.messages_a_day_max
        found[row.pk] = count
    return found


def write_counts(counts: Iterable[tuple[int, int, int]]) -> None:
    """Of each quota (pk, day, messages). Raises DatabaseError."""
    for pk, day, messages in counts:
        SharedQuota.objects.filter(pk=pk).update(day=day, messages=messages)


def messages_shared(quotas: Iterable[str], at: datetime) -> dict[str, int]:
    """By key of each quota that stands, the messages of the instant's day, some seconds old."""
    today = day_of(clock.to_microseconds(at))
    rows = SharedQuota.objects.filter(key__in=list(quotas))
    return {
        key: messages if day == today else 0
        for key, day, messages in rows.values_list("key", "day", "messages")
    }


@action("observation.share_quota", allows=lambda actor, **_: KEEP_DEVICES.is_possible(actor))
def share_quota(
    actor: Actor, *, quota: str, devices: list[str], messages_a_day_max: int
) -> dict[str, Any]:
    """Let these devices (keys) and no others share the quota; 0 sets no limit."""
    now = clock.now()
    row = SharedQuota.objects.filter(key=quota).first() or SharedQuota(key=quota)
    row.messages_a_day_max, row.updated_at = messages_a_day_max, now
    # Only what is set here: the gateways write the count meanwhile.
    row.save(update_fields=["messages_a_day_max", "updated_at"] if row.pk else None)
    left = list(Device.objects.filter(quota=row).exclude(key__in=devices))
    joined = list(Device.objects.filter(key__in=devices).exclude(quota=row))
    for each in (*left, *joined):  # an event each: without it the row would look altered
        each.quota = row if each in joined else None
        save_record(actor, each, "devices.changed")
    told = {
        "left": len(left), "joined": len(joined), "messages_a_day_max": messages_a_day_max,
    }  # fmt: skip
    append(f"shared_quotas/{quota}", "observation.quota_shared", actor, told)
    return told
