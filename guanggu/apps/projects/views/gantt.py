"""The Gantt chart as SVG: made on the server, coloured by the style sheet, printed as it is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from guanggu.base import clock
from guanggu.base.bilingual import T

from ..rules.gantt import HEAD, ROW, WIDTH, Bar, Scale, mark_of, scale_of
from ..rules.words import MILESTONE_KINDS

_TONES = {
    "done": T("按期完成", "reached in time"), "done-late": T("逾期完成", "reached late"),
    "late": T("逾期或预计滞后", "late or expected late"), "soon": T("30 天内到期", "due within 30 days"),
    "plan": T("计划", "planned"),
}  # fmt: skip
_LETTERS_MAX = 17


def gantt(title: Any, bars: Sequence[Bar]) -> SafeString:
    """Rows with their span, what is done of it, and their milestones; today as a line."""
    today = clock.today()
    scale = scale_of(bars, today)
    height = HEAD + ROW * max(len(bars), 1) + 8
    parts = [_grid(scale, height)]
    for number, bar in enumerate(bars):
        parts.append(_row(bar, scale, HEAD + ROW * number, today))
    x = scale.x(today)
    parts.append(
        f'<line class="today" x1="{x:.1f}" x2="{x:.1f}" y1="{HEAD - 14}" y2="{height}"/>'
        f'<text class="today" x="{x:.1f}" y="{HEAD - 18}" text-anchor="middle">{T("今天", "Today")}</text>'
    )
    return format_html(
        '<div class="gantt" tabindex="0" role="region" aria-label="{}"><svg viewBox="0 0 {} {}"'
        ' role="group" aria-label="{}">{}</svg></div>',
        title, WIDTH, height, title, mark_safe("".join(parts)),
    )  # fmt: skip


def _grid(scale: Scale, height: int) -> str:
    parts, last = [], 0
    for x, month in scale.months():
        text = f"{month:%Y-%m}" if month.year != last else f"{month.month:02d}"
        last = month.year
        parts.append(
            f'<line class="grid" x1="{x:.1f}" x2="{x:.1f}" y1="{HEAD - 8}" y2="{height}"/>'
            f'<text x="{x + 2:.1f}" y="14">{text}</text>'
        )
    return "".join(parts)


def _row(bar: Bar, scale: Scale, top: int, today: date) -> str:
    middle = top + ROW / 2
    text = str(bar.label)
    short = text if len(text) <= _LETTERS_MAX else f"{text[: _LETTERS_MAX - 1]}…"
    label = (
        f'<text class="label" x="4" y="{middle + 4:.1f}"><title>{conditional_escape(text)}</title>'
        f"{conditional_escape(short)}</text>"
    )
    if bar.href:
        label = f'<a href="{conditional_escape(bar.href)}">{label}</a>'
    parts = [f'<line class="row" x1="0" x2="{WIDTH}" y1="{top}" y2="{top}"/>', label]
    if bar.start and bar.end:
        left, right = scale.x(bar.start), scale.x(bar.end)
        wide = max(right - left, 3)
        note = conditional_escape(str(bar.note))
        parts.append(
            f'<g><title>{note}</title><rect class="span {bar.tone}" x="{left:.1f}"'
            f' y="{middle - 7:.1f}" width="{wide:.1f}" height="14" rx="3"/>'
            f'<rect class="done {bar.tone}" x="{left:.1f}" y="{middle - 7:.1f}"'
            f' width="{wide * min(max(bar.share, 0), 1):.1f}" height="14" rx="3"/></g>'
        )
    for step in bar.steps:
        mark = mark_of(step, scale, today)
        if mark is not None:
            words = T("{}：计划 {}，{} {}", "{}: planned {}, {} {}").format(
                MILESTONE_KINDS[mark.kind], mark.planned_on.isoformat(),
                T("完成", "reached") if step.actual_on else T("预计", "expected"),
                mark.shown_on.isoformat(),
            )  # fmt: skip
            parts.append(
                f'<path class="mark {mark.tone}" d="M{mark.x:.1f} {middle - 7:.1f}l7 7l-7 7l-7 -7z">'
                f"<title>{conditional_escape(str(words))}</title></path>"
            )
    return "".join(parts)


def gantt_legend() -> SafeString:
    items = "".join(
        f'<li><i class="mark-{tone}"></i>{conditional_escape(str(title))}</li>'
        for tone, title in _TONES.items()
    )
    return format_html(
        '<ul class="legend gantt-legend">{}<li><i class="bar-done"></i>{}</li></ul>',
        mark_safe(items), T("已完成权重", "weight reached"),
    )  # fmt: skip
