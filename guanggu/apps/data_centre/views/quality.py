"""Quality: the score of all, of one resource, one rule with its failing rows, and its mending."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from guanggu.base.bilingual import T
from guanggu.base.errors import Invalid
from guanggu.kernel.identity.public import get
from guanggu.web import charts
from guanggu.web.case_steps import decided
from guanggu.web.dates import instant_text
from guanggu.web.table import Cell, Column, Table

from ..actions.judging import ask_to_mend, count_all, judge, mend
from ..actions.opening import open_failing
from ..models import QualityResult, QualityRule, Resource
from ..queries.lineage import register_of_table
from ..queries.quality import (
    condition_of,
    last_run,
    mending_of,
    results_of,
    scores_of_tables,
    trend,
    trend_of,
)
from ..queries.scopes import CHANGE_RULES, VIEW_RESOURCES, VIEW_RULES, keeps_data
from ..rules.quality import FORMULA, KINDS
from .answering import Answers
from .catalogue import official
from .showing import result_table, titles_of

FAILING_SHOWN = 100


def _tone(score: Any, threshold: Any = 95) -> str:
    if score is None:
        return "quiet"
    return "ok" if score >= threshold else "warn" if score >= threshold - 10 else "bad"


@require_http_methods(["GET", "HEAD", "POST"])
def quality_page(request: HttpRequest) -> HttpResponse:
    """GET, POST /data/quality/ – POST judges every rule now."""
    actor = official(request)
    if request.method == "POST":
        told = judge(
            actor, key=request.POST.get("request_key", "")[:64] or None, counted=count_all()
        )
        text = T("核查完成，不合格规则 {} 条。", "Checked; {} rules fail.").format(told["failing"])
        messages.success(request, str(text))
        return redirect("/data/quality/")
    run = last_run()
    results = results_of(run)
    scores = scores_of_tables(results)
    runs = trend()
    return render(
        request,
        "data_centre/quality.html",
        {
            "tiles": [
                {"label": T("总得分", "Score of all"), "value": run.score if run and run.score is not None else "—",
                 "tone": _tone(run.score if run else None)},
                {"label": T("已核查资源", "Resources checked"), "value": len(scores)},
                {"label": T("规则", "Rules"), "value": run.rules if run else QualityRule.objects.count()},
                {"label": T("不合格规则", "Failing rules"), "value": run.failing if run else "—",
                 "tone": "bad" if run and run.failing else "ok"},
            ],
            "at": run.at if run else None,
            "tables": _resources(results, scores),
            "rules": rules_table(results),
            "chart": charts.bars(
                T("质量得分走势", "Score over time"),
                [instant_text(r.at) for r in runs], [r.score for r in runs],
            ) if len(runs) > 1 else "",
            "formula": FORMULA,
            "may_run": keeps_data(actor),
            "may_add": CHANGE_RULES.is_possible(actor),
            "crumbs": [(T("资源目录", "Catalogue"), "/data/"), (T("数据质量", "Quality"), "")],
        },
    )  # fmt: skip


def _resources(results: list[QualityResult], scores: dict[int, Any]) -> Table:
    table = Table(
        T("各资源得分", "Scores by resource"),
        [Column(T("信息资源", "Resource")), Column(T("提供方", "Provider")),
         Column(T("得分", "Score"), numeric=True), Column(T("规则", "Rules"), numeric=True),
         Column(T("不合格", "Failing"), numeric=True)],
    )  # fmt: skip
    by_resource: dict[int, list[QualityResult]] = {}
    for each in results:
        by_resource.setdefault(each.rule.resource_id, []).append(each)
    for pk, held in sorted(by_resource.items(), key=lambda pair: scores[pair[0]] or 0):
        resource = held[0].rule.resource
        failing = sum(1 for r in held if r.score is not None and r.score < r.rule.threshold)
        table.add(
            resource.title, resource.provider.title if resource.provider else "—",
            Cell(scores[pk] if scores[pk] is not None else "—", tone=_tone(scores[pk])),
            len(held), failing, href=f"/data/resources/{resource.key}/quality/",
        )  # fmt: skip
    return table


def rules_table(results: list[QualityResult]) -> Table:
    table = Table(
        T("各规则结果", "Results by rule"),
        [Column(T("规则", "Rule")), Column(T("信息资源", "Resource")), Column(T("类别", "Kind")),
         Column(T("信息项", "Item")), Column(T("检查行数", "Rows"), numeric=True),
         Column(T("不合格行数", "Failing"), numeric=True), Column(T("得分", "Score"), numeric=True)],
    )  # fmt: skip
    for each in results:
        score: Any = each.score if each.score is not None else T("未能核查", "not judged")
        if not each.error and each.score is None:
            score = "—"
        table.add(
            each.rule.name, each.rule.resource.title, KINDS[each.rule.kind], each.rule.column or "—",
            f"{each.rows:,}", f"{each.failed:,}",
            Cell(score, tone="bad" if each.error else _tone(each.score, each.rule.threshold)),
            href=f"/data/quality/rules/{each.rule.key}/",
        )  # fmt: skip
    return table


@require_safe
def resource_quality_page(request: HttpRequest, key: str) -> HttpResponse:
    """GET /data/resources/<key>/quality/"""
    actor = official(request)
    row = get(actor, Resource.objects.select_related("provider"), VIEW_RESOURCES, key=key)
    results = [r for r in results_of(last_run()) if r.rule.resource_id == row.pk]
    scores = trend_of(row)
    return render(
        request,
        "data_centre/resource_quality.html",
        {
            "row": row, "score": scores_of_tables(results).get(row.pk), "rules": rules_table(results),
            "chart": charts.bars(
                T("质量得分走势", "Score over time"), [instant_text(run.at) for run, _ in scores],
                [score for _, score in scores],
            ) if len(scores) > 1 else "",
            "formula": FORMULA,
            "crumbs": [(T("数据质量", "Quality"), "/data/quality/"), (row.title, "")],
        },
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def rule_page(request: HttpRequest, key: str) -> HttpResponse:
    """GET, POST /data/quality/rules/<key>/ – POST with ``ask``, ``outcome`` or ``show``.

    The failing rows are shown on asking only: every look at them is written down.
    """
    actor = official(request)
    rule = get(actor, QualityRule.objects.select_related("resource__provider"), VIEW_RULES, key=key)
    file = mending_of(rule)
    answers = Answers(file, actor, request)
    rows, problem = None, None
    if request.method == "POST":
        try:
            if "show" in request.POST:
                rows = _failing(actor, rule)
            elif "ask" in request.POST:
                ask_to_mend(
                    actor, key=request.POST.get("request_key", "")[:64] or None, rule=rule.key
                )
                return redirect(f"/data/quality/rules/{rule.key}/")
            elif answers.decide(request, actor, mend):
                messages.success(request, str(T("已办理。", "Done.")))
                return redirect(f"/data/quality/rules/{rule.key}/")
        except Invalid as error:
            problem = error
    last = rule.results.select_related("run").order_by("-run").first()
    return render(request, "data_centre/rule.html", {
        "rule": rule, "kind": KINDS[rule.kind], "last": last, "problem": problem, "rows": rows,
        "facts": _facts(rule, last), "answers": answers, "entries": decided(file),
        "is_failing": bool(last and last.score is not None and last.score < rule.threshold),
        "may_ask": keeps_data(actor) and not (file and file.case.is_open),
        "case": file.case if file else None,
        "may_change": CHANGE_RULES.is_possible(actor),
        "crumbs": [(T("数据质量", "Quality"), "/data/quality/"), (rule.name, "")],
    })  # fmt: skip


def _failing(actor: Any, rule: QualityRule) -> Table:
    opened = open_failing(actor, rule.resource, condition_of(rule), FAILING_SHOWN)
    declared = register_of_table(rule.resource.table)
    return result_table(
        T("不合格的行（个人信息已脱敏）", "Failing rows (personal data masked)"), opened.table,
        titles_of(rule.resource), FAILING_SHOWN, declared.collection if declared else "",
    )  # fmt: skip


def _facts(rule: QualityRule, last: QualityResult | None) -> list[tuple[Any, Any]]:
    rows: list[tuple[Any, Any]] = [
        (T("信息资源", "Resource"), rule.resource.title), (T("类别", "Kind"), KINDS[rule.kind]),
        (T("信息项", "Item"), rule.column), (T("参数", "Parameter"), rule.parameter),
        (T("权重", "Weight"), rule.weight), (T("合格线（%）", "Passing share (%)"), rule.threshold),
    ]  # fmt: skip
    if last is not None:
        rows += [
            (T("核查时间", "Checked"), instant_text(last.run.at)),
            (T("检查行数", "Rows"), f"{last.rows:,}"), (T("不合格行数", "Failing"), f"{last.failed:,}"),
            (T("得分", "Score"), last.score if last.score is not None else "—"),
        ]  # fmt: skip
        if last.error:
            rows.append((T("未能核查", "Not judged"), last.error))
    return rows
