"""One task: what is to be done, its reports with their evidence, and what may be done next."""

from __future__ import annotations

from collections.abc import Callable
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
from guanggu.base.ids import Ref
from guanggu.kernel.document.public import open_content, receive
from guanggu.kernel.identity.public import actor_of, may_reach
from guanggu.kernel.journal.public import history
from guanggu.web.addresses import address_of
from guanggu.web.dates import day_text
from guanggu.web.event_words import entries_of
from guanggu.web.table import Cell, Column, Table

from ..actions.tasks import (
    accept_task,
    add_evidence,
    drop_task,
    extend_task,
    report_progress,
    return_task,
    sees_task,
)
from ..models import PlanTask
from ..queries.scopes import REPORT_TASKS, keeps_plan
from ..queries.tasks import FOLLOW_UPS, evidence_of, follow_ups_of, reports_of
from ..rules.words import CLAIMED, LIVE, TASK_STATES, TASK_TONES
from .showing import PLAN, due_cell, owner_title, post_titles

_NO_FILE = T("没有这个文件。", "There is no such file.")


class ReportForm(forms.Form):
    percent = forms.IntegerField(
        label=T("进度(%)，填 100 即报请验收", "Progress (%); 100 claims that it is done"),
        min_value=0, max_value=100,
    )  # fmt: skip
    text = forms.CharField(label=T("进展情况", "Progress"), widget=forms.Textarea, max_length=1000)
    trouble = forms.CharField(
        label=T("存在问题（没有可不填）", "Difficulties, if any"), required=False, max_length=400,
        widget=forms.Textarea,
    )  # fmt: skip
    evidence = forms.FileField(
        label=T("佐证材料（PDF、图片、Word、Excel）", "Evidence (PDF, picture, Word, Excel)"),
        required=False,
    )


class OpinionForm(forms.Form):
    opinion = forms.CharField(
        label=T("验收意见", "Opinion"), required=False, max_length=400, widget=forms.Textarea
    )


class ReturnForm(forms.Form):
    opinion = forms.CharField(label=T("退回理由", "Reason"), max_length=400, widget=forms.Textarea)
    percent = forms.IntegerField(
        label=T("核定进度(%)", "Progress found (%)"), min_value=0, max_value=99
    )


class ExtendForm(forms.Form):
    due_on = forms.DateField(label=T("新的完成期限", "New due date"))
    reason = forms.CharField(label=T("调整理由", "Reason"), max_length=400, widget=forms.Textarea)


class DropForm(forms.Form):
    reason = forms.CharField(label=T("终止理由", "Reason"), max_length=400, widget=forms.Textarea)


# What may be done: its name, title, form and action.
_DEEDS: dict[str, tuple[T, type[forms.Form], Callable[..., Any]]] = {
    "report": (T("报告进展", "Report progress"), ReportForm, report_progress),
    "accept": (T("验收通过", "Accept"), OpinionForm, accept_task),
    "return": (T("退回", "Send back"), ReturnForm, return_task),
    "extend": (T("调整期限", "Extend"), ExtendForm, extend_task),
    "drop": (T("终止任务", "Drop"), DropForm, drop_task),
}


def _possible(actor: Actor, task: PlanTask) -> list[str]:
    found = []
    if task.state in LIVE and may_reach(actor, task, REPORT_TASKS):
        found.append("report")
    if keeps_plan(actor):
        if task.state == CLAIMED:
            found += ["accept", "return"]
        if task.state in LIVE:
            found += ["extend", "drop"]
    return found


@require_http_methods(["GET", "HEAD", "POST"])
def task_page(request: HttpRequest, key: str) -> HttpResponse:
    """GET, POST /plan/tasks/<key>/ – POST with ``do``, a name of ``_DEEDS``."""
    actor = actor_of(request)
    task = sees_task(actor, key)
    asked = request.POST.get("do", "")
    if request.method == "POST" and asked not in _DEEDS:
        raise Missing(T("没有这项办理。", "There is no such step."))
    deeds = []
    names = _possible(actor, task)
    if asked and asked not in names:
        # Refused by the action itself, with its own words.
        names = [*names, asked]
    for name in names:
        title, form_class, action = _DEEDS[name]
        is_asked = name == asked
        form = form_class(
            request.POST if is_asked else None, request.FILES if is_asked else None,
            initial={"percent": task.percent}, prefix=None, auto_id=f"{name}_%s",
        )  # fmt: skip
        if is_asked and form.is_valid() and _tried(request, name, form, action, task):
            return redirect("plan:task", key=key)
        deeds.append(
            {"name": name, "title": title, "form": form, "is_open": is_asked or name == "report"}
        )
    return render(request, "plan/task.html", _context(actor, task, deeds))


