"""Progress for anybody who holds the receipt: stage and days, never who or what."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from guanggu.base.errors import Missing
from guanggu.kernel.case.public import file_of
from guanggu.web.rate import limited

from ..queries import public_matter
from .presenting import clocks_shown, stages_of, state_badge


@limited("approvals.progress", times=60, seconds=600)
@require_http_methods(["GET"])
def progress(request: HttpRequest) -> HttpResponse:
    """Number and check code in the query, so that the QR code of the receipt leads here."""
    number, code = request.GET.get("number", ""), request.GET.get("code", "")
    context: dict = {"number": number[:40], "code": code[:20]}
    status = 200
    if number or code:
        try:
            case = public_matter(number, code)
            file = file_of(case)
            context |= {
                "case": case, "stages": stages_of(file), "clocks": clocks_shown(file),
                "badge": state_badge(case),
            }  # fmt: skip
        except Missing as problem:
            context["problem"] = problem
            status = 404
    return render(request, "approvals/progress.html", context, status=status)
