"""Monthly reports: the list for everybody, drafting and publishing for those who may."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from guanggu.base.bilingual import T, current_language
from guanggu.base.errors import Missing
from guanggu.kernel.document.public import Document, open_content, preview
from guanggu.kernel.identity.public import actor_of, get, visible
from guanggu.kernel.journal.public import history
from guanggu.web.event_words import entries_of
from guanggu.web.table import Cell, Column, Table
from guanggu.web.templatetags.guanggu import instant

from ..actions.reporting import draft_report, may_publish, publish_report
from ..models import MonthlyReport
from ..queries.reporting import months_with_data
from ..queries.scopes import VIEW_REPORTS, is_official, may_review
from ..rules.words import REPORT_STATES

_NO_MONTH = T("请选择月份。", "Choose a month.")


@require_http_methods(["GET", "HEAD", "POST"])
def reports_page(request: HttpRequest) -> HttpResponse:
    """GET, POST /environment/reports/ – POST with ``month`` drafts the report of that month."""
    actor = actor_of(request)
    if request.method == "POST":
        try:
            month = date.fromisoformat(request.POST.get("month", ""))
        except ValueError:
            messages.error(request, str(_NO_MONTH))
            return redirect("environment:reports")
        key = request.POST.get("request_key", "")[:64] or None
        told = draft_report(actor, key=key, month=month.isoformat())
        return redirect("environment:report", key=told["key"])
    rows = visible(actor, MonthlyReport.objects.select_related("organisation"), VIEW_REPORTS)
    table = Table(
        T("环境质量月报", "Monthly reports"),
        [Column(T("月报", "Report")), Column(T("发布单位", "By")), Column(T("状态", "State")),
         Column(T("发布时间", "Published"))],
    )  # fmt: skip
    for row in rows.order_by("-month")[:60]:
        tone = "ok" if row.state == "published" else "warn"
        table.add(
            row.title, row.organisation.title, Cell(REPORT_STATES[row.state], tone=tone),
            instant(row.published_at) if row.published_at else "—",
            href=f"/environment/reports/{row.key}/",
        )  # fmt: skip
    return render(
        request,
        "environment/reports.html",
        {
            "table": table,
            "months": months_with_data() if may_review(actor) else [],
            "crumbs": [(T("环境月报", "Monthly reports"), "")],
        },
    )


def _document(row: MonthlyReport) -> Document | None:
    rows = Document.objects.select_related("file", "organisation")
    return rows.filter(key=row.document_key).first() if row.document_key else None


@require_http_methods(["GET", "HEAD", "POST"])
def report_page(request: HttpRequest, key: str) -> HttpResponse:
    """GET, POST /environment/reports/<key>/ – POST publishes it."""
    actor = actor_of(request)
    row = get(actor, MonthlyReport.objects.select_related("organisation"), VIEW_REPORTS, key=key)
    if request.method == "POST":
        publish_report(actor, key=request.POST.get("request_key", "")[:64] or None, report=row.key)
        messages.success(
            request, str(T("已发布，盖章文件正在制作。", "Published; it is being sealed."))
        )
        return redirect("environment:report", key=key)
    document = _document(row)
    official = is_official(actor)
    return render(
        request,
        "environment/report.html",
        {
            "row": row,
            "state": REPORT_STATES[row.state],
            "document": document,
            "is_ready": bool(document and document.file),
            **_shown(document),
            "may_publish": row.state == "draft" and may_publish(actor)
            and row.organisation_id == actor.organisation,
            "may_redraft": row.state == "draft" and may_review(actor),
            "entries": entries_of(history(row.ref)) if official else [],
            "crumbs": [(T("环境月报", "Monthly reports"), "/environment/reports/"), (row.title, "")],
        },
    )  # fmt: skip


def _shown(document: Document | None) -> dict[str, Any]:
    """The words of the report: in English where it was drafted with them."""
    data = document.data if document else {}
    in_english = current_language() == "en" and "sections_en" in data
    tail = "_en" if in_english else ""
    return {
        "sections": data.get(f"sections{tail}", []),
        "note": data.get(f"note{tail}", ""),
        "lang": "en" if in_english else "zh-CN",
    }


@require_safe
def report_file(request: HttpRequest, key: str) -> HttpResponseBase:
    """GET /environment/reports/<key>/report.pdf – the sealed file; to officials also the draft."""
    actor = actor_of(request)
    row = get(actor, MonthlyReport, VIEW_REPORTS, key=key)
    document = _document(row)
    if document is not None and document.file is not None:
        return FileResponse(
            open_content(document.file), content_type="application/pdf", filename=document.file.name
        )
    if document is None or not is_official(actor):
        raise Missing(
            T("盖章文件正在制作，请稍候。", "The sealed file is being made; wait a moment.")
        )
    return HttpResponse(preview(document), content_type="application/pdf")
