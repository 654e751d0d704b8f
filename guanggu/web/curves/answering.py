"""A chart of curves as JSON for the script, and as a sheet to take away."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Any

from django.http import HttpResponse, HttpResponseBase, JsonResponse, StreamingHttpResponse
from django.utils.http import content_disposition_header

from guanggu.base import clock
from guanggu.base.bilingual import T
from guanggu.kernel.register.public import write_csv, write_xlsx
from guanggu.web.measures import unit_text
from guanggu.web.screens.exporting import XLSX

from .chart import Chart
from .figures import data_of, table_rows


def answer_data(chart: Chart) -> HttpResponse:
    """The answer at ``Chart.data_href``."""
    return JsonResponse(data_of(chart))


def sheet_rows(chart: Chart) -> Iterator[list[Any]]:
    """Heading and rows, the oldest first: time, then value, mark and value as received a curve."""
    head: list[Any] = [str(T("时间", "Time"))]
    for curve in chart.curves:
        unit = unit_text(curve.unit)
        head += [
            f"{curve.title}({unit})" if unit else str(curve.title),
            str(T("{} 标记", "{} mark").format(curve.title)),
            str(T("{} 原始值", "{} as received").format(curve.title)),
        ]
    yield head
    for at, points in reversed(table_rows(chart)):
        row: list[Any] = [f"{clock.local(at):%Y-%m-%d %H:%M:%S}"]
        for point in points:
            if point is None:
                row += ["", "", ""]
            else:
                raw = "" if point.raw is None else point.raw
                row += ["" if point.value is None else point.value, str(point.mark_title), raw]
        yield row


def answer_sheet(chart: Chart, kind: str) -> HttpResponseBase:
    """The chart as CSV ("csv") or XLSX (anything else), named by title and window."""
    rows = sheet_rows(chart)
    # The headings are made now: a stream is written after the reader's language is forgotten.
    made = chain([next(rows)], list(rows))
    response: HttpResponseBase
    if kind == "csv":
        response = StreamingHttpResponse(write_csv(made), content_type="text/csv; charset=utf-8")
    else:
        content = write_xlsx([(str(chart.title)[:28], made)])
        response = HttpResponse(content, content_type=XLSX)
    ending = "csv" if kind == "csv" else "xlsx"
    name = f"{chart.title}-{chart.window.first:%Y%m%d}-{chart.window.period}.{ending}"
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return response
