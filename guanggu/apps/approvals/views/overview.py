"""The leader's overview: what is overdue, what is near, what waits where."""

from __future__ import annotations

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from guanggu.base import clock
from guanggu.base.bilingual import T
from guanggu.base.limits import COUNT_MAX
from guanggu.kernel.case.public import VIEW_CASES, Case, Task, near_cases, overdue_cases
from guanggu.kernel.identity.public import visible

from ..rules import KIND, STAGES
from .tables import cases_table
from .work import require_official


@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    """Figures of the actor's department, with the lists behind them."""
    actor = require_official(request)
    mine = visible(
        actor,
        Case.objects.filter(state="open", kind=KIND, organisation=actor.organisation),
        VIEW_CASES,
    )
    today = clock.today()
    work = reverse("approvals:work")
    tiles = [
        {"label": T("在办", "Under way"), "value": _count(mine)},
        {"label": T("超期", "Overdue"), "value": _count(mine.filter(due_on__lt=today)),
         "tone": "bad", "href": "#overdue"},
        {"label": T("临期", "Near the limit"), "tone": "warn", "href": "#near",
         "value": _count(mine.filter(due_on__gte=today, near_on__lte=today))},
        {"label": T("计时暂停", "Clock stopped"), "tone": "quiet",
         "value": _count(mine.filter(is_paused=True))},
        {"label": T("未领取任务", "Unclaimed tasks"), "href": f"{work}?whose=free",
         "value": _count(Task.objects.filter(
             state="open", organisation=actor.organisation, assignee__isnull=True,
             case__kind=KIND).exclude(role__in=("applicant", "platform")))},
    ]  # fmt: skip
    waiting = mine.values("stage").annotate(n=Count("id")).order_by("stage")
    by_stage = {row["stage"]: row["n"] for row in waiting}
    overdue = [c for c in overdue_cases(actor, organisation=actor.organisation, limit=50)
               if c.kind == KIND]  # fmt: skip
    near = [c for c in near_cases(actor, organisation=actor.organisation, limit=50)
            if c.kind == KIND]  # fmt: skip
    context = {
        "tiles": tiles,
        "stage_labels": [str(STAGES[s]) for s in STAGES if s in by_stage],
        "stage_counts": [by_stage[s] for s in STAGES if s in by_stage],
        "overdue": cases_table(T("超期办件", "Overdue"), overdue),
        "near": cases_table(T("临期办件", "Near the limit"), near),
    }
    return render(request, "approvals/overview.html", context)


def _count(rows: object) -> str:
    found = rows[: COUNT_MAX + 1].count()  # type: ignore[index]
    return f"{COUNT_MAX}+" if found > COUNT_MAX else str(found)
