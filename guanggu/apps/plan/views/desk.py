"""What a post has before it: its late tasks, those due soon, its goals, and tasks to accept."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from guanggu.base.bilingual import T
from guanggu.kernel.identity.public import actor_of, demand
from guanggu.web.table import Column, Table

from ..queries.goals import standings_of
from ..queries.scopes import VIEW_TASKS, keeps_plan
from ..queries.tasks import SOON_DAYS, desk_of
from ..rules.words import BEHIND, KINDS, MISSED, STATES
from .showing import PLAN, source_note, state_cell, task_table, year_text


@require_safe
def desk_page(request: HttpRequest) -> HttpResponse:
    """GET /plan/desk/"""
    actor = actor_of(request)
    demand(actor, VIEW_TASKS)
    desk = desk_of(actor)
    stands = standings_of(desk.goals).stands
    wanting = sum(1 for stand in stands.values() if stand.state in (BEHIND, MISSED))
    tables = [
        task_table(title, rows)
        for title, rows in (
            (T("已逾期", "Late"), desk.late),
            (T("待我验收", "For me to accept"), desk.to_accept),
            (T(f"{SOON_DAYS}天内到期", f"Due within {SOON_DAYS} days"), desk.soon),
            (T("其他在办任务", "Other tasks under way"), desk.others),
        )
        if rows
    ]
    return render(
        request,
        "plan/desk.html",
        {
            "tiles": _tiles(desk, wanting), "tables": tables, "goals": _goals(desk.goals, stands),
            "may_keep": keeps_plan(actor), "note": source_note(),
            "crumbs": [PLAN, (T("我的规划任务", "My part of the plan"), "")],
        },
    )  # fmt: skip


def _tiles(desk: Any, wanting: int) -> list[dict[str, Any]]:
    return [
        {"label": T("已逾期任务", "Late tasks"), "value": len(desk.late),
         "tone": "bad" if desk.late else "ok"},
        {"label": T("即将到期", "Due soon"), "value": len(desk.soon),
         "tone": "warn" if desk.soon else "ok"},
        {"label": T("待验收", "To accept"), "value": len(desk.to_accept),
         "tone": "warn" if desk.to_accept else ""},
        {"label": T("我负责的目标", "My goals"), "value": len(desk.goals)},
        {"label": T("其中滞后或未达标", "Behind or missed"), "value": wanting,
         "tone": "bad" if wanting else "ok"},
    ]  # fmt: skip


def _goals(rows: Any, stands: Any) -> Table | None:
    if not rows:
        return None
    table = Table(
        T("我负责的目标", "My goals"),
        [Column(T("目标", "Goal")), Column(T("章节", "Section")), Column(T("类型", "Kind")),
         Column(T("完成年份", "By")), Column(T("状态", "State")),
         Column(T("情况", "How it stands"))],
    )  # fmt: skip
    # What wants most comes first.
    order = list(reversed(STATES))
    wanted = [MISSED, BEHIND, *(state for state in order if state not in (MISSED, BEHIND))]
    for goal in sorted(rows, key=lambda goal: wanted.index(stands[goal.pk].state)):
        stand = stands[goal.pk]
        table.add(
            goal.title, goal.section, KINDS[goal.kind], year_text(goal), state_cell(stand),
            stand.words, href=f"/plan/goals/{goal.key}/",
        )  # fmt: skip
    return table
