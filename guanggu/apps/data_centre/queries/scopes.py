"""Who may reach which resources, grants, queries and rules."""

from __future__ import annotations

from django.db.models import Q

from guanggu.base.actor import Actor
from guanggu.kernel.identity.public import permission


def is_official(actor: Actor) -> bool:
    return actor.kind == "official"


def keeps_data(actor: Actor) -> bool:
    """Those who keep the catalogue of their own organisation and answer its requests."""
    return actor.kind == "official" and actor.has("data") and bool(actor.organisation)


def _resources(actor: Actor) -> Q | bool:
    if actor.kind in ("official", "platform"):
        return True
    return Q(is_open=True, is_provided=True)


def _kept(actor: Actor, path: str = "provider") -> Q | bool:
    if not keeps_data(actor):
        return False
    return Q(**{path: actor.organisation}) | Q(**{f"{path}__isnull": True})


def _grants(actor: Actor) -> Q | bool:
    """Both sides see a grant, and those who supervise."""
    if actor.kind == "platform" or actor.has("supervise"):
        return True
    if not is_official(actor) or not actor.organisation:
        return False
    return Q(organisation=actor.organisation) | Q(resource__provider=actor.organisation)


def _queries(actor: Actor) -> Q | bool:
    if not is_official(actor) or not actor.organisation:
        return False
    return Q(owner=actor.account) | Q(organisation=actor.organisation, is_shared=True)


VIEW_RESOURCES = permission("data_centre.view_resources", scope=_resources)
CHANGE_RESOURCES = permission("data_centre.change_resources", scope=_kept)
VIEW_GRANTS = permission("data_centre.view_grants", scope=_grants)
VIEW_QUERIES = permission("data_centre.view_queries", scope=_queries)
OWN_QUERIES = permission(
    "data_centre.own_queries",
    scope=lambda actor: Q(owner=actor.account) if is_official(actor) else False,
)
VIEW_RULES = permission(
    "data_centre.view_rules", scope=lambda actor: actor.kind in ("official", "platform")
)
CHANGE_RULES = permission(
    "data_centre.change_rules", scope=lambda actor: _kept(actor, "resource__provider")
)
