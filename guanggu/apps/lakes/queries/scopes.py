"""Who may reach which lakes, outfalls, stations, patrols and problems."""

from __future__ import annotations

from django.db.models import Q

from guanggu.base.actor import Actor
from guanggu.kernel.identity.public import permission


def is_official(actor: Actor) -> bool:
    return actor.kind in ("official", "platform")


def may_patrol(actor: Actor) -> bool:
    return actor.kind == "official" and bool(actor.organisation) and actor.has("patrol")


def may_keep(actor: Actor) -> bool:
    """Those who keep the records of lakes and their stations."""
    return actor.kind == "official" and actor.has("monitor", "devices")


def may_handle(actor: Actor) -> bool:
    """Those who have a part in handling problems: dispatch, mending, verifying."""
    return actor.kind == "official" and actor.has("enforce", "patrol", "receive")


def sees_issues(actor: Actor) -> bool:
    """Problems are the business of those who watch, patrol, mend, lead and supervise."""
    if actor.kind == "platform":
        return True
    return actor.kind == "official" and actor.has(
        "monitor", "enforce", "patrol", "supervise", "head", "receive"
    )


def _open_or_official(actor: Actor) -> Q | bool:
    return True if is_official(actor) else Q(is_public=True)


VIEW_LAKES = permission("lakes.view", scope=_open_or_official)
CHANGE_LAKES = permission("lakes.change", scope=may_keep)
VIEW_STATIONS = permission("lakes.view_stations", scope=_open_or_official)
VIEW_OUTFALLS = permission("lakes.view_outfalls", scope=_open_or_official)
CHANGE_OUTFALLS = permission(
    "lakes.change_outfalls",
    scope=lambda actor: actor.kind == "official" and actor.has("monitor", "enforce", "patrol"),
)
VIEW_INFLOWS = permission(
    "lakes.view_inflows",
    scope=lambda actor: True if is_official(actor) else Q(lake__is_public=True),
)
VIEW_CHECKS = permission("lakes.view_checks", scope=is_official)
CHANGE_CHECKS = permission(
    "lakes.change_checks",
    scope=lambda actor: actor.kind == "official" and actor.has("monitor", "enforce", "patrol"),
)
VIEW_PLANS = permission("lakes.view_plans", scope=is_official)
CHANGE_PLANS = permission(
    "lakes.change_plans",
    scope=lambda actor: actor.kind == "official" and actor.has("monitor", "enforce"),
)
VIEW_PATROLS = permission("lakes.view_patrols", scope=sees_issues)
OWN_PATROL = permission(
    "lakes.own_patrol",
    scope=lambda actor: Q(account=actor.account) if may_patrol(actor) else False,
)
VIEW_ISSUES = permission("lakes.view_issues", scope=sees_issues)
