"""What a chart of curves holds, as values; drawing and exporting read only these."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, NamedTuple

from guanggu.base.bilingual import T
from guanggu.kernel.observation.public import TITLES, VALID, Mark
from guanggu.web.charts import LARGEST

from .windows import Window


class Point(NamedTuple):
    """One figure of a curve; ``raw``: as received, where an officer revised it."""

    at: datetime
    value: float | None
    mark: int = 0
    raw: float | None = None

    @property
    def figure(self) -> float | None:
        """The value where it can be drawn: no infinity, nothing beyond any axis."""
        return self.value if self.value is not None and abs(self.value) <= LARGEST else None

    @property
    def tone(self) -> str:
        """How the mark is coloured: "" (usual), ok (reviewed), warn (in doubt), bad (invalid)."""
        if self.mark in (Mark.REVIEWED_VALID, Mark.CORRECTED):
            return "ok"
        if self.mark in VALID:
            return ""
        return "bad" if self.mark in (Mark.REVIEWED_INVALID, Mark.FAULT) else "warn"

    @property
    def mark_title(self) -> T:
        return TITLES[Mark(self.mark)]


@dataclass(frozen=True)
class Curve:
    """A line of the chart. ``band``: low and high of each point (the error of a forecast)."""

    title: Any
    points: Sequence[Point]
    unit: str = ""
    dashed: bool = False
    band: Sequence[tuple[float, float] | None] | None = None


@dataclass(frozen=True)
class Limit:
    """A dashed line across: a limit of a standard, a permit, a warning level."""

    value: float
    title: Any
    tone: str = "bad"


@dataclass(frozen=True)
class Chart:
    """Curves of one unit over one window.

    data_href: address that answers the same chart as JSON (``answer_data``), asked again every
    ``refresh_s`` seconds while the page is looked at; exports: (title, address) of sheets
    """

    title: Any
    window: Window
    curves: Sequence[Curve]
    unit: str = ""
    limits: Sequence[Limit] = field(default=())
    data_href: str = ""
    refresh_s: int = 0
    exports: Sequence[tuple[Any, str]] = field(default=())
    note: Any = ""

    @property
    def is_empty(self) -> bool:
        return not any(curve.points for curve in self.curves)


def by_unit(chart: Chart) -> list[Chart]:
    """One chart for each unit among the curves: two scales on one picture mislead."""
    units = list(dict.fromkeys(curve.unit for curve in chart.curves))
    if len(units) < 2:
        return [replace(chart, unit=chart.unit or (units[0] if units else ""))]
    return [
        replace(chart, unit=unit, curves=[c for c in chart.curves if c.unit == unit])
        for unit in units
    ]
