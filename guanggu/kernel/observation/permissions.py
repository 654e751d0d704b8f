"""Who may see and change what of the sensing."""

from __future__ import annotations

from django.db.models import Q

from guanggu.base.actor import Actor
from guanggu.kernel.identity.public import permission

# Posts that see alarms of the whole district; others see those of their own organisation.
WATCHERS = ("monitor", "enforce", "devices", "supervise", "patrol")


def is_inside(actor: Actor) -> bool:
    return actor.kind in ("official", "platform")


def keeps_devices(actor: Actor) -> bool:
    """May register and change things, datastreams and windows."""
    return actor.kind == "platform" or actor.has("devices", "monitor")


def reviews_data(actor: Actor) -> bool:
    return actor.kind == "platform" or actor.has("monitor")


def _alarms(actor: Actor) -> Q | bool:
    if actor.kind == "platform" or actor.has(*WATCHERS):
        return True
    if actor.kind != "official" or actor.organisation is None:
        return False
    own = Q(organisation_id=actor.organisation)
    return own | Q(thing__organisation_id=actor.organisation)


def _handled_alarms(actor: Actor) -> Q | bool:
    if actor.kind == "platform" or actor.has("monitor", "enforce", "devices"):
        return True
    if actor.kind != "official" or actor.organisation is None:
        return False
    return Q(organisation_id=actor.organisation)


SEE_THINGS = permission(
    "observation.see_things", scope=lambda actor: is_inside(actor) or Q(is_public=True)
)
SEE_STREAMS = permission(
    "observation.see_streams",
    scope=lambda actor: is_inside(actor) or Q(is_public=True, thing__is_public=True),
)
SEE_PROPERTIES = permission("observation.see_properties", scope=lambda actor: True)
SEE_INSIDE = permission("observation.see_inside", scope=is_inside)
KEEP_THINGS = permission("observation.keep_things", scope=keeps_devices)
KEEP_RULES = permission("observation.keep_rules", scope=reviews_data)
REVIEW = permission("observation.review", scope=reviews_data)
SEE_ALARMS = permission("observation.see_alarms", scope=_alarms)
HANDLE_ALARMS = permission("observation.handle_alarms", scope=_handled_alarms)
