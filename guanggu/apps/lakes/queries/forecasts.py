"""Histories that forecasts are made from, forecasts as issued, and how they came out."""

from __future__ import annotations

import math
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from guanggu.base import clock
from guanggu.kernel.observation.public import means

from ..models import Lake, LakeForecast
from ..rules.words import CHLOROPHYLL, LEVEL, RAIN, TEMPERATURE
from .sensing import streams_of_lake

if TYPE_CHECKING:
    import numpy as np

HISTORY = timedelta(days=400)
_STEP = {"level": timedelta(hours=1), "chlorophyll": timedelta(days=1)}


class Series(NamedTuple):
    """Equally spaced arrays, NaN where nothing valid was measured; ``last_at``: of the last."""

    last_at: datetime
    main: np.ndarray
    warmth: np.ndarray
    rain: np.ndarray


class History:
    """One quantity of one lake through time: the mean of its stations. Raises Unavailable."""

    def __init__(self, lake: Lake, quantity: str):
        self.quantity = quantity
        self.every = "hour" if quantity == "level" else "day"
        streams = streams_of_lake(lake)
        main = LEVEL if quantity == "level" else CHLOROPHYLL
        self.streams = {
            "main": [s.pk for s in streams.get(main, [])],
            "warmth": [s.pk for s in streams.get(TEMPERATURE, [])],
            "rain": [s.pk for s in streams.get(RAIN, [])],
        }

    def points(self, start_at: datetime, end_at: datetime) -> list[tuple[datetime, float]]:
        """(instant, value) of what was measured, in plain units."""
        return sorted(self._means(self.streams["main"], start_at, end_at, total=False).items())

    def _means(
        self, streams: list[int], start_at: datetime, end_at: datetime, *, total: bool
    ) -> dict[datetime, float]:
        """By period, the mean over the streams of their mean (or total) in it."""
        found: dict[datetime, list[float]] = {}
        for rows in means(streams, start_at, end_at, self.every).values():
            for row in rows:
                value = row.total if total else row.mean
                if value is not None:
                    found.setdefault(row.start_at, []).append(value)
        return {at: sum(values) / len(values) for at, values in found.items()}

    def series(self, end_at: datetime) -> Series | None:
        """What is known before ``end_at``; None where nothing is."""
        import numpy as np  # only the worker needs it: pages start without it

        start_at = end_at - HISTORY
        main = self._means(self.streams["main"], start_at, end_at, total=False)
        if not main:
            return None
        step = _STEP[self.quantity]
        first, last = min(main), max(main)
        count = (last - first) // step + 1
        rain = self._means(self.streams["rain"], first, end_at, total=True)
        needs_warmth = self.quantity != "level"
        warmth = (
            self._means(self.streams["warmth"], first, end_at, total=False) if needs_warmth else {}
        )
        arrays = []
        for values in (main, warmth, rain):
            column = np.full(count, np.nan)
            for at, value in values.items():
                place = (at - first) // step
                if 0 <= place < count:
                    column[place] = value
            arrays.append(column)
        return Series(last, *arrays)


def latest_forecast(lake: Lake, quantity: str) -> LakeForecast | None:
    rows = LakeForecast.objects.filter(lake=lake, quantity=quantity).exclude(steps=[])
    return rows.order_by("-based_on_at").first()


class Outcome(NamedTuple):
    """One step of an earlier forecast whose time has come, in plain units."""

    based_on_at: datetime
    horizon: int
    told: float
    came: float
    is_within: bool


def outcomes(lake: Lake, quantity: str, limit: int = 12) -> list[Outcome]:
    """The longest step that has come of each of the latest forecasts. Raises Unavailable."""
    rows = list(
        LakeForecast.objects.filter(
            lake=lake, quantity=quantity, based_on_at__gte=clock.now() - timedelta(days=30)
        ).exclude(steps=[]).order_by("-based_on_at")[: limit + 4]
    )  # fmt: skip
    if not rows:
        return []
    step = _STEP[quantity]
    seen = dict(History(lake, quantity).points(rows[-1].based_on_at, clock.now()))
    found = []
    for row in rows:
        for each in reversed(row.steps):
            came = seen.get(row.based_on_at + each["horizon"] * step)
            if came is not None:
                found.append(_outcome(row, each, came))
                break
    return found[:limit]


def _outcome(row: LakeForecast, step: dict, came: float) -> Outcome:
    told, low, high = (step[name] for name in ("value", "low", "high"))
    if row.quantity != "level":
        told, low, high = math.exp(told), math.exp(low), math.exp(high)
    return Outcome(row.based_on_at, step["horizon"], told, came, low <= came <= high)
