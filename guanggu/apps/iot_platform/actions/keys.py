"""Keys of a whole fleet at once."""

from __future__ import annotations

from typing import Any

from guanggu.base.actor import Actor
from guanggu.base.bilingual import T
from guanggu.base.errors import Invalid
from guanggu.kernel.identity.public import get
from guanggu.kernel.journal.public import action
from guanggu.kernel.observation.public import rotate_key

from ..models import Fleet
from ..queries import KEEP, keyless_devices

AT_ONCE_MAX = 1_000
NONE_LEFT = T("该群组的设备都已发放密钥。", "Every device of this fleet has a key already.")


def _may_keep(actor: Actor, /, fleet: str, **_: Any) -> bool:
    get(actor, Fleet, KEEP, key=fleet)
    return True


@action(
    "iot_platform.issue_keys", allows=_may_keep, title=T("整批发放密钥", "Issue a fleet's keys")
)
def issue_keys(actor: Actor, *, fleet: str) -> dict[str, Any]:
    """Give a first key to each device of the fleet that has none, at most AT_ONCE_MAX.

    Answers ``devices``, each with address, name and its secrets, for the one time they are shown:
    call it without ``key``, so that no receipt holds them. ``left``: how many still have none.
    Raises Missing, Invalid where none is left.
    """
    rows = keyless_devices(Fleet.objects.get(key=fleet))
    if not rows:
        raise Invalid(NONE_LEFT)
    given = [
        {"address": row.address, "name": row.name, **rotate_key(actor, device=row.device)}
        for row in rows[:AT_ONCE_MAX]
    ]
    return {"devices": given, "left": len(rows) - len(given)}
