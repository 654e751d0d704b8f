"""Typing in a value: by the answerable post or the statisticians, with a reason where one is due."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from guanggu.base import clock
from guanggu.base.bilingual import T
from guanggu.base.errors import Invalid
from guanggu.kernel.identity.public import actor_of, get
from guanggu.kernel.indicator.public import (
    ENTER_VALUES,
    SEE_INDICATORS,
    STATUSES,
    Indicator,
    key_of,
    latest,
    record_values,
    shift,
)

from .listing import TITLE
from .showing import unit_of

_ENTER = T("填报数值", "Enter a value")
_DONE = T("已保存。", "Saved.")
_SAME = T("与现有数值相同，未作修订。", "The same as before: no revision was made.")


class ValueForm(forms.Form):
    """One value of one period."""

    period = forms.CharField(
        label=T("期别", "Period"), max_length=10,
        help_text=T(
            "年写 2019，半年写 2019H1，季写 2019Q1，月写 2019-03。",
            "A year as 2019, a half year as 2019H1, a quarter as 2019Q1, a month as 2019-03.",
        ),
    )  # fmt: skip
    number = forms.CharField(
        label=T("数值", "Value"), max_length=40, required=False,
        help_text=T("留空表示撤销该期数值。", "Left empty, the value of the period is withdrawn."),
    )  # fmt: skip
    dimension = forms.CharField(
        label=T("分组", "Part"), max_length=24, required=False,
        help_text=T("总计留空；分行业、分地区时填写其名称。",
                    "Empty for the whole; else the name of the industry or region."),
    )  # fmt: skip
    status = forms.ChoiceField(label=T("数据状态", "Status"), choices=list(STATUSES.items()))
    known_on = forms.DateField(
        label=T("发布日期", "Published on"), required=False,
        help_text=T("留空为现在。", "Now, if left empty."),
    )  # fmt: skip
    reason = forms.CharField(
        label=T("修订原因", "Reason of the revision"), max_length=300, required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=T("修改最终核定数或以较低等级数据覆盖时必填。",
                    "Needed where a final figure is changed or a surer one replaced."),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def enter_page(request: HttpRequest, key: str) -> HttpResponse:
    """GET, POST /indicators/<key>/enter/"""
    actor = actor_of(request)
    get(actor, Indicator, SEE_INDICATORS, key=key)
    indicator = get(actor, Indicator, ENTER_VALUES, key=key)
    form = ValueForm(request.POST or None, initial={"period": _next(indicator), "status": "final"})
    form.fields["number"].unit = unit_of(indicator)
    if request.method == "POST" and form.is_valid():
        try:
            told = record_values(
                actor, key=request.POST.get("request_key", "")[:64] or None, indicator=key,
                values=[_value(form.cleaned_data)],
            )  # fmt: skip
        except Invalid as problem:
            for name, text in (problem.fields or {"": problem.message}).items():
                place = "known_on" if name == "known_at" else name
                form.add_error(place if place in form.fields else None, str(text))
        else:
            messages.success(request, str(_DONE if told["added"] else _SAME))
            return redirect("indicator", key=key)
    context = {
        "title": T("{}：填报", "{}: enter a value").format(indicator.title),
        "form": form,
        "submit_label": T("保存", "Save"),
        "back": f"/indicators/{key}/",
        "crumbs": [(TITLE, "/indicators/"), (indicator.title, f"/indicators/{key}/"), (_ENTER, "")],
    }
    return render(request, "guanggu/form.html", context, status=422 if form.errors else 200)


def _next(indicator: Indicator) -> str:
    """The period that is most likely meant: the one after the last."""
    known = latest(indicator.key)
    if known is None:
        return shift(key_of(clock.today(), indicator.period), -1)
    return shift(known[0], 1)


def _value(cleaned: dict[str, Any]) -> dict[str, Any]:
    value = {name: cleaned[name] for name in ("period", "number", "dimension", "status", "reason")}
    if cleaned["known_on"]:
        at = datetime.combine(cleaned["known_on"], time(), tzinfo=clock.DISTRICT_ZONE)
        value["known_at"] = at.isoformat()
    return value
