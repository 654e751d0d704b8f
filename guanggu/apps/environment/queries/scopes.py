"""Who may reach which stations, sources, violations and reports."""

from __future__ import annotations

from django.db.models import Q

from guanggu.base.actor import Actor
from guanggu.kernel.identity.public import permission


def is_official(actor: Actor) -> bool:
    return actor.kind in ("official", "platform")


def may_review(actor: Actor) -> bool:
    """Those who keep monitoring data."""
    return actor.kind == "official" and actor.has("monitor")


def may_enforce(actor: Actor) -> bool:
    return actor.kind == "official" and actor.has("enforce")


def sees_enforcement(actor: Actor) -> bool:
    """Cases are the business of those who monitor, enforce, lead and supervise."""
    if actor.kind == "platform":
        return True
    return actor.kind == "official" and actor.has("monitor", "enforce", "supervise")


def _stations(actor: Actor) -> Q | bool:
    return True if is_official(actor) else Q(is_public=True)


def _of_firm(actor: Actor, path: str) -> Q | bool:
    """A firm sees what belongs to it; others that are no officials see nothing."""
    if is_official(actor):
        return True
    if actor.kind == "firm" and actor.firm:
        return Q(**{path: actor.firm})
    return False


VIEW_STATIONS = permission("environment.view_stations", scope=_stations)
CHANGE_STATIONS = permission(
    "environment.change_stations",
    scope=lambda actor: actor.kind == "official" and actor.has("monitor", "devices"),
)
VIEW_SOURCES = permission(
    "environment.view_sources", scope=lambda actor: _of_firm(actor, "unified_code")
)
VIEW_OUTLETS = permission(
    "environment.view_outlets", scope=lambda actor: _of_firm(actor, "source_unit__unified_code")
)
VIEW_PERMITS = permission(
    "environment.view_permits", scope=lambda actor: _of_firm(actor, "source_unit__unified_code")
)
VIEW_AMOUNTS = permission(
    "environment.view_amounts",
    scope=lambda actor: _of_firm(actor, "permit__source_unit__unified_code"),
)
CHANGE_SOURCES = permission(
    "environment.change_sources",
    scope=lambda actor: actor.kind == "official" and actor.has("monitor", "enforce"),
)


def _violations(actor: Actor) -> Q | bool:
    """Leaders see those of their own bureau, on which they decide."""
    if sees_enforcement(actor):
        return True
    is_leader = actor.kind == "official" and actor.has("decide", "head")
    return Q(organisation=actor.organisation) if is_leader and actor.organisation else False


VIEW_VIOLATIONS = permission("environment.view_violations", scope=_violations)
VIEW_REPORTS = permission(
    "environment.view_reports",
    scope=lambda actor: True if is_official(actor) else Q(state="published"),
)
