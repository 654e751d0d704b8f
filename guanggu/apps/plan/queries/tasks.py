"""Tasks of goals, what is late, and what waits on the desk of a post."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Q, QuerySet

from guanggu.base import clock
from guanggu.base.actor import Actor
from guanggu.kernel.document.public import StoredFile, files_of
from guanggu.kernel.identity.public import visible
from guanggu.kernel.register.public import brief

from ..models import Goal, PlanTask, Progress
from ..rules.words import CLAIMED, LIVE, OPEN
from .scopes import REPORT_TASKS, VIEW_TASKS, keeps_plan

SOON_DAYS = 45
# Registers of other apps, met by their names only.
PROJECTS, FOLLOW_UPS = "projects", "supervision_follow_ups"


def tasks(actor: Actor) -> QuerySet[PlanTask]:
    rows = visible(actor, PlanTask.objects.all(), VIEW_TASKS)
    return rows.select_related("goal", "organisation")


def tasks_of(goal: Goal) -> list[PlanTask]:
    return list(goal.tasks.select_related("organisation").order_by("due_on", "pk"))


def overdue_untold() -> list[PlanTask]:
    """Live tasks past their due date of which nobody was told for that date."""
    rows = PlanTask.objects.filter(state=OPEN, due_on__lt=clock.today())
    return [task for task in rows.order_by("due_on", "pk") if task.overdue_on != task.due_on]


@dataclass(frozen=True)
class Desk:
    """What a post has before it: tasks it reports on, goals it answers for, tasks to accept."""

    late: list[PlanTask]
    soon: list[PlanTask]
    others: list[PlanTask]
    to_accept: list[PlanTask]
    goals: list[Goal]


def desk_of(actor: Actor) -> Desk:
    today = clock.today()
    rows = PlanTask.objects.filter(state__in=LIVE).select_related("goal", "organisation")
    mine = list(visible(actor, rows, REPORT_TASKS).order_by("due_on", "pk")[:300])
    late = [task for task in mine if task.state == OPEN and task.due_on < today]
    ahead = [task for task in mine if task.state == OPEN and task.due_on >= today]
    soon = [task for task in ahead if task.due_on <= today + timedelta(days=SOON_DAYS)]
    others = [task for task in mine if task not in late and task not in soon]
    waiting = rows.filter(state=CLAIMED).order_by("due_on", "pk") if keeps_plan(actor) else ()
    return Desk(late, soon, others, list(waiting[:300]) if waiting else [], own_goals(actor))


def own_goals(actor: Actor) -> list[Goal]:
    """Goals for which the post answers, or the organisation of its head or office."""
    if actor.kind != "official" or not actor.organisation:
        return []
    own = Q(post=f"posts/{actor.post}")
    if actor.has("head", "draft"):
        own |= Q(organisation=actor.organisation)
    return list(Goal.objects.filter(own).select_related("organisation").order_by("key"))


def reports_of(task: PlanTask) -> list[Progress]:
    return list(task.reports.order_by("-reported_on", "-pk"))


def evidence_of(reports: list[Progress]) -> dict[int, list[StoredFile]]:
    """Files of progress reports by the report's id."""
    return {report.pk: files_of(report.ref) for report in reports}


def follow_ups_of(actor: Actor, task: PlanTask) -> list[dict[str, Any]]:
    """Follow-ups that supervision opened about the task, where the install has supervision."""
    names = ("key", "title", "case_number", "state", "opened_at")
    return brief(FOLLOW_UPS, actor, *names, subject=str(task.ref))


def projects_of(actor: Actor, goal: Goal) -> list[dict[str, Any]]:
    """Projects that name the goal, where the install has a register of projects."""
    return brief(PROJECTS, actor, "key", "name", "stage", goal=str(goal.ref))
