"""An applicant's own matters: list, detail, and what he can do about one."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from guanggu.base.actor import Actor
from guanggu.base.bilingual import T
from guanggu.base.errors import Forbidden, Invalid, Missing
from guanggu.kernel.case.public import VIEW_CASES, Case, CaseFile
from guanggu.kernel.document.public import (
    Document,
    documents_of,
    open_content,
    qr_svg,
    receive,
)
from guanggu.kernel.identity.public import actor_of, visible
from guanggu.standards.gb_t_39735_2020 import LEVELS
from guanggu.web.paging import keyset_page

from .. import actions
from ..queries import drafts_of, file_in, matter
from ..rules import KIND, KINDS, REMEDIES
from .applying import SIGN_IN, require_applicant
from .presenting import (
    clocks_shown,
    history_of,
    organisation_title,
    stages_of,
    state_badge,
    title_of,
)
from .tables import drafts_table, matters_table

PAPER_READY = (Document.State.ISSUED, Document.State.ARCHIVED, Document.State.WITHDRAWN)


@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    actor = require_applicant(request)
    rows = visible(actor, Case.objects.filter(kind__in=KINDS[:2]), VIEW_CASES)
    page = keyset_page(
        rows, order="-id", after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )  # fmt: skip
    context = {
        "page": page,
        "table": matters_table(page.rows),
        "drafts": drafts_table(list(drafts_of(actor)[:50])),
    }
    return render(request, "approvals/matters.html", context)


def _file(request: HttpRequest, number: str) -> tuple[Actor, CaseFile]:
    actor = actor_of(request)
    if not actor.is_known:
        raise Forbidden(SIGN_IN, code="sign_in")
    return actor, matter(actor, number)


def progress_address(case: Case) -> str:
    base = getattr(settings, "GUANGGU_ADDRESS", "http://127.0.0.1:8000").rstrip("/")
    code = quote(str(case.data.get("check_code") or ""))
    return f"{base}/approvals/progress/?number={case.number}&code={code}"


@require_GET
def detail(request: HttpRequest, number: str) -> HttpResponse:
    """Where the matter stands, what is to be done now, and every paper given."""
    actor, file = _file(request, number)
    if actor.kind == "official":
        return redirect("approvals:case", number=number)
    case = file.case
    rating = case.data.get("rating") or {}
    is_matter = case.kind == KIND
    return render(
        request,
        "approvals/matter.html",
        {
            "case": case,
            "title": title_of(case),
            "body": _body(case),
            "badge": state_badge(case),
            "stages": stages_of(file),
            "clocks": clocks_shown(file),
            "history": history_of(file, internal=False) if is_matter else [],
            "papers": documents_of(case.ref),
            "materials": _materials(case),
            "to_correct": _asked(file),
            "refusal": _refusal(file) if is_matter else None,
            "may_withdraw": case.is_open and case.stage != "delivery",
            "may_rate": is_matter and not case.is_open and rating.get("round") != case.round,
            "may_appeal": is_matter and case.state == "closed",
            "fees": [f for f in case.data.get("fees") or () if f["state"] == "due"],
            "rating": LEVELS.get(rating.get("level")),
        },
    )


def _body(case: Case) -> T | str:
    code = (case.data.get("item") or {}).get("organisation")
    return organisation_title(str(code)) if code else case.organisation_name


def _refusal(file: CaseFile) -> dict[str, Any] | None:
    """Why the matter was refused or declined in this round, and what may be done about it."""
    if file.case.outcome not in ("refused", "declined"):
        return None
    done = [t for t in file.tasks if t.outcome in ("refuse", "decline") and t.state == "done"]
    reason = done[-1].data.get("reason", "") if done else ""
    return {"reason": reason, "remedies": REMEDIES}


def _asked(file: CaseFile) -> dict[str, Any] | None:
    """What the one-time notice asks for, while it waits for the applicant."""
    if not any(t.step == "correction" for t in file.open_tasks()):
        return None
    done = [t for t in file.tasks if t.step == "acceptance" and t.outcome == "notice"]
    data = done[-1].data if done else {}
    wanted = set(data.get("missing") or ())
    rows = [m for m in file.case.data["item"]["materials"] if m["key"] in wanted]
    return {"materials": [{**m, "title": T(m["name"], m.get("name_en") or m["name"])} for m in rows],
            "other": data.get("other") or ""}  # fmt: skip


def _materials(case: Case) -> list[dict[str, Any]]:
    held = case.data.get("materials") or {}
    return [
        {"title": T(m["name"], m.get("name_en") or m["name"]), "files": held.get(m["key"], []),
         "required": m.get("required"), "source": m.get("source")}
        for m in (case.data.get("item") or {}).get("materials") or ()
    ]  # fmt: skip


@require_GET
def receipt(request: HttpRequest, number: str) -> HttpResponse:
    """The dated receipt: number, check code, QR to the public progress, the sealed paper."""
    _, file = _file(request, number)
    case = file.case
    if not case.data.get("check_code"):
        raise Missing(T("该办件没有收件凭证。", "This matter has no receipt."))
    code = case.data["check_code"]
    slip = documents_of(case.ref).filter(template="approvals.receipt_slip").first()
    context = {"case": case, "code": f"{code[:4]}-{code[4:]}", "slip": slip,
               "title": title_of(case), "body": _body(case),
               "address": progress_address(case)}  # fmt: skip
    return render(request, "approvals/receipt.html", context)


@require_GET
def progress_code(request: HttpRequest, number: str) -> HttpResponse:
    _, file = _file(request, number)
    return HttpResponse(qr_svg(progress_address(file.case)), content_type="image/svg+xml")


@require_http_methods(["GET", "POST"])
def correct(request: HttpRequest, number: str) -> HttpResponse:
    """Upload what the one-time notice asks for."""
    actor, file = _file(request, number)
    asked = _asked(file)
    problem = None
    if request.method == "POST":
        key = request.POST.get("request_key", "")
        try:
            received = [
                [name.removeprefix("file-"), receive(each, each.name or "").as_dict()]
                for name in request.FILES
                if name.startswith("file-")
                for each in request.FILES.getlist(name)
            ]
            actions.correct_matter(
                actor, key=key, number=number, received=received,
                note=request.POST.get("note", "")[:2000],
            )  # fmt: skip
            return redirect("approvals:matter", number=number)
        except Invalid as error:
            problem = error
    if asked is None:
        return redirect("approvals:matter", number=number)
    everything = [
        {**m, "title": T(m["name"], m.get("name_en") or m["name"])}
        for m in file.case.data["item"]["materials"]
    ]
    context = {"case": file.case, "asked": asked, "problem": problem, "materials": everything,
               "note": request.POST.get("note", "")}  # fmt: skip
    return render(request, "approvals/correct.html", context, status=422 if problem else 200)


def _reasoned(
    request: HttpRequest, number: str, act: Any, words: dict[str, Any], target: str
) -> HttpResponse:
    """A page that asks for reasons before it acts."""
    actor, file = _file(request, number)
    problem = None
    if request.method == "POST":
        try:
            answer = act(
                actor, key=request.POST.get("request_key"), number=number,
                reason=request.POST.get("reason", "")[:5000],
            )  # fmt: skip
            return redirect("approvals:matter", number=answer.get(target) or number)
        except Invalid as error:
            problem = error
    context = {"case": file.case, "problem": problem, "reason": request.POST.get("reason", ""),
               **words}  # fmt: skip
    return render(request, "approvals/reasoned.html", context, status=422 if problem else 200)


@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, number: str) -> HttpResponse:
    words = {
        "title": T("撤回申请", "Withdraw the application"),
        "lead": T(
            "撤回后本件终止办理。今后仍可重新提出申请。",
            "The matter ends. You can apply again at any time.",
        ),
        "label": T("撤回理由", "Reasons"),
        "button": T("确认撤回", "Withdraw"),
        "danger": True,
    }
    return _reasoned(request, number, actions.withdraw_matter, words, "number")


@require_http_methods(["GET", "POST"])
def appeal(request: HttpRequest, number: str) -> HttpResponse:
    words = {
        "title": T("申诉", "Appeal"),
        "lead": T(
            "由本单位负责人在10个工作日内复核并答复。申诉不影响您依法申请行政复议或提起行政诉讼。",
            "The head of the department examines it within 10 working days. Your right to "
            "administrative reconsideration or to sue is not affected.",
        ),
        "label": T("申诉理由", "Reasons"),
        "button": T("提交申诉", "Submit the appeal"),
    }
    return _reasoned(request, number, actions.appeal_matter, words, "appeal")


@require_http_methods(["GET", "POST"])
def rate(request: HttpRequest, number: str) -> HttpResponse:
    actor, file = _file(request, number)
    problem = None
    if request.method == "POST":
        level = request.POST.get("level", "")
        try:
            actions.rate_matter(
                actor, key=request.POST.get("request_key"), number=number,
                level=int(level) if level in ("1", "2", "3", "4", "5") else 0,
                text=request.POST.get("text", "")[:2000],
            )  # fmt: skip
            return redirect("approvals:matter", number=number)
        except Invalid as error:
            problem = error
    context = {"case": file.case, "levels": LEVELS, "problem": problem}
    return render(request, "approvals/rate.html", context, status=422 if problem else 200)


def _download(content: Any, name: str, media_type: str, inline: bool) -> HttpResponseBase:
    safe = media_type in ("application/pdf", "image/jpeg", "image/png", "image/webp")
    answer = FileResponse(
        content, filename=name, content_type=media_type if safe else "application/octet-stream",
        as_attachment=not (inline and safe),
    )  # fmt: skip
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@require_GET
def material(request: HttpRequest, number: str, file: str) -> HttpResponseBase:
    """A material to whoever may see the matter; shown in the browser where that is safe."""
    row = file_in(actor_of(request), number, file)
    return _download(open_content(row), row.name, row.media_type, "download" not in request.GET)


@require_GET
def paper(request: HttpRequest, number: str, paper: str) -> HttpResponseBase:
    """A paper of the matter as sealed PDF."""
    _, file = _file(request, number)
    found = documents_of(file.case.ref).filter(key=paper, state__in=PAPER_READY).first()
    if found is None or found.file is None:
        raise Missing(
            T("该文书正在制作，请稍后刷新页面。", "This paper is being made. Reload in a moment.")
        )
    return _download(open_content(found.file), found.file.name, "application/pdf",
                     "download" not in request.GET)  # fmt: skip
