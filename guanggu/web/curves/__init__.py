"""Curves of observations: a window of time, what the store holds in it, drawn, listed, exported.

A view reads curves into a ``Chart`` and hands it to ``{% curve_chart chart %}``; without scripts
the page holds the picture (SVG) and the figures (table), with them the same figures are zoomed,
compared and refreshed by ECharts.
"""

from .answering import answer_data, answer_sheet
from .chart import Chart, Curve, Limit, Point, by_unit
from .drawing import draw
from .reading import read_curves, stream_curves
from .windows import PERIODS, Window, window_of

__all__ = [
    "PERIODS", "Chart", "Curve", "Limit", "Point", "Window", "answer_data", "answer_sheet",
    "by_unit", "draw", "read_curves", "stream_curves", "window_of",
]  # fmt: skip
