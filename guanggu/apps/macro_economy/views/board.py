"""The economy at a glance, and its monthly bulletin as a workbook."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from guanggu.base.bilingual import T
from guanggu.base.errors import Invalid
from guanggu.kernel.identity.public import actor_of
from guanggu.kernel.indicator.public import demand_kind, keeps_indicators, period_title
from guanggu.kernel.register.public import write_xlsx
from guanggu.web.table import Column, Table

from ..queries.board import Line, board, line_of, months_of
from ..queries.exchange import visible_series
from ..queries.series import place_of
from .showing import figure, nowcast_text, outlook_cell, percent

TITLE = T("宏观经济", "Economy")
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_HEADINGS = (
    T("指标", "Indicator"), T("单位", "Unit"), T("期别", "Period"), T("当期", "Figure"),
    T("同比(%)", "On the year before (%)"), T("环比(%，季调)", "On the period before (%, adjusted)"),
    T("累计", "Since January"), T("累计同比(%)", "Its growth (%)"),
)  # fmt: skip
_NO_MONTH = T("没有这个月份的数据。", "There are no figures of that month.")


@require_safe
def board_page(request: HttpRequest) -> HttpResponse:
    """GET /macro_economy/"""
    actor = actor_of(request)
    lines = board(actor)
    months = months_of(lines)
    return render(
        request,
        "macro_economy/board.html",
        {
            "title": TITLE,
            "tiles": [_tile(line) for line in lines if line.series.is_headline and line.place],
            "table": _table(lines),
            "months": [(month, period_title(month)) for month in months[:24]],
            "is_sample": any(line.series.is_sample for line in lines),
            "may_send": keeps_indicators(actor),
            "crumbs": [(TITLE, "")],
        },
    )


def _tile(line: Line) -> dict[str, Any]:
    one = line.series
    grown = line.growth("on_year")
    note = T("{}；同比 {}", "{}; {} on the year").format(
        period_title(line.period), percent(grown, one)
    )
    return {
        "label": one.title, "value": figure(one, line.value), "unit": one.indicator.unit_title,
        "note": note, "href": f"/macro_economy/series/{one.key}/",
    }  # fmt: skip


def _table(lines: list[Line]) -> Table:
    table = Table(
        TITLE,
        [Column(T("指标", "Indicator")), Column(T("期别", "Period")),
         Column(T("当期", "Figure"), numeric=True), Column(T("单位", "Unit")),
         Column(T("同比", "On the year"), numeric=True),
         Column(T("环比（季调）", "On the period (adjusted)"), numeric=True),
         Column(T("累计同比", "Since January"), numeric=True),
         Column(T("全年预测（80% 区间）", "Year expected (80% interval)"), numeric=True),
         Column(T("年度目标", "Target"), numeric=True), Column(T("判断", "Outlook"))],
    )  # fmt: skip
    for line in lines:
        one = line.series
        table.add(
            one.title, period_title(line.period) if line.place else "—",
            figure(one, line.value), one.indicator.unit_title,
            percent(line.growth("on_year"), one), percent(line.growth("on_previous"), one),
            percent(line.growth("cumulated_growth"), one), nowcast_text(line),
            figure(one, line.target), outlook_cell(line),
            href=f"/macro_economy/series/{one.key}/",
        )  # fmt: skip
    return table


@require_safe
def bulletin(request: HttpRequest) -> HttpResponse:
    """GET /macro_economy/bulletin.xlsx?month=2026-10 – the last month where none is named."""
    actor = actor_of(request)
    every = visible_series(actor)
    month = request.GET.get("month", "")
    if month:
        demand_kind(month, "month")
        lines = [line_of(one, _until(one.indicator.period, month)) for one in every]
        if not any(line.place for line in lines):
            raise Invalid(_NO_MONTH, fields={"month": _NO_MONTH})
    else:
        lines = [line_of(one) for one in every]
        month = next(iter(months_of(lines)), "")
    book = write_xlsx(
        [
            (str(T("主要指标", "Main figures")), _rows(lines)),
            (str(T("全年预测", "The year")), _expected(lines)),
            (str(T("历史数据", "All figures")), _history(lines)),
        ]
    )
    answer = HttpResponse(book, content_type=_XLSX)
    name = f"{T('经济运行月报', 'Economic bulletin')}-{month}.xlsx"
    answer.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return answer


def _until(kind: str, month: str) -> tuple[int, int]:
    year, number = place_of(month)
    return (year, number // 3) if kind == "quarter" else (year, number)


def _number(value: Any) -> Any:
    return "" if value is None else float(value)


def _rows(lines: list[Line]) -> Iterator[list[Any]]:
    yield [str(heading) for heading in _HEADINGS]
    for line in lines:
        one = line.series
        if line.place is None:
            continue
        yield [
            str(one.title), str(one.indicator.unit_title), line.period, _number(line.value),
            *(_number(line.growth(kind)) for kind in
              ("on_year", "on_previous", "cumulated", "cumulated_growth")),
        ]  # fmt: skip
    if any(line.series.is_sample for line in lines):
        yield [
            str(T("示例数据，不是统计部门发布的数据。", "Sample data, not published statistics."))
        ]


def _expected(lines: list[Line]) -> Iterator[list[Any]]:
    headings = (
        T("指标", "Indicator"), T("年份", "Year"), T("已知期数", "Periods known"),
        T("预测", "Expected"), T("下限(10%)", "Low (10%)"), T("上限(90%)", "High (90%)"),
        T("目标", "Target"), T("判断", "Outlook"),
    )  # fmt: skip
    yield [str(heading) for heading in headings]
    for line in lines:
        said = line.nowcast
        if said is None or not said.figures:
            continue
        told = said.figures
        yield [
            str(line.series.title), said.year, said.known, told["value"], told["low"],
            told["high"], _number(line.target), str(outlook_cell(line).value),
        ]  # fmt: skip


def _history(lines: list[Line]) -> Iterator[list[Any]]:
    yield [str(T("期别", "Period")), *(str(line.series.title) for line in lines)]
    by_period: dict[str, dict[str, Any]] = {}
    for line in lines:
        for place, number in line.figures.values.items():
            if line.place and place <= line.place:
                by_period.setdefault(line.figures.key(place), {})[line.series.key] = number
    for period in sorted(by_period):
        told = by_period[period]
        yield [period, *(_number(told.get(line.series.key)) for line in lines)]
