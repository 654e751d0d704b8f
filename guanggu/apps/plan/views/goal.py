"""One goal: the plan's words, how it stands and why, its values, tasks, projects and history."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from guanggu.base.actor import Actor
from guanggu.base.bilingual import T
from guanggu.base.ids import Ref
from guanggu.kernel.identity.public import actor_of, get, visible
from guanggu.kernel.indicator.public import (
    PROVENANCES,
    STATUSES,
    Indicator,
    Revision,
    latest,
    number_text,
    period_title,
    revisions,
)
from guanggu.kernel.journal.public import history
from guanggu.web.addresses import address_of
from guanggu.web.charts import lines
from guanggu.web.event_words import entries_of
from guanggu.web.table import Cell, Column, Table
from guanggu.web.templatetags.guanggu import instant

from ..models import Finding, Goal
from ..queries.evaluating import verdict_words
from ..queries.goals import Figures, standings_of
from ..queries.scopes import VIEW_FINDINGS, VIEW_GOALS, is_official, keeps_plan
from ..queries.tasks import projects_of, tasks_of
from ..rules.monitors import MONITORS
from ..rules.standing import Stand
from ..rules.words import COMPARATORS, KINDS, STATES, SYMBOLS, TONES, VERDICT_TONES
from .figures import expected_at, needed_text, required_text
from .showing import PLAN, owner_title, post_titles, source_note, task_table, year_text

_FIRST_YEAR = 2015


@require_safe
def goal_page(request: HttpRequest, key: str) -> HttpResponse:
    """GET /plan/goals/<key>/"""
    actor = actor_of(request)
    goal = get(actor, Goal.objects.select_related("organisation"), VIEW_GOALS, key=key)
    standings = standings_of([goal])
    stand, held = standings.stands[goal.pk], standings.figures.get(goal.pk)
    official = is_official(actor)
    tasks = tasks_of(goal) if official else []
    return render(
        request,
        "plan/goal.html",
        {
            "goal": goal, "state": STATES[stand.state], "symbol": SYMBOLS[stand.state],
            "tone": TONES[stand.state], "stand": stand,
            "percent": _percent(stand),
            "rows": _rows(goal, held), "chart": _chart(goal, held) if held else "",
            "values": _values(goal, held) if held else None,
            "monitor": _monitor(goal), "findings": _findings(actor, goal),
            "tasks": task_table(T("所属任务", "Tasks"), tasks, with_goal=False) if tasks else None,
            "projects": _projects(actor, goal), "is_official": official,
            "may_keep": keeps_plan(actor), "entries": entries_of(history(goal.ref)) if official else [],
            "note": source_note(),
            "indicator_address": address_of(Ref("indicators", goal.indicator))
            if goal.indicator and official else "",
            "crumbs": [PLAN, (goal.title, "")],
        },
    )  # fmt: skip


def _percent(stand: Stand) -> int | None:
    return None if stand.share is None else round(float(stand.share) * 100)


def _rows(goal: Goal, held: Figures | None) -> list[tuple[Any, Any]]:
    rows: list[tuple[Any, Any]] = [
        (T("规划章节", "Section"), T("{}（扫描件第{}段）", "{} (part {} of the scan)").format(goal.section, goal.line)),
        (T("类型", "Kind"), KINDS[goal.kind]), (T("完成年份", "By the end of"), year_text(goal)),
    ]  # fmt: skip
    if held is not None:
        unit = held.indicator.unit_title
        target, base = held.target, held.baseline
        asked = COMPARATORS[goal.comparator] + T("", " ") if goal.comparator else T("", "")
        rows += [
            (T("衡量指标", "Measured by"), T("{}（{}）", "{} ({})").format(held.indicator.title, unit)),
            (T("基期值（2015年）", "Baseline (2015)"), _base(base, unit)),
            (T("目标值", "Target"),
             asked + number_text(target.value) + unit if target
             else T("规划未给出数字", "The plan gives none")),
            (T("规划要求年均增速", "Growth the plan asks for"), required_text(held)),
            (T("今后每年还须", "Still needed a year"), needed_text(held)),
        ]  # fmt: skip
    posts = post_titles([goal.post])
    rows += [
        (T("责任单位", "Answerable organisation"), owner_title(goal.organisation)),
        (T("责任岗位", "Answerable post"), posts.get(goal.post, "")),
        (T("说明", "Note"), goal.note),
    ]
    return [(label, value) for label, value in rows if value not in ("", "—")]


def _base(base: Any, unit: T) -> Any:
    if base is None:
        return T("规划未给出", "The plan gives none")
    said = T("{}{}", "{} {}").format(number_text(base.value), unit)
    return (
        said + T("（示例，规划未给出）", " (sample; the plan gives none)")
        if base.is_sample
        else said
    )


def _chart(goal: Goal, held: Figures) -> Any:
    known = [int(period[:4]) for period in held.values]
    last = max([goal.year if goal.year <= 2030 else 2030, *known, _FIRST_YEAR + 1])
    years = list(range(_FIRST_YEAR, last + 1))
    actual = [held.values.get(str(year)) for year in years]
    series: list[tuple[Any, list[Any]]] = [(T("实际", "Actual"), actual)]
    expected = [expected_at(held, year) for year in years]
    if any(value is not None for value in expected):
        series.append((T("推进路径", "Path"), expected))
    target = held.target.value if held.target else None
    return lines(
        T("数值与推进路径", "Values and path"), [str(year) for year in years], series,
        unit=held.indicator.unit_title, target=target,
    )  # fmt: skip


def _values(goal: Goal, held: Figures) -> Table:
    table = Table(
        T("各年数值及其修订", "Values and their revisions"),
        [Column(T("年份", "Year")), Column(T("数值", "Value"), numeric=True),
         Column(T("状态", "Status")), Column(T("修订", "Revision"), numeric=True),
         Column(T("发布时间", "Known since")), Column(T("填报", "Given by")),
         Column(T("修订原因", "Reason"))],
        caption_hidden=False,
    )  # fmt: skip
    for period in held.values:
        for row in reversed(revisions(held.indicator.key, period)):
            table.add(
                period_title(period), number_text(row.number, 2), STATUSES[row.status],
                row.revision, instant(row.known_at), _given_by(row), row.reason,
            )  # fmt: skip
    return table


def _given_by(row: Revision) -> Any:
    kind = row.provenance.get("kind", "")
    return row.by_name if kind == "typed" else PROVENANCES.get(kind, row.by_name)


def _monitor(goal: Goal) -> dict[str, Any] | None:
    """What the platform measures of the goal by itself, where it does."""
    indicator = Indicator.objects.filter(key=MONITORS.get(goal.key, "")).first()
    if indicator is None:
        return None
    last = latest(indicator.key)
    return {
        "title": indicator.title, "address": address_of(indicator.ref),
        "value": number_text(last[1], indicator.decimals) if last else "",
        "unit": indicator.unit_title, "period": period_title(last[0]) if last else "",
    }  # fmt: skip


def _findings(actor: Actor, goal: Goal) -> list[dict[str, Any]]:
    rows = visible(actor, Finding.objects.filter(goal=goal), VIEW_FINDINGS)
    return [
        {"evaluation": row.evaluation, "verdict": verdict_words(row.evaluation)[row.verdict],
         "tone": VERDICT_TONES[row.verdict], "words": T(row.words, row.words_en or row.words),
         "reason": row.reason}
        for row in rows.select_related("evaluation").order_by("evaluation__as_of")
    ]  # fmt: skip


def _projects(actor: Actor, goal: Goal) -> Table | None:
    rows = projects_of(actor, goal)
    if not rows:
        return None
    table = Table(
        T("支撑项目", "Projects"), [Column(T("项目", "Project")), Column(T("编号", "Key"))]
    )
    for row in rows:
        table.add(row["name"], Cell(row["key"]), href=address_of(Ref("projects", row["key"])))
    return table
