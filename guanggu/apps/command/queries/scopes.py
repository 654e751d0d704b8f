"""Who may see the wall, the logs and the orders."""

from __future__ import annotations

from django.db.models import Q

from guanggu.base.actor import Actor
from guanggu.kernel.identity.public import permission


def is_official(actor: Actor) -> bool:
    return actor.kind in ("official", "platform")


def keeps_desk(actor: Actor) -> bool:
    """A post that sits at a duty desk."""
    return actor.kind == "official" and actor.has("duty") and bool(actor.organisation)


def _shifts(actor: Actor) -> Q | bool:
    """Logs are for those who keep them, their leaders, and supervision."""
    if actor.kind == "platform" or actor.has("supervise"):
        return True
    if actor.kind == "official" and actor.organisation and actor.has("duty", "head"):
        return Q(organisation=actor.organisation)
    return False


def _entries(actor: Actor) -> Q | bool:
    scope = _shifts(actor)
    return scope if isinstance(scope, bool) else Q(shift__organisation=actor.organisation)


def _orders(actor: Actor) -> Q | bool:
    """Orders are seen by the desk that gave them, by the department that has them, by supervision."""
    if actor.kind == "platform" or actor.has("supervise"):
        return True
    if actor.kind != "official" or not actor.organisation:
        return False
    mine = Q(organisation=actor.organisation)
    return mine | Q(issuer=actor.organisation) if actor.has("duty", "head") else mine


VIEW_SHIFTS = permission("command.view_shifts", scope=_shifts)
PLAN_SHIFTS = permission(
    "command.plan_shifts",
    scope=lambda actor: (
        Q(organisation=actor.organisation, state="planned") if keeps_desk(actor) else False
    ),
)
VIEW_ENTRIES = permission("command.view_entries", scope=_entries)
VIEW_ORDERS = permission("command.view_orders", scope=_orders)
