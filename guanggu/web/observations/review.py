"""Review of data: stations with doubtful data of a day, and the day of one station row by row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_safe

from guanggu.base import clock
from guanggu.base.actor import Actor
from guanggu.base.bilingual import T
from guanggu.base.errors import Conflict, Invalid, Missing
from guanggu.kernel.identity.public import actor_of, demand, get
from guanggu.kernel.observation.public import (
    REVIEW,
    SEE_THINGS,
    VALID,
    Datastream,
    Mark,
    Reading,
    Review,
    Thing,
    means,
    review_data,
    reviews_of,
    series,
)
from guanggu.web import curves
from guanggu.web.measures import unit_text, value_text
from guanggu.web.paging import keyset_page
from guanggu.web.table import Cell, Column, Table

from .showing import choice_title, mark_title, mark_tone, property_title

ROWS_MAX = 300  # a day of five-minute data has 288
_TITLE = T("数据审核", "Data review")
DECISIONS = [
    ("valid", T("确认有效", "Confirm as valid")),
    ("invalid", T("判为无效", "Judge invalid")),
    ("correct", T("修正", "Correct")),
]


@require_safe
def review_page(request: HttpRequest) -> HttpResponse:
    """GET /sensing/review/?on=&q= – stations, with how many of the day's data are in doubt."""
    actor = actor_of(request)
    demand(actor, REVIEW)
    window = curves.window_of({"on": request.GET.get("on", ""), "period": "day"})
    rows = Thing.objects.filter(datastreams__isnull=False).distinct()
    asked = request.GET.get("q", "").strip()[:80]
    if asked:
        rows = rows.filter(name__icontains=asked)
    page = keyset_page(
        rows, order="name", after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )  # fmt: skip
    return render(
        request,
        "guanggu/observations/review.html",
        {
            "title": _TITLE,
            "window": window,
            "asked": asked,
            "table": _stations(list(page), window),
            "page": page,
            "crumbs": [(_TITLE, "")],
        },
    )


def _stations(things: Sequence[Thing], window: curves.Window) -> Table:
    streams = list(Datastream.objects.filter(thing__in=things).select_related("thing"))
    figures = means([s.pk for s in streams], window.start_at, window.end_at, "day")
    counts = {thing.pk: [0, 0] for thing in things}
    for stream in streams:
        for mean in figures[stream.pk]:
            counts[stream.thing.pk][0] += mean.total_count
            counts[stream.thing.pk][1] += mean.total_count - mean.valid_count
    reviewed = set(
        Review.objects.filter(
            datastream__thing__in=things, time__gte=clock.to_microseconds(window.start_at),
            time__lt=clock.to_microseconds(window.end_at),
        ).values_list("datastream__thing_id", flat=True)
    )  # fmt: skip
    table = Table(
        _TITLE,
        [Column(T("监测设施", "Thing")), Column(T("数据", "Data"), numeric=True),
         Column(T("非有效", "Not valid"), numeric=True), Column(T("状态", "State"))],
    )  # fmt: skip
    for thing in things:
        total, doubtful = counts[thing.pk]
        state = Cell(T("未发现异常", "Nothing in doubt"), tone="ok")
        if not total:
            state = Cell(T("无数据", "No data"), tone="quiet")
        elif thing.pk in reviewed:
            state = Cell(T("已有审核", "Reviewed in part"), tone="info")
        elif doubtful:
            state = Cell(T("待审核", "To be reviewed"), tone="warn")
        href = f"/sensing/review/{thing.key}/?on={window.first.isoformat()}"
        table.add(thing.name, total, doubtful, state, href=href)
    return table


