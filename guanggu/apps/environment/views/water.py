"""Surface water: the sections with their class by month, against their goal."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from guanggu.base import clock
from guanggu.base.bilingual import T
from guanggu.kernel.identity.public import actor_of
from guanggu.web import charts
from guanggu.web.dates import MONTHS
from guanggu.web.measures import value_text
from guanggu.web.table import Cell, Column, Table

from ..models import Assessment, Station
from ..queries.assessed import days_of, newest, stations_of
from ..queries.statistics import mean_figures
from ..rules.grades import grade_class, grade_title
from ..rules.words import GOALS, WATER_CLASSES, WATER_FACTORS, ZONES, factor_title
from .showing import year_of


@require_safe
def water_page(request: HttpRequest) -> HttpResponse:
    """GET /environment/water/?year="""
    actor = actor_of(request)
    year = year_of(request)
    stations = list(stations_of(actor, "water"))
    subjects = [str(s.ref) for s in stations]
    months = days_of(subjects, date(year, 1, 1), date(year, 12, 1), "month")
    rows = [row for held in months.values() for row in held]
    met = [row.meets for row in rows if row.meets is not None]
    good = [row for row in rows if row.value is not None and row.value <= 3]
    judged = newest(subjects, clock.today())
    return render(
        request,
        "environment/water.html",
        {
            "year": year,
            "years": [year - 1] + ([year + 1] if year < clock.today().year else []),
            "tiles": [
                _share_tile(T("水质达标率", "Kept their goal"), sum(met), len(met)),
                _share_tile(T("Ⅰ–Ⅲ类比例", "Classes I to III"), len(good), len(rows)),
                {"label": T("监测断面", "Sections"), "value": len(stations)},
            ],
            "calendar": _calendar(stations, months),
            "months": [T(f"{m}月", MONTHS[m - 1]) for m in range(1, 13)],
            "latest": _latest(stations, judged),
            "shares": _class_chart(rows),
            "means": _means(stations, year),
            "crumbs": [(T("地表水", "Surface water"), "")],
        },
    )


def _share_tile(label: T, part: int, whole: int) -> dict[str, Any]:
    share = part / whole if whole else None
    return {
        "label": label, "value": "—" if share is None else f"{share:.1%}",
        "note": T("{} / {} 断面·月", "{} of {} section months").format(part, whole),
        "tone": "quiet" if share is None else "ok" if share >= 0.8 else "warn",
    }  # fmt: skip


def _calendar(stations: list[Station], months: dict[str, list[Assessment]]) -> list[dict[str, Any]]:
    """A row a section, a cell a month: its class, coloured."""
    found = []
    for station in stations:
        held = {row.on.month: row for row in months[str(station.ref)]}
        cells = []
        for month in range(1, 13):
            row = held.get(month)
            words = "、".join(str(factor_title(c)) for c in row.decided_by) if row else ""
            cells.append(
                {"title": grade_title("water", row.grade) if row else "",
                 "style": grade_class("water", row.grade) if row else "grade none", "words": words}
            )  # fmt: skip
        found.append({"station": station, "goal": GOALS.get(station.goal, "—"), "cells": cells})
    return found


def _latest(stations: list[Station], judged: dict[str, Assessment]) -> Table:
    table = Table(
        T("最近评价", "Last judged"),
        [Column(T("断面", "Section")), Column(T("水体", "Water")), Column(T("类型", "Kind")),
         Column(T("目标", "Goal")), Column(T("类别", "Class")), Column(T("决定因子", "Decided by")),
         Column(T("日期", "Day"))],
    )  # fmt: skip
    for station in stations:
        row = judged.get(str(station.ref))
        tone = "quiet" if row is None or row.meets is None else "ok" if row.meets else "bad"
        table.add(
            station.title, station.water_body, ZONES.get(station.zone, "—"),
            GOALS.get(station.goal, "—"),
            Cell(grade_title("water", row.grade), tone=tone) if row else "—",
            "、".join(str(factor_title(c)) for c in row.decided_by) if row else "—",
            row.on.isoformat() if row else "—", href=f"/environment/stations/{station.key}/",
        )  # fmt: skip
    return table


def _class_chart(rows: list[Assessment]) -> Any:
    """Sections of each class by month."""
    if not rows:
        return ""
    labels = [T(f"{m}月", MONTHS[m - 1]) for m in range(1, 13)]
    series, styles = [], []
    for grade, title in WATER_CLASSES.items():
        counts = [
            sum(1 for r in rows if r.on.month == m and r.grade == grade) for m in range(1, 13)
        ]
        if any(counts):
            series.append((title, counts))
            styles.append(f"water-{grade}")
    return charts.bars(
        T("逐月各类别断面数", "Sections of each class by month"),
        labels,
        series,
        stacked=True,
        styles=styles,
    )


def _means(stations: list[Station], year: int) -> Table:
    codes = [c for c in WATER_FACTORS if c not in ("w01014", "w01003")]
    table = Table(
        T("年均值", "Means of the year"),
        [Column(T("断面", "Section")), *(Column(factor_title(c), numeric=True) for c in codes)],
    )
    held = days_of([str(s.ref) for s in stations], date(year, 1, 1), date(year, 12, 31), "month")
    for station in stations:
        figures = mean_figures(held[str(station.ref)])
        table.add(
            station.title, *(value_text(figures.get(code)) for code in codes),
            href=f"/environment/stations/{station.key}/",
        )  # fmt: skip
    return table
