"""The page of one project: where it stands, its milestones, money, permits, reports and warnings."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from guanggu.base import clock
from guanggu.base.actor import Actor
from guanggu.base.bilingual import T
from guanggu.base.errors import Problem
from guanggu.kernel.identity.public import actor_of, get, may_reach
from guanggu.kernel.journal.public import history
from guanggu.kernel.register.public import brief
from guanggu.web.event_words import entries_of
from guanggu.web.maps import MapView, map_layer, map_view
from guanggu.web.table import Cell, Column, Table
from guanggu.web.templatetags.guanggu import instant

from ..actions.advancing import advance_project, standing_of
from ..models import Milestone, Project
from ..queries.figures import (
    invested,
    milestones_of,
    permits_of,
    step_of,
    year_figures,
)
from ..queries.reading import owner_title, post_title
from ..queries.scopes import CHANGE_PROJECTS, REPORT, VIEW_PROJECTS, is_official
from ..rules.gantt import Bar
from ..rules.stages import (
    PIPELINE,
    days_late,
    is_forward,
    missing_for,
    next_stages,
    planned_progress,
    progress,
)
from ..rules.warning import last_due_month
from ..rules.words import (
    FUNDING,
    MILESTONE_KINDS,
    REPORT_STATES,
    REPORT_TONES,
    RUNNING,
    STAGES,
)
from .gantt import gantt, gantt_legend
from .presenting import (
    HOME,
    link_of,
    name_of,
    percent_text,
    stage_badge,
    warning_table,
    yi,
)


def project_of(actor: Actor, key: str) -> Project:
    """Raises Missing."""
    rows = Project.objects.select_related("lead", "checker")
    return get(actor, rows, VIEW_PROJECTS, key=key)


@require_safe
def project_page(request: HttpRequest, key: str) -> HttpResponse:
    """GET /projects/project/<key>/"""
    actor = actor_of(request)
    row = project_of(actor, key)
    steps, until = milestones_of(row), last_due_month(clock.today())
    year = year_figures([row], until)
    held = [step_of(m) for m in steps]
    may_change = may_reach(actor, row, CHANGE_PROJECTS)
    return render(
        request,
        "projects/project.html",
        {
            "row": row, "name": name_of(row), "badge": stage_badge(row.stage),
            "stages": _stages(row), "rows": _rows(actor, row), "tiles": _tiles(row, year, held),
            "chart": _chart(row, steps), "legend": gantt_legend(), "steps": _steps(steps),
            "months": [f"{m}" for m in range(1, 13)], "year": year.number,
            "curve": [
                (T("计划", "Planned"), [float(v) for v in year.planned]),
                (T("完成", "Done"), [None if v is None else float(v) for v in year.reached]),
            ] if year.plan else None,
            "permits": _permits(row), "reports": _reports(row),
            "warnings": warning_table(
                T("预警", "Warnings"), row.warnings.select_related("project").order_by("-pk")[:20],
                with_project=False,
            ),
            "map": _map(actor, row), "moves": _moves(row) if may_change else [],
            "may_report": row.stage in RUNNING and may_reach(actor, row, REPORT),
            "may_change": may_change,
            "entries": _entries(row) if is_official(actor) else [],
            "crumbs": [HOME, (name_of(row), "")],
        },
    )  # fmt: skip


def _stages(row: Project) -> list[dict[str, Any]]:
    if row.stage == "stopped":
        return [{"title": STAGES["stopped"], "state": "stopped"}]
    here = PIPELINE.index(row.stage)
    return [
        {"title": STAGES[stage],
         "state": "now" if n == here else "done" if n < here else "next"}
        for n, stage in enumerate(PIPELINE)
    ]  # fmt: skip


def _rows(actor: Actor, row: Project) -> list[tuple[Any, Any]]:
    lead = T(row.lead.name, row.lead.name_en) if row.lead else "—"
    checker = T(row.checker.name, row.checker.name_en) if row.checker else "—"
    return [
        (T("项目代码", "Project code"), row.code or T("尚未赋码", "None yet")),
        (T("项目单位", "Owner"), link_of(row.owner, owner_title(row) or "—")),
        (T("行业（GB/T 4754）", "Industry (GB/T 4754)"), row.industry),
        (T("建设内容和规模", "Content and scale"), row.content),
        (T("建设地点", "Place"), row.place),
        (T("资金来源", "Funding"), FUNDING.get(row.funding, row.funding)),
        (T("计划工期", "Planned"), f"{row.starts_on or '—'} – {row.ends_on or '—'}"),
        (T("牵头单位", "Lead unit"), lead), (T("督查单位", "Checking unit"), checker),
        (T("责任岗位", "Answerable post"), post_title(row.post)),
        (T("对应规划目标", "Goal of the plan"), _goal(actor, row)),
    ]  # fmt: skip


def _goal(actor: Actor, row: Project) -> Any:
    """By its name, where the reader may see the plan."""
    key = row.goal.partition("/")[2]
    found = brief("plan_goals", actor, "name", key=key) if key else []
    return link_of(row.goal, found[0]["name"]) if found else key


def _tiles(row: Project, year: Any, held: list[Any]) -> list[dict[str, Any]]:
    total = invested([row])
    share, due = progress(held), planned_progress(held, clock.today())
    spent = "—" if not row.investment else f"{total * 100 / row.investment:.1f}%"
    return [
        {"label": T("总投资", "Total investment"), "value": yi(row.investment)},
        {"label": T("累计完成投资", "Invested so far"), "value": yi(total), "note": spent},
        {"label": T("年度投资完成率", "Done of the year's plan"), "value": percent_text(year.rate),
         "note": T("序时进度 {}", "{} of what is due").format(percent_text(year.on_path))},
        {"label": T("节点完成", "Milestones reached"), "value": f"{share:.0%}",
         "note": T("应完成 {}", "{} due").format(f"{due:.0%}"),
         "tone": "ok" if share >= due else "warn"},
    ]  # fmt: skip


def _chart(row: Project, steps: list[Milestone]) -> Any:
    if not steps:
        return ""
    bars = [
        Bar(name_of(row), "", row.starts_on, row.ends_on, progress([step_of(m) for m in steps]))
    ]
    bars += [
        Bar(MILESTONE_KINDS[m.kind], "", None, None, steps=(step_of(m),))
        for m in steps if m.planned_on
    ]  # fmt: skip
    return gantt(T("{}：节点进度", "{}: milestones").format(name_of(row)), bars)


def _steps(steps: list[Milestone]) -> Table:
    today = clock.today()
    table = Table(
        T("节点", "Milestones"),
        [Column(T("节点", "Milestone")), Column(T("权重", "Weight"), numeric=True),
         Column(T("计划完成", "Planned")), Column(T("预计完成", "Forecast")),
         Column(T("实际完成", "Actual")), Column(T("状态", "State"))],
    )  # fmt: skip
    for m in steps:
        late = days_late(step_of(m), today)
        if m.actual_on:
            state, tone = (
                (T("逾期完成", "Reached late"), "warn") if late else (T("完成", "Reached"), "ok")
            )
        elif late and m.planned_on and m.planned_on < today:
            state, tone = T("逾期 {} 天", "{} days overdue").format(late), "bad"
        elif late:
            state, tone = T("预计滞后 {} 天", "{} days late expected").format(late), "warn"
        else:
            state, tone = T("未到期", "Not due"), "quiet"
        title = MILESTONE_KINDS[m.kind]
        table.add(
            T("{}（{}）", "{} ({})").format(title, m.name) if m.name else title, m.weight,
            *(d.isoformat() if d else "—" for d in (m.planned_on, m.forecast_on, m.actual_on)),
            Cell(state, tone=tone),
        )  # fmt: skip
    return table


def _permits(row: Project) -> Table:
    table = Table(
        T("手续", "Permits"),
        [Column(T("手续", "Permit")), Column(T("办件", "Case")), Column(T("计划办结", "Expected by")),
         Column(T("状态", "State"))],
    )  # fmt: skip
    today = clock.today()
    for permit in permits_of(row):
        p = permit.row
        if permit.is_granted:
            state = Cell(T("已办结", "Granted"), tone="ok")
        elif p.expected_on and p.expected_on < today:
            state = Cell(T("已超期", "Over its day"), tone="bad")
        else:
            state = Cell(T("办理中", "Under way"), tone="warn")
        case = link_of(f"cases/{p.case}", p.case) if p.case else "—"
        table.add(
            link_of(p.item, p.title),
            case,
            p.expected_on.isoformat() if p.expected_on else "—",
            state,
        )
    return table


def _reports(row: Project) -> Table:
    table = Table(
        T("月报", "Monthly reports"),
        [Column(T("月份", "Month")), Column(T("完成投资", "Invested"), numeric=True),
         Column(T("填报人", "Written by")), Column(T("填报时间", "Written")), Column(T("状态", "State"))],
    )  # fmt: skip
    for r in row.reports.order_by("-month")[:24]:
        table.add(
            f"{r.month:%Y-%m}", yi(r.invested), r.reporter, instant(r.reported_at),
            Cell(REPORT_STATES[r.state], tone=REPORT_TONES[r.state]),
            href=f"/projects/report/{r.key}/",
        )  # fmt: skip
    return table


def _map(actor: Actor, row: Project) -> MapView | None:
    if row.geometry is None:
        return None
    layer = map_layer(actor, "projects")
    return map_view(
        actor, T("用地范围", "Parcel"), [layer], focus=("projects", row.key), has_table=False
    )


def _moves(row: Project) -> list[dict[str, Any]]:
    """Stages to which it may go, and what is still wanting."""
    standing = standing_of(row)
    return [
        {"to": stage, "title": STAGES[stage], "missing": missing_for(standing, stage),
         "is_forward": is_forward(row.stage, stage)}
        for stage in next_stages(row.stage)
    ]  # fmt: skip


def _entries(row: Project) -> list[dict[str, Any]]:
    return entries_of(
        list(history(row.ref))[-20:], text=lambda event: event.body.get("reason") or ""
    )


@require_POST
def advance_page(request: HttpRequest, key: str) -> HttpResponse:
    """POST /projects/project/<key>/advance/ with ``to`` and ``reason``"""
    actor = actor_of(request)
    row = get(actor, Project, CHANGE_PROJECTS, key=key)
    try:
        advance_project(
            actor, key=request.POST.get("request_key", "")[:64] or None, project=row.key,
            to=request.POST.get("to", "")[:20], reason=request.POST.get("reason", ""),
        )  # fmt: skip
        messages.success(request, str(T("已变更阶段。", "The stage is changed.")))
    except Problem as problem:
        messages.error(request, str(problem.message))
    return redirect("projects:project", key=key)