def _tried(
    request: HttpRequest, name: str, form: forms.Form, action: Callable[..., Any], task: PlanTask
) -> bool:
    actor, key = actor_of(request), request.POST.get("request_key", "")[:60] or None
    values = dict(form.cleaned_data)
    upload = values.pop("evidence", None)
    if "due_on" in values:
        values["due_on"] = values["due_on"].isoformat()
    try:
        received = receive(upload, upload.name) if upload else None
        told = action(actor, key=key, task=task.key, **values)
        if received is not None:
            add_evidence(actor, key=f"{key}:e" if key else None, report=told["report"],
                         received=received.as_dict())  # fmt: skip
    except Invalid as problem:
        for field, message in (problem.fields or {"": problem.message}).items():
            form.add_error(field if field in form.fields else None, str(message))
        return False
    messages.success(request, str(T("已办理：{}。", "Done: {}.").format(_DEEDS[name][0])))
    return True


def _context(actor: Actor, task: PlanTask, deeds: list[dict[str, Any]]) -> dict[str, Any]:
    reports = reports_of(task)
    files = evidence_of(reports)
    return {
        "task": task, "state": TASK_STATES[task.state], "tone": TASK_TONES[task.state],
        "rows": _rows(task), "deeds": deeds,
        "reports": [{"row": report, "files": files[report.pk]} for report in reports],
        "follow_ups": _follow_ups(actor, task), "entries": _entries(task),
        "may_keep": keeps_plan(actor),
        "crumbs": [PLAN, (task.goal.title, f"/plan/goals/{task.goal.key}/"), (task.name, "")],
    }  # fmt: skip


def _rows(task: PlanTask) -> list[tuple[Any, Any]]:
    posts = post_titles([task.post])
    due = due_cell(task)
    rows = [
        (T("工作内容和成果要求", "What is to be done"), task.content),
        (T("责任单位", "Answerable organisation"), owner_title(task.organisation)),
        (T("责任岗位", "Answerable post"), posts.get(task.post, "")),
        (T("开始日期", "Begins"), day_text(task.begins_on)), (T("完成期限", "Due"), due.value),
        (T("权重", "Weight"), str(task.weight)),
        (T("完成日期", "Finished"), day_text(task.finished_on) if task.finished_on else ""),
    ]  # fmt: skip
    return [(label, value) for label, value in rows if value not in ("", None)]


def _follow_ups(actor: Actor, task: PlanTask) -> Table | None:
    rows = follow_ups_of(actor, task)
    if not rows:
        return None
    table = Table(
        T("电子监察督办", "Supervision"),
        [Column(T("督办件", "Follow-up")), Column(T("立案时间", "Opened")), Column(T("状态", "State"))],
    )  # fmt: skip
    for row in rows:
        is_over = row["state"] == "closed"
        state = T("已销号", "Closed") if is_over else T("督办中", "Under way")
        table.add(
            row["case_number"] or row["key"], day_text(row["opened_at"]),
            Cell(state, tone="ok" if is_over else "bad"),
            href=address_of(Ref(FOLLOW_UPS, row["key"])),
        )  # fmt: skip
    return table


def _entries(task: PlanTask) -> list[dict[str, Any]]:
    return entries_of(
        history(task.ref),
        text=lambda event: event.body.get("opinion") or event.body.get("reason", ""),
    )


@require_safe
def evidence_file(request: HttpRequest, key: str, file: str) -> HttpResponseBase:
    """GET /plan/tasks/<key>/files/<file>/"""
    task = sees_task(actor_of(request), key)
    for held in evidence_of(reports_of(task)).values():
        for each in held:
            if each.key == file:
                return FileResponse(
                    open_content(each), filename=each.name, content_type=each.media_type,
                    as_attachment=True,
                )  # fmt: skip
    raise Missing(_NO_FILE)