@require_http_methods(["GET", "HEAD", "POST"])
def station_review_page(request: HttpRequest, key: str) -> HttpResponse:
    """GET, POST /sensing/review/<thing>/?on=&stream= – POST with times, decision, values, reason."""
    actor = actor_of(request)
    demand(actor, REVIEW)
    thing = get(actor, Thing.objects.all(), SEE_THINGS, key=key)
    rows = Datastream.objects.filter(thing=thing).select_related("thing", "observed_property")
    streams = list(rows.order_by("observed_property__name", "interval"))
    if not streams:
        raise Missing(T("该监测设施没有数据流。", "The thing has no datastream."))
    asked = request.GET.get("stream", "")
    stream = next((each for each in streams if each.key == asked), None) or _first(streams)
    window = curves.window_of({"on": request.GET.get("on", ""), "period": "day"})
    if request.method == "POST" and _reviewed(request, actor, stream):
        query = urlencode({"on": window.first.isoformat(), "stream": stream.key})
        return redirect(f"/sensing/review/{thing.key}/?{query}")
    readings = series([stream.pk], window.start_at, window.end_at)[stream.pk]
    reviews = reviews_of(stream, window.start_at, window.end_at)
    only = request.GET.get("only", "")
    shown = [r for r in readings if only != "doubtful" or not r.is_valid]
    chart = curves.Chart(property_title(stream), window, [_curve(stream, readings)], stream.unit)
    return render(
        request,
        "guanggu/observations/review_station.html",
        {
            "thing": thing,
            "stream": stream,
            "interval": choice_title(stream, "interval"),
            "unit": unit_text(stream.unit),
            "streams": [(s.key, property_title(s), choice_title(s, "interval")) for s in streams],
            "window": window,
            "chart": chart if readings else None,
            "rows": [_row(r, reviews, request.POST) for r in shown[:ROWS_MAX]],
            "more": len(shown) > ROWS_MAX,
            "total": len(readings),
            "doubtful": sum(1 for r in readings if not r.is_valid),
            "only": only,
            "decisions": DECISIONS,
            "posted": request.POST,
            "crumbs": [(_TITLE, "/sensing/review/"), (thing.name, "")],
        },
    )


def _first(streams: Sequence[Datastream]) -> Datastream:
    """Hourly data are what is reported on; else whatever there is."""
    return next((each for each in streams if each.interval == "hour"), streams[0])


def _curve(stream: Datastream, readings: Sequence[Reading]) -> curves.Curve:
    points = [curves.Point(r.at, r.value, r.mark, r.raw) for r in readings]
    return curves.Curve(property_title(stream), points, stream.unit)


def _row(
    reading: Reading, reviews: Mapping[int, Sequence[Review]], posted: QueryDict
) -> dict[str, Any]:
    time = clock.to_microseconds(reading.at)
    decided = reviews.get(time, ())
    last = decided[-1] if decided else None
    received = reading.raw if reading.raw is not None else reading.value
    return {
        "time": time,
        "at": reading.at,
        "text": f"{clock.local(reading.at):%H:%M:%S}".removesuffix(":00"),
        "value": value_text(reading.value),
        "seen": "" if reading.value is None else repr(reading.value),
        "received": value_text(received),
        "received_mark": mark_title(decided[0].received_mark) if decided else None,
        "changed": reading.raw is not None and reading.raw != reading.value,
        "mark": mark_title(reading.mark),
        "tone": mark_tone(reading.mark),
        "doubtful": reading.mark not in VALID,
        "is_reviewed": reading.mark >= Mark.REVIEWED_VALID,
        "last": last,
        "waits": last is not None and last.applied_at is None,
        "chosen": str(time) in posted.getlist("times"),
        "corrected": posted.get(f"value-{time}", ""),
    }


def _reviewed(request: HttpRequest, actor: Actor, stream: Datastream) -> bool:
    posted = request.POST
    chosen = [text for text in posted.getlist("times") if text.isdecimal() and len(text) < 18]
    decision = posted.get("decision", "")
    values = {time: posted.get(f"value-{time}", "").strip() for time in chosen}
    try:
        told = review_data(
            actor, key=posted.get("request_key", "")[:64] or None, datastream=stream.key,
            decision=decision, reason=posted.get("reason", ""),
            times=[int(text) for text in chosen],
            values=values if decision == "correct" else None,
            seen={time: posted.get(f"seen-{time}", "") for time in chosen},
        )  # fmt: skip
    except (Invalid, Conflict, Missing) as problem:
        messages.error(request, str(problem.message))
        return False
    count = told["reviewed"]
    messages.success(request, str(T("已审核 {} 条数据。", "{} data reviewed.").format(count)))
    return True
