"""What the lake chiefs look at: how patrols were kept, what is open, who reaches the goal."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from guanggu.base import clock
from guanggu.base.bilingual import T
from guanggu.base.errors import Forbidden
from guanggu.kernel.identity.public import actor_of, visible
from guanggu.web.table import Cell, Column, Table

from ..models import Lake, LakeDay, LakeIssue
from ..queries.days import latest_days
from ..queries.patrols import WEEKS, open_issues, plans_kept, whole_weeks
from ..queries.scopes import VIEW_LAKES, sees_issues
from ..rules.patrolling import Kept
from ..rules.words import GOALS
from .presenting import class_badge, name_of, reaches_goal


@require_safe
def chief_page(request: HttpRequest) -> HttpResponse:
    """GET /lakes/chief/"""
    actor = actor_of(request)
    if not sees_issues(actor):
        raise Forbidden(T("湖长总览供管理人员使用。", "This overview is for officials."),
                        code="" if actor.is_known else "sign_in")  # fmt: skip
    lakes = list(visible(actor, Lake.objects.all(), VIEW_LAKES).order_by("key"))
    kept, found, days = plans_kept(lakes), open_issues(lakes), latest_days(lakes)
    first, last = whole_weeks(clock.today())
    return render(
        request,
        "lakes/chief.html",
        {
            "tiles": _tiles(lakes, kept, found), "table": _table(lakes, kept, found, days),
            "first": first, "last": last, "weeks": WEEKS,
            "crumbs": [(T("湖泊", "Lakes"), "/lakes/"), (T("湖长总览", "Lake chiefs"), "")],
        },
    )  # fmt: skip


def _tiles(
    lakes: list[Lake], kept: dict[int, Kept], found: dict[int, list[LakeIssue]]
) -> list[dict[str, Any]]:
    done = sum(each.done for each in kept.values())
    due = sum(each.due for each in kept.values())
    rows = [row for rows in found.values() for row in rows]
    urgent = sum(1 for row in rows if row.severity == "urgent")
    return [
        {"label": T("湖泊", "Lakes"), "value": len(lakes)},
        {"label": T("巡湖完成率", "Patrols kept"), "value": f"{done / due:.0%}" if due else "—",
         "note": T("应巡 {} 次，完成 {} 次", "{} due, {} done").format(due, done),
         "tone": "ok" if due and done / due >= 0.9 else "warn"},
        {"label": T("未办结问题", "Open problems"), "value": len(rows), "tone": "warn" if rows else "ok"},
        {"label": T("其中紧急", "Urgent of them"), "value": urgent, "tone": "bad" if urgent else "ok"},
    ]  # fmt: skip


def _table(
    lakes: list[Lake], kept: dict[int, Kept], found: dict[int, list[LakeIssue]],
    days: dict[int, LakeDay],
) -> Table:  # fmt: skip
    table = Table(
        T("各湖履职情况", "By lake"),
        [Column(T("湖泊", "Lake")), Column(T("湖长", "Chief")), Column(T("水质", "Class")),
         Column(T("目标", "Goal")), Column(T("巡湖完成率", "Patrols kept")),
         Column(T("未办结", "Open"), numeric=True), Column(T("最早发现", "Oldest"))],
    )  # fmt: skip
    now = clock.now()
    for lake in lakes:
        day, rows = days.get(lake.pk), found.get(lake.pk, [])
        plan = kept.get(lake.pk)
        rate = plan.rate if plan else None
        reached = reaches_goal(day, lake)
        oldest = (now - rows[0].found_at).days if rows else None
        table.add(
            name_of(lake), lake.chief or "—", Cell(class_badge(day.water_class if day else "")),
            Cell(GOALS.get(lake.goal, "—"), tone={True: "ok", False: "bad", None: "quiet"}[reached]),
            Cell("—" if rate is None or plan is None else f"{rate:.0%} ({plan.done}/{plan.due})",
                 tone="quiet" if rate is None else "ok" if rate >= 0.9 else "warn"),
            len(rows), "—" if oldest is None else T("{} 天前", "{} days ago").format(oldest),
            href=f"/lakes/lake/{lake.key}/",
        )  # fmt: skip
    return table
