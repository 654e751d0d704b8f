"""Forecasts of a lake with their error, and how earlier ones came out."""

from __future__ import annotations

import math
from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from guanggu.base import clock
from guanggu.base.bilingual import T
from guanggu.base.errors import Unavailable
from guanggu.kernel.identity.public import actor_of
from guanggu.web import curves
from guanggu.web.measures import value_text
from guanggu.web.table import Cell, Column, Table

from ..models import Lake, LakeForecast
from ..queries.forecasts import History, latest_forecast, outcomes
from ..rules.words import BAND_SHARE, BLOOM_UG_L, CHLOROPHYLL, FACTORS, LEVEL, QUANTITIES
from .presenting import crumbs_of, lake_of, name_of

_RISKS = {
    "low": (T("低", "Low"), "ok"), "some": (T("中", "Some"), "warn"), "high": (T("高", "High"), "bad"),
}  # fmt: skip


@require_safe
def forecast_page(request: HttpRequest, key: str) -> HttpResponse:
    """GET /lakes/lake/<key>/forecast/"""
    lake = lake_of(actor_of(request), key)
    parts, is_down = [], False
    for quantity in QUANTITIES:
        found = latest_forecast(lake, quantity)
        if found is None:
            continue
        try:
            parts.append(_part(lake, found))
        except Unavailable:
            is_down = True
    return render(
        request,
        "lakes/forecast.html",
        {"lake": lake, "name": name_of(lake), "parts": parts, "is_down": is_down,
         "crumbs": crumbs_of(lake, (T("短期预测", "Forecast"), ""))},
    )  # fmt: skip


def _part(lake: Lake, found: LakeForecast) -> dict[str, Any]:
    is_level = found.quantity == "level"
    steps = found.steps
    plain = [s for s in steps if s["persists"]]
    worst = max((s["risk"] for s in steps if "risk" in s), key=["low", "some", "high"].index,
                default="")  # fmt: skip
    return {
        "title": QUANTITIES[found.quantity], "found": found,
        "based_on": clock.local(found.based_on_at).date(), "is_level": is_level,
        "chart": _chart(lake, found), "table": _table(found), "past": _past(lake, found.quantity),
        "risk": _RISKS.get(worst), "threshold": f"{BLOOM_UG_L:g}",
        "is_plain": len(plain) == len(steps), "some_plain": bool(plain) and len(plain) < len(steps),
        "share": round(BAND_SHARE * 100),
        "is_old": clock.now() - found.based_on_at > timedelta(hours=36),
    }  # fmt: skip


def value_of(quantity: str, value: float) -> float:
    """Chlorophyll is forecast as its logarithm."""
    return value if quantity == "level" else math.exp(value)


def _at(found: LakeForecast, step: dict[str, Any]) -> datetime:
    hours = step["horizon"] if found.quantity == "level" else step["horizon"] * 24
    return found.based_on_at + timedelta(hours=hours)


def _chart(lake: Lake, found: LakeForecast) -> curves.Chart:
    """What was seen over the last days, and the forecast behind it with its band."""
    days = 7 if found.quantity == "level" else 14
    last = clock.local(_at(found, found.steps[-1])).date() + timedelta(days=1)
    first = clock.local(found.based_on_at).date() - timedelta(days=days)
    window = curves.Window("week", first, last, "hour" if found.quantity == "level" else "day")
    seen = History(lake, found.quantity).points(window.start_at, window.end_at)
    start = seen[-1] if seen else None
    points, band = [], []
    if start is not None:
        points.append(curves.Point(start[0], start[1]))
        band.append((start[1], start[1]))
    for step in found.steps:
        points.append(curves.Point(_at(found, step), value_of(found.quantity, step["value"])))
        band.append((value_of(found.quantity, step["low"]), value_of(found.quantity, step["high"])))
    factor = FACTORS[LEVEL if found.quantity == "level" else CHLOROPHYLL]
    limits = []
    if found.quantity == "level":
        limits = [
            curves.Limit(m, title, tone)
            for m, title, tone in (
                (lake.limit_m, T("汛限水位", "Flood limit"), "warn"),
                (lake.warning_m, T("警戒水位", "Warning level"), "bad"),
            ) if m is not None
        ]  # fmt: skip
    else:
        limits = [curves.Limit(BLOOM_UG_L, T("水华风险线", "Bloom"), "warn")]
    return curves.Chart(
        QUANTITIES[found.quantity], window,
        [curves.Curve(T("实测", "Measured"), [curves.Point(at, v) for at, v in seen], factor.unit),
         curves.Curve(T("预测", "Forecast"), points, factor.unit, dashed=True, band=band)],
        factor.unit, limits=limits,
        note=T("阴影为回测中{}%实测值所在的范围。", "Within the band lay {}% of the outcomes of the trial.")
        .format(round(BAND_SHARE * 100)),
    )  # fmt: skip


