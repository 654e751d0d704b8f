"""Who may see and do what in supervision."""

from __future__ import annotations

from django.db.models import Q

from guanggu.base.actor import Actor
from guanggu.kernel.identity.public import Organisation, permission


def may_supervise(actor: Actor) -> bool:
    return actor.kind == "official" and actor.has("supervise")


def _own_code(actor: Actor) -> str:
    found = Organisation.objects.filter(pk=actor.organisation).values_list("code", flat=True)
    return found[0] if found else ""


def _cards(actor: Actor) -> Q | bool:
    """Supervision sees every card; officials those of their own organisation."""
    if may_supervise(actor):
        return True
    if actor.kind != "official" or not actor.organisation:
        return False
    return Q(organisation=_own_code(actor), log__code="guanggu")


def cards_to_answer(actor: Actor) -> Q | bool:
    """The department itself answers, through a post that handles cases."""
    if not actor.has("accept", "review", "decide", "head") or not actor.organisation:
        return False
    return Q(organisation=_own_code(actor), log__code="guanggu")


def cards_to_settle(actor: Actor) -> Q | bool:
    return may_supervise(actor)


def _watched(actor: Actor) -> Q | bool:
    if may_supervise(actor):
        return True
    if actor.kind != "official" or not actor.organisation:
        return False
    return Q(organisation=_own_code(actor), log__code="guanggu")


VIEW_CARDS = permission("supervision.view_cards", scope=_cards)
VIEW_WATCHED = permission("supervision.view_cases", scope=_watched)


def _follow_ups(actor: Actor) -> Q | bool:
    """Supervision and the keepers of the plan see all; officials those of their organisation."""
    if actor.kind == "platform" or may_supervise(actor):
        return True
    if actor.kind != "official" or not actor.organisation:
        return False
    return True if actor.has("plan") else Q(organisation=_own_code(actor))


VIEW_FOLLOW_UPS = permission("supervision.view_follow_ups", scope=_follow_ups)
