"""An outfall with its checks and samples; and from bad water to the outfalls it may come from."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.html import format_html
from django.views.decorators.http import require_safe

from guanggu.base.bilingual import T
from guanggu.base.errors import Forbidden
from guanggu.kernel.identity.public import actor_of, get
from guanggu.web.addresses import address_of
from guanggu.web.measures import value_text
from guanggu.web.table import Cell, Column, Table

from ..models import Lake, LakeStation, Outfall
from ..queries.days import latest_days
from ..queries.scopes import CHANGE_CHECKS, VIEW_OUTFALLS, is_official
from ..queries.sensing import stations_of
from ..queries.tracing import last_checks, last_samples, suspects_of
from ..rules.quality import goal_limits, judge
from ..rules.words import (
    GOALS,
    INSPECTION_RESULTS,
    OUTFALL_KINDS,
    OUTFALL_STATES,
    class_title,
    factor_title,
)
from .presenting import crumbs_of, lake_of, name_of

_COLUMNS = {
    "codmn": "w01019", "ammonia": "w21003", "phosphorus": "w21011", "nitrogen": "w21001",
}  # fmt: skip


@require_safe
def outfall_page(request: HttpRequest, key: str) -> HttpResponse:
    """GET /lakes/outfalls/<key>/"""
    actor = actor_of(request)
    row = get(actor, Outfall.objects.select_related("lake", "inflow"), VIEW_OUTFALLS, key=key)
    address = address_of(row.owner) if row.owner and is_official(actor) else ""
    owner = (
        format_html('<a href="{}">{}</a>', address, row.owner_name) if address else row.owner_name
    )
    rows = [
        (T("所属湖泊", "Lake"), format_html('<a href="/lakes/lake/{}/">{}</a>', row.lake.key, name_of(row.lake))),
        (T("所在水系", "On the inflow"), name_of(row.inflow) if row.inflow else ""),
        (T("类型", "Kind"), OUTFALL_KINDS[row.kind]),
        (T("责任主体", "Responsible entity"), owner),
        (T("许可或备案号", "Permit or filing"), row.permit_number),
        (T("管径", "Diameter"), f"{row.diameter_mm} mm" if row.diameter_mm else ""),
        (T("整治状态", "State"), OUTFALL_STATES[row.state]),
    ]  # fmt: skip
    context: dict[str, Any] = {
        "row": row, "name": name_of(row), "rows": [r for r in rows if r[1]],
        "is_official": is_official(actor), "may_add": CHANGE_CHECKS.is_possible(actor),
        "crumbs": crumbs_of(row.lake, (name_of(row), "")),
    }  # fmt: skip
    if is_official(actor):
        context |= {"samples": _samples(row), "checks": _checks(row)}
    return render(request, "lakes/outfall.html", context)


def _samples(row: Outfall) -> Table:
    limits = goal_limits(row.lake.goal)
    goal = GOALS.get(row.lake.goal, T("目标", "goal"))
    table = Table(
        T("采样结果（mg/L），超过湖泊{}限值的标红", "Samples (mg/L); red: beyond the lake's {}").format(goal),
        [Column(T("采样日期", "Day")), Column(T("流量(L/s)", "Flow (L/s)"), numeric=True),
         *(Column(factor_title(code), numeric=True) for code in _COLUMNS.values()),
         Column(T("检测单位", "Laboratory"))],
        caption_hidden=False,
    )  # fmt: skip
    for sample in row.samples.order_by("-sampled_on")[:40]:
        cells = []
        for field, code in _COLUMNS.items():
            value = getattr(sample, field)
            over = value is not None and code in limits and value > limits[code]
            cells.append(Cell(value_text(value), tone="bad" if over else ""))
        table.add(f"{sample.sampled_on}", value_text(sample.flow_l_s), *cells, sample.laboratory)
    return table


def _checks(row: Outfall) -> Table:
    table = Table(
        T("检查记录", "Inspections"),
        [Column(T("日期", "Day")), Column(T("结果", "Result")), Column(T("检查人", "Inspector")),
         Column(T("说明", "Note"))],
    )  # fmt: skip
    for check in row.inspections.order_by("-inspected_on")[:40]:
        tone = "ok" if check.result == "normal" else "bad"
        table.add(
            f"{check.inspected_on}", Cell(INSPECTION_RESULTS[check.result], tone=tone),
            check.inspector, check.note,
        )  # fmt: skip
    return table


@require_safe
def trace_page(request: HttpRequest, key: str) -> HttpResponse:
    """GET /lakes/lake/<key>/trace/?station=L-01-S1"""
    actor = actor_of(request)
    if not is_official(actor):
        raise Forbidden(T("溯源分析供管理人员使用。", "Tracing is for officials."),
                        code="" if actor.is_known else "sign_in")  # fmt: skip
    lake = lake_of(actor, key)
    stations = [s for s in stations_of(lake) if s.geometry is not None and s.kind != "gauge"]
    station = next((s for s in stations if s.key == request.GET.get("station")), None)
    station = station or next(iter(stations), None)
    day = latest_days([lake]).get(lake.pk)
    factors = judge(day.values).over(lake.goal) if day and lake.goal else ()
    context = {
        "lake": lake, "name": name_of(lake), "stations": stations, "station": station, "day": day,
        "water_class": class_title(day.water_class) if day else "", "goal": GOALS.get(lake.goal),
        "factors": [factor_title(code) for code in factors],
        "table": _suspects(actor, lake, station, factors) if station else None,
        "crumbs": crumbs_of(lake, (T("溯源分析", "Tracing"), "")),
    }  # fmt: skip
    return render(request, "lakes/trace.html", context)


def _suspects(
    actor: Any, lake: Lake, station: LakeStation, factors: tuple[str, ...]
) -> Table | None:
    found = suspects_of(actor, lake, (station.geometry.x, station.geometry.y), factors)
    outfalls = [outfall for _, outfall in found]
    samples, checks = last_samples(outfalls), last_checks(outfalls)
    table = Table(
        T("排口排查顺序", "Outfalls in the order to be looked at"),
        [Column(T("排口", "Outfall")), Column(T("类型", "Kind")), Column(T("距离", "Distance"), numeric=True),
         Column(T("整治状态", "State")), Column(T("最近检查", "Last check")),
         Column(T("最近采样", "Last sample")), Column(T("可能性评分", "Score"), numeric=True)],
    )  # fmt: skip
    for suspect, outfall in found[:30]:
        check, sample = checks.get(outfall.pk), samples.get(outfall.pk)
        score = T("{}（距离{} 类型{} 状态{} 采样{}）", "{} (near {}, kind {}, state {}, sample {})").format(
            f"{suspect.score:.2f}", f"{suspect.near:.2f}", f"{suspect.brings:.2f}",
            f"{suspect.state:.2f}", "—" if suspect.sampled is None else f"{suspect.sampled:.2f}",
        )  # fmt: skip
        table.add(
            name_of(outfall), OUTFALL_KINDS[outfall.kind], f"{suspect.apart_m:,.0f} m",
            OUTFALL_STATES[outfall.state],
            INSPECTION_RESULTS[check.result] if check else "—",
            f"{sample.sampled_on}" if sample else "—", score,
            href=f"/lakes/outfalls/{outfall.key}/",
        )  # fmt: skip
    return table if table.rows else None
