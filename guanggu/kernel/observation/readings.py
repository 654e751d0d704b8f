"""Reading the store in plain values, for pages and rules that want no columns."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from guanggu.base.clock import from_microseconds, to_microseconds

from .marks import VALID
from .store import observations


class Reading(NamedTuple):
    """One datum. value: None where the result is no number; raw: as received, where revised."""

    at: datetime
    value: float | None
    mark: int
    raw: float | None = None

    @property
    def is_valid(self) -> bool:
        return self.mark in VALID and self.value is not None


class Mean(NamedTuple):
    """Figures of one period; None where it holds no valid datum."""

    start_at: datetime
    total_count: int
    valid_count: int
    mean: float | None
    minimum: float | None
    maximum: float | None
    total: float | None


def _number(value: float | None) -> float | None:
    return None if value is None or math.isnan(value) else value


def latest_readings(streams: Iterable[int]) -> dict[int, Reading]:
    """By stream; streams without any datum are left out. Raises Unavailable."""
    wanted = list(streams)
    if not wanted:
        return {}
    table = observations().latest(wanted).to_pydict()
    rows = zip(
        table["stream"], table["time"], table["result"], table["mark"], table["raw"], strict=True
    )
    return {
        stream: Reading(from_microseconds(time), _number(result), mark, _number(raw))
        for stream, time, result, mark, raw in rows
    }


def series(
    streams: Sequence[int], start_at: datetime, end_at: datetime
) -> dict[int, list[Reading]]:
    """Each stream's data from ``start_at`` until before ``end_at``. Raises Unavailable."""
    found: dict[int, list[Reading]] = {stream: [] for stream in streams}
    if not found:
        return found
    table = observations().series(
        list(found), to_microseconds(start_at), to_microseconds(end_at)
    ).to_pydict()  # fmt: skip
    rows = zip(
        table["stream"], table["time"], table["result"], table["mark"], table["raw"], strict=True
    )
    for stream, time, result, mark, raw in rows:
        found[stream].append(Reading(from_microseconds(time), _number(result), mark, _number(raw)))
    return found


def means(
    streams: Sequence[int], start_at: datetime, end_at: datetime, every: str
) -> dict[int, list[Mean]]:
    """Each stream's figures by period of the district's clock. Raises Unavailable."""
    found: dict[int, list[Mean]] = {stream: [] for stream in streams}
    if not found:
        return found
    table = observations().aggregate(
        list(found), to_microseconds(start_at), to_microseconds(end_at), every
    ).to_pydict()  # fmt: skip
    names = ("stream", "start", "count", "valid", "mean", "minimum", "maximum", "total")
    for stream, start, *figures in zip(*(table[name] for name in names), strict=True):
        found[stream].append(Mean(from_microseconds(start), *figures))
    return found
