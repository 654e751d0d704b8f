"""The plan in the sample: its goals, invented tasks and values, and both evaluations published."""

from __future__ import annotations

from collections.abc import Callable

from guanggu.apps.plan.actions.evaluating import (
    draft_evaluation,
    publish_evaluation,
    review_evaluation,
)
from guanggu.apps.plan.register.shipped import take_in_plan_sample
from guanggu.base.actor import Actor
from guanggu.kernel.identity.public import Appointment, actor_for

from .bodies import DISTRICT

BUREAU = f"{DISTRICT}-fgj"  # keeps the plan
_KINDS = ("midterm", "final")


def add_plan(actor: Actor, progress: Callable[[int, int], None]) -> int:
    """Answers how many tasks were laid; the worker seals the published reports afterwards."""
    tasks = take_in_plan_sample(actor)
    progress(1, 1 + len(_KINDS))
    keeper, leader = _official("plan"), _official("head")
    for number, kind in enumerate(_KINDS, 2):
        told = draft_evaluation(keeper, kind=kind)
        review_evaluation(leader, evaluation=told["evaluation"], outcome="approve", opinion="同意")
        publish_evaluation(leader, evaluation=told["evaluation"])
        progress(number, 1 + len(_KINDS))
    return tasks


def _official(role: str) -> Actor:
    held = Appointment.objects.filter(
        post__organisation__code=BUREAU, account__is_sample=True
    ).select_related("account", "post")
    for row in held.order_by("pk"):
        if role in row.post.roles:
            return actor_for(row.account, post=row.post_id)
    raise RuntimeError(f"nobody in {BUREAU} may {role}")
