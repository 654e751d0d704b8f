"""Totals of investment as indicators, each counted by the lake from plans and reports."""

from __future__ import annotations

from typing import Any

from guanggu.base.bilingual import T
from guanggu.kernel.indicator.public import Tables, declare_indicator, period_of

_COMMON: dict[str, Any] = {
    "theme": T("项目建设", "Projects").zh, "section": "四(四)1",
    "source": T("项目信息库", "Register of projects").zh,
}  # fmt: skip
_UNIT = T("万元", "CNY 10,000")


def _planned(tables: Tables, kind: str) -> Any:
    import ibis

    plans = tables.table("projects_project_investment_plans")
    return plans.select(
        ref=ibis.literal("project_investment_plans/") + plans.key, month=plans.month,
        planned=plans.amount.cast("float64"), done=ibis.literal(0.0),
        period=period_of(plans.month, kind, is_local=True),
    )  # fmt: skip


def _done(tables: Tables, kind: str) -> Any:
    """Reports that count: those waiting for their review and those approved."""
    import ibis

    reports = tables.table("projects_project_reports")
    reports = reports.filter(reports.state != "returned")
    return reports.select(
        ref=ibis.literal("project_reports/") + reports.key, month=reports.month,
        planned=ibis.literal(0.0), done=reports.invested.cast("float64"),
        period=period_of(reports.month, kind, is_local=True),
    )  # fmt: skip


declare_indicator(
    key="projects-invested", title=T("项目完成投资", "Invested in projects"), unit=_UNIT,
    period="month", rows=lambda tables: _done(tables, "month"), value=lambda rows: rows.done.sum(),
    note=T("项目月报填报的本月完成投资，不含已退回的月报。",
           "This month's investment as the monthly reports tell it, without those sent back."),
    **_COMMON,
)  # fmt: skip
declare_indicator(
    key="projects-planned", title=T("项目计划投资", "Planned investment in projects"), unit=_UNIT,
    period="month", rows=lambda tables: _planned(tables, "month"),
    value=lambda rows: rows.planned.sum(), measure="flow", **_COMMON,
)  # fmt: skip
declare_indicator(
    key="projects-completion", title=T("年度投资完成率", "Share of the year's investment plan done"),
    unit="%", period="year", measure="share", decimals=1,
    rows=lambda tables: _planned(tables, "year").union(_done(tables, "year")),
    value=lambda rows: rows.done.sum() * 100 / rows.planned.sum().nullif(0),
    note=T("本年累计完成投资占本年计划投资的百分比；年度未结束时为截至最新月报的数。",
           "Investment of the year so far in percent of its plan; while the year runs, until the "
           "latest report."),
    **_COMMON,
)  # fmt: skip
