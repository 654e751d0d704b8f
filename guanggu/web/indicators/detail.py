"""One indicator: its course against the target's path, what it means, its figures."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import SafeString
from django.views.decorators.http import require_http_methods

from guanggu.base.bilingual import T
from guanggu.kernel.identity.public import actor_of, get, may_reach
from guanggu.kernel.indicator.public import (
    DIRECTIONS,
    ENTER_VALUES,
    KEEP_INDICATORS,
    KINDS,
    MEASURES,
    PERIOD_KINDS,
    SEE_INDICATORS,
    TARGET_KINDS,
    Indicator,
    Target,
    Value,
    kind_of,
    path_value,
    post_named,
    request_recompute,
    series,
    span,
    standing,
)
from guanggu.kernel.journal.public import history
from guanggu.web import charts, event_words
from guanggu.web.table import Column, Table
from guanggu.web.templatetags.guanggu import instant

from .listing import TITLE
from .showing import (
    STATE_TONES,
    change_text,
    figure,
    figure_link,
    standing_cell,
    status_title,
    title_of,
    unit_of,
    with_unit,
)

POINTS_MAX = 60
_ROWS_MAX = 24
_ASKED = T("已列入计算队列，稍后刷新查看。", "Queued; look again in a moment.")


@require_http_methods(["GET", "HEAD", "POST"])
def indicator_page(request: HttpRequest, key: str) -> HttpResponse:
    """GET /indicators/<key>/; POST has it computed anew."""
    actor = actor_of(request)
    rows = Indicator.objects.select_related("organisation")
    indicator = get(actor, rows, SEE_INDICATORS, key=key)
    if request.method == "POST":
        request_recompute(
            actor, key=request.POST.get("request_key", "")[:64] or None, indicator=key
        )
        messages.success(request, str(_ASKED))
        return redirect("indicator", key=key)
    known = series(key)
    found = standing(key)
    is_typed = indicator.kind == "typed"
    return render(
        request,
        "guanggu/indicators/detail.html",
        {
            "indicator": indicator,
            "standing": found,
            "state": standing_cell(found).value,
            "tone": STATE_TONES[found.state],
            "chart": course_chart(indicator, known),
            "rows": _about(indicator),
            "table": _table(indicator, known),
            "targets": _targets(indicator),
            "parts": _parts(indicator),
            "may_enter": is_typed and may_reach(actor, indicator, ENTER_VALUES),
            "may_compute": not is_typed and may_reach(actor, indicator, KEEP_INDICATORS),
            "may_keep": KEEP_INDICATORS.is_possible(actor),
            "is_official": actor.kind == "official",
            "entries": _entries(indicator) if actor.kind == "official" else [],
            "crumbs": [(TITLE, "/indicators/"), (indicator.title, "")],
        },
    )


def course_chart(
    indicator: Indicator, known: dict[str, Decimal], title: Any = None
) -> SafeString | None:
    """The last figures with what the next target's path asks for; None without a figure."""
    if not known:
        return None
    labels = list(known)[-POINTS_MAX:]
    target = _drawn_target(indicator, labels)
    if target is not None and kind_of(target.period) == indicator.period:
        labels = span(labels[0], max(labels[-1], target.period))[-POINTS_MAX:]
    drawn: list[tuple[Any, list[Any]]] = [(T("实际", "Actual"), [known.get(p) for p in labels])]
    if target is not None:
        drawn.append((T("推进路径", "Path"), [path_value(target, p) for p in labels]))
    return charts.lines(title or indicator.title, labels, drawn, unit=unit_of(indicator))


def _drawn_target(indicator: Indicator, labels: list[str]) -> Target | None:
    """A target with a path beside which the figures may be drawn."""
    for target in Target.objects.filter(indicator=indicator, kind="target").order_by("-period"):
        fits = indicator.measure != "flow" or kind_of(target.period) == indicator.period
        if fits and path_value(target, labels[-1]) is not None:
            return target
    return None


def _about(indicator: Indicator) -> list[tuple[Any, Any]]:
    owner = post_named(indicator.owner) if indicator.owner else None
    rows = [
        (T("指标解释", "Meaning"), T(indicator.note, indicator.note_en or indicator.note)),
        (T("计量单位", "Unit"), unit_of(indicator)),
        (T("统计周期", "Period"), PERIOD_KINDS[indicator.period]),
        (T("数值类型", "Kind of figure"), MEASURES[indicator.measure]),
        (T("评价方向", "Better"), DIRECTIONS[indicator.direction]),
        (T("取值方式", "How it is had"), KINDS[indicator.kind]),
        (T("数据来源", "Source"), indicator.source),
        (T("责任单位", "Organisation in charge"),
         indicator.organisation.title if indicator.organisation else ""),
        (T("责任岗位", "Answerable post"), owner.title if owner else indicator.owner),
        (T("规划章节", "Section of the plan"), indicator.section),
    ]  # fmt: skip
    return [(label, value) for label, value in rows if value not in ("", None)]


def _table(indicator: Indicator, known: dict[str, Decimal]) -> Table:
    table = Table(
        T("历期数值", "Figures"),
        [Column(T("期别", "Period")), Column(T("数值", "Value"), numeric=True),
         Column(T("比上年同期", "On the year before"), numeric=True),
         Column(T("数据状态", "Status")), Column(T("修订", "Revisions"), numeric=True),
         Column(T("发布时间", "Known since"))],
    )  # fmt: skip
    rows = {
        value.period: value for value in Value.objects.filter(indicator=indicator, dimension="")
    }
    for period in list(reversed(known))[:_ROWS_MAX]:
        row = rows[period]
        table.add(
            title_of(period), figure_link(indicator, period, figure(indicator, known[period])),
            change_text(indicator, period, known), status_title(row.status), row.revision - 1,
            instant(row.known_at),
        )  # fmt: skip
    return table


def _targets(indicator: Indicator) -> Table | None:
    rows = sorted(Target.objects.filter(indicator=indicator), key=lambda t: t.period)
    if not rows:
        return None
    table = Table(
        T("基期与目标", "Baseline and targets"),
        [Column(T("期别", "Period")), Column(T("类别", "Kind")),
         Column(T("数值", "Value"), numeric=True), Column(T("进度", "Standing")),
         Column(T("依据", "Basis"))],
    )  # fmt: skip
    for target in rows:
        value = with_unit(indicator, target.value)
        if target.upper is not None:
            value = T("{} 至 {}", "{} to {}").format(value, with_unit(indicator, target.upper))
        state: Any = "—"
        if target.kind == "target":
            state = standing_cell(standing(indicator.key, target=target))
        table.add(title_of(target.period), TARGET_KINDS[target.kind], value, state,
                  target.clause or "—")  # fmt: skip
    return table


def _parts(indicator: Indicator) -> Table | None:
    """The last period's figures by part, where there are parts."""
    rows = Value.objects.filter(indicator=indicator, number__isnull=False).exclude(dimension="")
    last = rows.order_by("-period").values_list("period", flat=True).first()
    if last is None:
        return None
    table = Table(
        T("分组数值", "By part"),
        [Column(T("分组", "Part")), Column(T("数值", "Value"), numeric=True)],
        caption_hidden=False,
    )
    for row in rows.filter(period=last).order_by("dimension")[:_ROWS_MAX]:
        shown = figure_link(indicator, last, figure(indicator, row.number), row.dimension)
        table.add(row.dimension, shown)
    return table


def _entries(indicator: Indicator) -> list[dict[str, Any]]:
    return event_words.entries_of(history(indicator.ref).order_by("-sequence")[:10])
