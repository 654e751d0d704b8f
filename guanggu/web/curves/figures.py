"""The figures of a chart in the two forms that leave it: rows of a table, and data for the script."""

from __future__ import annotations

import math
from datetime import datetime
from typing import Any

from guanggu.base import clock
from guanggu.web.measures import unit_text

from .chart import Chart, Curve, Point


def table_rows(chart: Chart) -> list[tuple[datetime, list[Point | None]]]:
    """The figures by instant, the newest first, one column a curve."""
    columns = [{p.at: p for p in curve.points} for curve in chart.curves]
    instants = sorted({at for column in columns for at in column}, reverse=True)
    return [(at, [column.get(at) for column in columns]) for at in instants]


def _milliseconds(at: Any) -> int:
    return clock.to_microseconds(at) // 1000


def _figure(value: float | None) -> float | None:
    return None if value is None or not math.isfinite(value) else round(value, 6)


def _curve(curve: Curve) -> dict[str, Any]:
    points = [
        [_milliseconds(p.at), _figure(p.figure), p.tone, str(p.mark_title) if p.tone else ""]
        for p in curve.points
    ]
    made: dict[str, Any] = {"name": str(curve.title), "points": points, "dashed": curve.dashed}
    if curve.band:
        made["band"] = [list(b) if b else None for b in curve.band]
    return made


def data_of(chart: Chart) -> dict[str, Any]:
    """What ``curves.js`` draws from; instants are milliseconds of Unix time."""
    return {
        "unit": unit_text(chart.unit),
        "start": _milliseconds(chart.window.start_at),
        "end": _milliseconds(chart.window.end_at),
        "curves": [_curve(curve) for curve in chart.curves],
        "limits": [
            {"value": _figure(limit.value), "title": str(limit.title), "tone": limit.tone}
            for limit in chart.limits
        ],
    }
