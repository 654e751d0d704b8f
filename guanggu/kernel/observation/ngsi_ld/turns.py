"""What the worker does for subscriptions; the rest is loaded once there are any."""

from __future__ import annotations

from guanggu.kernel.journal.public import recurring

from ..models import Subscription

EVERY_S = 1.0


@recurring("observation.notify_subscribers", EVERY_S)
def notify_subscribers() -> int:
    if not Subscription.objects.exists():
        return 0
    from .notifying import notify

    return notify()
