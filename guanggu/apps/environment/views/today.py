"""The environment today, for everybody: the air with its advice, the waters, the district's map."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from guanggu.base import clock
from guanggu.base.bilingual import T
from guanggu.kernel.identity.public import actor_of
from guanggu.web import curves
from guanggu.web.maps import map_layer, map_view
from guanggu.web.measures import value_text
from guanggu.web.table import Cell, Column, Table

from ..models import Assessment, Station
from ..queries.assessed import newest, stations_of
from ..queries.judging import Live, district_air, live_air
from ..rules.grades import LEVELS_OF_AIR, air_level, edge_class, grade_class, grade_title
from ..rules.words import AIR_FACTORS, GOALS, factor_title
from .showing import station_curves


@require_safe
def today_page(request: HttpRequest) -> HttpResponse:
    """GET /environment/ – open to everybody."""
    actor = actor_of(request)
    air = list(stations_of(actor, "air"))
    water = list(stations_of(actor, "water"))
    live = live_air(air)
    district = district_air(live)
    level = air_level(district.value) if district else None
    today = clock.today()
    return render(
        request,
        "environment/today.html",
        {
            "district": district,
            "level": LEVELS_OF_AIR[level] if level else None,
            "style": grade_class("air", str(level)) if level else "grade",
            "edge": edge_class("air", str(level or "")),
            "primary": [factor_title(code) for code in district.decided_by] if district else [],
            "concentrations": _concentrations(district),
            "air": _air(air, live),
            "water": _water(water, newest([str(s.ref) for s in water], today)),
            "chart": _chart(air),
            "map": map_view(
                actor,
                T("监测站点分布", "Where the stations are"),
                [map_layer(actor, "monitoring_stations")],
                has_table=False,
            ),
            "levels": [(n, each, grade_class("air", str(n))) for n, each in LEVELS_OF_AIR.items()],
            "is_sample": any(s.is_sample for s in air),
            "updated_at": district.at if district else None,
            "crumbs": [(T("环境监测", "Environment"), "")],
        },
    )


def _concentrations(district: Live | None) -> list[dict[str, Any]]:
    if district is None:
        return []
    return [
        {"title": factor_title(code), "value": value_text(district.figures[code]["mean"]),
         "iaqi": district.figures[code]["iaqi"],
         "unit": "mg/m³" if code == "a21005" else "μg/m³",
         "edge": edge_class("air", str(air_level(district.figures[code]["iaqi"]) or ""))}
        for code in AIR_FACTORS if code in district.figures
    ]  # fmt: skip


def _air(stations: list[Station], live: dict[str, Live]) -> Table:
    table = Table(
        T("各站实时空气质量", "Air by station"),
        [Column(T("站点", "Station")), Column("AQI", numeric=True), Column(T("级别", "Level")),
         Column(T("首要污染物", "Primary pollutant")), Column("PM₂.₅", numeric=True),
         Column("O₃", numeric=True)],
    )  # fmt: skip
    for station in stations:
        found = live.get(station.key)
        level = air_level(found.value) if found else None
        figures = found.figures if found else {}
        decided = "、".join(str(factor_title(c)) for c in found.decided_by) if found else ""
        table.add(
            station.title, value_text(found.value) if found else "—",
            LEVELS_OF_AIR[level].name if level else "—", decided or "—",
            *(value_text(figures[c]["mean"]) if c in figures else "—" for c in ("a34004", "a05024")),
            href=f"/environment/stations/{station.key}/",
        )  # fmt: skip
    return table


def _water(stations: list[Station], judged: dict[str, Assessment]) -> Table:
    table = Table(
        T("地表水水质", "Surface water"),
        [Column(T("断面", "Section")), Column(T("水体", "Water")), Column(T("水质目标", "Goal")),
         Column(T("最近评价", "Judged")), Column(T("决定因子", "Decided by")), Column(T("日期", "Day"))],
    )  # fmt: skip
    for station in stations:
        row = judged.get(str(station.ref))
        grade: Any = "—"
        if row is not None:
            tone = "quiet" if row.meets is None else "ok" if row.meets else "bad"
            grade = Cell(grade_title("water", row.grade), tone=tone)
        table.add(
            station.title, station.water_body, GOALS.get(station.goal, "—"), grade,
            "、".join(str(factor_title(c)) for c in row.decided_by) if row else "—",
            row.on.isoformat() if row else "—", href=f"/environment/stations/{station.key}/",
        )  # fmt: skip
    return table


def _chart(stations: list[Station]) -> curves.Chart | None:
    """PM2.5 of the stations over the present day, or the day before where it has hardly begun."""
    now = clock.local(clock.now())
    day = now.date() if now.hour >= 2 else now.date() - timedelta(days=1)
    window = curves.window_of({"period": "day", "on": day.isoformat()})
    things = [(s.key, s.title) for s in stations]
    return station_curves(things, "a34004", window) if things else None
