"""Curves of a lake: one factor at all its stations, by day, week, month or year."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from guanggu.base.bilingual import T
from guanggu.base.errors import Missing
from guanggu.kernel.identity.public import actor_of
from guanggu.web import curves

from ..models import Lake
from ..queries.sensing import streams_of_lake
from ..rules.quality import goal_limits
from ..rules.words import FACTORS, GOALS, LEVEL
from .presenting import crumbs_of, lake_of, name_of

_FIRST = "w21011"


def _factor(request: HttpRequest, known: list[str]) -> str:
    asked = request.GET.get("factor", "")
    if asked in known:
        return asked
    return _FIRST if _FIRST in known else next(iter(known), "")


def _limits(lake: Lake, code: str) -> list[curves.Limit]:
    if code == LEVEL:
        levels = (
            (lake.limit_m, T("汛限水位", "Flood limit"), "warn"),
            (lake.warning_m, T("警戒水位", "Warning level"), "bad"),
            (lake.low_m, T("最低生态水位", "Ecological minimum"), ""),
        )
        return [curves.Limit(m, title, tone) for m, title, tone in levels if m is not None]
    limit = goal_limits(lake.goal).get(code) if lake.goal else None
    if limit is None:
        return []
    return [curves.Limit(limit, T("目标{}限值", "Limit of {}").format(GOALS[lake.goal]))]


def _chart(request: HttpRequest, key: str) -> tuple[Lake, str, list[str], curves.Chart]:
    lake = lake_of(actor_of(request), key)
    streams = streams_of_lake(lake)
    code = _factor(request, list(streams))
    if not code:
        raise Missing(T("该湖没有自动监测站。", "This lake has no automatic station."))
    window = curves.window_of(request.GET, "week")
    titles = [name_of(stream.thing) for stream in streams[code]]
    params = f"factor={code}&period={window.period}&on={window.first.isoformat()}"
    base = f"/lakes/lake/{lake.key}/curves"
    chart = curves.Chart(
        T("{} {}", "{}: {}").format(name_of(lake), FACTORS[code].title), window,
        curves.read_curves(streams[code], window, titles), FACTORS[code].unit,
        limits=_limits(lake, code), data_href=f"{base}.json?{params}",
        refresh_s=300 if window.next is None else 0,
        exports=[(T("导出 CSV", "CSV"), f"{base}.csv?{params}"),
                 (T("导出 XLSX", "XLSX"), f"{base}.xlsx?{params}")],
    )  # fmt: skip
    return lake, code, list(streams), chart


@require_safe
def curves_page(request: HttpRequest, key: str) -> HttpResponse:
    """GET /lakes/lake/<key>/curves/?factor=w21011&period=week&on=2026-05-01"""
    lake, code, known, chart = _chart(request, key)
    window = chart.window
    context: dict[str, Any] = {
        "lake": lake, "name": name_of(lake), "chart": chart, "code": code,
        "factors": [(each, FACTORS[each].title) for each in known],
        "periods": list(curves.PERIODS.items()), "window": window,
        "crumbs": crumbs_of(lake, (T("过程曲线", "Curves"), "")),
    }  # fmt: skip
    return render(request, "lakes/curves.html", context)


@require_safe
def curves_data(request: HttpRequest, key: str) -> HttpResponse:
    """GET /lakes/lake/<key>/curves.json"""
    return curves.answer_data(_chart(request, key)[3])


@require_safe
def curves_sheet(request: HttpRequest, key: str, kind: str) -> HttpResponseBase:
    """GET /lakes/lake/<key>/curves.csv or .xlsx"""
    if kind not in ("csv", "xlsx"):
        raise Missing(T("只能导出 CSV 或 XLSX。", "Only CSV or XLSX."))
    return curves.answer_sheet(_chart(request, key)[3], kind)
