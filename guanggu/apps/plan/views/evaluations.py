"""Evaluations: the list, one with its findings, its report, and the verdict on one goal."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from guanggu.base.actor import Actor
from guanggu.base.bilingual import T
from guanggu.base.errors import Invalid, Missing
from guanggu.kernel.document.public import Document, open_content, preview
from guanggu.kernel.identity.public import actor_of, demand, get, visible
from guanggu.kernel.journal.public import history
from guanggu.web.charts import bars
from guanggu.web.dates import day_text
from guanggu.web.event_words import entries_of
from guanggu.web.table import Cell, Column, Table
from guanggu.web.templatetags.guanggu import instant

from ..actions.evaluating import (
    draft_evaluation,
    judge_goal,
    publish_evaluation,
    review_evaluation,
)
from ..models import Evaluation, Finding
from ..queries.evaluating import counts_by_section, findings_of, verdict_words
from ..queries.scopes import CHANGE_TASKS, VIEW_EVALUATIONS, is_official, keeps_plan, may_review
from ..rules.words import (
    DRAFT,
    EVALUATION_STATES,
    EVALUATION_TONES,
    EVALUATIONS,
    MET,
    REVIEWED,
    SECTIONS,
    VERDICT_TONES,
    VERDICTS,
)
from .showing import PLAN, owner_title, source_note

LIST = (T("规划评估", "Evaluations"), "/plan/evaluations/")
_NOT_READY = T("盖章文件正在制作，请稍候。", "The sealed file is being made; wait a moment.")
_CHART_STYLES = ("s3", "s2", "s4", "s6")


@require_http_methods(["GET", "HEAD", "POST"])
def evaluations_page(request: HttpRequest) -> HttpResponse:
    """GET, POST /plan/evaluations/ – POST with ``kind`` drafts it, or its proposals anew."""
    actor = actor_of(request)
    if request.method == "POST":
        key = request.POST.get("request_key", "")[:64] or None
        told = draft_evaluation(actor, key=key, kind=request.POST.get("kind", ""))
        return redirect("plan:evaluation", key=told["evaluation"])
    table = Table(
        T("规划评估报告", "Evaluations"),
        [Column(T("报告", "Report")), Column(T("评估截止日期", "As of")),
         Column(T("状态", "State")), Column(T("发布时间", "Published"))],
    )  # fmt: skip
    rows = visible(actor, Evaluation.objects.all(), VIEW_EVALUATIONS)
    for row in rows.order_by("as_of"):
        table.add(
            row.name, day_text(row.as_of),
            Cell(EVALUATION_STATES[row.state], tone=EVALUATION_TONES[row.state]),
            instant(row.published_at) if row.published_at else "—",
            href=f"/plan/evaluations/{row.key}/",
        )  # fmt: skip
    fixed = set(rows.exclude(state=DRAFT).values_list("kind", flat=True))
    return render(
        request,
        "plan/evaluations.html",
        {
            "table": table, "note": source_note(), "crumbs": [PLAN, (LIST[0], "")],
            "kinds": [(k, title) for k, title in EVALUATIONS.items() if k not in fixed]
            if keeps_plan(actor) and actor.organisation else [],
        },
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def evaluation_page(request: HttpRequest, key: str) -> HttpResponse:
    """GET, POST /plan/evaluations/<key>/ – POST with ``do``: approve, return or publish."""
    actor = actor_of(request)
    row = get(actor, Evaluation.objects.select_related("organisation"), VIEW_EVALUATIONS, key=key)
    if request.method == "POST":
        _act(request, actor, row)
        return redirect("plan:evaluation", key=key)
    findings = findings_of(row)
    document = _document(row)
    leads = may_review(actor) and row.organisation_id == actor.organisation
    return render(
        request,
        "plan/evaluation.html",
        {
            "row": row, "state": EVALUATION_STATES[row.state], "tone": EVALUATION_TONES[row.state],
            "document": document, "is_ready": bool(document and document.file),
            "tiles": _tiles(row, findings), "chart": _chart(row, findings),
            "table": _table(actor, row, _chosen(request, findings)),
            "is_chosen": request.GET.get("verdict", "") in (*VERDICTS, "all"),
            "is_official": is_official(actor),
            "may_draft": row.state == DRAFT and keeps_plan(actor),
            "may_review": row.state == DRAFT and leads,
            "may_return": row.state in (DRAFT, REVIEWED) and leads,
            "may_publish": row.state == REVIEWED and leads,
            "entries": _entries(row) if is_official(actor) else [],
            "note": source_note(), "crumbs": [PLAN, LIST, (EVALUATIONS[row.kind], "")],
        },
    )  # fmt: skip


def _act(request: HttpRequest, actor: Actor, row: Evaluation) -> None:
    key, asked = request.POST.get("request_key", "")[:64] or None, request.POST.get("do", "")
    try:
        if asked == "publish":
            publish_evaluation(actor, key=key, evaluation=row.key)
        elif asked in ("approve", "return"):
            review_evaluation(actor, key=key, evaluation=row.key, outcome=asked,
                              opinion=request.POST.get("opinion", ""))  # fmt: skip
        else:
            raise Missing(T("没有这项办理。", "There is no such step."))
    except Invalid as problem:
        messages.error(request, str(problem.message))
        return
    messages.success(request, str(T("已办理。", "Done.")))


def _document(row: Evaluation) -> Document | None:
    rows = Document.objects.select_related("file", "organisation")
    return rows.filter(key=row.document_key).first() if row.document_key else None


def _tiles(row: Evaluation, findings: list[Finding]) -> list[dict[str, Any]]:
    words = verdict_words(row)
    whole = {"label": T("评估目标", "Goals"), "value": len(findings), "href": "?verdict=all"}
    return [whole] + [
        {"label": words[name], "value": sum(1 for f in findings if f.verdict == name),
         "tone": VERDICT_TONES[name], "href": f"?verdict={name}"}
        for name in VERDICTS
    ]  # fmt: skip


def _chosen(request: HttpRequest, findings: list[Finding]) -> list[Finding]:
    """Those of the verdict asked for, all of them, or else all that are not met."""
    asked = request.GET.get("verdict", "")
    if asked == "all":
        return findings
    if asked in VERDICTS:
        return [finding for finding in findings if finding.verdict == asked]
    return [finding for finding in findings if finding.verdict != MET]


def _chart(row: Evaluation, findings: list[Finding]) -> Any:
    words = verdict_words(row)
    counts = counts_by_section(findings)
    series = [(words[name], [held[name] for held in counts.values()]) for name in VERDICTS]
    return bars(
        T("各章目标评估结论", "Verdicts by section"), list(counts), series,
        unit=T("项", "goals"), stacked=True, styles=_CHART_STYLES,
    )  # fmt: skip


def _table(actor: Actor, row: Evaluation, findings: list[Finding]) -> Table:
    words, judges = verdict_words(row), row.state == DRAFT and keeps_plan(actor)
    table = Table(
        T("逐项评估结论", "Goal by goal"),
        [Column(T("目标", "Goal")), Column(T("章节", "Section")),
         Column(T("责任单位", "Answerable")), Column(T("结论", "Verdict")),
         Column(T("情况", "How it stands")), Column(T("核定", "Judge") if judges else T("调整理由", "Reason"))],
        caption_hidden=False,
    )  # fmt: skip
    for finding in findings:
        goal = finding.goal
        if not (is_official(actor) or goal.is_public):
            continue
        address = f"/plan/evaluations/{row.key}/goals/{goal.key}/"
        table.add(
            goal.title, T(goal.section, SECTIONS[goal.part].en), owner_title(goal.organisation),
            Cell(words[finding.verdict], tone=VERDICT_TONES[finding.verdict]),
            T(finding.words, finding.words_en or finding.words),
            Cell(T("核定", "Judge"), href=address) if judges else finding.reason,
            href=f"/plan/goals/{goal.key}/",
        )  # fmt: skip
    return table


def _entries(row: Evaluation) -> list[dict[str, Any]]:
    return entries_of(history(row.ref), text=lambda event: event.body.get("opinion", ""))


class JudgeForm(forms.Form):
    verdict = forms.ChoiceField(
        label=T("评估结论", "Verdict"), widget=forms.RadioSelect, choices=list(VERDICTS.items())
    )
    reason = forms.CharField(
        label=T("调整理由（与测算结论不同时必填）", "Reason (needed where it is not the one proposed)"),
        required=False, max_length=400, widget=forms.Textarea,
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def judge_page(request: HttpRequest, key: str, goal: str) -> HttpResponse:
    """GET, POST /plan/evaluations/<key>/goals/<goal>/"""
    actor = actor_of(request)
    demand(actor, CHANGE_TASKS)
    row = get(actor, Evaluation, VIEW_EVALUATIONS, key=key)
    finding = Finding.objects.select_related("goal").filter(evaluation=row, goal__key=goal).first()
    if finding is None:
        raise Missing(T("该评估没有这项目标。", "This evaluation has no such goal."))
    form = JudgeForm(
        request.POST if request.method == "POST" else None,
        initial={"verdict": finding.verdict, "reason": finding.reason},
    )
    if form.is_valid():
        try:
            judge_goal(actor, key=request.POST.get("request_key", "")[:64] or None,
                       evaluation=key, goal=goal, **form.cleaned_data)  # fmt: skip
        except Invalid as problem:
            for field, message in (problem.fields or {"": problem.message}).items():
                form.add_error(field if field in form.fields else None, str(message))
        else:
            messages.success(request, str(T("已核定。", "Judged.")))
            return redirect("plan:evaluation", key=key)
    words = verdict_words(row)
    return render(
        request,
        "plan/judge.html",
        {
            "row": row, "goal": finding.goal, "form": form,
            "rows": [
                (T("规划原文", "Words of the plan"), finding.goal.quote),
                (T("完成情况", "How it stands"), T(finding.words, finding.words_en or finding.words)),
                (T("测算结论", "Proposed"), words[finding.proposed]),
            ],
            "crumbs": [PLAN, LIST, (EVALUATIONS[row.kind], f"/plan/evaluations/{key}/"),
                       (finding.goal.title, "")],
        },
    )  # fmt: skip


@require_safe
def report_file(request: HttpRequest, key: str) -> HttpResponseBase:
    """GET /plan/evaluations/<key>/report.pdf – the sealed file; to officials also the draft."""
    actor = actor_of(request)
    row = get(actor, Evaluation, VIEW_EVALUATIONS, key=key)
    document = _document(row)
    if document is not None and document.file is not None:
        return FileResponse(
            open_content(document.file), content_type="application/pdf", filename=document.file.name
        )
    if document is None or not is_official(actor):
        raise Missing(_NOT_READY)
    return HttpResponse(preview(document), content_type="application/pdf")
