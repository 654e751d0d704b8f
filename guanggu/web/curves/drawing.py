"""A chart of curves as HTML: the picture (SVG), the figures (table), and the same as data.

Nothing inline and no script needed; ``static/guanggu/curves.js`` replaces the picture by one that
can be zoomed, where scripts run.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import count, pairwise
from typing import Any

from django.templatetags.static import static
from django.utils.html import conditional_escape, format_html, format_html_join, json_script
from django.utils.safestring import SafeString, mark_safe

from guanggu.base import clock
from guanggu.base.bilingual import T
from guanggu.web.charts import line_range
from guanggu.web.measures import unit_text, value_text

from .chart import Chart, Curve, Limit, Point
from .figures import data_of, table_rows
from .windows import midnight

WIDTH, HEIGHT = 860, 320
LEFT, RIGHT, TOP, BOTTOM = 60, 18, 18, 36
DRAWN_MAX = 700  # points of a curve in the picture: more lie closer than a pixel
ROWS_MAX = 400  # of the table; the sheets hold all
_TICKS = {"day": timedelta(hours=3), "week": timedelta(days=1), "month": timedelta(days=5)}
_ids = count(1)
_MORE = T("仅列最近 {} 行，全部数据请导出。", "The last {} rows; export the sheet for all of them.")


def thinned(points: Sequence[Point], most: int = DRAWN_MAX) -> list[Point]:
    """At most about ``most`` points that keep every peak, trough and gap in sight."""
    if len(points) <= most:
        return list(points)
    size = math.ceil(len(points) / (most / 2))
    kept: list[Point] = []
    for start in range(0, len(points), size):
        part = points[start : start + size]
        known = [p for p in part if p.figure is not None]
        if not known:
            kept.append(part[0])
            continue
        low, high = min(known, key=_value), max(known, key=_value)
        kept += sorted({low, high}, key=lambda p: p.at)
    return kept


def _value(point: Point) -> float:
    return point.figure if point.figure is not None else 0.0


def spacing_of(points: Sequence[Point]) -> timedelta:
    """The usual distance between two points; a longer one is a gap in the line."""
    steps = sorted(b.at - a.at for a, b in pairwise(points))
    return steps[len(steps) // 2] if steps else timedelta(0)


class _Canvas:
    """Where an instant and a value lie on the picture."""

    def __init__(self, chart: Chart):
        self.window = chart.window
        self.span = (chart.window.end_at - chart.window.start_at).total_seconds()
        values = [p.figure for c in chart.curves for p in c.points if p.figure is not None]
        values += [limit.value for limit in chart.limits if _in_sight(limit, values)]
        values += [edge for c in chart.curves for pair in c.band or () if pair for edge in pair]
        finite = [v for v in values if math.isfinite(v)]
        self.bottom, self.top = line_range(finite)
        if finite and min(finite) < 0 and self.bottom > min(finite):
            self.bottom = min(finite)

    def x(self, at: datetime) -> float:
        share = (at - self.window.start_at).total_seconds() / self.span
        return LEFT + (WIDTH - LEFT - RIGHT) * share

    def y(self, value: float) -> float:
        share = (value - self.bottom) / (self.top - self.bottom)
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * share


def _in_sight(limit: Limit, values: Sequence[float]) -> bool:
    """A limit far above all values would press the curve flat: it is named, not drawn."""
    return not values or limit.value <= 3 * max(max(values), 1e-9)


def _ticks(chart: Chart) -> list[tuple[datetime, str]]:
    window = chart.window
    if window.period == "year":
        months = (window.first.replace(month=m) for m in range(1, 13))
        return [(midnight(day), f"{day.month}") for day in months]
    step, at, found = _TICKS[window.period], window.start_at, []
    while at <= window.end_at:
        there = clock.local(at)
        text = f"{there:%H:%M}" if window.period == "day" else f"{there:%m-%d}"
        found.append((at, text))
        at += step
    return found


def _axes(chart: Chart, canvas: _Canvas) -> list[str]:
    parts = []
    for step in range(5):
        value = canvas.bottom + (canvas.top - canvas.bottom) * step / 4
        y = canvas.y(value)
        kind = "axis" if step == 0 else "grid"
        parts.append(
            f'<line class="{kind}" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>'
            f'<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{value_text(value)}</text>'
        )
    for at, text in _ticks(chart):
        x = canvas.x(at)
        anchor = "end" if x > WIDTH - RIGHT - 20 else "middle"
        parts.append(
            f'<text x="{x:.1f}" y="{HEIGHT - BOTTOM + 20}" text-anchor="{anchor}">{text}</text>'
        )
    return parts


def _line(canvas: _Canvas, curve: Curve, number: int) -> list[str]:
    points = thinned(curve.points)
    longest = spacing_of(points) * 2.5
    path, marked, before = [], [], None
    for point in points:
        if point.figure is None:
            before = None
            continue
        x, y = canvas.x(point.at), canvas.y(point.figure)
        joined = before is not None and (not longest or point.at - before <= longest)
        path.append(f"{'L' if joined else 'M'}{x:.1f} {y:.1f}")
        if point.tone:
            marked.append(f'<circle class="mark {point.tone}" cx="{x:.1f}" cy="{y:.1f}" r="3.6"/>')
        before = point.at
    dashed = " dashed" if curve.dashed else ""
    return [f'<path class="line s{number}{dashed}" d="{"".join(path)}"/>', *marked]


def _band(canvas: _Canvas, curve: Curve, number: int) -> list[str]:
    pairs = [(p.at, b) for p, b in zip(curve.points, curve.band or (), strict=False) if b]
    if len(pairs) < 2:
        return []
    over = [f"{canvas.x(at):.1f} {canvas.y(high):.1f}" for at, (_, high) in pairs]
    under = [f"{canvas.x(at):.1f} {canvas.y(low):.1f}" for at, (low, _) in reversed(pairs)]
    return [f'<path class="band s{number}" d="M{"L".join(over + under)}Z"/>']


def _picture(chart: Chart) -> SafeString:
    canvas = _Canvas(chart)
    parts = _axes(chart, canvas)
    for limit in chart.limits:
        if canvas.bottom <= limit.value <= canvas.top:
            y = canvas.y(limit.value)
            parts.append(
                f'<line class="limit {limit.tone}" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}"'
                f' y2="{y:.1f}"/><text class="limit" x="{WIDTH - RIGHT - 4}" y="{y - 5:.1f}"'
                f' text-anchor="end">{conditional_escape(str(limit.title))}</text>'
            )
    for index, curve in enumerate(chart.curves):
        number = index % 6 + 1
        parts += _band(canvas, curve, number) + _line(canvas, curve, number)
    return mark_safe("".join(parts))


def _cell(point: Point | None) -> SafeString:
    if point is None:
        return mark_safe('<td class="num">—</td>')
    text: Any = value_text(point.value)
    if point.raw is not None:
        text = format_html("{} <del>{}</del>", text, value_text(point.raw))
    if point.tone:
        text = format_html(
            '{} <span class="badge {}">{}</span>', text, point.tone, point.mark_title
        )
    return format_html('<td class="num">{}</td>', text)


def _table(chart: Chart) -> SafeString:
    rows = table_rows(chart)
    head = format_html_join(
        "", '<th scope="col" class="num">{}</th>', ((c.title,) for c in chart.curves)
    )
    body = format_html_join(
        "",
        '<tr><th scope="row">{}</th>{}</tr>',
        (
            (chart.window.label(at), format_html_join("", "{}", ((_cell(p),) for p in points)))
            for at, points in rows[:ROWS_MAX]
        ),
    )
    more = format_html("<p>{}</p>", _MORE.format(ROWS_MAX)) if len(rows) > ROWS_MAX else ""
    return format_html(
        '<details class="more"><summary>{}</summary>{}<div class="table-wrap" tabindex="0"'
        ' role="region" aria-label="{}"><table><caption class="hidden">{}</caption><thead><tr>'
        '<th scope="col">{}</th>{}</tr></thead><tbody>{}</tbody></table></div></details>',
        T("查看数据表", "Show the figures"), more, T("数据表", "Figures"), chart.title,
        T("时间", "Time"), head, body,
    )  # fmt: skip


def _legend(chart: Chart) -> SafeString:
    items = [
        (f"s{index % 6 + 1}{' dashed' if curve.dashed else ''}", curve.title)
        for index, curve in enumerate(chart.curves)
    ]
    marks = [
        ("ok", T("已审核", "Reviewed")), ("warn", T("存疑", "In doubt")),
        ("bad", T("无效", "Invalid")),
    ]  # fmt: skip
    present = {p.tone for c in chart.curves for p in c.points}
    items += [(f"mark {tone}", title) for tone, title in marks if tone in present]
    return format_html(
        '<ul class="legend">{}</ul>',
        format_html_join("", '<li><i class="{}"></i>{}</li>', items),
    )


def draw(chart: Chart) -> SafeString:
    """The whole figure. An empty window is said in words."""
    number = next(_ids)
    unit = unit_text(chart.unit)
    exports = format_html_join(
        "", '<a class="button secondary small" href="{1}">{0}</a>', chart.exports
    )
    if chart.is_empty:
        body: Any = format_html(
            '<p class="soft">{}</p>', T("该时段没有数据。", "No data in this period.")
        )
    else:
        body = format_html(
            '{}<div class="curve-picture"><svg viewBox="0 0 {} {}" role="img"'
            ' aria-labelledby="curve-{}">{}</svg></div>{}',
            _legend(chart), WIDTH, HEIGHT, number, _picture(chart), _table(chart),
        )  # fmt: skip
    return format_html(
        '<figure class="chart curve" data-curve="curve-data-{n}" data-href="{href}"'
        ' data-refresh="{refresh}"><figcaption id="curve-{n}">{title}{unit}<small>{span} · {every}'
        "</small></figcaption>{body}{note}{exports}{data}"
        '<script type="module" src="{module}"></script></figure>',
        n=number, href=chart.data_href, refresh=chart.refresh_s, title=chart.title,
        unit=format_html("（{}）", unit) if unit else "", span=chart.window.title,
        every=chart.window.every_title, body=body,
        note=format_html('<p class="soft small">{}</p>', chart.note) if chart.note else "",
        exports=format_html('<p class="actions">{}</p>', exports) if chart.exports else "",
        data=json_script(data_of(chart), f"curve-data-{number}"),
        module=static("guanggu/curves.js"),
    )  # fmt: skip
