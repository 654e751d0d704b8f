"""Anybody checks a document: by the code printed on it, or by the PDF file itself."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from guanggu.base.bilingual import T
from guanggu.base.errors import Invalid, Missing, Problem, Unavailable
from guanggu.kernel.document.public import (
    Document,
    Verification,
    check_pdf,
    find_by_code,
    public_summary,
    read_upload,
)
from guanggu.web.dates import instant_text
from guanggu.web.rate import limited

PDF_BYTES_MAX = 20 * 1024 * 1024
_CRUMBS = [(T("证照核验", "Check a document"), "/verify/")]
_NO_FILE = T("请选择要核验的 PDF 文件。", "Choose the PDF file to check.")
_NO_CODE = T("请输入文书上的 12 位核验码。", "Enter the code of 12 characters on the document.")


@limited("portal.verify", times=60, seconds=600)
def verify_page(request: HttpRequest) -> HttpResponse:
    """GET the two forms, ?code= to look up; POST ``file`` to check a PDF."""
    if request.method == "POST":
        return _check_file(request)
    if "code" not in request.GET:
        return render(request, "portal/verify.html", {"crumbs": _CRUMBS})
    code = request.GET["code"].strip()[:40]
    if not code:
        return _refused(request, Invalid(_NO_CODE), code)
    try:
        return redirect("portal:verify_code", code=find_by_code(code).code_shown)
    except Missing as problem:
        return _refused(request, problem, code)


@limited("portal.verify", times=60, seconds=600)
def verify_code(request: HttpRequest, code: str) -> HttpResponse:
    """GET /verify/<code>, where the QR code of every document leads."""
    try:
        found = find_by_code(code[:40])
    except Missing as problem:
        return _refused(request, problem, code[:40])
    return _shown(request, document=found)


def _refused(request: HttpRequest, problem: Problem, code: str) -> HttpResponse:
    context = {"problem": problem, "code": code, "crumbs": _CRUMBS}
    return render(request, "portal/verify.html", context, status=problem.status)


def _check_file(request: HttpRequest) -> HttpResponse:
    upload = request.FILES.get("file")
    if upload is None:
        return _refused(request, Invalid(_NO_FILE), "")
    try:
        checked = check_pdf(read_upload(upload, bytes_max=PDF_BYTES_MAX))
    except (Invalid, Unavailable) as problem:
        return _refused(request, problem, "")
    return _shown(request, document=checked.document, seal=checked.verification)


def _shown(
    request: HttpRequest, *, document: Document | None, seal: Verification | None = None
) -> HttpResponse:
    context: dict[str, Any] = {"crumbs": [*_CRUMBS, (T("核验结果", "Result"), "")], "seal": seal}
    if document is not None:
        summary = public_summary(document)
        context |= {"found": summary, "rows": _rows(summary), "good": summary.in_force}
    if seal is not None:
        context["good"] = seal.valid and context.get("good", True)
        context["seal_rows"] = _seal_rows(seal)
    return render(request, "portal/verified.html", context)


def _rows(found: Any) -> list[tuple[T, Any]]:
    until = found.valid_until or T("长期", "Without end")
    rows = [
        (T("文书", "Document"), found.title),
        (T("文号", "Number"), found.number),
        (T("签发机关", "Issued by"), found.issuer),
        (T("持有人", "Holder"), found.holder),
        (T("签发日期", "Issued on"), found.issued_on),
        (T("有效期至", "Valid until"), until),
        (T("状态", "State"), found.state_label),
        (T("核验码", "Code"), found.code_shown),
    ]
    if found.withdrawn_on:
        rows.append((T("撤销日期", "Withdrawn on"), found.withdrawn_on))
    return rows


def _seal_rows(seal: Verification) -> list[tuple[T, Any]]:
    if not seal.signer:
        return []
    return [
        (T("电子印章", "Seal"), seal.signer),
        (T("机构代码", "Code of the body"), seal.organisation_code),
        (T("用印时间", "Sealed"), instant_text(seal.signed_at)),
        (T("是否覆盖全文", "Covers the whole file"), seal.covers_whole_document),
    ]
