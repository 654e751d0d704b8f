"""Projects at a glance: the pipeline, money against its path, warnings, where they are."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from guanggu.base import clock
from guanggu.base.bilingual import T
from guanggu.kernel.identity.public import actor_of, demand
from guanggu.web.maps import map_layer, map_view
from guanggu.web.table import Cell, Column, Table

from ..models import Project
from ..queries.figures import (
    invested_by_project,
    levels_of,
    milestones_by_project,
    stage_counts,
    standing_warnings,
    step_of,
    warning_counts,
    year_figures,
)
from ..queries.reading import projects_seen
from ..queries.scopes import VIEW_PROJECTS, is_official
from ..rules.gantt import Bar
from ..rules.stages import planned_progress, progress, requirements
from ..rules.warning import last_due_month
from ..rules.words import STAGES
from .gantt import gantt, gantt_legend
from .presenting import HOME, level_badge, name_of, percent_text, stage_badge, yi

_WARNINGS_SHOWN = 8
_BARS_MAX = 200


def _chosen(request: HttpRequest, rows: QuerySet[Project]) -> QuerySet[Project]:
    """Narrowed by stage, lead unit and importance, as the address says."""
    stage, lead = request.GET.get("stage", ""), request.GET.get("lead", "")
    if stage in STAGES:
        rows = rows.filter(stage=stage)
    if lead and "\0" not in lead:
        rows = rows.filter(lead__code=lead[:40])
    if request.GET.get("major"):
        rows = rows.filter(is_major=True)
    return rows


def _filters(request: HttpRequest, rows: QuerySet[Project]) -> dict[str, Any]:
    found = rows.exclude(lead=None).order_by("lead__code")
    leads = found.values_list("lead__code", "lead__short_name", "lead__name").distinct()
    return {
        "stages": list(STAGES.items()), "leads": [(c, s or n) for c, s, n in leads],
        "stage": request.GET.get("stage", ""), "lead": request.GET.get("lead", ""),
        "major": bool(request.GET.get("major")),
    }  # fmt: skip


@require_safe
def overview_page(request: HttpRequest) -> HttpResponse:
    """GET /projects/"""
    actor = actor_of(request)
    demand(actor, VIEW_PROJECTS)
    rows, today = projects_seen(actor), clock.today()
    until = last_due_month(today)
    year = year_figures(rows, until)
    counts, warned = stage_counts(rows), warning_counts(rows)
    alive = rows.exclude(stage="stopped")
    layer = map_layer(actor, "projects", lambda found: found.exclude(stage="stopped"),
                      labelled=False)  # fmt: skip
    return render(
        request,
        "projects/overview.html",
        {
            "tiles": [
                {"label": T("入库项目", "Projects"), "value": alive.count(),
                 "note": yi(sum((t for s, (_, t) in counts.items() if s != "stopped"), 0))},
                {"label": T("本年计划投资", "Planned this year"), "value": yi(year.plan)},
                {"label": T("年度投资完成率", "Done of the year's plan"),
                 "value": percent_text(year.rate),
                 "note": T("累计完成 {}", "{} done").format(yi(year.done)),
                 "tone": _tone(year.on_path)},
                {"label": T("序时进度", "Of what is due by now"), "value": percent_text(year.on_path),
                 "note": T("截至 {} 月", "until month {}").format(until.month),
                 "tone": _tone(year.on_path)},
                {"label": T("红色预警", "Red warnings"), "value": warned["red"],
                 "tone": "bad" if warned["red"] else "ok", "href": "/projects/warnings/"},
                {"label": T("黄色预警", "Yellow warnings"), "value": warned["yellow"],
                 "tone": "warn" if warned["yellow"] else "ok", "href": "/projects/warnings/"},
            ],
            "funnel": [
                {"stage": stage, "title": title, "number": counts[stage][0],
                 "money": yi(counts[stage][1]), "share": counts[stage][0] / max(1, alive.count())}
                for stage, title in STAGES.items() if stage != "stopped"
            ],
            "months": [f"{m}" for m in range(1, 13)],
            "curve": [
                (T("计划", "Planned"), [float(v) / 10_000 for v in year.planned]),
                (T("完成", "Done"),
                 [None if v is None else float(v) / 10_000 for v in year.reached]),
            ],
            "year": year.number,
            "warnings": _warnings(rows),
            "leads": _leads(alive, until) if is_official(actor) else None,
            "map": map_view(actor, T("项目分布", "Where the projects are"), [layer], has_table=False)
            if layer and layer.features else None,
            "requirements": requirements(),
            "has_sample": rows.filter(is_sample=True).exists(),
            "crumbs": [(HOME[0], "")],
        },
    )  # fmt: skip


def _tone(on_path: Any) -> str:
    if on_path is None:
        return "quiet"
    return "ok" if on_path >= 95 else "warn" if on_path >= 80 else "bad"


def _warnings(rows: QuerySet[Project]) -> Table:
    """The worst of each project, so that one late in everything does not hide the others."""
    table = Table(
        T("当前预警", "Standing warnings"),
        [Column(T("项目", "Project")), Column(T("等级", "Level")), Column(T("内容", "What it says"))],
    )  # fmt: skip
    shown: set[int] = set()
    for row in standing_warnings(rows):
        if row.project_id not in shown and len(shown) < _WARNINGS_SHOWN:
            shown.add(row.project_id)
            table.add(name_of(row.project), level_badge(row.level), row.words,
                      href=f"/projects/warnings/{row.key}/")  # fmt: skip
    return table


def _leads(rows: QuerySet[Project], until: Any) -> Table:
    """By lead unit: how many, this year's money, red ones."""
    table = Table(
        T("各牵头单位", "By lead unit"),
        [Column(T("牵头单位", "Lead unit")), Column(T("项目", "Projects"), numeric=True),
         Column(T("本年计划", "Planned"), numeric=True), Column(T("累计完成", "Done"), numeric=True),
         Column(T("序时进度", "Of what is due"), numeric=True),
         Column(T("红色预警项目", "Red projects"), numeric=True)],
    )  # fmt: skip
    levels = levels_of(rows)
    by_lead: dict[Any, list[Project]] = {}
    for project in rows.exclude(lead=None).order_by("lead__code", "key"):
        by_lead.setdefault(project.lead, []).append(project)
    for lead, held in by_lead.items():
        year = year_figures(held, until)
        red = sum(1 for p in held if levels.get(p.pk) == "red")
        table.add(
            T(lead.short_name or lead.name, lead.name_en), len(held), yi(year.plan), yi(year.done),
            percent_text(year.on_path), Cell(red, tone="bad" if red else ""),
            href=f"/projects/gantt/?lead={lead.code}",
        )  # fmt: skip
    return table


