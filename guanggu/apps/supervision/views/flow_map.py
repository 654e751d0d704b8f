"""The process map as a drawing: steps in a column, flows as arcs, thicker the more often taken.

Drawn on the server as SVG with presentation attributes only, so it passes the content policy,
prints, and needs no script. Forward flows run on the right, loops back on the left.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

from guanggu.base.bilingual import T

from ..queries.mining import Flow, StepFigures

BOX_WIDTH, BOX_HEIGHT, GAP, MARGIN = 300, 44, 34, 230
STEPS_MAX, FLOWS_MAX = 16, 30
LABEL_WIDTH, LABEL_HEIGHT = 96, 13


@dataclass(frozen=True)
class Placed:
    figures: StepFigures
    y: int


def duration_text(seconds: int | None) -> T:
    """A wait in the unit people use for it."""
    if seconds is None:
        return T("—", "—")
    if seconds < 120:
        return T(f"{seconds} 秒", f"{seconds} s")
    if seconds < 7200:
        return T(f"{seconds // 60} 分", f"{seconds // 60} min")
    if seconds < 172_800:
        return T(f"{seconds / 3600:.1f} 小时", f"{seconds / 3600:.1f} h")
    return T(f"{seconds / 86_400:.1f} 天", f"{seconds / 86_400:.1f} d")


def order_of(steps: Sequence[StepFigures], flows: Sequence[Flow]) -> list[StepFigures]:
    """Steps from start to end: each behind those that more often lead to it than follow it."""
    lead: dict[str, int] = {step.activity: 0 for step in steps}
    for flow in flows:
        if flow.before in lead and flow.after in lead and flow.before != flow.after:
            lead[flow.before] += flow.count
            lead[flow.after] -= flow.count
    by_name = {step.activity: step for step in steps}
    rest, order = set(by_name), []
    weight = {(f.before, f.after): f.count for f in flows}
    current = max(rest, key=lambda name: (lead[name], name), default=None)
    while current is not None:
        order.append(by_name[current])
        rest.discard(current)
        # Follow the most travelled way; where it ends, start again at the best of the rest.
        onward = [(weight.get((current, name), 0), lead[name], name) for name in rest]
        best = max(onward, default=None)
        if best is not None and best[0] == 0:
            best = max(((0, lead[name], name) for name in rest), default=None)
        current = best[2] if best else None
    return order


def draw(
    steps: Sequence[StepFigures],
    flows: Sequence[Flow],
    label: Callable[[str], Any] = lambda activity: activity,
) -> SafeString:
    """The map of the most frequent steps and flows; the tables beside it hold all of them."""
    shown = sorted(steps, key=lambda step: -step.count)[:STEPS_MAX]
    names = {step.activity for step in shown}
    kept = [f for f in flows if f.before in names and f.after in names][:FLOWS_MAX]
    places = {
        step.activity: Placed(step, 10 + number * (BOX_HEIGHT + GAP))
        for number, step in enumerate(order_of(shown, kept))
    }
    height = 20 + len(places) * (BOX_HEIGHT + GAP)
    most = max((flow.count for flow in kept), default=1)
    labels: list[tuple[int, int]] = []
    parts = [_arc(flow, places, most, labels) for flow in kept]
    parts += [_box(place, label(place.figures.activity)) for place in places.values()]
    title = conditional_escape(T("流程图", "Process map"))
    width = BOX_WIDTH + 2 * MARGIN
    return mark_safe(
        f'<svg class="flow-map" viewBox="0 0 {width} {height}" role="img" aria-label="{title}">'
        '<defs><marker id="flow-end" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" '
        'markerHeight="7" markerUnits="userSpaceOnUse" orient="auto">'
        '<path d="M0 0L8 4L0 8z" fill="#35608f"/></marker></defs>' + "".join(parts) + "</svg>"
    )


def _box(place: Placed, label: Any) -> str:
    figures = place.figures
    text = str(label)
    short = text if len(text) <= 34 else f"{text[:33]}…"
    note = T("{} 次 · 等待中位数 {}", "{} times · median wait {}").format(
        f"{figures.count:,}", duration_text(figures.seconds)
    )
    x, middle = MARGIN, MARGIN + BOX_WIDTH // 2
    return (
        f'<g><title>{conditional_escape(text)}</title><rect x="{x}" y="{place.y}" '
        f'width="{BOX_WIDTH}" height="{BOX_HEIGHT}" rx="6" fill="#eef4fb" stroke="#0b4ca1"/>'
        f'<text x="{middle}" y="{place.y + 18}" text-anchor="middle" font-size="13" '
        f'font-weight="600" fill="#10233d">{conditional_escape(short)}</text>'
        f'<text x="{middle}" y="{place.y + 35}" text-anchor="middle" font-size="11" '
        f'fill="#44546a">{conditional_escape(note)}</text></g>'
    )


def _clear(x: int, y: int, labels: list[tuple[int, int]]) -> tuple[int, int] | None:
    """A place for a label near the wished one that covers no other; None where it is too full."""
    for shift in (0, 1, -1, 2, -2, 3, -3):
        at = (x, y + shift * LABEL_HEIGHT)
        taken = any(
            abs(at[0] - other[0]) < LABEL_WIDTH and abs(at[1] - other[1]) < LABEL_HEIGHT
            for other in labels
        )
        if not taken:
            labels.append(at)
            return at
    return None


def _arc(flow: Flow, places: dict[str, Placed], most: int, labels: list[tuple[int, int]]) -> str:
    start, end = places[flow.before], places[flow.after]
    thick = 1 + 6 * flow.count / most
    caption = conditional_escape(f"{flow.count:,} · {duration_text(flow.seconds)}")
    hover = conditional_escape(f"{flow.before} → {flow.after}: {flow.count:,}")
    if end.y - start.y == BOX_HEIGHT + GAP:
        x = MARGIN + BOX_WIDTH // 2
        path = f"M{x} {start.y + BOX_HEIGHT}L{x} {end.y - 2}"
        at = (x + 8, start.y + BOX_HEIGHT + GAP // 2 + 4, "start")
    else:
        forward = end.y > start.y
        side = MARGIN + BOX_WIDTH if forward else MARGIN
        reach = min(abs(end.y - start.y) * 0.35 + 40, MARGIN - 60)
        bend = side + reach if forward else side - reach
        y1, y2 = start.y + BOX_HEIGHT // 2 + 6, end.y + BOX_HEIGHT // 2 - 6
        path = f"M{side} {y1}C{bend:.0f} {y1} {bend:.0f} {y2} {side} {y2}"
        at = (
            int(side + reach * 0.78) if forward else int(side - reach * 0.78),
            (y1 + y2) // 2 + 4,
            "start" if forward else "end",
        )
    colour = "#35608f" if end.y > start.y else "#a8561b"
    # The frequent flows come first and get the room; the others are named on pointing at them.
    clear = _clear(at[0], at[1], labels)
    text = (
        f'<text x="{clear[0]}" y="{clear[1]}" text-anchor="{at[2]}" font-size="10" '
        f'fill="#2b3d55">{caption}</text>'
        if clear
        else ""
    )
    return (
        f'<g><title>{hover}</title><path d="{path}" fill="none" stroke="{colour}" '
        f'stroke-opacity="0.55" stroke-width="{thick:.1f}" marker-end="url(#flow-end)"/>'
        f"{text}</g>"
    )
