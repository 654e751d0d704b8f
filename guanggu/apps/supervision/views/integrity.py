"""Proof that no record was altered: signed roots, the last full check, a proof for one case."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from guanggu.base.bilingual import T
from guanggu.base.errors import Forbidden, Missing
from guanggu.base.ids import Ref
from guanggu.kernel.identity.public import actor_of
from guanggu.kernel.journal.public import Root, history, inclusion_proof

from ..actions.checking import CHECKED, ask_for_check
from ..queries.scopes import may_supervise


def _demand(request: HttpRequest) -> None:
    if not may_supervise(actor_of(request)) and not actor_of(request).has("audit"):
        raise Forbidden(T("仅监察和审计岗位可用。", "Only supervision and audit may use this."))


@require_http_methods(["GET", "HEAD", "POST"])
def integrity(request: HttpRequest) -> HttpResponse:
    """GET /supervision/integrity/ – POST asks for a full check by the worker."""
    _demand(request)
    if request.method == "POST":
        key = request.POST.get("request_key", "")[:64] or None
        ask_for_check(actor_of(request), key=key)
        text = T("已安排全面核验，完成后在此显示结果。", "A full check is under way; see here.")
        messages.success(request, str(text))
        return redirect("supervision:integrity")
    checks = list(history(CHECKED).filter(kind="supervision.journal_checked").order_by("-id")[:10])
    return render(
        request,
        "supervision/integrity.html",
        {
            "roots": Root.objects.order_by("-size")[:10],
            "checks": [{"at": event.at, **event.body} for event in checks],
            "crumbs": [
                (T("电子监察", "Supervision"), "/supervision/"),
                (T("防篡改证明", "Proof of integrity"), ""),
            ],
        },
    )


@require_safe
def prove(request: HttpRequest, number: str) -> JsonResponse:
    """GET /supervision/integrity/proof/<case number>.json – RFC 9162 proof of its last event."""
    _demand(request)
    event = history(Ref("cases", number)).last()
    if event is None:
        raise Missing(T("日志中没有该办件。", "The journal knows no such case."))
    proof = inclusion_proof(event)
    proof["event"] = {"subject": event.subject, "sequence": event.sequence, "kind": event.kind,
                      "hash": bytes(event.hash).hex()}  # fmt: skip
    return JsonResponse(proof)
