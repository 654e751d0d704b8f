"""Drafts, each reached by its owner only."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from guanggu.base.actor import Actor
from guanggu.kernel.identity.public import get, permission, visible

from ..models import Draft


def _own(actor: Actor) -> Q | bool:
    if actor.kind not in ("person", "firm") or not actor.account:
        return False
    return Q(holder=actor.account, firm=actor.firm)


DRAFTS = permission("approvals.drafts", scope=_own)


def drafts_of(actor: Actor) -> QuerySet[Draft]:
    return visible(actor, Draft.objects.all(), DRAFTS).order_by("-updated_at")


def draft_of(actor: Actor, key: str) -> Draft:
    """Raises Missing for a draft that is not there or not the actor's."""
    return get(actor, Draft, DRAFTS, key=key)


def my_draft(actor: Actor, item: str) -> Draft | None:
    """The newest draft of the actor for the item."""
    return drafts_of(actor).filter(item=item).first()
