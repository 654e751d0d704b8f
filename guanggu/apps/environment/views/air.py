"""The air over a year: calendar of the index, share of good days, ranking, exceedances."""

from __future__ import annotations

import calendar
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from guanggu.base import clock
from guanggu.base.bilingual import T
from guanggu.kernel.identity.public import actor_of
from guanggu.web import charts
from guanggu.web.dates import MONTHS, day_text
from guanggu.web.measures import value_text
from guanggu.web.table import Cell, Column, Table

from ..models import Assessment, Station
from ..queries.assessed import days_of, stations_of
from ..queries.statistics import Rank, district_days, exceedances, ranking
from ..rules.grades import LEVELS_OF_AIR, air_level, grade_class, grade_title
from ..rules.words import AIR_FACTORS, factor_title
from .showing import year_of


@require_safe
def air_page(request: HttpRequest) -> HttpResponse:
    """GET /environment/air/?year=&station="""
    actor = actor_of(request)
    year = year_of(request)
    stations = list(stations_of(actor, "air"))
    chosen = next((s for s in stations if s.key == request.GET.get("station")), None)
    first, last = date(year, 1, 1), min(date(year, 12, 31), clock.today())
    days = _station_days(chosen, first, last) if chosen else district_days(stations, first, last)
    ranks = ranking(stations, first, last)
    good = sum(1 for day in days.values() if day["value"] <= 100)
    return render(
        request,
        "environment/air.html",
        {
            "year": year,
            "years": [year - 1] + ([year + 1] if year < clock.today().year else []),
            "stations": stations,
            "chosen": chosen,
            "tiles": _tiles(days, good, ranks),
            "months": _months(year, days),
            "levels": [
                (each.name, grade_class("air", str(n))) for n, each in LEVELS_OF_AIR.items()
            ],
            "shares": _level_chart(year, days),
            "ranking": ranking_table(ranks),
            "exceedances": _exceedances(stations, exceedances(stations, first, last)[:60]),
            "crumbs": [(T("空气质量日历", "Air calendar"), "")],
        },
    )


def _station_days(station: Station, first: date, last: date) -> dict[date, dict[str, Any]]:
    rows = days_of([str(station.ref)], first, last)[str(station.ref)]
    return {
        row.on: {"value": round(row.value), "primary": (row.decided_by or [""])[0], "stations": 1}
        for row in rows if row.value is not None
    }  # fmt: skip


def _tiles(days: dict[date, dict[str, Any]], good: int, ranks: list[Rank]) -> list[dict[str, Any]]:
    share = good / len(days) if days else None
    values = [day["value"] for day in days.values()]
    primary = [day["primary"] for day in days.values() if day["primary"]]
    most = max(set(primary), key=primary.count) if primary else ""
    return [
        {"label": T("优良天数比例", "Share of good days"), "value": "—" if share is None else f"{share:.1%}",
         "tone": "quiet" if share is None else "ok" if share >= 0.8 else "warn"},
        {"label": T("优良天数", "Good days"), "value": good,
         "note": T("共评价 {} 天", "of {} judged").format(len(days))},
        {"label": T("平均 AQI", "Mean AQI"), "value": value_text(sum(values) / len(values), 3) if values else "—"},
        {"label": T("最多的首要污染物", "Most frequent pollutant"), "value": factor_title(most) if most else "—"},
    ]  # fmt: skip


def _months(year: int, days: dict[date, dict[str, Any]]) -> list[dict[str, Any]]:
    """Twelve months of weeks; a day is None outside the month."""
    found = []
    for month in range(1, 13):
        weeks = []
        for week in calendar.Calendar().monthdatescalendar(year, month):
            weeks.append([_day(day, days.get(day)) if day.month == month else None for day in week])
        found.append({"title": T(f"{month}月", MONTHS[month - 1]), "weeks": weeks})
    return found


def _day(day: date, judged: dict[str, Any] | None) -> dict[str, Any]:
    if judged is None:
        return {"day": day.day, "style": "grade none", "value": "", "words": T("无数据", "no data")}
    level = air_level(judged["value"]) or 6
    words = T("{} AQI {} {}", "{} AQI {} {}").format(
        day_text(day), judged["value"], LEVELS_OF_AIR[level].name
    )
    return {
        "day": day.day, "style": grade_class("air", str(level)), "value": judged["value"],
        "words": words,
    }  # fmt: skip


def _level_chart(year: int, days: dict[date, dict[str, Any]]) -> Any:
    """Days of each level by month."""
    labels = [T(f"{month}月", MONTHS[month - 1]) for month in range(1, 13)]
    counts = {n: [0] * 12 for n in LEVELS_OF_AIR}
    for day, judged in days.items():
        counts[air_level(judged["value"]) or 6][day.month - 1] += 1
    present = [n for n in LEVELS_OF_AIR if any(counts[n])]
    series = [(LEVELS_OF_AIR[n].name, counts[n]) for n in present]
    styles = [f"air-{n}" for n in present]
    if not series:
        return ""
    return charts.bars(
        T("逐月各级别天数", "Days of each level by month"),
        labels,
        series,
        stacked=True,
        styles=styles,
    )


def ranking_table(ranks: list[Rank]) -> Table:
    columns = [Column(T("名次", "Rank"), numeric=True), Column(T("站点", "Station")),
               Column(T("平均 AQI", "Mean AQI"), numeric=True),
               Column(T("优良率", "Good days"), numeric=True)]  # fmt: skip
    columns += [Column(factor_title(code), numeric=True) for code in AIR_FACTORS]
    table = Table(T("站点排名", "Ranking"), columns)
    for place, rank in enumerate(ranks, 1):
        share = "—" if rank.share is None else f"{rank.share:.1%}"
        table.add(
            place, Cell(rank.station.title, href=f"/environment/stations/{rank.station.key}/"),
            value_text(rank.value, 3), share,
            *(value_text(rank.figures.get(code), 3) for code in AIR_FACTORS),
        )  # fmt: skip
    return table


def _exceedances(stations: list[Station], rows: list[Assessment]) -> Table:
    names = {str(s.ref): s for s in stations}
    table = Table(
        T("超标日", "Days beyond the standard"),
        [Column(T("日期", "Day")), Column(T("站点", "Station")), Column("AQI", numeric=True),
         Column(T("级别", "Level")), Column(T("首要污染物", "Primary pollutant"))],
    )  # fmt: skip
    for row in rows:
        station = names[row.subject]
        table.add(
            row.on.isoformat(), Cell(station.title, href=f"/environment/stations/{station.key}/"),
            value_text(row.value), Cell(grade_title("air", row.grade), tone="bad"),
            "、".join(str(factor_title(c)) for c in row.decided_by),
        )  # fmt: skip
    return table
