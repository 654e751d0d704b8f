"""The desk: pairs in doubt, failing codes, and how the engine stands."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from guanggu.base.bilingual import T
from guanggu.kernel.identity.public import actor_of, demand
from guanggu.web.screens.editing import request_key_of
from guanggu.web.table import Column, Table

from ..actions import ask_matching
from ..connector import ABSENT, engine, levels_of
from ..models import MatchPair
from ..queries import MAINTAIN, VIEW_SOURCES, counts, latest_model, open_pairs
from .words import COMPARED_TITLES


@require_http_methods(["GET", "HEAD", "POST"])
def desk(request: HttpRequest) -> HttpResponse:
    """What waits: pairs in doubt, failing codes, and how the engine stands."""
    actor = actor_of(request)
    demand(actor, VIEW_SOURCES)
    if request.method == "POST":
        anew = request.POST.get("anew") == "1"
        asked = ask_matching(actor, key=request_key_of(request), anew=anew)
        return HttpResponseRedirect(f"/jobs/{asked['job']}/")
    state, model = engine(), latest_model()
    context = {
        "title": T("法人库工作台", "Desk of the register"),
        "tiles": _tiles(),
        "pairs": _pair_table(open_pairs(actor)),
        "engine": state,
        "absent": ABSENT,
        "model": model,
        "levels": _level_table(model.parameters) if model else None,
        "may_change": MAINTAIN.is_possible(actor),
        "imports": "/legal_entities/entity_sources/import/",
    }
    return render(request, "legal_entities/desk.html", context)


def _tiles() -> list[dict[str, Any]]:
    base = "/legal_entities/legal_entities/"
    told = counts()
    return [
        {"label": T("法人总数", "Entities"), "value": f"{told['entities']:,}", "href": base},
        {"label": T("代码校验不符", "Codes that fail"), "value": f"{told['checksum_failed']:,}",
         "href": f"{base}?code_state=checksum_failed", "tone": "warn"},
        {"label": T("无代码", "Without a code"), "value": f"{told['missing']:,}",
         "href": f"{base}?code_state=missing"},
        {"label": T("待核实疑似重复", "Pairs to check"), "value": f"{told['pairs']:,}",
         "href": "/legal_entities/entity_pairs/?standing=open"},
    ]  # fmt: skip


def _pair_table(pairs: list[tuple[MatchPair, str, str]]) -> Table:
    table = Table(
        T("待核实的疑似重复", "Pairs to be checked"),
        [Column(T("法人甲", "Entity A")), Column(T("法人乙", "Entity B")),
         Column(T("相似概率", "Likelihood"), numeric=True)],
    )  # fmt: skip
    for pair, left, right in pairs:
        likelihood = (
            f"{pair.probability:.1f}%"
            if pair.cause == "likeness"
            else T("代码相同、名称不同", "One code, two names")
        )
        table.add(left, right, likelihood, href=f"/legal_entities/pairs/{pair.key}/")
    return table


def _level_table(parameters: dict[str, Any]) -> Table:
    table = Table(
        T("匹配模型", "The matching model"),
        [Column(T("字段", "Field")), Column(T("一致程度", "Level of agreement")),
         Column(T("同一主体时的概率 m", "m: if the same"), numeric=True),
         Column(T("不同主体时的概率 u", "u: if different"), numeric=True)],
    )  # fmt: skip
    for name, label, m, u in levels_of(parameters):
        table.add(COMPARED_TITLES[name], _level_words(label), f"{m:.4f}", f"{u:.5f}")
    return table


def _level_words(label: str) -> T:
    if label.startswith("Exact"):
        return T("完全一致", label)
    if label.startswith("All other"):
        return T("其他", label)
    return T(f"相似度或编辑距离：{label.rpartition(' ')[2]}", label)
