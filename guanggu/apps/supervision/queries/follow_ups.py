"""Follow-ups as pages show them, and what waits for this post."""

from __future__ import annotations

from django.db.models import QuerySet

from guanggu.base.actor import Actor
from guanggu.kernel.case.public import Task, worklist
from guanggu.kernel.identity.public import visible

from ..models import Card, FollowUp
from .scopes import VIEW_CARDS, VIEW_FOLLOW_UPS

KIND = "supervision_follow_up"


def follow_ups(actor: Actor) -> QuerySet[FollowUp]:
    return visible(actor, FollowUp.objects.all(), VIEW_FOLLOW_UPS).order_by("-pk")


def tasks_of_follow_ups(actor: Actor) -> list[Task]:
    """Open tasks of follow-ups of this post, the most urgent first."""
    return worklist(actor, limit=200, case__kind=KIND)


def follow_ups_of_cases(numbers: list[str]) -> dict[str, FollowUp]:
    rows = FollowUp.objects.filter(case_number__in=numbers)
    return {row.case_number: row for row in rows}


def cards_of(actor: Actor, number: str) -> list[Card]:
    """Cards given in the case of that number, as far as the actor may see them."""
    return list(visible(actor, Card.objects.filter(number=number), VIEW_CARDS).order_by("pk"))
