"""Noise and radiation: the stations with their last judged day and the present level."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from guanggu.base import clock
from guanggu.base.bilingual import T
from guanggu.kernel.identity.public import actor_of
from guanggu.web.measures import value_text
from guanggu.web.table import Cell, Column, Table

from ..models import Assessment, Station
from ..queries.assessed import newest, stations_of
from ..queries.sensing import latest_of
from ..rules.words import ZONES
from .showing import age_text

NOISE_FIGURES = ("Ld", "Ln", "Ldn", "L10", "L50", "L90")


@require_safe
def noise_page(request: HttpRequest) -> HttpResponse:
    """GET /environment/noise/"""
    actor = actor_of(request)
    noise = list(stations_of(actor, "noise"))
    radiation = list(stations_of(actor, "radiation"))
    judged = newest([str(s.ref) for s in (*noise, *radiation)], clock.today())
    latest = latest_of([s.key for s in (*noise, *radiation)])
    return render(
        request,
        "environment/noise.html",
        {
            "noise": _noise(noise, judged, latest),
            "radiation": _radiation(radiation, judged, latest),
            "crumbs": [(T("声与辐射", "Noise and radiation"), "")],
        },
    )


def _state(row: Assessment | None) -> Any:
    if row is None or row.meets is None:
        return "—"
    return (
        Cell(T("达标", "Kept"), tone="ok") if row.meets else Cell(T("超标", "Exceeded"), tone="bad")
    )


def _noise(stations: list[Station], judged: dict[str, Assessment], latest: Any) -> Table:
    columns = [Column(T("站点", "Station")), Column(T("功能区", "Zone")),
               Column(T("实时 Leq", "Leq now"), numeric=True), Column(T("时间", "Time"))]  # fmt: skip
    columns += [Column(name, numeric=True) for name in NOISE_FIGURES]
    columns += [Column(T("评价", "Judged")), Column(T("日期", "Day"))]
    table = Table(T("声环境 dB(A)", "Noise, dB(A)"), columns)
    for station in stations:
        row, now = judged.get(str(station.ref)), latest.get((station.key, "Leq"))
        figures = row.figures if row else {}
        table.add(
            station.title, ZONES.get(station.zone, "—"), value_text(now[1].value) if now else "—",
            age_text(now[1]) if now else "—",
            *(value_text(figures.get(name)) for name in NOISE_FIGURES), _state(row),
            row.on.isoformat() if row else "—", href=f"/environment/stations/{station.key}/",
        )  # fmt: skip
    return table


def _radiation(stations: list[Station], judged: dict[str, Assessment], latest: Any) -> Table:
    table = Table(
        T("γ辐射空气吸收剂量率 nGy/h", "Absorbed dose rate in air, nGy/h"),
        [Column(T("站点", "Station")), Column(T("实时", "Now"), numeric=True), Column(T("时间", "Time")),
         Column(T("日均", "Daily mean"), numeric=True), Column(T("日最大", "Daily maximum"), numeric=True),
         Column(T("本底", "Baseline"), numeric=True), Column(T("报警水平", "Alarm level"), numeric=True),
         Column(T("评价", "Judged")), Column(T("日期", "Day"))],
    )  # fmt: skip
    for station in stations:
        row, now = judged.get(str(station.ref)), latest.get((station.key, "dose_rate"))
        figures = row.figures if row else {}
        table.add(
            station.title, value_text(now[1].value) if now else "—", age_text(now[1]) if now else "—",
            *(value_text(figures.get(name)) for name in ("mean", "max", "baseline", "alarm")),
            _state(row), row.on.isoformat() if row else "—",
            href=f"/environment/stations/{station.key}/",
        )  # fmt: skip
    return table
