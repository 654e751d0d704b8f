"""What arrived of what was due: rates by station and month, and where data are missing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from guanggu.base import clock
from guanggu.base.bilingual import T
from guanggu.kernel.identity.public import actor_of, demand, get
from guanggu.kernel.observation.public import (
    SEE_INSIDE,
    SEE_THINGS,
    Datastream,
    InstrumentState,
    Rates,
    Thing,
    added,
    gaps,
    rates,
    waiting_factors,
    words_of,
)
from guanggu.web import curves
from guanggu.web.addresses import address_of
from guanggu.web.paging import keyset_page
from guanggu.web.table import Cell, Column, Table
from guanggu.web.templatetags.guanggu import instant

from .showing import choice_title, property_title

_TITLE = T("到报率与缺测", "What arrived")
# 污染源自动监控数据传输有效率 is assessed against 75 %.
ENOUGH = 0.75
GAPS_MAX = 100
GAP_DAYS_MAX = 31


def percent(share: float | None) -> str:
    return "—" if share is None else f"{share * 100:.1f}%"


def _tone(share: float | None) -> str:
    if share is None:
        return "quiet"
    return "ok" if share >= ENOUGH else "bad"


def _cells(found: Rates) -> list[Any]:
    return [
        found.due, found.received, found.valid, percent(found.transmission),
        percent(found.validity), Cell(percent(found.effective), tone=_tone(found.effective)),
    ]  # fmt: skip


def _columns(first: T) -> list[Column]:
    return [
        Column(first), Column(T("应报", "Due"), numeric=True),
        Column(T("实报", "Received"), numeric=True), Column(T("有效", "Valid"), numeric=True),
        Column(T("传输率", "Transmission"), numeric=True),
        Column(T("有效率", "Valid-data rate"), numeric=True),
        Column(T("传输有效率", "Effective rate"), numeric=True),
    ]  # fmt: skip


def _window(request: HttpRequest) -> curves.Window:
    return curves.window_of(request.GET.dict(), "month")


@require_safe
def arrival_page(request: HttpRequest) -> HttpResponse:
    """GET /sensing/arrival/?period=&on="""
    actor = actor_of(request)
    demand(actor, SEE_INSIDE)
    window = _window(request)
    rows = Thing.objects.filter(datastreams__every_s__gt=0).distinct()
    page = keyset_page(
        rows, order="name", after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )  # fmt: skip
    table = Table(_TITLE, _columns(T("监测设施", "Thing")))
    streams: dict[int, list[Datastream]] = {thing.pk: [] for thing in page}
    for stream in Datastream.objects.filter(
        thing__in=list(page), every_s__gt=0
    ).select_related("thing"):  # fmt: skip
        streams[stream.thing.pk].append(stream)
    found = rates([s for own in streams.values() for s in own], window.start_at, window.end_at)
    for thing in page:
        total = added(found[stream.pk] for stream in streams[thing.pk])
        href = f"/sensing/arrival/{thing.key}/?{_query(window)}"
        table.add(thing.name, *_cells(total), href=href)
    return render(
        request,
        "guanggu/observations/arrival.html",
        {
            "title": _TITLE,
            "window": window,
            "periods": curves.PERIODS,
            "table": table,
            "page": page,
            "crumbs": [(_TITLE, "")],
        },
    )


def _query(window: curves.Window) -> str:
    return f"period={window.period}&on={window.first.isoformat()}"


@require_safe
def station_arrival_page(request: HttpRequest, key: str) -> HttpResponse:
    """GET /sensing/arrival/<thing>/?period=&on="""
    actor = actor_of(request)
    demand(actor, SEE_INSIDE)
    thing = get(actor, Thing.objects.all(), SEE_THINGS, key=key)
    window = _window(request)
    rows = Datastream.objects.filter(thing=thing, every_s__gt=0)
    streams = list(rows.select_related("thing", "observed_property").order_by("name"))
    found = rates(streams, window.start_at, window.end_at)
    table = Table(_TITLE, _columns(T("数据流", "Datastream")))
    for stream in streams:
        title = T("{}（{}）", "{} ({})").format(
            property_title(stream), choice_title(stream, "interval")
        )
        table.add(title, *_cells(found[stream.pk]))
    return render(
        request,
        "guanggu/observations/arrival_station.html",
        {
            "thing": thing,
            "window": window,
            "periods": curves.PERIODS,
            "table": table,
            "gaps": _gaps(streams, window),
            "waiting": _waiting(thing),
            "instruments": _instruments(thing),
            "shortened": window.last - window.first > timedelta(days=GAP_DAYS_MAX),
            "crumbs": [(_TITLE, "/sensing/arrival/"), (thing.name, "")],
        },
    )


def _waiting(thing: Thing) -> Table:
    """Factors that the station sends though nobody declared them: they may be adopted."""
    table = Table(
        T("未登记因子", "Factors not declared"),
        [Column(T("因子", "Factor")), Column(T("名称", "Name")),
         Column(T("报文数", "Frames"), numeric=True), Column(T("最早收到", "Since"))],
    )  # fmt: skip
    for each in waiting_factors(thing.key):
        table.add(
            each.factor, each.title, f"{each.frames:,}", instant(each.since),
            href=address_of(f"quarantined_frames/{each.frame}"),
        )  # fmt: skip
    return table


def _instruments(thing: Thing) -> Table:
    """What the station last said of its instruments, in the codes of the standard."""
    table = Table(
        T("仪器状态与参数（HJ 212）", "Instruments: states and parameters (HJ 212)"),
        [Column(T("因子", "Factor")), Column(T("信息编码", "Code")), Column(T("内容", "What")),
         Column(T("时间", "At"))],
    )  # fmt: skip
    rows = InstrumentState.objects.filter(device__thing=thing).order_by("factor", "code")
    for row in rows[:300]:
        name = words_of(row.factor)[0] if row.factor else T("站点", "Station")
        table.add(name, row.code, row.text, instant(row.at))
    return table


def _gaps(streams: list[Datastream], window: curves.Window) -> Table:
    """The newest first; of a long window its last month, for each datum is looked at."""
    end = min(window.end_at, clock.now())
    start = max(window.start_at, end - timedelta(days=GAP_DAYS_MAX))
    table = Table(
        T("缺测时段", "Missing data"),
        [Column(T("开始", "From")), Column(T("结束", "Until")), Column(T("监测项目", "Property")),
         Column(T("缺少", "Missing"), numeric=True)],
    )  # fmt: skip
    if end <= start:
        return table
    holes = [(gap, stream) for stream in streams for gap in gaps(stream, start, end)]
    holes.sort(key=lambda pair: pair[0].start_at, reverse=True)
    for gap, stream in holes[:GAPS_MAX]:
        title = T("{}（{}）", "{} ({})").format(
            property_title(stream), choice_title(stream, "interval")
        )
        table.add(instant(gap.start_at), instant(gap.end_at), title, gap.missing)
    return table
