"""What happened at the door: kept as events, as GB/T 22239-2019 8.1.4.3 asks."""

from __future__ import annotations

from typing import Any

from guanggu.base.actor import Actor
from guanggu.base.ids import Ref
from guanggu.kernel.journal.public import action, append

KINDS = frozenset(
    {
        "identity.signed_in",
        "identity.signed_out",
        "identity.sign_in_failed",
        "identity.sign_in_locked",
        "identity.second_factor_added",
        "identity.second_factor_removed",
        "identity.recovery_codes_made",
        "identity.capacity_switched",
        "identity.sessions_ended",
        "identity.application_allowed",
    }
)


def _at_the_door(actor: Actor, /, **_: Any) -> bool:
    return actor.kind == "platform" or bool(actor.account)


@action("identity.note_at_the_door", allows=_at_the_door)
def note_at_the_door(
    actor: Actor, *, subject: str, kind: str, data: dict[str, Any]
) -> dict[str, Any]:
    """One event of signing in or out. ``subject`` is the account, or addresses/<ip> where none is.

    Raises ValueError for a kind that is none of these.
    """
    if kind not in KINDS:
        raise ValueError(f"not an event of signing in: {kind}")
    event = append(Ref.parse(subject), kind, actor, data)
    return {"event": event.pk}
