"""Curves out of the observation store, as fine as the window can show."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from guanggu.kernel.observation.public import Datastream, Mark, means, series

from .chart import Curve, Point
from .windows import Window

POINTS_MAX = 3_000  # of one curve; finer data are read as means


def _every(window: Window, every_s: int) -> str:
    """Raw data where the window holds few enough of them, else means of minutes or hours."""
    if window.every != "raw":
        return window.every
    seconds = (window.end_at - window.start_at).total_seconds()
    if not every_s or seconds / every_s <= POINTS_MAX:
        return "raw"
    return "minute" if seconds / 60 <= POINTS_MAX else "hour"


def stream_curves(streams: Mapping[int, int], window: Window) -> dict[int, list[Point]]:
    """Points by stream; ``streams``: seconds between data by stream. Raises Unavailable."""
    groups: dict[str, list[int]] = {}
    for stream, every_s in streams.items():
        groups.setdefault(_every(window, every_s), []).append(stream)
    found: dict[int, list[Point]] = {}
    for every, members in groups.items():
        if every == "raw":
            for stream, readings in series(members, window.start_at, window.end_at).items():
                found[stream] = [Point(r.at, r.value, r.mark, r.raw) for r in readings]
        else:
            figures = means(members, window.start_at, window.end_at, every)
            for stream, rows in figures.items():
                found[stream] = [Point(m.start_at, m.mean, _mean_mark(m)) for m in rows]
    return found


def _mean_mark(mean: Any) -> int:
    """A mean without any valid datum is drawn as what it is: no figure, in doubt."""
    return int(Mark.NORMAL if mean.valid_count else Mark.OUT_OF_RANGE)


def read_curves(
    streams: Sequence[Datastream], window: Window, titles: Iterable[Any] | None = None
) -> list[Curve]:
    """A curve for each datastream, in their order. Raises Unavailable."""
    named = list(titles) if titles is not None else [stream.name for stream in streams]
    points = stream_curves({s.pk: s.every_s for s in streams}, window)
    return [
        Curve(title, points.get(stream.pk, []), stream.unit)
        for stream, title in zip(streams, named, strict=True)
    ]
