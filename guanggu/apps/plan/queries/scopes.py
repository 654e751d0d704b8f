"""Who may reach which goals, tasks and evaluations."""

from __future__ import annotations

from django.db.models import Q

from guanggu.base.actor import Actor
from guanggu.kernel.identity.public import permission


def is_official(actor: Actor) -> bool:
    return actor.kind in ("official", "platform")


def keeps_plan(actor: Actor) -> bool:
    """Those who keep the plan: divide goals into tasks, accept them, draft evaluations."""
    return actor.kind == "platform" or (actor.kind == "official" and actor.has("plan"))


def may_review(actor: Actor) -> bool:
    """Leaders who review an evaluation and publish it, in its own organisation."""
    return actor.kind == "official" and bool(actor.organisation) and actor.has("head", "decide")


def _own_tasks(actor: Actor) -> Q | bool:
    """Tasks that this post answers for, or whose papers its organisation's office draws up."""
    if actor.kind == "platform":
        return True
    if actor.kind != "official" or not actor.organisation:
        return False
    if actor.has("head", "draft"):
        return Q(post=f"posts/{actor.post}") | Q(organisation=actor.organisation)
    return Q(post=f"posts/{actor.post}")


def _open_or_official(actor: Actor, path: str = "is_public") -> Q | bool:
    return True if is_official(actor) else Q(**{path: True})


def _evaluations(actor: Actor) -> Q | bool:
    return True if is_official(actor) else Q(state="published")


VIEW_GOALS = permission("plan.view_goals", scope=_open_or_official)
CHANGE_GOALS = permission("plan.change_goals", scope=keeps_plan)
VIEW_TASKS = permission("plan.view_tasks", scope=is_official)
CHANGE_TASKS = permission("plan.change_tasks", scope=keeps_plan)
REPORT_TASKS = permission("plan.report_tasks", scope=_own_tasks)
VIEW_EVALUATIONS = permission("plan.view_evaluations", scope=_evaluations)
VIEW_FINDINGS = permission(
    "plan.view_findings",
    scope=lambda actor: True if is_official(actor)
    else Q(evaluation__state="published", goal__is_public=True),
)  # fmt: skip
