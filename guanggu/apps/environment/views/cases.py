"""Enforcement: what waits for this post, and one case with its evidence and its next step."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.html import format_html
from django.views.decorators.http import require_http_methods, require_safe

from guanggu.base import clock
from guanggu.base.actor import Actor
from guanggu.base.bilingual import T
from guanggu.base.errors import Forbidden, Invalid, Missing
from guanggu.kernel.document.public import open_content, receive
from guanggu.kernel.identity.public import actor_of, get
from guanggu.web import curves
from guanggu.web.addresses import address_of
from guanggu.web.case_steps import Answers, entries, file_of_number, stages, tiles, waiting
from guanggu.web.measures import value_text
from guanggu.web.table import Cell, Column, Table
from guanggu.web.templatetags.guanggu import instant

from ..actions.enforcing import advance, attach_paper, freeze_evidence
from ..models import Violation
from ..queries.cases import my_tasks, papers_of, violations, violations_of_cases
from ..queries.scopes import VIEW_VIOLATIONS, may_enforce
from ..rules.words import VIOLATION_KINDS, VIOLATION_STATES, factor_title
from .showing import station_curves

_NOT_HERE = T(
    "请切换到监测、执法或监察岗位。", "Switch to a post that monitors, enforces or supervises."
)


@require_safe
def cases_page(request: HttpRequest) -> HttpResponse:
    """GET /environment/cases/"""
    actor = actor_of(request)
    if not VIEW_VIOLATIONS.is_possible(actor):
        raise Forbidden(_NOT_HERE)
    tasks = my_tasks(actor)
    rows = violations(actor)
    closed = rows.filter(state="closed")
    return render(
        request,
        "environment/cases.html",
        {
            "tiles": tiles(tasks, rows.filter(state="open").count(), closed.count()),
            "waiting": waiting(
                tasks, violations_of_cases([task.case.number for task in tasks]),
                (T("线索", "Violation"), T("类型", "Kind"), T("发现时间", "Since")),
                lambda row: (VIOLATION_KINDS[row.kind], row.begun_at), "/environment/cases/",
            ),
            "under_way": _table(T("办理中", "Under way"), rows.filter(state="open")[:100]),
            "closed": _table(T("近期办结", "Closed of late"), closed[:30]),
            "crumbs": [(T("环境执法", "Enforcement"), "")],
        },
    )  # fmt: skip


def _table(title: T, rows: Any) -> Table:
    table = Table(
        title,
        [Column(T("线索", "Violation")), Column(T("编号", "Key")), Column(T("类型", "Kind")),
         Column(T("发现时间", "Since")), Column(T("最高值/限值", "Peak/limit"), numeric=True),
         Column(T("状态", "State"))],
    )  # fmt: skip
    for row in rows:
        figures = f"{value_text(row.peak)} / {value_text(row.limit)}" if row.limit else "—"
        table.add(
            row.title, row.key, VIOLATION_KINDS[row.kind], instant(row.begun_at), figures,
            Cell(VIOLATION_STATES[row.state], tone="warn" if row.state == "open" else "ok"),
            href=f"/environment/cases/{row.key}/",
        )  # fmt: skip
    return table


@require_http_methods(["GET", "HEAD", "POST"])
def case_page(request: HttpRequest, key: str) -> HttpResponse:
    """GET, POST /environment/cases/<key>/ – POST with ``outcome``, ``freeze`` or a ``paper``."""
    actor = actor_of(request)
    row = get(actor, Violation.objects.select_related("source_unit"), VIEW_VIOLATIONS, key=key)
    file = file_of_number(row.case_number)
    answers = Answers(file, actor, request, give=advance)
    if request.method == "POST" and _done(request, actor, row, answers):
        return redirect("environment:case", key=key)
    return render(
        request,
        "environment/case.html",
        {
            "row": row,
            "kind": VIOLATION_KINDS[row.kind],
            "state": VIOLATION_STATES[row.state],
            "rows": _rows(row),
            "stages": stages(file, unless_reached=("correct", "penalise")),
            "answers": answers,
            "chart": _chart(row),
            "papers": papers_of(row),
            "may_enforce": may_enforce(actor) and row.state == "open",
            "entries": entries(row, file),
            "clocks": file.clocks if file else [],
            "crumbs": [(T("环境执法", "Enforcement"), "/environment/cases/"), (row.key, "")],
        },
    )


def _done(request: HttpRequest, actor: Actor, row: Violation, answers: Answers) -> bool:
    key = request.POST.get("request_key", "")[:64] or None
    try:
        if "freeze" in request.POST:
            freeze_evidence(actor, violation=row.key, key=key)
        elif "paper" in request.FILES:
            upload = request.FILES["paper"]
            received = receive(upload, upload.name)  # type: ignore[arg-type,union-attr]
            attach_paper(actor, key=key, violation=row.key, received=received.as_dict())
        else:
            return answers.given(key)
    except Invalid as problem:
        messages.error(request, str(problem.message))
        return False
    messages.success(request, str(T("已办理。", "Done.")))
    return True


def _rows(row: Violation) -> list[tuple[Any, Any]]:
    def link(ref: str, title: Any) -> Any:
        address = address_of(ref)
        return format_html('<a href="{}">{}</a>', address, title) if address else title

    source = row.source_unit
    rows = [
        (T("污染源", "Source"), link(str(source.ref), source.name) if source else ""),
        (T("对象", "Subject"), link(row.subject, row.subject.partition("/")[2])),
        (T("监测因子", "Factor"), factor_title(row.factor) if row.factor else ""),
        (T("最高值", "Peak"), value_text(row.peak) if row.peak is not None else ""),
        (T("限值", "Limit"), value_text(row.limit) if row.limit is not None else ""),
        (T("依据", "Basis"), row.clause),
        (T("开始时间", "Since"), instant(row.begun_at)),
        (T("最近时间", "Last"), instant(row.last_at)),
        (T("关联报警", "Alarms"), len(row.alarms) or ""),
        (T("案件编号", "Case"), row.case_number or T("等待开立", "To be opened")),
        (T("证据摘要（SHA-256）", "Digest of the evidence"), row.evidence_sha256),
    ]
    return [(label, value) for label, value in rows if value != ""]


def _chart(row: Violation) -> curves.Chart | None:
    """The factor on the day on which it began, with the limit."""
    if not row.factor:
        return None
    day = clock.local(row.begun_at).date()
    window = curves.window_of({"period": "week", "on": day.isoformat()})
    if row.last_at - row.begun_at < timedelta(hours=20):
        window = curves.window_of({"period": "day", "on": day.isoformat()})
    limits = [curves.Limit(row.limit, T("限值", "Limit"))] if row.limit else []
    thing = row.subject.partition("/")[2]
    return station_curves([(thing, row.title)], row.factor, window, limits=limits)


@require_safe
def paper_page(request: HttpRequest, key: str, paper: str) -> HttpResponseBase:
    """GET /environment/cases/<key>/papers/<paper>/"""
    row = get(actor_of(request), Violation, VIEW_VIOLATIONS, key=key)
    for each in papers_of(row):
        if each.key == paper:
            return FileResponse(
                open_content(each), as_attachment=True, filename=each.name,
                content_type=each.media_type,
            )  # fmt: skip
    raise Missing(T("没有这个文件。", "There is no such file."))
