"""Data quality: transmission and valid-data rates of every station and outlet by month."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from guanggu.base import clock
from guanggu.base.bilingual import T
from guanggu.base.errors import Forbidden
from guanggu.base.months import month_before, next_month
from guanggu.kernel.identity.public import actor_of
from guanggu.kernel.observation.public import Rates
from guanggu.web.table import Cell, Column, Table

from ..models import Outlet, Station
from ..queries.scopes import is_official
from ..queries.sensing import rates
from ..rules.days import midnight
from ..rules.words import MEDIA, STATION_KINDS

GOOD, POOR = 0.9, 0.75  # the ministry asks for 90 % of valid transmission at key sources


def month_of(request: HttpRequest) -> date:
    """``?month=2026-05``; this month where it cannot be read, never a later one."""
    this = clock.today().replace(day=1)
    try:
        return min(date.fromisoformat(f"{request.GET.get('month', '')}-01"), this)
    except ValueError:
        return this


@require_safe
def rates_page(request: HttpRequest) -> HttpResponse:
    """GET /environment/rates/?month="""
    if not is_official(actor_of(request)):
        raise Forbidden(T("请以工作人员身份登录。", "Sign in as an official."))
    month = month_of(request)
    start_at, end_at = midnight(month), min(midnight(next_month(month)), clock.now())
    stations = list(Station.objects.order_by("kind", "key"))
    outlets = list(Outlet.objects.select_related("source_unit").order_by("key"))
    found = rates([x.key for x in (*stations, *outlets)], start_at, end_at)
    rows = [
        (s.key, s.title, STATION_KINDS[s.kind], f"/environment/stations/{s.key}/") for s in stations
    ]
    rows += [
        (
            o.key,
            f"{o.source_unit.name} {o.code}",
            MEDIA[o.medium],
            f"/environment/sources/{o.source_unit.key}/",
        )
        for o in outlets
    ]
    return render(
        request,
        "environment/rates.html",
        {
            "month": month,
            "previous": month_before(month),
            "next": next_month(month) if next_month(month) <= clock.today() else None,
            "tiles": _tiles(found),
            "table": _table(rows, found),
            "crumbs": [(T("数据质量", "Data quality"), "")],
        },
    )  # fmt: skip


def _tiles(found: dict[str, Rates]) -> list[dict[str, Any]]:
    whole = sum(found.values(), Rates(0, 0, 0))
    titles = (
        T("传输率", "Transmission rate"), T("数据有效率", "Valid-data rate"),
        T("传输有效率", "Rate of valid transmission"),
    )  # fmt: skip
    shares = (whole.transmission, whole.validity, whole.effective)
    return [
        {"label": title, "value": "—" if share is None else f"{share:.1%}", "tone": tone_of(share)}
        for title, share in zip(titles, shares, strict=True)
    ] + [{"label": T("监测点位", "Places"), "value": len(found)}]


def tone_of(share: float | None) -> str:
    if share is None:
        return "quiet"
    return "ok" if share >= GOOD else "warn" if share >= POOR else "bad"


def _table(rows: list[tuple[str, str, T, str]], found: dict[str, Rates]) -> Table:
    table = Table(
        T("传输率与有效率", "Rates by place"),
        [Column(T("点位", "Place")), Column(T("类型", "Kind")),
         Column(T("应传(小时值)", "Expected hours"), numeric=True),
         Column(T("实传", "Received"), numeric=True), Column(T("有效", "Valid"), numeric=True),
         Column(T("传输率", "Transmission"), numeric=True),
         Column(T("有效率", "Valid"), numeric=True),
         Column(T("传输有效率", "Valid transmission"), numeric=True)],
    )  # fmt: skip
    for key, name, kind, href in rows:
        own = found.get(key, Rates(0, 0, 0))
        cells = [
            Cell("—" if share is None else f"{share:.1%}", tone=tone_of(share))
            for share in (own.transmission, own.validity, own.effective)
        ]
        table.add(name, kind, own.due, own.received, own.valid, *cells, href=href)
    return table
