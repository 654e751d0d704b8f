"""Small charts of an evaluation as SVG: shapes only, the report's own type stands beside them.

Colours come with hatching-free contrast of lightness, so that a black and white print still tells
them apart; every figure stands in words in the table as well.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from .words import MET, NOT_MET, PARTLY, UNKNOWN

COLOURS = {MET: "#0a6640", PARTLY: "#e0a030", NOT_MET: "#b4151c", UNKNOWN: "#c9d0da"}
WIDTH, HEIGHT = 400, 20
_INK, _GRID, _PATH = "#16202c", "#d3dae4", "#76839a"
_FULL = 1.25  # share of the target at the right edge of an attainment bar


def _svg(width: int, height: int, body: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}">{body}</svg>'
    )


def _box(x: float, width: float, colour: str, height: int = HEIGHT) -> str:
    return f'<rect x="{x:.1f}" y="0" width="{width:.1f}" height="{height}" fill="{colour}"/>'


def stacked_bar(counts: Mapping[str, int]) -> str:
    """Verdicts of one section side by side, the whole width for all of its goals."""
    whole = sum(counts.get(name, 0) for name in COLOURS)
    parts, x = [], 0.0
    for name, colour in COLOURS.items():
        width = WIDTH * counts.get(name, 0) / whole if whole else 0.0
        parts.append(_box(x, width, colour))
        x += width
    return _svg(WIDTH, HEIGHT, "".join(parts) or _box(0, WIDTH, COLOURS[UNKNOWN]))


def attainment_bar(share: float | None, verdict: str) -> str:
    """How much of the target was reached; the line stands at the target."""
    target = WIDTH / _FULL
    filled = 0.0 if share is None else WIDTH * max(0.0, min(share, _FULL)) / _FULL
    line = f'<rect x="{target - 1:.1f}" y="0" width="2" height="{HEIGHT}" fill="{_INK}"/>'
    colour = COLOURS.get(verdict, COLOURS[UNKNOWN])
    return _svg(WIDTH, HEIGHT, _box(0, WIDTH, "#eef1f5") + _box(0, filled, colour) + line)


def path_chart(
    expected: Sequence[float | None], actual: Sequence[float | None], *, width: int = 400,
    height: int = 120,
) -> str:  # fmt: skip
    """The path as a broken line and the values as dots on one, from the first year to the last."""
    known = [value for value in [*expected, *actual] if value is not None]
    low, high = min(known, default=0.0), max(known, default=1.0)
    spread = (high - low) or 1.0
    count = max(len(expected), len(actual), 2)

    def place(index: int, value: float) -> tuple[float, float]:
        x = 8 + (width - 16) * index / (count - 1)
        return x, height - 10 - (height - 20) * (value - low) / spread

    def line(values: Sequence[float | None], stroke: str, dashes: str) -> str:
        points = [place(i, v) for i, v in enumerate(values) if v is not None]
        told = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        dots = "".join(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{stroke}"/>'
                       for x, y in points) if not dashes else ""  # fmt: skip
        return (
            f'<polyline points="{told}" fill="none" stroke="{stroke}" stroke-width="2.4"{dashes}/>'
            f"{dots}"
        )

    base = f'<rect x="8" y="{height - 8}" width="{width - 16}" height="1" fill="{_GRID}"/>'
    broken = ' stroke-dasharray="7 5"'
    return _svg(width, height, base + line(expected, _PATH, broken) + line(actual, "#0b4ca1", ""))
