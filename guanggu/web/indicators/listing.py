"""The list of indicators: the last figure of each and how it stands."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from guanggu.base import clock
from guanggu.base.bilingual import T
from guanggu.kernel.identity.public import actor_of, visible
from guanggu.kernel.indicator.public import (
    KEEP_INDICATORS,
    PERIOD_KINDS,
    SEE_INDICATORS,
    STATES,
    Indicator,
    State,
    Target,
    next_target,
    series_of,
    standing_of,
)
from guanggu.web.table import Column, Table

from .showing import (
    change_text,
    figure,
    figure_link,
    standing_cell,
    title_of,
    unit_of,
    with_unit,
)

TITLE = T("指标", "Indicators")
_ROWS_MAX = 300
_SEARCH_MAX = 60


@require_safe
def indicators_page(request: HttpRequest) -> HttpResponse:
    """GET /indicators/?theme=&state=&q="""
    actor = actor_of(request)
    every = visible(actor, Indicator.objects.select_related("organisation"), SEE_INDICATORS)
    themes = sorted({theme for theme in every.values_list("theme", flat=True) if theme})
    theme = request.GET.get("theme", "")
    text = request.GET.get("q", "").strip().replace("\0", "")[:_SEARCH_MAX]
    rows = every.order_by("theme", "key")
    if theme in themes:
        rows = rows.filter(theme=theme)
    if text:
        rows = rows.filter(name__icontains=text) | rows.filter(name_en__icontains=text)
    indicators = list(rows[:_ROWS_MAX])
    read = _read(indicators)
    chosen = request.GET.get("state", "")
    shown = [one for one in read if one["standing"].state == chosen] if chosen in STATES else read
    return render(
        request,
        "guanggu/indicators/list.html",
        {
            "title": TITLE,
            "tiles": _tiles(read),
            "themes": themes,
            "theme": theme,
            "states": STATES.items(),
            "state": chosen,
            "q": text,
            "table": _table(shown),
            "may_keep": KEEP_INDICATORS.is_possible(actor),
            "may_register": actor.kind == "official",
            "more": len(indicators) == _ROWS_MAX,
            "crumbs": [(TITLE, "")],
        },
    )


def _read(indicators: list[Indicator]) -> list[dict[str, Any]]:
    known = series_of(indicators)
    targets: dict[int, list[Target]] = {}
    for target in Target.objects.filter(indicator__in=indicators):
        targets.setdefault(target.indicator_id, []).append(target)
    today = clock.today()
    return [
        {
            "indicator": each,
            "known": known[each.key],
            "standing": standing_of(each, targets.get(each.pk, []), known[each.key]),
            "target": next_target(targets.get(each.pk, []), today),
        }
        for each in indicators
    ]


def _tiles(read: list[dict[str, Any]]) -> list[dict[str, Any]]:
    counts = Counter(one["standing"].state for one in read)
    reached = counts[State.ON_PATH] + counts[State.AHEAD] + counts[State.REACHED]
    late = counts[State.BEHIND] + counts[State.MISSED]
    return [
        {"label": T("指标", "Indicators"), "value": len(read)},
        {"label": T("符合进度或已达标", "On path or reached"), "value": reached, "tone": "ok"},
        {"label": T("滞后或未达标", "Behind or missed"), "value": late,
         "tone": "bad" if late else "ok"},
        {"label": T("无目标或无数据", "No target or no data"), "value": counts[State.NO_DATA]},
    ]  # fmt: skip


def _table(read: list[dict[str, Any]]) -> Table:
    table = Table(
        TITLE,
        [Column(T("指标", "Indicator")), Column(T("最新一期", "Last period")),
         Column(T("数值", "Value"), numeric=True), Column(T("单位", "Unit")),
         Column(T("比上年同期", "On the year before"), numeric=True),
         Column(T("目标", "Target"), numeric=True), Column(T("进度", "Standing")),
         Column(T("周期", "Period"))],
    )  # fmt: skip
    for one in read:
        indicator, known, target = one["indicator"], one["known"], one["target"]
        period = next(reversed(known), "")
        goal: Any = "—"
        if target is not None:
            goal = T("{}（{}）", "{} ({})").format(
                with_unit(indicator, target.value), title_of(target.period)
            )
        table.add(
            indicator.title, title_of(period) if period else "—",
            figure_link(indicator, period, figure(indicator, known[period])) if period else "—",
            unit_of(indicator), change_text(indicator, period, known) if period else "—",
            goal, standing_cell(one["standing"]), PERIOD_KINDS[indicator.period],
            href=f"/indicators/{indicator.key}/",
        )  # fmt: skip
    return table
