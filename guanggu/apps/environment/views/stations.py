"""One station: live values, what it was judged to be and by which clause, curves, neighbours."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from guanggu.base import clock
from guanggu.base.bilingual import T
from guanggu.kernel.identity.public import actor_of, get
from guanggu.web import charts, curves
from guanggu.web.maps import MapView, map_layer, map_view
from guanggu.web.measures import unit_text, value_text
from guanggu.web.table import Cell, Column, Table

from ..models import Assessment, Station
from ..queries.assessed import days_of, neighbours, newest, stations_of
from ..queries.cases import open_on
from ..queries.judging import live_judgement
from ..queries.scopes import VIEW_STATIONS, is_official, may_review, sees_enforcement
from ..queries.sensing import latest_of, streams_by_code
from ..rules.grades import LEVELS_OF_AIR, edge_class, grade_class, grade_title
from ..rules.words import FACTORS, GOALS, STATION_KINDS, ZONES, factor_title
from .showing import limits_of, mark_cell, station_curves

TREND_DAYS = 30
COMPARED_MAX = 5
FIRST_FACTOR = {"air": "a34004", "water": "w21011", "noise": "Leq", "radiation": "dose_rate"}


@require_safe
def station_page(request: HttpRequest, key: str) -> HttpResponse:
    """GET /environment/stations/<key>/?factor=&with=&period=&on="""
    actor = actor_of(request)
    station = get(actor, Station.objects.select_related("organisation"), VIEW_STATIONS, key=key)
    others = [s for s in stations_of(actor, station.kind) if s.pk != station.pk]
    window = curves.window_of(request.GET)
    today = clock.today()
    days = days_of([str(station.ref)], today - timedelta(days=TREND_DAYS), today)[str(station.ref)]
    asked = _asked(request, station, others, window)
    return render(
        request,
        "environment/station.html",
        {
            "station": station,
            "kind": STATION_KINDS[station.kind],
            "rows": _facts(station),
            "judged": _judged(station),
            "live": _live(station),
            "last": _last(days),
            "trend": _trend(station, days),
            "neighbours": _neighbours(station, others),
            "map": _map(actor, station),
            "window": window,
            "periods": curves.PERIODS,
            "open": open_on([str(station.ref)]) if sees_enforcement(actor) else [],
            "may_review": may_review(actor),
            "is_official": is_official(actor),
            "crumbs": [(T("环境监测", "Environment"), "/environment/"), (station.title, "")],
            **asked,
        },
    )


_HEADINGS = {
    "air": T("实时空气质量指数", "Air quality index now"),
    "water": T("实时水质类别", "Water class now"),
    "noise": T("小时等效声级", "Leq of the hour"),
    "radiation": T("剂量率", "Dose rate"),
}
_UNITS = {"noise": "dB(A)", "radiation": "nGy/h"}


def _judged(station: Station) -> dict[str, Any] | None:
    """The present judgement as the page shows it: value, what decided it, the clause."""
    live = live_judgement(station)
    if live is None or live.value is None:
        return None
    meets = live.judgement.meets
    tone = "" if meets is None else " ok" if meets else " bad"
    title: Any = grade_title(station.kind, live.grade) if live.grade else ""
    shown = (
        ""
        if station.kind == "water"
        else f"{value_text(live.value)} {_UNITS.get(station.kind, '')}"
    )
    return {
        "heading": _HEADINGS[station.kind],
        "style": grade_class(station.kind, live.grade) if live.grade else f"grade{tone}",
        "edge": edge_class(station.kind, live.grade),
        "value": shown.strip(),
        "title": title,
        "decided_by": [factor_title(code) for code in live.decided_by],
        "decided_label": T("首要污染物：", "Primary pollutant: ") if station.kind == "air"
        else T("决定因子：", "Decided by: "),
        "advice": LEVELS_OF_AIR[int(live.grade)].advice if station.kind == "air" and live.grade else "",
        "basis": live.basis,
        "at": live.at,
    }  # fmt: skip


def _map(actor: Any, station: Station) -> MapView | None:
    """The station among those of its kind."""
    if station.geometry is None:
        return None
    layer = map_layer(actor, "monitoring_stations", lambda rows: rows.filter(kind=station.kind))
    return map_view(actor, T("位置", "Place"), [layer], has_table=False)


def _facts(station: Station) -> list[tuple[Any, Any]]:
    rows = [
        (T("类型", "Kind"), STATION_KINDS[station.kind]),
        (T("功能区", "Zone"), ZONES.get(station.zone, "")),
        (T("水质目标", "Water quality goal"), GOALS.get(station.goal, "")),
        (T("所在水体", "Water body"), station.water_body),
        (T("地址", "Address"), station.address),
        (T("主管单位", "In charge"), station.organisation.title if station.organisation else ""),
    ]
    if station.geometry is not None:
        place = station.geometry.centroid
        rows.append((T("位置", "Place"), f"{place.x:.4f}, {place.y:.4f}"))
    return [(label, value) for label, value in rows if value]


def _live(station: Station) -> Table:
    latest = latest_of([station.key])
    table = Table(
        T("实时数据", "Live values"),
        [Column(T("因子", "Factor")), Column(T("数值", "Value"), numeric=True),
         Column(T("单位", "Unit")), Column(T("时间", "Time")), Column(T("标记", "Mark"))],
    )  # fmt: skip
    order = list(FACTORS)
    for (_, code), (stream, reading) in sorted(
        latest.items(), key=lambda item: order.index(item[0][1]) if item[0][1] in order else 99
    ):
        table.add(
            factor_title(code), value_text(reading.value), unit_text(stream.unit),
            *mark_cell(reading),
        )  # fmt: skip
    return table


def _last(days: list[Assessment]) -> dict[str, Any] | None:
    """The last whole day that was judged, with what decided it."""
    known = [row for row in days if row.value is not None]
    if not known:
        return None
    row = known[-1]
    return {
        "row": row,
        "title": grade_title(row.kind, row.grade),
        "style": grade_class(row.kind, row.grade),
        "value": "" if row.kind == "water" else value_text(row.value),
        "decided_by": [factor_title(code) for code in row.decided_by],
        "figures": _figures(row),
    }


def _figures(row: Assessment) -> Table:
    table = Table(
        T("评价依据", "What it was judged from"),
        [Column(T("项目", "Item")), Column(T("数值", "Value"), numeric=True),
         Column(T("分指数/类别", "Index or class"), numeric=True)],
    )  # fmt: skip
    for code, figure in row.figures.items():
        if isinstance(figure, dict):
            judged = figure.get("iaqi") or figure.get("class")
            text: Any = (
                grade_title("water", str(judged)) if row.kind == "water" and judged else judged
            )
            table.add(factor_title(code), value_text(figure.get("mean")), text or "—")
        else:
            table.add(code, value_text(figure), "—")
    return table


def _trend(station: Station, days: list[Assessment]) -> Any:
    titles = {
        "air": T("近 30 日 AQI", "AQI of 30 days"),
        "water": T("近 30 日水质类别（6 为劣Ⅴ类）", "Water class of 30 days (6: worse than V)"),
        "noise": T("近 30 日昼夜等效声级 Ldn", "Ldn of 30 days"),
        "radiation": T("近 30 日平均剂量率", "Mean dose rate of 30 days"),
    }
    if len(days) < 2:
        return ""
    labels = [f"{row.on:%m-%d}" for row in days]
    return charts.lines(titles[station.kind], labels, [row.value for row in days])


def _neighbours(station: Station, others: list[Station]) -> Table:
    near = neighbours(station, others)
    judged = newest([str(s.ref) for s, _ in near], clock.today())
    table = Table(
        T("邻近站点", "Neighbours"),
        [Column(T("站点", "Station")), Column(T("距离(km)", "km"), numeric=True),
         Column(T("最近评价", "Last judged")), Column(T("日期", "Day"))],
    )  # fmt: skip
    for other, km in near:
        row = judged.get(str(other.ref))
        shown: Any = "—"
        if row is not None:
            name = grade_title(row.kind, row.grade)
            plain = str(name) == "—"
            shown = value_text(row.value) if plain else f"{value_text(row.value)} · {name}"
            tone = "quiet" if row.meets is None else "ok" if row.meets else "bad"
            shown = Cell(shown, tone=tone)
        day = row.on.isoformat() if row else "—"
        table.add(other.title, f"{km:.1f}", shown, day, href=f"/environment/stations/{other.key}/")
    return table


def _asked(
    request: HttpRequest, station: Station, others: list[Station], window: curves.Window
) -> dict[str, Any]:
    """The curve that was asked for: one factor, of this station and those compared with it."""
    codes = [code for code in FACTORS if code in streams_by_code(station.key)]
    wanted = request.GET.get("factor", "")
    first = FIRST_FACTOR[station.kind]
    code = wanted if wanted in codes else first if first in codes else (codes or [""])[0]
    compared = [s for s in others if s.key in request.GET.getlist("with")][:COMPARED_MAX]
    return {
        "options": [(c, factor_title(c)) for c in codes],
        "factor": code,
        "others": others,
        "compared": {s.key for s in compared},
        "chart": _chart(station, compared, code, window) if code else None,
    }


def _chart(
    station: Station, compared: list[Station], code: str, window: curves.Window
) -> curves.Chart:
    things = [(s.key, s.title) for s in (station, *compared)]
    asked = {"with": ",".join(s.key for s in compared)} if compared else {}
    return station_curves(
        things, code, window, limits=limits_of(station, code, window),
        base=f"/environment/stations/{station.key}/", refresh=True, **asked,
    )  # fmt: skip


@require_safe
def station_data(request: HttpRequest, key: str, kind: str) -> HttpResponseBase:
    """GET /environment/stations/<key>/curve.<json|csv|xlsx>?factor=&with=&period=&on="""
    actor = actor_of(request)
    station = get(actor, Station, VIEW_STATIONS, key=key)
    wanted = request.GET.get("with", "").split(",")
    compared = [s for s in stations_of(actor, station.kind) if s.key in wanted and s.key != key]
    chart = _chart(
        station,
        compared[:COMPARED_MAX],
        request.GET.get("factor", ""),
        curves.window_of(request.GET),
    )
    return curves.answer_data(chart) if kind == "json" else curves.answer_sheet(chart, kind)
