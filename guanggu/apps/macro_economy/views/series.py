"""One series: its course, growth, season, and what is expected of the year."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from guanggu.base.bilingual import T
from guanggu.kernel.identity.public import actor_of, get
from guanggu.kernel.indicator.public import STATUSES, period_title
from guanggu.web import charts
from guanggu.web.table import Cell, Column, Table
from guanggu.web.templatetags.guanggu import instant

from ..models import EconomicSeries
from ..queries.board import Line, line_of, vintages
from ..queries.scopes import VIEW_SERIES
from ..rules.nowcast import total_of, whole_years
from ..rules.outlook import METHODS, OUTLOOKS, TONES, error_words, errors_by_known, past_of
from ..rules.seasonal import judged
from .board import TITLE
from .showing import figure, nowcast_text, percent

_POINTS = {12: 48, 4: 24}
_ROWS = 24
_REVISED_ROWS = 12


@require_safe
def series_page(request: HttpRequest, key: str) -> HttpResponse:
    """GET /macro_economy/series/<key>/"""
    actor = actor_of(request)
    rows = EconomicSeries.objects.select_related("indicator", "indicator__organisation")
    one = get(actor, rows, VIEW_SERIES, key=key)
    line = line_of(one)
    said = line.nowcast
    past = past_of(said.past) if said else []
    return render(
        request,
        "macro_economy/series.html",
        {
            "series": one,
            "indicator": one.indicator,
            "line": line,
            "tiles": _tiles(line) if line.place else [],
            "level": _level(line),
            "growth": _growth(line),
            "years": _years(line),
            "table": _table(line),
            "revised": _revised(line),
            "nowcast": said if said and said.figures else None,
            "expected": nowcast_text(line),
            "outlook": OUTLOOKS[line.outlook],
            "tone": TONES[line.outlook],
            "target": figure(one, line.target),
            "error": error_words(past, said.known) if said else "",
            "errors": _errors(line, past),
            "nowcast_problem": _problem(said),
            "adjustment": line.adjustment,
            "checks": _checks(line),
            "adjust_problem": _problem(line.adjustment),
            "crumbs": [(TITLE, "/macro_economy/"), (one.title, "")],
        },
    )


def _problem(kept: Any) -> Any:
    return T(**kept.problem) if kept is not None and kept.problem else ""


def _tiles(line: Line) -> list[dict[str, Any]]:
    one = line.series
    tiles = [
        {"label": period_title(line.period), "value": figure(one, line.value),
         "unit": one.indicator.unit_title},
        {"label": T("同比", "On the year before"), "value": percent(line.growth("on_year"), one)},
        {"label": T("环比（季节调整后）", "On the period before (adjusted)"),
         "value": percent(line.growth("on_previous"), one)},
    ]  # fmt: skip
    if line.growth("cumulated") is not None:
        tiles.append(
            {"label": T("年初至今", "Since January"), "value": figure(one, line.growth("cumulated")),
             "note": T("同比 {}", "{} on the year").format(
                 percent(line.growth("cumulated_growth"), one))}
        )  # fmt: skip
    return tiles


def _shown(line: Line) -> list[tuple[int, int]]:
    return sorted(line.figures.values)[-_POINTS.get(line.figures.per_year, 24) :]


def _level(line: Line) -> SafeString | None:
    places = _shown(line)
    if not places:
        return None
    labels = [line.figures.key(place) for place in places]
    drawn: list[tuple[Any, list[Any]]] = [
        (T("原序列", "As published"), [line.figures.values[p] for p in places])
    ]
    kept = line.adjustment
    if kept is not None and kept.adjusted:
        for title, values in (
            (T("季节调整后", "Adjusted"), kept.adjusted), (T("趋势", "Trend"), kept.trend)
        ):  # fmt: skip
            by_period = dict(zip(kept.periods, values, strict=True))
            drawn.append((title, [by_period.get(label) for label in labels]))
    unit = line.series.indicator.unit_title
    return charts.lines(T("历期走势", "Course"), labels, drawn, unit=unit)


def _growth(line: Line) -> SafeString | None:
    places = [p for p in _shown(line) if p in line.growths.on_year]
    if not places:
        return None
    drawn = [(T("当期同比", "On the year before"), [line.growths.on_year[p] for p in places])]
    if line.growths.cumulated_growth:
        sums = [line.growths.cumulated_growth.get(p) for p in places]
        drawn.append((T("累计同比", "Since January"), sums))
    labels = [line.figures.key(place) for place in places]
    return charts.lines(T("同比增速", "Growth on the year before"), labels, drawn, unit="%")


def _years(line: Line) -> SafeString | None:
    """Whole years, and the one that is expected beside them."""
    values = {place: float(number) for place, number in line.figures.values.items()}
    is_stock = line.series.indicator.measure != "flow"
    years = whole_years(values, line.figures.per_year)
    said = line.nowcast
    if not years or said is None or not said.figures:
        return None
    years = years[-8:]
    totals: list[Any] = [
        total_of(values, year, line.figures.per_year, is_stock=is_stock) for year in years
    ]
    labels = [str(year) for year in years] + [str(said.year)]
    drawn = [
        (T("实际", "Actual"), [*totals, None]),
        (T("预测", "Expected"), [None] * len(years) + [said.figures["value"]]),
    ]
    if line.target is not None:
        drawn.append((T("目标", "Target"), [None] * len(years) + [float(line.target)]))
    unit = line.series.indicator.unit_title
    return charts.bars(T("全年数与预测", "Years and what is expected"), labels, drawn, unit=unit)


def _table(line: Line) -> Table:
    one, grown = line.series, line.growths
    table = Table(
        T("历期数值", "Figures"),
        [Column(T("期别", "Period")), Column(T("当期", "Figure"), numeric=True),
         Column(T("同比", "On the year"), numeric=True),
         Column(T("环比（季调）", "On the period (adjusted)"), numeric=True),
         Column(T("累计", "Since January"), numeric=True),
         Column(T("累计同比", "Its growth"), numeric=True)],
    )  # fmt: skip
    for place in sorted(line.figures.values, reverse=True)[:_ROWS]:
        period = line.figures.key(place)
        shown = figure(one, line.figures.values[place])
        mark = T("*", "*") if place in line.figures.shared else T("", "")
        table.add(
            period_title(period),
            Cell(T("{}{}", "{}{}").format(shown, mark)),
            percent(grown.on_year.get(place), one), percent(grown.on_previous.get(place), one),
            figure(one, grown.cumulated.get(place)),
            percent(grown.cumulated_growth.get(place), one),
            href=f"/indicators/{one.indicator.key}/{period}/",
        )  # fmt: skip
    return table


def _revised(line: Line) -> Table | None:
    periods = [line.figures.key(p) for p in sorted(line.figures.values, reverse=True)]
    told = [row for row in vintages(line.series, periods[: _POINTS[12]]) if row["count"]]
    if not told:
        return None
    one = line.series
    table = Table(
        T("修订情况", "Revisions"),
        [Column(T("期别", "Period")), Column(T("首次发布", "First"), numeric=True),
         Column(T("现值", "Now"), numeric=True), Column(T("修订幅度", "Change"), numeric=True),
         Column(T("次数", "Times"), numeric=True), Column(T("现值状态", "Status")),
         Column(T("最近修订", "Last revised"))],
    )  # fmt: skip
    for row in told[:_REVISED_ROWS]:
        first, now = row["first"].number, row["now"].number
        change = (now / first - 1) * 100 if first else None
        table.add(
            period_title(row["period"]), figure(one, first), figure(one, now),
            percent(change, one), row["count"], STATUSES[row["now"].status],
            instant(row["now"].known_at),
            href=f"/indicators/{one.indicator.key}/{row['period']}/",
        )  # fmt: skip
    return table


def _errors(line: Line, past: list[Any]) -> Table | None:
    if not past:
        return None
    unit = T("期", "periods")
    table = Table(
        T("历史误差（平均绝对百分误差，按当时已公布的数据回测）",
          "Past error (mean absolute percent, tested on what was published then)"),
        [Column(T("已知期数", "Periods known")), Column(T("年数", "Years"), numeric=True),
         *(Column(title, numeric=True) for title in METHODS.values()),
         Column(T("区间覆盖率", "Within the interval"), numeric=True)],
        caption_hidden=False,
    )  # fmt: skip
    for known, count, errors, covered in errors_by_known(past):
        table.add(
            T("{} {}", "{} {}").format(known, unit), count,
            *(f"{errors[method]:.2f}%" for method in METHODS), f"{covered * 100:.0f}%",
        )  # fmt: skip
    return table


def _checks(line: Line) -> Table | None:
    kept = line.adjustment
    if kept is None or not kept.checks:
        return None
    table = Table(
        T("余项检验", "Checks of what is left"),
        [Column(T("检验", "Check")), Column(T("结果", "Result")), Column(T("说明", "Meaning"))],
    )
    for title, passed, words in judged(kept.checks):
        table.add(
            title,
            Cell(T("通过", "Passed") if passed else T("留意", "Look"), tone="ok" if passed else "warn"),
            words,
        )  # fmt: skip
    return table