@require_safe
def gantt_page(request: HttpRequest) -> HttpResponse:
    """GET /projects/gantt/?stage=&lead=&major= – every project on a line."""
    actor = actor_of(request)
    demand(actor, VIEW_PROJECTS)
    seen = projects_seen(actor)
    rows = list(_chosen(request, seen).order_by("lead__code", "starts_on", "key")[:_BARS_MAX])
    bars, table = _bars(rows)
    return render(
        request,
        "projects/gantt.html",
        {
            "chart": gantt(T("项目进度甘特图", "Gantt chart of projects"), bars) if bars else "",
            "legend": gantt_legend(), "table": table, "filters": _filters(request, seen),
            "has_sample": any(row.is_sample for row in rows),
            "crumbs": [HOME, (T("进度甘特图", "Gantt chart"), "")],
        },
    )  # fmt: skip


def _bars(rows: list[Project]) -> tuple[list[Bar], Table]:
    """The lines of the chart, and the same as a table to be read aloud."""
    today = clock.today()
    steps, levels, money = milestones_by_project(rows), levels_of(rows), invested_by_project(rows)
    table = Table(
        T("项目进度一览", "Projects in figures"),
        [Column(T("项目", "Project")), Column(T("阶段", "Stage")), Column(T("牵头单位", "Lead unit")),
         Column(T("总投资", "Investment"), numeric=True),
         Column(T("已完成投资", "Invested"), numeric=True),
         Column(T("节点完成", "Milestones reached"), numeric=True),
         Column(T("应完成", "Due by now"), numeric=True), Column(T("预警", "Warning"))],
    )  # fmt: skip
    bars = []
    for row in rows:
        held = [step_of(m) for m in steps.get(row.pk, [])]
        share, due = progress(held), planned_progress(held, today)
        level = levels.get(row.pk, "")
        note = T("{}：{} 至 {}，已完成 {}%，应完成 {}%", "{}: {} to {}, {}% reached, {}% due").format(
            name_of(row), row.starts_on or "—", row.ends_on or "—", round(share * 100), round(due * 100)
        )  # fmt: skip
        tone = level or ("stopped" if row.stage == "stopped" else "plan")
        bars.append(
            Bar(name_of(row), f"/projects/project/{row.key}/", row.starts_on, row.ends_on, share,
                tone, note, held)
        )  # fmt: skip
        table.add(
            name_of(row), stage_badge(row.stage),
            T(row.lead.short_name or row.lead.name, row.lead.name_en) if row.lead else "—",
            yi(row.investment), yi(money.get(row.pk, 0)), f"{share:.0%}", f"{due:.0%}",
            level_badge(level) or "—", href=f"/projects/project/{row.key}/",
        )  # fmt: skip
    return bars, table