def _table(found: LakeForecast) -> Table:
    is_level = found.quantity == "level"
    unit = T("小时", "h") if is_level else T("天", "d")
    columns = [
        Column(T("预见期", "Ahead")), Column(T("时间", "Time")),
        Column(T("预测值", "Forecast"), numeric=True), Column(T("范围", "Band"), numeric=True),
        Column(T("回测平均误差", "Mean error in trial"), numeric=True),
        Column(T("持续性误差", "Error of persistence"), numeric=True), Column(T("评价", "Verdict")),
    ]  # fmt: skip
    if not is_level:
        columns.insert(4, Column(T("水华风险", "Bloom risk")))
    table = Table(T("预测及误差", "The forecast and its error"), columns)
    for step in found.steps:
        value, low, high = (value_of(found.quantity, step[n]) for n in ("value", "low", "high"))
        verdict = (
            Cell(T("不优于持续性预报", "No better than persistence"), tone="warn")
            if step["persists"]
            else Cell(
                T("误差减少 {}%", "Error {}% smaller").format(round(step["skill"] * 100)), tone="ok"
            )
        )
        risk = _RISKS.get(step.get("risk", ""))
        row: list[Any] = [
            T("{} {}", "{} {}").format(step["horizon"], unit),
            f"{clock.local(_at(found, step)):{_form(is_level)}}",
            f"{value:.2f}", f"{low:.2f} – {high:.2f}",
            _error(is_level, step["error"]), _error(is_level, step["persistence_error"]), verdict,
        ]  # fmt: skip
        if not is_level:
            row.insert(4, Cell(risk[0], tone=risk[1]) if risk else "—")
        table.add(*row)
    return table


def _form(is_level: bool) -> str:
    """A level has its hour, a daily mean its day."""
    return "%m-%d %H:%M" if is_level else "%m-%d"


def _error(is_level: bool, error: float) -> str:
    """Metres; for chlorophyll, whose logarithm is fitted, per cent."""
    return f"{error:.3f} m" if is_level else f"{(math.exp(error) - 1) * 100:.0f}%"


def _past(lake: Lake, quantity: str) -> Table | None:
    """Earlier forecasts beside what then came."""
    rows = outcomes(lake, quantity)
    if not rows:
        return None
    table = Table(
        T("以往预测与实测对照", "Earlier forecasts and what came"),
        [Column(T("发布依据时间", "Based on")), Column(T("预见期", "Ahead")),
         Column(T("预测", "Forecast"), numeric=True), Column(T("实测", "Measured"), numeric=True),
         Column(T("误差", "Error"), numeric=True), Column(T("在范围内", "Within the band"))],
    )  # fmt: skip
    unit = T("小时", "h") if quantity == "level" else T("天", "d")
    for row in rows:
        table.add(
            f"{clock.local(row.based_on_at):{_form(quantity == 'level')}}", T("{} {}", "{} {}").format(row.horizon, unit),
            value_text(row.told), value_text(row.came), value_text(row.came - row.told),
            Cell(T("是", "Yes"), tone="ok") if row.is_within else Cell(T("否", "No"), tone="warn"),
        )  # fmt: skip
    return table
