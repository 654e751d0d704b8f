"""Who may see indicators, enter their values, and change their definitions."""

from __future__ import annotations

from django.db.models import Q

from guanggu.base.actor import Actor
from guanggu.kernel.identity.public import permission


def is_inside(actor: Actor) -> bool:
    return actor.kind in ("official", "platform")


def keeps_indicators(actor: Actor) -> bool:
    """May define indicators and targets, and have them computed anew."""
    return actor.kind == "platform" or actor.has("statistics")


def _own(actor: Actor, prefix: str = "") -> Q | bool:
    """Indicators that the actor's post answers for; all of them for the statistics posts."""
    if keeps_indicators(actor):
        return True
    if actor.kind != "official" or actor.post is None:
        return False
    return Q(**{f"{prefix}owner": f"posts/{actor.post}"})


SEE_INDICATORS = permission(
    "indicator.see", scope=lambda actor: is_inside(actor) or Q(is_public=True)
)
SEE_PARTS = permission(  # targets and values follow their indicator
    "indicator.see_parts", scope=lambda actor: is_inside(actor) or Q(indicator__is_public=True)
)
KEEP_INDICATORS = permission("indicator.keep", scope=keeps_indicators)
ENTER_VALUES = permission("indicator.enter", scope=_own)
ENTER_PARTS = permission("indicator.enter_parts", scope=lambda actor: _own(actor, "indicator__"))
