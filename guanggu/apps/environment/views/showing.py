"""What several pages of the environment show alike: marks with their age, curves, the year."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest

from guanggu.base import clock
from guanggu.base.bilingual import T
from guanggu.kernel.observation.public import TITLES, Datastream, Mark, Reading
from guanggu.web import curves
from guanggu.web.measures import value_text
from guanggu.web.table import Cell
from guanggu.web.templatetags.guanggu import instant

from ..models import Station
from ..queries.sensing import datastreams
from ..rules.judging import air_limits, noise_limits, water_limits
from ..rules.words import factor_title

REFRESH_S = 60
OLD_S = {"hour": 2 * 3600, "minute": 1800}


def year_of(request: HttpRequest) -> int:
    """``?year=``; what cannot be read or lies out of reach is this year."""
    text = request.GET.get("year", "")
    this = clock.today().year
    return int(text) if text.isdecimal() and 2000 <= int(text[:6]) <= this else this


def age_text(reading: Reading) -> T:
    """How long ago, in minutes, hours or days."""
    minutes = int((clock.now() - reading.at).total_seconds() // 60)
    if minutes < 60:
        return T("{} 分钟前", "{} min ago").format(max(minutes, 0))
    if minutes < 2880:
        return T("{} 小时前", "{} h ago").format(minutes // 60)
    return T("{} 天前", "{} days ago").format(minutes // 1440)


def mark_cell(reading: Reading) -> tuple[Any, Cell]:
    """The time with its age, and the mark as a badge."""
    point = curves.Point(reading.at, reading.value, reading.mark)
    tone = point.tone or "quiet"
    return age_text(reading), Cell(TITLES[Mark(reading.mark)], tone=tone)


def when(reading: Reading) -> Any:
    return instant(reading.at)


def candidates(
    things: Sequence[str], code: str, window: curves.Window
) -> dict[str, list[Datastream]]:
    """The streams of each thing, what fits the window best first: fine data for a day."""
    order = ["minute", "instant", "hour"]
    if window.period != "day":
        order = ["hour", "minute", "instant"]
    found: dict[str, list[Datastream]] = {}
    for stream in datastreams(things):
        if stream.observed_property.key == code and stream.interval in order:
            found.setdefault(stream.thing.key, []).append(stream)
    for held in found.values():
        held.sort(key=lambda stream: order.index(stream.interval))
    return found


def read_best(streams: list[Datastream], title: Any, window: curves.Window) -> curves.Curve:
    """The curve of the first stream that has data in the window."""
    for stream in streams:
        (curve,) = curves.read_curves([stream], window, [title])
        if curve.points:
            return curve
    return curves.Curve(title, [], streams[0].unit)


def station_curves(
    things: Sequence[tuple[str, Any]], code: str, window: curves.Window, *,
    limits: Sequence[curves.Limit] = (), base: str = "", refresh: bool = False, **asked: str,
) -> curves.Chart:  # fmt: skip
    """One factor of the things (key, title), a curve each; ``base``: where its data are served."""
    streams = candidates([key for key, _ in things], code, window)
    read = [read_best(streams[key], title, window) for key, title in things if key in streams]
    query = urlencode(
        {"factor": code, "period": window.period, "on": window.first.isoformat(), **asked}
    )
    is_now = window.first <= clock.today() < window.last
    return curves.Chart(
        factor_title(code), window, read, read[0].unit if read else "", limits=limits,
        data_href=f"{base}curve.json?{query}" if base and refresh and is_now else "",
        refresh_s=REFRESH_S if refresh and is_now else 0,
        exports=[("CSV", f"{base}curve.csv?{query}"), ("XLSX", f"{base}curve.xlsx?{query}")] if base else (),
    )  # fmt: skip


def limits_of(station: Station, code: str, window: curves.Window) -> list[curves.Limit]:
    """The limits that the factor has at this station, as in force when the data are of."""
    average = "day" if window.every == "day" else "1h"
    if station.kind == "air":
        held = air_limits(code, average, int(station.zone or 2), window.first)
    elif station.kind == "water":
        held = water_limits(code, station.zone, station.goal)
    elif station.kind == "noise" and code == "Leq":
        held = noise_limits(station.zone)
    else:
        held = []
    return [
        curves.Limit(value, T("{} {}", "{} {}").format(title, value_text(value)))
        for value, title, _ in held
    ]
