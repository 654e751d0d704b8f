"""Where the bars and marks of a Gantt chart lie: days into pixels, rows by project or milestone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from guanggu.base.months import months_between

from .stages import Step, days_late

WIDTH, LABEL, ROW, HEAD = 1120, 250, 30, 46


@dataclass(frozen=True, slots=True)
class Mark:
    """A milestone on its row. tone: done, late, soon or plan; x in pixels."""

    x: float
    tone: str
    kind: str
    planned_on: date
    shown_on: date


@dataclass(frozen=True, slots=True)
class Bar:
    """A row: its span as planned, how much of it is done, and the marks upon it."""

    label: Any
    href: str
    start: date | None
    end: date | None
    share: float = 0.0
    tone: str = "plan"
    note: Any = ""
    steps: Sequence[Step] = field(default=())


@dataclass(frozen=True, slots=True)
class Scale:
    """Days into pixels; ``marks``: (x, month) where a line is drawn."""

    first: date
    last: date

    def x(self, day: date) -> float:
        within = min(max(day, self.first), self.last)
        whole = max((self.last - self.first).days, 1)
        return LABEL + (WIDTH - LABEL - 10) * (within - self.first).days / whole

    def months(self) -> list[tuple[float, date]]:
        """At most some thirty lines: months, quarters, years or more years."""
        found = months_between(self.first, self.last)
        for every in (1, 3, 6, 12, 24, 60):
            chosen = [m for m in found if (m.year * 12 + m.month - 1) % every == 0]
            if len(chosen) <= 26:
                break
        return [(self.x(max(m, self.first)), m) for m in chosen]


def scale_of(bars: Sequence[Bar], today: date) -> Scale:
    """From the first to the last day that any row has, today within."""
    days = [today]
    for bar in bars:
        days += [d for d in (bar.start, bar.end) if d]
        for step in bar.steps:
            days += [d for d in (step.planned_on, step.forecast_on, step.actual_on) if d]
    first, last = min(days).replace(day=1), max(days) + timedelta(days=20)
    return Scale(first, max(last, first + timedelta(days=60)))


def mark_of(step: Step, scale: Scale, today: date) -> Mark | None:
    """None for a milestone without any day."""
    if step.planned_on is None:
        return None
    shown = step.actual_on or step.forecast_on or step.planned_on
    late = days_late(step, today)
    if step.actual_on:
        tone = "done" if not late else "done-late"
    elif late:
        tone = "late"
    else:
        tone = "soon" if (step.planned_on - today).days <= 30 else "plan"
    return Mark(scale.x(shown), tone, step.kind, step.planned_on, shown)
