"""Who may see and change what of the economy."""

from __future__ import annotations

from django.db.models import Q

from guanggu.base.actor import Actor
from guanggu.kernel.identity.public import permission
from guanggu.kernel.indicator.public import keeps_indicators


def is_official(actor: Actor) -> bool:
    return actor.kind in ("official", "platform")


VIEW_SERIES = permission(
    "macro_economy.view_series",
    scope=lambda actor: is_official(actor) or Q(indicator__is_public=True),
)
CHANGE_SERIES = permission("macro_economy.change_series", scope=keeps_indicators)
VIEW_UPLOADS = permission("macro_economy.view_uploads", scope=keeps_indicators)
