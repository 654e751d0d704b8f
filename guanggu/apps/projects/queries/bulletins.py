"""What a monthly bulletin says, gathered into what its template takes."""

from __future__ import annotations

from datetime import date
from typing import Any

from guanggu.base import clock
from guanggu.base.months import next_month

from ..models import MonthlyReport, Project
from ..rules.words import LEVELS, MILESTONE_KINDS, RUNNING, STAGE_COLOURS, STAGES
from .figures import (
    levels_of,
    milestones_by_project,
    stage_counts,
    standing_warnings,
    year_figures,
)

_IN_YI = 10_000  # 万元 in 亿元
ROWS_MAX = 60


def yi(value: Any) -> str:
    """万元 as text in 亿元."""
    return f"{float(value) / _IN_YI:,.2f} 亿元"


def months_with_reports(today: date) -> list[date]:
    """Months that are over and have reports, the latest first."""
    found = MonthlyReport.objects.exclude(state="returned").values_list("month", flat=True)
    return [m for m in sorted(set(found), reverse=True) if next_month(m) <= today][:12]


def bulletin_data(month: date) -> dict[str, Any]:
    """Everything that the template ``projects.bulletin`` is given."""
    projects = Project.objects.exclude(stage="stopped")
    counts = stage_counts(projects)
    year = year_figures(projects, month)
    return {
        "paragraphs": _paragraphs(month, projects, counts, year),
        "stages": [
            {"title": title.zh, "number": counts[stage][0], "investment": yi(counts[stage][1]),
             "colour": STAGE_COLOURS[stage]}
            for stage, title in STAGES.items() if stage != "stopped"
        ],
        "planned": [round(float(v) / _IN_YI, 3) for v in year.planned],
        "reached": [round(float(v) / _IN_YI, 3) for v in year.reached if v is not None],
        "tables": [_by_lead(projects, month), _warned(projects), _reached(projects, month)],
        "note": _note(projects),
    }  # fmt: skip


def _paragraphs(month: date, projects: Any, counts: Any, year: Any) -> list[str]:
    number = sum(n for n, _ in counts.values())
    total = sum(t for _, t in counts.values())
    told = MonthlyReport.objects.filter(month=month, project__in=projects).exclude(state="returned")
    running = projects.filter(stage__in=RUNNING, reports_from__lte=month).count()
    red = standing_warnings(projects).filter(level="red").count()
    yellow = standing_warnings(projects).filter(level="yellow").count()
    rate = "—" if year.rate is None else f"{year.rate}%"
    path = "—" if year.on_path is None else f"{year.on_path}%"
    return [
        f"截至{month.year}年{month.month}月底，入库项目共{number}个，总投资{yi(total)}。",
        f"本年计划投资{yi(year.plan)}，累计完成{yi(year.done)}，年度投资完成率{rate}，"
        f"为序时应完成的{path}。",
        f"本月应报送月报的项目{running}个，已报送{told.count()}个。"
        f"当前红色预警{red}项，黄色预警{yellow}项。",
    ]


def _by_lead(projects: Any, month: date) -> dict[str, Any]:
    by_lead: dict[Any, list[Project]] = {}
    for project in projects.select_related("lead").order_by("lead__code", "key"):
        by_lead.setdefault(project.lead, []).append(project)
    levels = levels_of(projects)
    rows = []
    for lead, held in by_lead.items():
        year = year_figures(held, month)
        red = sum(1 for p in held if levels.get(p.pk) == "red")
        rows.append([
            (lead.short_name or lead.name) if lead else "未定", str(len(held)), yi(year.plan),
            yi(year.done), "—" if year.rate is None else f"{year.rate}%", str(red),
        ])  # fmt: skip
    return {"title": "各牵头单位推进情况", "rows": rows, "columns":
            ["牵头单位", "项目数", "本年计划", "累计完成", "完成率", "红色预警项目"]}  # fmt: skip


def _warned(projects: Any) -> dict[str, Any]:
    rows = [
        [w.project.name, LEVELS[w.level].zh, w.text,
         (w.project.lead.short_name or w.project.lead.name) if w.project.lead else "—"]
        for w in standing_warnings(projects).filter(level="red")[:ROWS_MAX]
    ]  # fmt: skip
    return {"title": "红色预警项目", "columns": ["项目", "等级", "内容", "牵头单位"],
            "rows": rows or [["无", "", "", ""]]}  # fmt: skip


def _reached(projects: Any, month: date) -> dict[str, Any]:
    names = {p.pk: p.name for p in projects}
    rows = []
    for pk, steps in milestones_by_project(projects).items():
        for step in steps:
            if step.actual_on and step.actual_on.replace(day=1) == month:
                rows.append([names[pk], MILESTONE_KINDS[step.kind].zh, step.actual_on.isoformat()])
    return {"title": "本月完成的节点", "columns": ["项目", "节点", "完成日期"],
            "rows": sorted(rows, key=lambda r: r[2])[:ROWS_MAX] or [["无", "", ""]]}  # fmt: skip


def _note(projects: Any) -> str:
    sample = projects.filter(is_sample=True).exists()
    words = "投资数据来自项目月报，含待审核的月报，不含已退回的月报"
    words += f"；预警截至{clock.today().isoformat()}。"
    return words + ("项目与数据均为示例。" if sample else "")
