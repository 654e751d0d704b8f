"""What came in: signing for it, and registering what came on paper."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from guanggu.base import clock
from guanggu.base.bilingual import T
from guanggu.base.errors import Forbidden, Invalid, Problem
from guanggu.kernel.document.public import receive
from guanggu.kernel.identity.public import actor_of, demand

from ..actions import register_incoming, sign_for
from ..queries import VIEW_DISPATCHES, inbox
from ..rules import RETENTIONS, URGENCIES


@require_http_methods(["GET", "HEAD", "POST"])
def received(request: HttpRequest) -> HttpResponse:
    """GET /office/received/ – POST ``dispatch`` signs for one."""
    actor = actor_of(request)
    demand(actor, VIEW_DISPATCHES)
    if request.method == "POST":
        number = request.POST.get("dispatch", "")
        key = request.POST.get("request_key", "")[:64] or None
        answer = sign_for(actor, key=key, dispatch=int(number) if number.isdecimal() else 0)
        messages.success(request, str(T("已签收。", "Signed for.")))
        return redirect("office:document", key=answer["key"])
    return render(
        request,
        "office/received.html",
        {"rows": list(inbox(actor)[:100]), "crumbs": [
            (T("公文办公", "Office"), "/office/"), (T("收文签收", "Received"), "")]},
    )  # fmt: skip


class IncomingForm(forms.Form):
    title = forms.CharField(label=T("标题", "Title"), max_length=200)
    from_name = forms.CharField(label=T("来文机关", "From"), max_length=120)
    from_number = forms.CharField(
        label=T("来文字号", "Their number"), max_length=60, required=False
    )
    received_on = forms.DateField(
        label=T("收文日期", "Received on"), widget=forms.DateInput(attrs={"type": "date"})
    )
    urgency = forms.ChoiceField(
        label=T("紧急程度", "Urgency"), choices=list(URGENCIES.items()), required=False
    )
    retention = forms.ChoiceField(
        label=T("保管期限", "Retention"), choices=list(RETENTIONS.items()), initial="10_years"
    )
    file = forms.FileField(
        label=T("来文扫描件", "Scan"),
        help_text=T("PDF、OFD 或图片，不超过 50 MB", "PDF, OFD or a picture, at most 50 MB"),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def register_page(request: HttpRequest) -> HttpResponse:
    """GET, POST /office/received/new/"""
    actor = actor_of(request)
    if not actor.has("receive"):
        raise Forbidden(T("请切换到收文岗位。", "Switch to a post that receives documents."))
    form = IncomingForm(
        request.POST or None, request.FILES or None, initial={"received_on": clock.today()}
    )
    if request.method == "POST" and form.is_valid() and (answer := _registered(request, form)):
        messages.success(request, str(T("已登记。", "Registered.")))
        return redirect("office:document", key=answer["key"])
    return render(
        request,
        "guanggu/form.html",
        {
            "form": form,
            "title": T("收文登记", "Register a document"),
            "submit_label": T("登记", "Register"),
            "back": "/office/received/",
            "crumbs": [
                (T("公文办公", "Office"), "/office/"),
                (T("收文签收", "Received"), "/office/received/"),
                (T("登记", "Register"), ""),
            ],
        },
    )


def _registered(request: HttpRequest, form: IncomingForm) -> dict[str, Any] | None:
    given = dict(form.cleaned_data)
    upload = given.pop("file")
    given["received_on"] = given["received_on"].isoformat()
    try:
        content = receive(upload, upload.name)
        return register_incoming(
            actor_of(request), key=request.POST.get("request_key", "")[:64] or None,
            values=given, files=[content.as_dict()],
        )  # fmt: skip
    except Invalid as problem:
        _show(form, problem)
    return None


def _show(form: IncomingForm, problem: Problem) -> None:
    for name, text in (problem.fields or {"file": problem.message}).items():
        form.add_error(name if name in form.fields else None, str(text))
