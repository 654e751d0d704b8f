"""GET /atlas/query/ – what lies at a place or in an area, over all chosen layers."""

from __future__ import annotations

import csv
import io
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from guanggu.base.bilingual import T
from guanggu.base.errors import Invalid
from guanggu.kernel.identity.public import actor_of
from guanggu.web.features.items import shown, written
from guanggu.web.maps import CHART
from guanggu.web.table import Cell, Column, Table

from ..queries import Answered, query
from .asked import Asked, place_asked, read

TITLE = T("联合查询", "Query together")
CURVE = T("曲线", "Curve")


def _table(answer: Answered) -> Table:
    """The found features of one layer, with their properties as columns."""
    rows = shown(answer.layer, answer.found)
    labels = list(dict.fromkeys(label for row in rows for label, _ in row.facts))
    columns = [Column(T("名称", "Name")), *(Column(lb) for lb in labels)]
    has_charts = any(row.chart for row in rows)
    if has_charts:
        columns.append(Column(CURVE))
    table = Table(answer.layer.title, columns)
    for row in rows:
        facts = dict(row.facts)
        cells = [Cell(facts.get(label)) for label in labels]
        if has_charts:
            cells.append(Cell(CHART if row.chart else "—", href=row.chart))
        table.add(row.name, *cells, href=row.href)
    return table


def _csv(answers: list[Answered]) -> HttpResponse:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(
        [str(T("图层", "Layer")), str(T("编号", "Key")), str(T("名称", "Name")),
         str(T("属性", "Property")), str(T("值", "Value"))]
    )  # fmt: skip
    for answer in answers:
        for row in shown(answer.layer, answer.found):
            for label, text in row.facts or [("", "")]:
                cells = [answer.layer.title, row.key, row.name, label, text]
                writer.writerow([_plain(str(cell)) for cell in cells])
    response = HttpResponse("\ufeff" + out.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="query.csv"'
    return response


def _plain(text: str) -> str:
    """A spreadsheet must not run what a name says."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@") else text


def _geojson(answers: list[Answered]) -> HttpResponse:
    from guanggu.web.features.crs import CRS84

    parts = [part for answer in answers for part in written(answer.found, CRS84)]
    body = b'{"type":"FeatureCollection","features":[%b]}' % b",".join(parts)
    response = HttpResponse(body, content_type="application/geo+json")
    response["Content-Disposition"] = 'attachment; filename="query.geojson"'
    return response


def _context(asked: Asked, answers: list[Answered], params: Any) -> dict[str, Any]:
    kept = params.copy()
    for name in ("part", "format"):
        kept.pop(name, None)
    return {
        "title": TITLE, "tables": [(_table(a), a.total, len(a.found)) for a in answers],
        "total": sum(a.total for a in answers), "address": "?" + kept.urlencode(),
        "crumbs": [(T("一张图", "Map"), "/atlas/"), (TITLE, "")],
        "layers_text": ",".join(layer.key for layer in asked.chosen),
        "at": params.get("at", ""), "area": params.get("area", ""),
    }  # fmt: skip


@require_safe
def query_page(request: HttpRequest) -> HttpResponse:
    """``at`` with ``reach``, or ``area``; ``format`` csv or geojson; ``part`` for the list alone."""
    asked = read(request)
    problem: Invalid | None = None
    answers: list[Answered] = []
    is_asked = bool(request.GET.get("at") or request.GET.get("area") or asked.where)
    try:
        place = place_asked(request.GET)
        if is_asked:
            for layer in asked.chosen:
                if place is not None or asked.equals(layer):
                    answers += query(actor_of(request), [layer], place, asked.equals(layer))
    except Invalid as found:
        problem = found
    if problem is None and request.GET.get("format") == "csv":
        return _csv(answers)
    if problem is None and request.GET.get("format") == "geojson":
        return _geojson(answers)
    context = {**_context(asked, answers, request.GET), "problem": problem, "is_asked": is_asked}
    name = "atlas/found.html" if request.GET.get("part") else "atlas/query.html"
    return render(request, name, context, status=422 if problem else 200)
