"""The desk: documents that wait for this post, and one's own drafts."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from guanggu.base import clock
from guanggu.base.bilingual import T
from guanggu.base.errors import Forbidden
from guanggu.kernel.case.public import definition_for
from guanggu.kernel.identity.public import actor_of, visible
from guanggu.web.table import Cell, Column, Table

from ..models import OfficialDocument
from ..queries import VIEW_OFFICIAL, documents_for, inbox, may_handle, my_tasks
from ..rules import DRAFT, KINDS, STATES, URGENCIES

STATE_TONES = {"draft": "quiet", "under_way": "warn", "signed": "ok", "dispatched": "ok",
               "archived": "", "ended": "bad"}  # fmt: skip


@require_safe
def tasks(request: HttpRequest) -> HttpResponse:
    """GET /office/"""
    actor = actor_of(request)
    if not may_handle(actor):
        raise Forbidden(T("请切换到办文岗位。", "Switch to a post that handles documents."))
    waiting = my_tasks(actor)
    mine = visible(actor, OfficialDocument.objects.filter(drafter=actor.account), VIEW_OFFICIAL)
    return render(
        request,
        "office/tasks.html",
        {
            "tiles": _tiles(actor, waiting, mine),
            "waiting": _waiting(waiting),
            "mine": documents_table(T("我拟的公文", "My documents"), mine.order_by("-pk")[:20]),
            "may_draft": actor.has("draft"),
        },
    )


def _tiles(actor: Any, waiting: list[Any], mine: Any) -> list[dict[str, Any]]:
    today = clock.today()
    late = sum(1 for task in waiting if task.due_on and task.due_on < today)
    tiles = [
        {"label": T("待办", "To do"), "value": len(waiting)},
        {"label": T("超期", "Overdue"), "value": late, "tone": "bad" if late else "ok"},
        {"label": T("我的草稿", "My drafts"), "value": mine.filter(state=DRAFT).count()},
    ]
    if actor.has("receive"):
        unsigned = inbox(actor).filter(signed_at__isnull=True).count()
        tiles.append(
            {"label": T("待签收", "To sign for"), "value": unsigned, "href": "/office/received/",
             "tone": "warn" if unsigned else "ok"}
        )  # fmt: skip
    return tiles


def _waiting(waiting: list[Any]) -> Table:
    found = documents_for(waiting)
    table = Table(
        T("待办公文", "Documents waiting"),
        [Column(T("标题", "Title")), Column(T("环节", "Step")), Column(T("类别", "Kind")),
         Column(T("主办单位", "Organisation")), Column(T("紧急程度", "Urgency")),
         Column(T("到期", "Due"))],
    )  # fmt: skip
    today = clock.today()
    for task in waiting:
        document = found.get(task.case.number)
        if document is None:
            continue
        step = definition_for(task.case).steps[task.step]
        due = task.due_on.isoformat() if task.due_on else "—"
        late = bool(task.due_on and task.due_on < today)
        table.add(
            document.title, step.title, KINDS[document.kind], task.case.organisation_name,
            Cell(URGENCIES[document.urgency], tone="bad" if document.urgency else "quiet"),
            Cell(due, tone="bad" if late else ""), href=f"/office/documents/{document.key}/",
        )  # fmt: skip
    return table


def documents_table(title: T, rows: Any) -> Table:
    table = Table(
        title,
        [Column(T("编号", "Key")), Column(T("标题", "Title")), Column(T("类别", "Kind")),
         Column(T("发文字号", "Number")), Column(T("状态", "State"))],
    )  # fmt: skip
    for row in rows:
        table.add(
            row.key, row.title, KINDS[row.kind], row.number,
            Cell(STATES[row.state], tone=STATE_TONES[row.state] or "quiet"),
            href=f"/office/documents/{row.key}/",
        )  # fmt: skip
    return table
