"""Emission totals against permits: all sources, and one source with its outlets."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.html import format_html
from django.views.decorators.http import require_safe

from guanggu.base import clock
from guanggu.base.bilingual import T
from guanggu.kernel.identity.public import actor_of, demand, get, visible
from guanggu.web import charts, curves
from guanggu.web.addresses import address_of
from guanggu.web.dates import day_text
from guanggu.web.measures import unit_text, value_text
from guanggu.web.table import Cell, Column, Table

from ..models import Outlet, PollutionSource
from ..queries.cases import open_on
from ..queries.scopes import VIEW_OUTLETS, VIEW_SOURCES, may_review, sees_enforcement
from ..queries.sensing import latest_of, streams_by_code
from ..queries.totals import Line, amounts_by_outlet, lines_of_year, outlets_of
from ..rules.words import FACTORS, LEVELS, MEDIA, POLLUTANTS, factor_title
from .showing import mark_cell, station_curves, year_of

COUNTED = T(
    "排放量 = 小时浓度 × 小时流量逐时累计；无法计算的小时采用现场机上报的小时排放量（HJ 212 Cou），"
    "两者皆无的小时不计也不估算。“上报差异”为现场机累计值与计算值之比较。预计值按近两个月日均排放量推算。",
    "Amount: hourly concentration times hourly flow, summed; where that cannot be computed, what "
    "the station added up itself (Cou of HJ 212). Hours with neither are not guessed. The "
    "difference holds the station's figure against the computed one. The outlook goes on at the "
    "daily rate of the last two months.",
)
DIFFERS = 0.1  # the station's own sum should be nearer to the computed one than this


@require_safe
def totals_page(request: HttpRequest) -> HttpResponse:
    """GET /environment/totals/?year= – every outlet and pollutant, the nearest to its limit first."""
    actor = actor_of(request)
    demand(actor, VIEW_OUTLETS)
    year = year_of(request)
    outlets = visible(actor, Outlet.objects.select_related("source_unit"), VIEW_OUTLETS)
    lines = lines_of_year(list(outlets.order_by("key")), year)
    lines.sort(key=lambda line: -(line.outlook.share or 0))
    warned = [line for line in lines if line.outlook.tone in ("warn", "bad")]
    used_up = [line for line in lines if line.outlook.tone == "bad"]
    return render(
        request,
        "environment/totals.html",
        {
            "year": year,
            "tiles": [
                {"label": T("排放口 × 污染物", "Outlets × pollutants"), "value": len(lines)},
                {"label": T("已超许可量", "Beyond the permit"), "value": len(used_up),
                 "tone": "bad" if used_up else "ok"},
                {"label": T("预计将超", "Expected to exceed"), "value": len(warned) - len(used_up),
                 "tone": "warn" if len(warned) > len(used_up) else "ok"},
                {"label": T("超标小时", "Hours over the limit"),
                 "value": sum(line.over_hours for line in lines)},
            ],
            "table": lines_table(lines, with_source=True),
            "note": COUNTED,
            "crumbs": [(T("排污总量", "Emission totals"), "")],
        },
    )  # fmt: skip


def lines_table(lines: list[Line], *, with_source: bool) -> Table:
    columns = [Column(T("排放口", "Outlet")), Column(T("污染物", "Pollutant"))]
    columns += [
        Column(T("已排放(t)", "So far (t)"), numeric=True),
        Column(T("许可(t/a)", "Permit (t/a)"), numeric=True),
        Column(T("使用率", "Used"), numeric=True),
        Column(T("全年预计(t)", "Expected (t)"), numeric=True),
        Column(T("预计超限日", "Exceeds on")),
        Column(T("上报差异", "Station's sum"), numeric=True),
        Column(T("有效小时占比", "Hours counted"), numeric=True),
        Column(T("超标小时", "Hours over"), numeric=True),
    ]
    table = Table(T("排放量与许可量", "Amounts against permits"), columns)
    for line in lines:
        seen = line.outlook
        name = (
            f"{line.outlet.source_unit.name} {line.outlet.code}"
            if with_source
            else line.outlet.name
        )
        exceeds: Any = day_text(seen.exceeds_on) if seen.exceeds_on else "—"
        table.add(
            name, factor_title(line.pollutant), value_text(seen.to_date_t),
            value_text(seen.permitted_t),
            Cell(_percent(seen.share), tone=seen.tone) if seen.share is not None else "—",
            value_text(seen.expected_t), Cell(exceeds, tone=seen.tone) if seen.exceeds_on else "—",
            _difference(line), _percent(line.covered), line.over_hours or "—",
            href=f"/environment/sources/{line.outlet.source_unit.key}/" if with_source else "",
        )  # fmt: skip
    return table


def _difference(line: Line) -> Any:
    if line.difference is None:
        return "—"
    is_far = abs(line.difference) > DIFFERS
    return Cell(f"{line.difference:+.1%}", tone="warn" if is_far else "")


def _percent(share: float | None) -> str:
    return "—" if share is None else f"{share:.1%}"


@require_safe
def source_page(request: HttpRequest, key: str) -> HttpResponse:
    """GET /environment/sources/<key>/?outlet=&factor=&period=&on="""
    actor = actor_of(request)
    source = get(actor, PollutionSource, VIEW_SOURCES, key=key)
    outlets = outlets_of(source)
    for outlet in outlets:
        outlet.source_unit = source
    chosen = next((o for o in outlets if o.key == request.GET.get("outlet")), None)
    chosen = chosen or (outlets[0] if outlets else None)
    year = year_of(request)
    lines = lines_of_year(outlets, year)
    return render(
        request,
        "environment/source.html",
        {
            "source": source,
            "rows": _facts(source),
            "year": year,
            "live": _live(outlets),
            "lines": lines_table(lines, with_source=False),
            "months": _month_charts(lines),
            "outlets": outlets,
            "chosen": chosen,
            "curves": _curves(request, chosen) if chosen else None,
            "open": open_on([str(o.ref) for o in outlets]) if sees_enforcement(actor) else [],
            "may_review": may_review(actor),
            "note": COUNTED,
            "crumbs": [(T("排污总量", "Emission totals"), "/environment/totals/"), (source.name, "")],
        },
    )  # fmt: skip


def _facts(source: PollutionSource) -> list[tuple[Any, Any]]:
    entity: Any = source.entity
    if address := address_of(source.entity) if source.entity else "":
        entity = format_html('<a href="{}">{}</a>', address, source.unified_code or source.entity)
    permits = "、".join(source.permits.values_list("number", flat=True))
    rows = [
        (T("管理类别", "Level"), LEVELS[source.level]), (T("行业", "Industry"), source.industry),
        (T("法人主体", "Legal entity"), entity), (T("排污许可证", "Discharge permit"), permits),
        (T("地址", "Address"), source.address), (T("联系人", "Contact"), source.contact),
    ]  # fmt: skip
    return [(label, value) for label, value in rows if value]


def _live(outlets: list[Outlet]) -> Table:
    """The latest value of every factor with its age, mark and limit."""
    latest = latest_of([o.key for o in outlets])
    amounts = amounts_by_outlet(clock.today())
    table = Table(
        T("实时数据", "Live values"),
        [Column(T("因子", "Factor")), Column(T("排放口", "Outlet")),
         Column(T("数值", "Value"), numeric=True), Column(T("单位", "Unit")),
         Column(T("限值", "Limit"), numeric=True), Column(T("时间", "Time")),
         Column(T("标记", "Mark"))],
    )  # fmt: skip
    for outlet in outlets:
        for (thing, code), (stream, reading) in latest.items():
            if thing != outlet.key:
                continue
            amount = amounts.get((outlet.pk, code))
            limit = amount.limit if amount else None
            over = limit is not None and (reading.value or 0) > limit and reading.is_valid
            value = value_text(reading.value)
            table.add(
                factor_title(code), f"{MEDIA[outlet.medium]} {outlet.code}",
                Cell(value, tone="bad") if over else value, unit_text(stream.unit),
                value_text(limit), *mark_cell(reading),
            )  # fmt: skip
    return table


def _month_charts(lines: list[Line]) -> list[Any]:
    """Tonnes by month for each pollutant that has a permitted amount."""
    drawn = []
    for line in lines[:8]:
        if not line.months:
            continue
        labels = [f"{m.month:%m}" for m in line.months]
        title = T("{}逐月排放量", "{} by month").format(factor_title(line.pollutant))
        drawn.append(
            charts.bars(
                title + f" · {line.outlet.code}", labels,
                [round(m.amount_kg / 1000, 3) for m in line.months], unit="t",
            )
        )  # fmt: skip
    return drawn


def _curves(request: HttpRequest, outlet: Outlet) -> dict[str, Any]:
    window = curves.window_of(request.GET)
    streams = streams_by_code(outlet.key)
    options = [
        c for c in (*POLLUTANTS[outlet.medium], "w00000", "a00000", "a19001") if c in streams
    ]
    code = request.GET.get("factor", "")
    code = code if code in options else (options[0] if options else "")
    if not code:
        return {"chart": None, "options": [], "window": window}
    amount = amounts_by_outlet(window.first).get((outlet.pk, code))
    limits = []
    if amount and amount.limit is not None:
        limits.append(
            curves.Limit(
                amount.limit, T("许可限值 {}", "Permit {}").format(value_text(amount.limit))
            )
        )
    chart = station_curves(
        [(outlet.key, outlet.name)], code, window, limits=limits,
        base=f"/environment/outlet/{outlet.key}/", refresh=True,
    )  # fmt: skip
    return {
        "chart": chart, "window": window, "periods": curves.PERIODS,
        "options": [(c, FACTORS[c].title) for c in options], "factor": code,
    }  # fmt: skip


@require_safe
def outlet_page(request: HttpRequest, key: str) -> HttpResponse:
    """GET /environment/outlet/<key>/ – its curves, on the page of its source."""
    rows = Outlet.objects.select_related("source_unit")
    outlet = get(actor_of(request), rows, VIEW_OUTLETS, key=key)
    query = urlencode({"outlet": outlet.key})
    return redirect(f"/environment/sources/{quote(outlet.source_unit.key)}/?{query}#curve")


@require_safe
def outlet_data(request: HttpRequest, key: str, kind: str) -> Any:
    """GET /environment/outlet/<key>/curve.<json|csv|xlsx>?factor=&period=&on="""
    outlet = get(actor_of(request), Outlet, VIEW_OUTLETS, key=key)
    window = curves.window_of(request.GET)
    chart = station_curves([(outlet.key, outlet.name)], request.GET.get("factor", ""), window)
    return curves.answer_data(chart) if kind == "json" else curves.answer_sheet(chart, kind)
