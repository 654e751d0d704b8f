"""Charts drawn on the server: SVG coloured by the style sheet, with the table behind them.

No script and no inline style, so they pass the strict content policy, print, and can be read
aloud: the picture carries a title, and every figure stands in a table one click away.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import count
from typing import Any

from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from guanggu.base.bilingual import T

WIDTH, HEIGHT = 720, 300
LEFT, RIGHT, TOP, BOTTOM = 64, 16, 18, 44
# Beyond these no axis can be drawn: a figure as large is a mistake, one as small is nothing.
LARGEST, SMALLEST = 1e15, 1e-9
_ids = count(1)

Series = list[tuple[Any, list[float | None]]]


def _series(title: Any, given: Sequence[Any]) -> Series:
    """Accept ``[1, 2]`` or ``[("name", [1, 2]), …]``; anything not a finite number is a gap."""

    def number(value: Any) -> float | None:
        try:
            number = float(value)
        except (TypeError, ValueError):
            return None
        if not math.isfinite(number) or abs(number) > LARGEST:
            return None
        return 0.0 if abs(number) < SMALLEST else number

    if given and isinstance(given[0], tuple | list):
        return [(name, [number(v) for v in values]) for name, values in given]
    return [(title, [number(v) for v in given])]


def nice_top(largest: float) -> float:
    """The round figure at the top of an axis: 1, 2, 2.5 or 5 times a power of ten."""
    if largest <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(largest))
    return next(step * power for step in (1, 2, 2.5, 5, 10) if step * power >= largest * 0.999999)


def line_range(values: Sequence[float]) -> tuple[float, float]:
    """Foot and top of a line chart: from zero, unless all values lie close together."""
    low, high = min(values, default=0.0), max(values, default=0.0)
    if (low >= 0 and high - low > 0.3 * high) or not values:
        return 0.0, nice_top(high)
    step = nice_top((high - low) / 3 or abs(high) / 4 or 1.0)
    while True:
        bottom = math.floor(low / step) * step
        if bottom + 4 * step >= high:
            return bottom, bottom + 4 * step
        step = nice_top(step * 1.01)


def figure_text(value: float | None) -> str:
    if value is None:
        return "—"
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.2f}".rstrip("0").rstrip(".")


def _axes(top: float, bottom: float, labels: Sequence[Any], centred: bool) -> str:
    height, width = HEIGHT - TOP - BOTTOM, WIDTH - LEFT - RIGHT
    parts = []
    for step in range(5):
        value = bottom + (top - bottom) * step / 4
        y = HEIGHT - BOTTOM - height * step / 4
        kind = "axis" if step == 0 else "grid"
        parts.append(
            f'<line class="{kind}" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>'
            f'<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{figure_text(value)}</text>'
        )
    slots = len(labels) if centred else max(len(labels) - 1, 1)
    widest = max((len(str(label)) for label in labels), default=0)
    every = max(1, math.ceil(len(labels) / (12 if widest <= 5 else 9)))
    for index, label in enumerate(labels):
        if index % every:
            continue
        x = LEFT + width * ((index + 0.5) if centred else index) / max(slots, 1)
        anchor = "middle" if centred or 0 < index < len(labels) - 1 else ("start", "end")[index > 0]
        parts.append(
            f'<text x="{x:.1f}" y="{HEIGHT - BOTTOM + 18}" text-anchor="{anchor}">'
            f"{conditional_escape(str(label)[:12])}</text>"
        )
    return "".join(parts)


def _style(styles: Sequence[str], number: int) -> str:
    """The class that colours a series: its own where one is given."""
    return styles[number] if number < len(styles) else f"s{number % 6 + 1}"


def _figure(
    title: Any, unit: Any, labels: Sequence[Any], series: Series, drawing: str,
    styles: Sequence[str] = (),
) -> SafeString:  # fmt: skip
    number = next(_ids)
    legend: Any = ""
    if len(series) > 1:
        items = format_html_join(
            "",
            '<li><i class="{}"></i>{}</li>',
            ((_style(styles, i), name) for i, (name, _) in enumerate(series)),
        )
        legend = format_html('<ul class="legend">{}</ul>', items)
    head = format_html_join("", '<th scope="col" class="num">{}</th>', ((n,) for n, _ in series))
    rows = format_html_join(
        "",
        '<tr><th scope="row">{}</th>{}</tr>',
        (
            (
                label,
                format_html_join(
                    "",
                    '<td class="num">{}</td>',
                    ((figure_text(v[i] if i < len(v) else None),) for _, v in series),
                ),
            )
            for i, label in enumerate(labels)
        ),
    )
    return format_html(
        '<figure class="chart"><figcaption id="chart-{n}">{title}{unit}</figcaption>{legend}'
        '<svg viewBox="0 0 {w} {h}" role="img" aria-labelledby="chart-{n}">{drawing}</svg>'
        '<details><summary>{show}</summary><table><caption class="hidden">{title}</caption>'
        '<thead><tr><th scope="col">{first}</th>{head}</tr></thead><tbody>{rows}</tbody></table>'
        "</details></figure>",
        n=number,
        title=title,
        unit=format_html("（{}）", unit) if unit else "",
        legend=legend,
        w=WIDTH,
        h=HEIGHT,
        drawing=mark_safe(drawing),
        show=T("查看数据表", "Show the figures"),
        first=T("项目", "Item"),
        head=head,
        rows=rows,
    )


def bars(
    title: Any,
    labels: Sequence[Any],
    series: Sequence[Any],
    *,
    unit: Any = "",
    stacked: bool = False,
    styles: Sequence[str] = (),
) -> SafeString:
    """Columns side by side or stacked; negative values are drawn as none, gaps as gaps.

    styles: class of each series where its colour has a meaning, such as a grade.
    """
    data = _series(title, series)
    values = [
        [max(v or 0.0, 0.0) for v in (vs + [None] * len(labels))[: len(labels)]] for _, vs in data
    ]
    sums = [sum(column) for column in zip(*values, strict=True)] if values else []
    top = nice_top(max(sums if stacked else [v for vs in values for v in vs], default=0.0))
    height, slot = HEIGHT - TOP - BOTTOM, (WIDTH - LEFT - RIGHT) / max(len(labels), 1)
    breadth = min(slot * 0.68, 90) / (1 if stacked else max(len(values), 1))
    parts = [_axes(top, 0, labels, centred=True)]
    for i in range(len(labels)):
        base = 0.0
        start = LEFT + slot * (i + 0.5) - breadth * (1 if stacked else len(values)) / 2
        for s, column in enumerate(values):
            tall = height * column[i] / top
            x = start if stacked else start + breadth * s
            y = HEIGHT - BOTTOM - tall - base
            parts.append(
                f'<rect class="{_style(styles, s)}" x="{x:.1f}" y="{y:.1f}" width="{breadth - 1:.1f}"'
                f' height="{tall:.1f}"/>'
            )
            if stacked:
                base += tall
            elif len(values) == 1 and len(labels) <= 16:
                parts.append(
                    f'<text class="value" x="{x + breadth / 2:.1f}" y="{y - 5:.1f}"'
                    f' text-anchor="middle">{figure_text(data[s][1][i] if i < len(data[s][1]) else None)}</text>'
                )
    return _figure(title, unit, labels, data, "".join(parts), styles)


def lines(
    title: Any, labels: Sequence[Any], series: Sequence[Any], *, unit: Any = "", target: Any = None
) -> SafeString:
    """Lines through the values; a gap in the data is a gap in the line; ``target`` is dashed."""
    data = _series(title, series)
    numbers = [v for _, vs in data for v in vs if v is not None]
    goal = _series("", [target])[0][1][0] if target is not None else None
    known = numbers + ([goal] if goal is not None else [])
    bottom, top = line_range(known)
    height, width = HEIGHT - TOP - BOTTOM, WIDTH - LEFT - RIGHT

    def y_of(value: float) -> float:
        return HEIGHT - BOTTOM - height * (value - bottom) / (top - bottom)

    parts = [_axes(top, bottom, labels, centred=False)]
    for s, (_, values) in enumerate(data):
        path, pen_down = [], False
        for i, value in enumerate(values[: len(labels)]):
            if value is None:
                pen_down = False
                continue
            x = LEFT + width * i / max(len(labels) - 1, 1)
            path.append(f"{'L' if pen_down else 'M'}{x:.1f} {y_of(value):.1f}")
            if len(labels) <= 40:
                parts.append(
                    f'<circle class="s{s % 6 + 1}" cx="{x:.1f}" cy="{y_of(value):.1f}" r="3.2"/>'
                )
            pen_down = True
        parts.append(f'<path class="line s{s % 6 + 1}" d="{"".join(path)}"/>')
    if goal is not None:
        y = y_of(goal)
        parts.append(
            f'<line class="target" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>'
        )
    return _figure(title, unit, labels, data, "".join(parts))


def meter(share: Any, label: Any, tone: str = "") -> SafeString:
    """A bar filled to ``share`` of its width; beyond 0 to 1 it is full or empty."""
    value = _series("", [share])[0][1][0] or 0.0
    filled = max(0.0, min(value, 1.0)) * 200
    return format_html(
        '<svg class="meter {}" viewBox="0 0 200 8" preserveAspectRatio="none" role="img"'
        ' aria-label="{}"><rect class="track" width="200" height="8" rx="4"/>'
        '<rect class="fill" width="{}" height="8" rx="4"/></svg>',
        tone if tone in ("ok", "warn", "bad") else "",
        label,
        f"{filled:.1f}",
    )
