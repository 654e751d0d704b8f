"""Who may reach which projects: officials read all, a firm its own; the lead and the checking unit
keep theirs."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from guanggu.base.actor import Actor
from guanggu.kernel.identity.public import permission

ROLE = "projects"


def is_official(actor: Actor) -> bool:
    return actor.kind in ("official", "platform")


def keeps_projects(actor: Actor) -> bool:
    """Those whose post has to do with projects."""
    return actor.kind == "official" and bool(actor.organisation) and actor.has(ROLE)


def owner_ref(actor: Actor) -> str:
    """The reference under which the actor's firm owns projects; "" for who acts for none."""
    return f"legal_entities/{actor.firm}" if actor.kind == "firm" and actor.firm else ""


def _readable(path: str = "") -> Any:
    def scope(actor: Actor) -> Q | bool:
        if is_official(actor):
            return True
        own = owner_ref(actor)
        return Q(**{f"{path}owner": own}) if own else False

    return scope


def _kept(path: str = "", *, by_lead_only: bool = False) -> Any:
    def scope(actor: Actor) -> Q | bool:
        if not keeps_projects(actor):
            return False
        led = Q(**{f"{path}lead": actor.organisation})
        return led if by_lead_only else led | Q(**{f"{path}checker": actor.organisation})

    return scope


def _reportable(actor: Actor) -> Q | bool:
    """The owner reports; where it has no account, its lead unit does."""
    own = owner_ref(actor)
    return Q(owner=own) if own else _kept(by_lead_only=True)(actor)


VIEW_PROJECTS = permission("projects.view", scope=_readable())
VIEW_PARTS = permission("projects.view_parts", scope=_readable("project__"))
CHANGE_PROJECTS = permission("projects.change", scope=_kept())
CHANGE_PARTS = permission("projects.change_parts", scope=_kept("project__"))
REPORT = permission("projects.report", scope=_reportable)
REVIEW = permission("projects.review", scope=_kept("project__", by_lead_only=True))
VIEW_WARNINGS = permission("projects.view_warnings", scope=_readable("project__"))
VIEW_RULES = permission("projects.view_rules", scope=is_official)
CHANGE_RULES = permission("projects.change_rules", scope=keeps_projects)
VIEW_BULLETINS = permission("projects.view_bulletins", scope=is_official)


def may_report(actor: Actor) -> bool:
    return keeps_projects(actor) or bool(owner_ref(actor))


def may_publish(actor: Actor) -> bool:
    """Leaders who sign."""
    return actor.kind == "official" and actor.has("sign", "head")
