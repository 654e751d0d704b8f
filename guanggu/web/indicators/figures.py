"""One figure: every value it had, and the rows of the lake from which it is made."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from guanggu.base.bilingual import T
from guanggu.base.errors import Missing
from guanggu.kernel.identity.public import actor_of, get
from guanggu.kernel.indicator.public import (
    FORMULAS,
    ROWS_MAX,
    SEE_INDICATORS,
    Explanation,
    Indicator,
    explain,
    kind_of,
    revisions,
)
from guanggu.web.table import Column, Table
from guanggu.web.templatetags.guanggu import instant

from .listing import TITLE
from .showing import (
    figure,
    provenance_title,
    status_title,
    title_of,
    value_cell,
    with_unit,
)

_NO_FIGURE = T("该指标没有这一期的数值。", "The indicator has no figure of this period.")
_PART_MAX = 60


@require_safe
def figure_page(request: HttpRequest, key: str, period: str) -> HttpResponse:
    """GET /indicators/<key>/<period>/?part=&page= – officials see the rows, all see revisions."""
    actor = actor_of(request)
    indicator = get(actor, Indicator, SEE_INDICATORS, key=key)
    kind_of(period)
    part = request.GET.get("part", "").replace("\0", "")[:_PART_MAX]
    known = revisions(key, period, dimension=part)
    is_formula = indicator.formula in FORMULAS
    if not known and not is_formula:
        raise Missing(_NO_FIGURE)
    explained = None
    if is_formula and actor.kind == "official":
        text = request.GET.get("page", "1")
        number = int(text) if text.isdecimal() and len(text) < 6 else 1
        explained = explain(indicator, period, dimension=part, page=number)
    last = known[-1] if known else None
    return render(
        request,
        "guanggu/indicators/figure.html",
        {
            "indicator": indicator,
            "period": title_of(period),
            "part": part,
            "value": with_unit(indicator, last.number if last else None),
            "rows": _told(indicator, last),
            "revisions": _revisions(indicator, known),
            "explained": explained,
            "now": with_unit(indicator, explained.now) if explained else "",
            "contributing": _contributing(explained) if explained else None,
            "rows_max": ROWS_MAX,
            "pages": range(1, explained.pages + 1) if explained else (),
            "crumbs": [
                (TITLE, "/indicators/"),
                (indicator.title, f"/indicators/{key}/"),
                (title_of(period), ""),
            ],
        },
    )


def _told(indicator: Indicator, last: Any) -> list[tuple[Any, Any]]:
    if last is None:
        return []
    from_where = last.provenance
    rows = [
        (T("数据状态", "Status"), status_title(last.status)),
        (T("数据来历", "Provenance"), provenance_title(last)),
        (T("提供人", "Given by"), last.by_name),
        (T("发布时间", "Known since"), instant(last.known_at)),
        (T("来源文件", "File"), from_where.get("file", "")),
        (T("数据湖快照", "Snapshot of the lake"), from_where.get("snapshot", "")),
        (T("参与计算的行数", "Rows counted"), from_where.get("rows", "")),
        (T("数据来源", "Source"), indicator.source),
    ]
    return [(label, value) for label, value in rows if value not in ("", None)]


def _revisions(indicator: Indicator, known: list[Any]) -> Table:
    table = Table(
        T("历次数值", "Every value it had"),
        [Column(T("次序", "Number"), numeric=True), Column(T("数值", "Value"), numeric=True),
         Column(T("数据状态", "Status")), Column(T("发布时间", "Known since")),
         Column(T("提供人", "Given by")), Column(T("修订原因", "Reason"))],
    )  # fmt: skip
    for row in reversed(known):
        shown = figure(indicator, row.number) if row.number is not None else T("撤销", "Withdrawn")
        table.add(row.revision, shown, status_title(row.status), instant(row.known_at),
                  row.by_name, row.reason or "—")  # fmt: skip
    return table


def _contributing(explained: Explanation) -> Table | None:
    if not explained.rows:
        return None
    table = Table(
        T("参与计算的数据", "The rows behind the figure"),
        [Column(name) for name in explained.columns],
    )
    for row in explained.rows:
        table.add(*(value_cell(name, row[name]) for name in explained.columns))
    return table
