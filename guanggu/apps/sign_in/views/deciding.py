"""One page for a decision between two buttons, with a remark."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from guanggu.base.bilingual import T
from guanggu.base.errors import Invalid
from guanggu.web.dates import instant_text

from .forms import text


class RemarkForm(forms.Form):
    remark = text(T("意见", "Remark"), required=False)


def decision_page(
    request: HttpRequest,
    perform: Callable[[bool, str], str],
    *,
    title: T,
    rows: list[tuple[Any, Any]],
    yes: T,
    no: T,
    back: str,
    remark_needed: bool = False,
) -> HttpResponse:
    """``perform(yes, remark)`` answers where to go. Conflict and Forbidden become pages."""
    form = RemarkForm(request.POST or None)
    form.fields["remark"].required = remark_needed
    status = 200
    if request.method == "POST":
        status = 422
        choice = request.POST.get("choice")
        if form.is_valid() and choice in ("yes", "no"):
            try:
                address = perform(choice == "yes", form.cleaned_data["remark"])
            except Invalid as problem:
                for message in problem.fields.values():
                    form.add_error("remark", str(message))
            else:
                messages.success(request, str(T("已处理。", "Done.")))
                return HttpResponseRedirect(address)
    shown = [
        (label, instant_text(value) if isinstance(value, datetime) else value)
        for label, value in rows
    ]
    values = {"title": title, "rows": shown, "yes": yes, "no": no, "back": back, "form": form}
    return render(request, "sign_in/decision.html", values, status=status)
