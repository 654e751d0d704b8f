"""What an evaluation says: proposals by the rules, and the report as its template takes it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from guanggu.kernel.indicator.public import number_text, path_value

from ..models import Evaluation, Finding, Goal
from ..rules.drawing import attainment_bar, path_chart, stacked_bar
from ..rules.standing import Stand, verdict_of
from ..rules.words import (
    COMPARATORS,
    FIGURE,
    FINAL,
    KINDS,
    MET,
    MIDTERM_VERDICTS,
    NOT_MET,
    PARTLY,
    SECTIONS,
    UNKNOWN,
    VERDICTS,
)
from .goals import Figures, Standings, standings_of

FIRST_YEAR, LAST_YEAR = 2015, 2020


def evaluated_goals(year: int | None = None) -> list[Goal]:
    """The goals of the plan's five years: later ones are still running and only reported."""
    rows = Goal.objects.filter(year__lte=year or LAST_YEAR)
    return list(rows.select_related("organisation").order_by("key"))


def later_goals() -> list[Goal]:
    rows = Goal.objects.filter(year__gt=LAST_YEAR)
    return list(rows.select_related("organisation").order_by("year", "key"))


def proposals(evaluation: Evaluation) -> tuple[list[tuple[Goal, Stand, str]], Standings]:
    """(goal, how it stood on the day, verdict proposed) of every goal, and the figures behind."""
    goals = evaluated_goals()
    standings = standings_of(goals, evaluation.as_of)
    told = []
    for goal in goals:
        stand = standings.stands[goal.pk]
        told.append((goal, stand, verdict_of(stand, evaluation.kind)))
    return told, standings


def verdict_words(evaluation: Evaluation) -> dict[str, Any]:
    return VERDICTS if evaluation.kind == FINAL else MIDTERM_VERDICTS


def findings_of(evaluation: Evaluation) -> list[Finding]:
    rows = evaluation.findings.select_related("goal__organisation")
    return list(rows.order_by("goal__key"))


def counts_by_section(findings: Sequence[Finding]) -> dict[str, Counter[str]]:
    found: dict[str, Counter[str]] = {name: Counter() for name in SECTIONS}
    for finding in findings:
        found[finding.goal.part][finding.verdict] += 1
    return {name: counts for name, counts in found.items() if counts}


def report_data(evaluation: Evaluation) -> dict[str, Any]:
    """Everything that the template ``plan.evaluation`` is given."""
    findings = findings_of(evaluation)
    words = verdict_words(evaluation)
    standings = standings_of([f.goal for f in findings], evaluation.as_of)
    counts = Counter(f.verdict for f in findings)
    sections = [
        {"title": SECTIONS[name].zh, "number": name, "bar": stacked_bar(held),
         "counts": [held[v] for v in VERDICTS], "total": sum(held.values())}
        for name, held in counts_by_section(findings).items()
    ]  # fmt: skip
    wanting = [f for f in findings if f.verdict in (NOT_MET, PARTLY)]
    return {
        "as_of_text": f"{evaluation.as_of.year}年{evaluation.as_of.month}月{evaluation.as_of.day}日",
        "paragraphs": _paragraphs(evaluation, counts, len(findings)),
        "verdicts": [words[name].zh for name in VERDICTS],
        "sections": sections,
        "figures": [_figure(f, standings) for f in findings if f.goal.kind == FIGURE],
        "wanting": [_line(f, words) for f in wanting],
        "all": [_short(f, words) for f in findings],
        "later": [
            [g.key, g.name, str(g.year), g.organisation.name if g.organisation else "—"]
            for g in later_goals()
        ],
        "note": _note(evaluation),
    }


def _paragraphs(evaluation: Evaluation, counts: Counter[str], total: int) -> list[str]:
    words = verdict_words(evaluation)
    parts = "，".join(f"{words[name].zh}{counts[name]}项" for name in VERDICTS)
    share = 100 * counts[MET] / total if total else 0
    head = "中期" if evaluation.kind != FINAL else "期末"
    said = (
        f"按《规划》原文逐项分解，到2020年的目标共{total}项。截至{evaluation.as_of.year}年"
        f"{evaluation.as_of.month}月底，{parts}。{words[MET].zh}的占{share:.1f}%。"
    )
    how = (
        f"{head}评估对数值目标按推进路径和目标值测算，对成果目标按所属任务完成情况测算，"
        "测算结论经规划管理岗逐项核对，调整之处写明理由。"
    )
    return [said, how]


def _figure(finding: Finding, standings: Standings) -> dict[str, Any]:
    goal, held = finding.goal, standings.figures.get(finding.goal_id)
    stand = standings.stands[finding.goal_id]
    share = float(stand.share) if stand.share is not None else None
    target, standing = (held.target if held else None), (held.standing if held else None)
    unit = held.indicator.unit if held else ""
    values = held.values if held else {}
    last = next(reversed(values.items()), None)
    return {
        "title": goal.name, "unit": unit,
        "cells": [
            number_text(held.baseline.value) if held and held.baseline else "—",
            f"{COMPARATORS[goal.comparator].zh if goal.comparator else ''}"
            f"{number_text(target.value) if target else '—'}",
            f"{number_text(last[1], 2)}（{last[0]}年）" if last else "—",
        ],
        "verdict": verdict_words(finding.evaluation)[finding.verdict].zh,
        "bar": attainment_bar(share, finding.verdict),
        "chart": _path(held) if held and len(values) > 1 else "",
        "words": standing.words.zh if standing else finding.words,
    }  # fmt: skip


def _path(held: Figures) -> str:
    years = [str(year) for year in range(FIRST_YEAR, LAST_YEAR + 1)]
    target = held.target
    expected = [path_value(target, year) if target else None for year in years]
    actual = [held.values.get(year) for year in years]
    return path_chart(
        [None if v is None else float(v) for v in expected],
        [None if v is None else float(v) for v in actual],
    )


def _line(finding: Finding, words: dict[str, Any]) -> list[str]:
    goal = finding.goal
    said = finding.words + (f"（调整理由：{finding.reason}）" if finding.reason else "")
    body = goal.organisation
    return [goal.key, goal.name, (body.short_name or body.name) if body else "—",
            words[finding.verdict].zh, said]  # fmt: skip


def _short(finding: Finding, words: dict[str, Any]) -> list[str]:
    goal = finding.goal
    body = goal.organisation
    return [goal.key, goal.name, KINDS[goal.kind].zh,
            (body.short_name or body.name) if body else "—", words[finding.verdict].zh]  # fmt: skip


def _note(evaluation: Evaluation) -> str:
    said = (
        "目标、数字和年份摘自武政〔2017〕11号原文；责任单位和岗位由本平台按职责分工分配，规划原文未列。"
        "原文未写年份的目标按规划期末（2020年）评估。"
        "扫描件中“23个”国际社区、“12所”国际医院两处数字可能脱漏连接号，待核对原件。"
    )
    if evaluation.is_sample:
        said += "本报告所用任务、进展和数值均为示例数据，不代表真实完成情况。"
    return said


def unknown_count(findings: Sequence[Finding]) -> int:
    return sum(1 for finding in findings if finding.verdict == UNKNOWN)
