"""What the worker does: holds fleets to their quotas."""

from __future__ import annotations

from guanggu.base import clock
from guanggu.base.actor import platform
from guanggu.kernel.journal.public import recurring
from guanggu.kernel.observation.public import gateway_state

from .actions import count_quota, needs_counting
from .models import Fleet
from .queries import messages_of_fleets

WORKER = platform("worker")


@recurring("iot_platform.hold_quotas", 60)
def hold_quotas() -> None:
    """Suspend the devices of a fleet over its quota, resume them on the next day."""
    counted = messages_of_fleets(gateway_state())
    today = clock.today()
    for fleet in Fleet.objects.all():
        messages = counted.get(fleet.pk, 0)
        if needs_counting(fleet, messages, today):
            count_quota(WORKER, fleet=fleet.key, on=today.isoformat(), messages=messages)
