"""Monthly bulletins: the list, drafting and publishing for those who may."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from guanggu.base import clock
from guanggu.base.bilingual import T
from guanggu.base.errors import Missing
from guanggu.kernel.document.public import Document, open_content, preview
from guanggu.kernel.identity.public import actor_of, demand, get, visible
from guanggu.kernel.journal.public import history
from guanggu.web.event_words import entries_of
from guanggu.web.table import Cell, Column, Table
from guanggu.web.templatetags.guanggu import instant

from ..actions.bulletins import draft_bulletin, publish_bulletin
from ..models import Bulletin
from ..queries.bulletins import months_with_reports
from ..queries.scopes import VIEW_BULLETINS, keeps_projects, may_publish
from ..rules.words import BULLETIN_STATES
from .presenting import HOME

_TITLE = T("项目通报", "Bulletins")


@require_http_methods(["GET", "HEAD", "POST"])
def bulletins_page(request: HttpRequest) -> HttpResponse:
    """GET, POST /projects/bulletins/ – POST with ``month`` drafts the bulletin of that month."""
    actor = actor_of(request)
    demand(actor, VIEW_BULLETINS)
    if request.method == "POST":
        try:
            month = date.fromisoformat(request.POST.get("month", ""))
        except ValueError:
            messages.error(request, str(T("请选择月份。", "Choose a month.")))
            return redirect("projects:bulletins")
        key = request.POST.get("request_key", "")[:64] or None
        told = draft_bulletin(actor, key=key, month=month.isoformat())
        return redirect("projects:bulletin", key=told["key"])
    table = Table(
        _TITLE,
        [Column(T("通报", "Bulletin")), Column(T("编制单位", "By")), Column(T("状态", "State")),
         Column(T("印发时间", "Published"))],
    )  # fmt: skip
    rows = visible(actor, Bulletin.objects.select_related("organisation"), VIEW_BULLETINS)
    for row in rows.order_by("-month")[:60]:
        tone = "ok" if row.state == "published" else "warn"
        table.add(
            row.title, row.organisation.title, Cell(BULLETIN_STATES[row.state], tone=tone),
            instant(row.published_at) if row.published_at else "—",
            href=f"/projects/bulletins/{row.key}/",
        )  # fmt: skip
    months = months_with_reports(clock.today()) if keeps_projects(actor) else []
    context = {"table": table, "months": months, "crumbs": [HOME, (_TITLE, "")]}
    return render(request, "projects/bulletins.html", context)


def _document(row: Bulletin) -> Document | None:
    rows = Document.objects.select_related("file", "organisation")
    return rows.filter(key=row.document_key).first() if row.document_key else None


@require_http_methods(["GET", "HEAD", "POST"])
def bulletin_page(request: HttpRequest, key: str) -> HttpResponse:
    """GET, POST /projects/bulletins/<key>/ – POST publishes it."""
    actor = actor_of(request)
    row = get(actor, Bulletin.objects.select_related("organisation"), VIEW_BULLETINS, key=key)
    if request.method == "POST":
        request_key = request.POST.get("request_key", "")[:64] or None
        publish_bulletin(actor, key=request_key, bulletin=row.key)
        messages.success(
            request, str(T("已印发，盖章文件正在制作。", "Published; it is being sealed."))
        )
        return redirect("projects:bulletin", key=key)
    document = _document(row)
    return render(
        request,
        "projects/bulletin.html",
        {
            "row": row, "state": BULLETIN_STATES[row.state], "document": document,
            "is_ready": bool(document and document.file),
            "data": document.data if document else {},
            "may_publish": row.state == "draft" and may_publish(actor)
            and row.organisation_id == actor.organisation,
            "may_redraft": row.state == "draft" and keeps_projects(actor),
            "entries": entries_of(history(row.ref)),
            "crumbs": [HOME, (_TITLE, "/projects/bulletins/"), (row.title, "")],
        },
    )  # fmt: skip


@require_safe
def bulletin_file(request: HttpRequest, key: str) -> HttpResponseBase:
    """GET /projects/bulletins/<key>/bulletin.pdf – the sealed file; before that the draft."""
    row = get(actor_of(request), Bulletin, VIEW_BULLETINS, key=key)
    document = _document(row)
    if document is None:
        raise Missing(T("还没有通报正文。", "There is no text of it yet."))
    if document.file is not None:
        return FileResponse(
            open_content(document.file), content_type="application/pdf", filename=document.file.name
        )
    return HttpResponse(preview(document), content_type="application/pdf")
