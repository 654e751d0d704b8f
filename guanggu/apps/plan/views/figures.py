"""All goals with figures on one page: baseline, last value, target, growth that is still needed."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from guanggu.base.bilingual import T
from guanggu.kernel.identity.public import actor_of
from guanggu.kernel.indicator.public import growth_needed, number_text, path_between, year_time
from guanggu.web.table import Column, Table

from ..models import Goal
from ..queries.goals import Figures, goals, standings_of
from ..rules.words import COMPARATORS, FIGURE, TREND
from .showing import PLAN, owner_title, source_note, state_cell, year_text

__all__ = ["figures_page", "needed_text"]


@require_safe
def figures_page(request: HttpRequest) -> HttpResponse:
    """GET /plan/figures/"""
    rows = list(goals(actor_of(request)).exclude(indicator="").order_by("key"))
    standings = standings_of(rows)
    tables = []
    for kind, title in (
        (FIGURE, T("数值目标", "Goals with a figure")),
        (TREND, T("趋势目标（规划未给出数字）", "Goals with a direction only")),
    ):
        table = Table(title, _columns(), caption_hidden=False)
        for goal in rows:
            held = standings.figures.get(goal.pk)
            if goal.kind == kind and held is not None:
                table.add(*_cells(goal, held), state_cell(standings.stands[goal.pk]),
                          href=f"/plan/goals/{goal.key}/")  # fmt: skip
        tables.append(table)
    return render(
        request,
        "plan/figures.html",
        {
            "tables": [table for table in tables if table.rows],
            "note": source_note(),
            "crumbs": [PLAN, (T("数值目标与增速", "Figures and growth"), "")],
        },
    )


def _columns() -> list[Column]:
    return [
        Column(T("目标", "Goal")), Column(T("单位", "Unit")),
        Column(T("基期（2015年）", "Baseline (2015)"), numeric=True),
        Column(T("最近数值", "Last value"), numeric=True),
        Column(T("目标值", "Target"), numeric=True), Column(T("完成年份", "By")),
        Column(T("规划要求年均增速", "Growth the plan asks for"), numeric=True),
        Column(T("今后每年还须", "Still needed a year"), numeric=True),
        Column(T("责任单位", "Answerable")), Column(T("状态", "State")),
    ]  # fmt: skip


def _cells(goal: Goal, held: Figures) -> list[Any]:
    last = next(reversed(held.values.items()), None)
    said = T("{}（{}年）", "{} ({})")
    target = held.target
    asked = COMPARATORS[goal.comparator] + T("", " ") if goal.comparator else T("", "")
    return [
        goal.title, held.indicator.unit_title,
        number_text(held.baseline.value) if held.baseline else "—",
        said.format(number_text(last[1], 2), last[0]) if last else "—",
        asked + number_text(target.value) if target else "—",
        year_text(goal), required_text(held), needed_text(held), owner_title(goal.organisation),
    ]  # fmt: skip


def required_text(held: Figures) -> Any:
    """Growth a year from the baseline to the target."""
    if held.baseline is None or held.target is None:
        return "—"
    from guanggu.kernel.indicator.public import Point

    growth = growth_needed(
        Point(year_time(held.baseline.period), held.baseline.value),
        Point(year_time(held.target.period), held.target.value), held.indicator.measure,
    )  # fmt: skip
    return growth_text(growth, held)


def needed_text(held: Figures) -> Any:
    """Growth a year from the last value to the target; said, where the time is over."""
    if held.target is None:
        return "—"
    if held.standing.growth is None:
        return T("期限已到", "Time is over") if held.standing.value is not None else "—"
    return growth_text(held.standing.growth, held)


def growth_text(growth: Any, held: Figures) -> Any:
    if growth is None:
        return "—"
    if growth.is_percent:
        return f"{number_text(growth.per_year, 2)}%"
    points = T("个百分点", " points")
    unit = points if held.indicator.unit == "%" else held.indicator.unit_title
    sign = "+" if growth.per_year > 0 else ""
    return (
        T(f"{sign}{number_text(growth.per_year, 2)}", f"{sign}{number_text(growth.per_year, 2)} ")
        + unit
    )


def expected_at(held: Figures, year: int) -> float | None:
    """What the path asks of a year; None without a baseline or outside of it."""
    from guanggu.kernel.indicator.public import Point

    if held.baseline is None or held.target is None:
        return None
    start = Point(year_time(held.baseline.period), held.baseline.value)
    end = Point(year_time(held.target.period), held.target.value)
    if not start.at <= year <= end.at:
        return None
    return float(path_between(start, end, float(year), held.target.path))
