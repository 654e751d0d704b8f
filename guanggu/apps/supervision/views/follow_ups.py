"""Follow-ups: what waits for this post, and one with its case, its card and its next step."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.html import format_html
from django.views.decorators.http import require_http_methods, require_safe

from guanggu.base.bilingual import T
from guanggu.base.errors import Invalid
from guanggu.kernel.identity.public import actor_of, demand, get
from guanggu.web.addresses import address_of
from guanggu.web.case_steps import Answers, entries, file_of_number, stages, tiles, waiting
from guanggu.web.dates import day_text
from guanggu.web.table import Cell, Column, Table
from guanggu.web.templatetags.guanggu import instant

from ..actions import advance
from ..models import FOLLOW_UP_STATES, FollowUp
from ..queries.follow_ups import (
    cards_of,
    follow_ups,
    follow_ups_of_cases,
    tasks_of_follow_ups,
)
from ..queries.scopes import VIEW_FOLLOW_UPS
from .overview import card_table

_TONES = {"waiting": "warn", "open": "bad", "closed": "ok"}
_BASE = "/supervision/follow-ups/"
_HOME = (T("电子监察", "Supervision"), "/supervision/")


@require_safe
def follow_ups_page(request: HttpRequest) -> HttpResponse:
    """GET /supervision/follow-ups/"""
    actor = actor_of(request)
    demand(actor, VIEW_FOLLOW_UPS)
    tasks, rows = tasks_of_follow_ups(actor), follow_ups(actor)
    under_way, closed = rows.exclude(state="closed"), rows.filter(state="closed")
    return render(
        request,
        "supervision/follow_ups.html",
        {
            "tiles": tiles(tasks, under_way.count(), closed.count(), T("督办中", "Under way")),
            "waiting": waiting(
                tasks, follow_ups_of_cases([task.case.number for task in tasks]),
                (T("督办事项", "Matter"), T("责任单位", "Department"), T("立案时间", "Opened")),
                lambda row: (row.organisation_name, row.opened_at), _BASE,
            ),
            "under_way": _table(T("督办中", "Under way"), under_way[:200]),
            "closed": _table(T("近期销号", "Closed of late"), closed[:50]),
            "crumbs": [_HOME, (T("督办件", "Follow-ups"), "")],
        },
    )  # fmt: skip


def _table(title: T, rows: Any) -> Table:
    table = Table(
        title,
        [Column(T("督办事项", "Matter")), Column(T("责任单位", "Department")),
         Column(T("逾期期限", "Was due")), Column(T("立案时间", "Opened")),
         Column(T("状态", "State"))],
    )  # fmt: skip
    for row in rows:
        table.add(
            row.title, row.organisation_name, day_text(row.due_on), instant(row.opened_at),
            Cell(FOLLOW_UP_STATES[row.state], tone=_TONES[row.state]), href=f"{_BASE}{row.key}/",
        )  # fmt: skip
    return table


@require_http_methods(["GET", "HEAD", "POST"])
def follow_up_page(request: HttpRequest, key: str) -> HttpResponse:
    """GET, POST /supervision/follow-ups/<key>/ – POST with ``outcome``."""
    actor = actor_of(request)
    row = get(actor, FollowUp, VIEW_FOLLOW_UPS, key=key)
    file = file_of_number(row.case_number)
    answers = Answers(file, actor, request, give=advance)
    if request.method == "POST" and _done(request, answers):
        return redirect("supervision:follow_up", key=key)
    cards = cards_of(actor, row.case_number or row.key)
    return render(
        request,
        "supervision/follow_up.html",
        {
            "row": row, "state": FOLLOW_UP_STATES[row.state], "tone": _TONES[row.state],
            "rows": _rows(row, file), "stages": stages(file), "answers": answers,
            "entries": entries(row, file, lambda event: "case" not in event.body),
            "cards": card_table(cards) if cards else None,
            "crumbs": [_HOME, (T("督办件", "Follow-ups"), _BASE), (row.key, "")],
        },
    )  # fmt: skip


def _done(request: HttpRequest, answers: Answers) -> bool:
    try:
        if not answers.given(request.POST.get("request_key", "")[:64] or None):
            return False
    except Invalid as problem:
        messages.error(request, str(problem.message))
        return False
    messages.success(request, str(T("已办理。", "Done.")))
    return True


def _rows(row: FollowUp, file: Any) -> list[tuple[Any, Any]]:
    address = address_of(row.subject)
    rows: list[tuple[Any, Any]] = [
        (T("督办对象", "About"),
         format_html('<a href="{}">{}</a>', address, row.title) if address else row.title),
        (T("情况", "Detail"), row.detail),
        (T("责任单位", "Department"), row.organisation_name or row.organisation),
        (T("逾期期限", "Was due"), day_text(row.due_on)),
        (T("督办件编号", "Case"), row.case_number or T("等待立案", "To be opened")),
    ]  # fmt: skip
    for task in file.tasks if file else ():
        if task.state == "done" and task.data.get("measures"):
            rows.append((T("整改措施", "Remedy"), task.data["measures"]))
            rows.append((T("承诺完成日期", "Promised by"), task.data.get("new_due_on", "")))
    return [(label, value) for label, value in rows if value]
