"""Two entities side by side."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from guanggu.base.bilingual import T
from guanggu.kernel.identity.public import actor_of, demand, get
from guanggu.web.screens.editing import request_key_of
from guanggu.web.table import Cell, Column, Table

from ..actions import decide_pair
from ..connector import COMPARED
from ..models import LegalEntity, MatchPair
from ..queries import MAINTAIN, VIEW_SOURCES
from ..rules import FIELDS
from .words import COMPARED_TITLES, HOME, HOME_CRUMB, ReasonForm, label_of, value_of

_LEVELS = {
    "3": T("一致", "The same"),
    "2": T("几乎一致", "Nearly the same"),
    "1": T("相近", "Near"),
    "0": T("不同", "Different"),
    "-1": T("缺少", "Missing"),
}
_TOP_LEVEL = {"name": 3, "address": 3, "representative": 2, "phone": 1}


class PairForm(ReasonForm):
    answer = forms.ChoiceField(
        label=T("核实结论", "Conclusion"),
        choices=[
            ("same", T("是同一主体，归并", "The same: join them")),
            ("different", T("不是同一主体，保持分开", "Different: keep them apart")),
        ],
        widget=forms.RadioSelect,
    )
    field_order = ("answer", "reason")


@require_http_methods(["GET", "HEAD", "POST"])
def pair(request: HttpRequest, key: str) -> HttpResponse:
    """Two entities side by side, with what agrees, and the conclusion."""
    actor = actor_of(request)
    demand(actor, MAINTAIN)
    found = get(actor, MatchPair, VIEW_SOURCES, key=key)
    form = PairForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        same = form.cleaned_data["answer"] == "same"
        decide_pair(
            actor, key=request_key_of(request), pair=key, same=same,
            reason=form.cleaned_data["reason"],
        )  # fmt: skip
        messages.success(request, T("已核实。", "Decided."))
        return HttpResponseRedirect(HOME)
    both = LegalEntity.objects.filter(key__in=(found.left, found.right)).order_by("key")
    context = {
        "title": T("疑似重复核实", "Are these two the same?"),
        "pair": found,
        "beside": _beside(list(both)),
        "evidence": _evidence_rows(found),
        "form": form,
        "is_open": found.standing == "open",
        "crumbs": [HOME_CRUMB, (T("疑似重复核实", "Possible duplicate"), "")],
    }
    return render(request, "legal_entities/pair.html", context, status=422 if form.errors else 200)


def _beside(entities: list[LegalEntity]) -> Table:
    columns = [Column(T("字段", "Field"))]
    columns += [Column(T(entity.key, entity.key)) for entity in entities]
    table = Table(T("并排比较", "Side by side"), columns, stacks=False)
    for name in FIELDS:
        values = [value_of(entity, name) for entity in entities]
        texts = {str(value or "") for value in values}
        tone = "warn" if len(texts) > 1 and "" not in texts else ""
        cells = [Cell(value or "—", tone=tone) for value in values]
        table.add(label_of(name), *cells)
    return table


def _evidence_rows(found: MatchPair) -> list[tuple[T, T]]:
    rows = []
    for name in COMPARED:
        level = found.evidence.get(name)
        if level is not None:
            top = str(_TOP_LEVEL[name])
            rows.append((COMPARED_TITLES[name], _LEVELS["3" if level == top else level]))
    return rows
