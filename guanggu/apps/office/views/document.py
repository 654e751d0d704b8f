"""One document: its text as typeset, its way, and what this post has to do with it now."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from guanggu.base.bilingual import T
from guanggu.base.errors import Invalid, Missing
from guanggu.kernel.case.public import Case, CaseFile, file_of
from guanggu.kernel.document.public import files_of, open_content, preview
from guanggu.kernel.identity.public import actor_of, get, may_reach
from guanggu.web.case_steps import entries

from ..actions import advance, submit_draft
from ..models import OfficialDocument
from ..queries import EDIT_OFFICIAL, VIEW_OFFICIAL, names_of, typeset_of
from ..rules import DRAFT, KINDS, STATES, URGENCIES
from .answering import AnswerForms
from .confirming import confirmed_by
from .tasks import STATE_TONES


@require_http_methods(["GET", "HEAD", "POST"])
def document_page(request: HttpRequest, key: str) -> HttpResponse:
    """GET, POST /office/documents/<key>/ – POST with ``task`` and ``outcome``, or ``submit_now``."""
    actor = actor_of(request)
    row = get(
        actor, OfficialDocument.objects.select_related("organisation"), VIEW_OFFICIAL, key=key
    )
    file = _file(row)
    forms = AnswerForms(file, actor, request.POST if request.method == "POST" else None)
    if request.method == "POST" and _answered(request, row, forms):
        return redirect("office:document", key=key)
    method = confirmed_by(request)
    is_mine = may_reach(actor, row, EDIT_OFFICIAL)
    revising = any(task.step == "revise" for task in forms.tasks)
    return render(
        request,
        "office/document.html",
        {
            "row": row,
            "state": STATES[row.state],
            "tone": STATE_TONES[row.state] or "quiet",
            "rows": _rows(row),
            "stages": _stages(file),
            "entries": entries(row, file),
            "forms": forms.shown(),
            "confirmed": method,
            "needs_confirmation": forms.may_sign and not method,
            "may_change": is_mine and (row.state == DRAFT or revising),
            "may_submit": is_mine and row.state == DRAFT,
            "typeset": typeset_of(row),
            "scans": files_of(row.ref),
            "crumbs": [(T("公文办公", "Office"), "/office/"), (row.title, "")],
        },
    )


def _file(row: OfficialDocument) -> CaseFile | None:
    case = Case.objects.filter(number=row.case_number).first() if row.case_number else None
    return file_of(case) if case else None


def _answered(request: HttpRequest, row: OfficialDocument, forms: AnswerForms) -> bool:
    """Carry out what was posted. False where the page must be shown again with what is wrong."""
    actor = actor_of(request)
    key = request.POST.get("request_key", "")[:64] or None
    try:
        if "submit_now" in request.POST:
            submit_draft(actor, key=key, document=row.key)
        else:
            chosen = forms.chosen(confirmed_by(request))
            if chosen is None:
                return False
            advance(actor, key=key, **chosen)
    except Invalid as problem:
        forms.problem(problem)
        for text in list(problem.fields.values()) or [problem.message]:
            messages.error(request, str(text))
        return False
    messages.success(request, str(T("已办理。", "Done.")))
    return True


def _rows(row: OfficialDocument) -> list[tuple[Any, Any]]:
    from guanggu.web.templatetags.guanggu import day, instant

    rows = [
        (T("类别", "Kind"), KINDS[row.kind]),
        (T("发文字号", "Number"), row.number),
        (T("主办单位", "Organisation"), row.organisation.title),
        (T("发文机关", "Issued by"), row.issuer.title if row.issuer else ""),
        (T("来文机关", "From"), row.from_name),
        (T("来文字号", "Their number"), row.from_number),
        (T("收文日期", "Received"), day(row.received_on) if row.received_on else ""),
        (T("紧急程度", "Urgency"), URGENCIES[row.urgency]),
        (T("主送机关", "Addressees"), "、".join(names_of(row.addressees))),
        (T("抄送机关", "Copied to"), "、".join(names_of(row.copied_to))),
        (T("会签单位", "Countersigners"), "、".join(names_of(row.cosigners))),
        (T("拟稿人", "Drafter"), row.drafter_name),
        (T("签发人", "Signed by"), row.signer_name),
        (T("签发时间", "Signed"), instant(row.signed_at) if row.signed_at else ""),
    ]
    return [(label, value) for label, value in rows if value]


def _stages(file: CaseFile | None) -> list[dict[str, Any]]:
    """The usual way of this kind of document, with where it stands."""
    if file is None:
        return []
    open_steps = {task.step for task in file.open_tasks()}
    done = {task.step for task in file.tasks if task.state == "done"}
    found = []
    for step in file.definition.steps.values():
        if step.kind == "end" or (step.key == "revise" and step.key not in open_steps):
            continue
        if step.key == "countersign" and not file.case.data.get("cosigners"):
            continue
        state = "now" if step.key in open_steps else "done" if step.key in done else "next"
        found.append({"title": step.title, "state": state})
    return found


@require_safe
def file_page(request: HttpRequest, key: str) -> HttpResponseBase:
    """GET /office/documents/<key>/file.pdf – the sealed file, or the draft as it would be."""
    row = get(actor_of(request), OfficialDocument, VIEW_OFFICIAL, key=key)
    typeset = typeset_of(row)
    if typeset is None:
        raise Missing(T("公文尚未排版，请先送审。", "Not typeset yet; send it round first."))
    if typeset.file is not None:
        return FileResponse(open_content(typeset.file), content_type="application/pdf")
    return HttpResponse(preview(typeset), content_type="application/pdf")


@require_safe
def scan_page(request: HttpRequest, key: str, scan: str) -> FileResponse:
    """GET /office/documents/<key>/scans/<scan>/ – a file that came with the document."""
    row = get(actor_of(request), OfficialDocument, VIEW_OFFICIAL, key=key)
    for each in files_of(row.ref):
        if each.key == scan:
            return FileResponse(
                open_content(each), as_attachment=True, filename=each.name,
                content_type=each.media_type,
            )  # fmt: skip
    raise Missing(T("没有这个文件。", "There is no such file."))
