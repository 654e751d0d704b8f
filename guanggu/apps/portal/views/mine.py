"""What belongs to me or my firm: matters, what waits for me, documents."""

from __future__ import annotations

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET

from guanggu.base.actor import Actor
from guanggu.base.bilingual import T
from guanggu.base.errors import Forbidden, Missing
from guanggu.kernel.document.public import VIEW_DOCUMENTS, Document, open_content
from guanggu.kernel.identity.public import actor_of, get
from guanggu.web.paging import keyset_page

from .. import queries

SIGN_IN = T("请先登录，再查看您的办件和证照。", "Sign in to see your matters and documents.")
_NO_FILE = T("文书正在生成，请稍后再下载。", "The document is being made; come back in a moment.")


def _signed_in(request: HttpRequest) -> Actor:
    actor = actor_of(request)
    if not actor.is_known:
        raise Forbidden(SIGN_IN, code="sign_in")
    return actor


@require_GET
def my_page(request: HttpRequest) -> HttpResponse:
    actor = _signed_in(request)
    if actor.kind == "official":
        return redirect("/approvals/work/")
    found = queries.matters(actor)
    context = {
        "waiting": [m for m in found if m.mine],
        "under_way": [m for m in found if m.case.is_open and not m.mine],
        "closed": [m for m in found if not m.case.is_open][:5],
        "documents": list(queries.documents(actor)[:5]),
        "popular": queries.popular_items(queries.published_items(actor))[:4],
    }
    return render(request, "portal/mine.html", context)


@require_GET
def documents_page(request: HttpRequest) -> HttpResponse:
    """GET /mine/documents/"""
    actor = _signed_in(request)
    page = keyset_page(
        queries.documents(actor),
        order="-id",
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )
    context = {
        "page": page,
        "crumbs": [(T("我的", "My page"), "/mine/"), (T("证照", "Documents"), "")],
    }
    return render(request, "portal/documents.html", context)


@require_GET
def document_file(request: HttpRequest, key: str) -> FileResponse:
    """The sealed PDF. Raises Missing for a document that is not the reader's."""
    actor = _signed_in(request)
    found = get(actor, Document.objects.select_related("file"), VIEW_DOCUMENTS, key=key)
    if found.file is None:
        raise Missing(_NO_FILE)
    response = FileResponse(open_content(found.file), content_type="application/pdf")
    name = f"{found.title}-{found.number or found.key}.pdf"
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response.headers["Cache-Control"] = "private, no-store"
    return response
