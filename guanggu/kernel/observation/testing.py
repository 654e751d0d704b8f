"""A store in memory, written for plainness: tests of apps use it, other stores are held to it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa

from guanggu.base.clock import DISTRICT_ZONE, from_microseconds, to_microseconds
from guanggu.base.errors import Invalid

from .batch import Batch
from .marks import VALID
from .store import EVERY, NOT_A_PERIOD, Appended

_SCHEMA = pa.schema(
    [
        ("stream", pa.int32()), ("time", pa.int64()), ("result", pa.float64()),
        ("mark", pa.uint8()), ("result_time", pa.int64()), ("raw", pa.float64()),
        ("extra", pa.string()),
    ]
)  # fmt: skip
_AGGREGATES = pa.schema(
    [
        ("stream", pa.int32()), ("start", pa.int64()), ("count", pa.int64()),
        ("valid", pa.int64()), ("mean", pa.float64()), ("minimum", pa.float64()),
        ("maximum", pa.float64()), ("total", pa.float64()),
    ]
)  # fmt: skip


@dataclass
class _Datum:
    result: float
    mark: int
    result_time: int
    raw: float | None = None
    extra: str | None = None
    revised: bool = False

    def row(self, stream: int, time: int) -> tuple[Any, ...]:
        return (stream, time, self.result, self.mark, self.result_time, self.raw, self.extra)

    def is_same(self, other: _Datum) -> bool:
        received = self.raw if self.revised and self.raw is not None else self.result
        alike = received == other.result or (math.isnan(received) and math.isnan(other.result))
        return alike and self.extra == other.extra and (self.revised or self.mark == other.mark)


class MemoryStore:
    """See ``store.ObservationStore``. Sealing is only remembered as a boundary in time."""

    def __init__(self) -> None:
        self._data: dict[tuple[int, int], _Datum] = {}
        self._held: dict[tuple[int, int], _Datum] = {}
        self.sealed_until = -(2**63)

    def copy(self) -> MemoryStore:
        """Holds the same, and what is written to one is not in the other."""
        made = MemoryStore()
        made._data, made._held = dict(self._data), dict(self._held)
        made.sealed_until = self.sealed_until
        return made

    def append(self, batch: Batch) -> Appended:
        counts = {"new": 0, "repeated": 0, "replaced": 0, "held": 0}
        for place, given in _rows(batch):
            counts[self._take(place, given)] += 1
        return Appended(**counts)

    def _take(self, place: tuple[int, int], given: _Datum) -> str:
        known = self._data.get(place)
        if known is None:
            self._data[place] = given
            return "new"
        if known.is_same(given):
            return "repeated"
        if known.revised or place[1] < self.sealed_until:
            waiting = self._held.get(place)
            if waiting is not None and waiting.is_same(given):
                return "repeated"
            self._held[place] = given
            return "held"
        if given.result_time < known.result_time:
            return "repeated"
        self._data[place] = given
        return "replaced"

    def revise(self, batch: Batch) -> int:
        revised = 0
        for place, given in _rows(batch):
            known = self._data.get(place)
            given.revised = True
            if known is not None:
                given.raw = known.raw if known.revised else known.result
                given.extra = given.extra if given.extra is not None else known.extra
                revised += 1
            self._data[place] = given
        return revised

    def remove(self, streams: Sequence[int], start: int, end: int) -> int:
        wanted = set(streams)
        gone = [p for p in self._data if p[0] in wanted and start <= p[1] < end]
        for place in gone:
            del self._data[place]
            self._held.pop(place, None)
        return len(gone)

    def latest(self, streams: Sequence[int] | None = None) -> pa.Table:
        newest: dict[int, int] = {}
        for stream, time in self._data:
            newest[stream] = max(time, newest.get(stream, time))
        wanted = newest if streams is None else [s for s in set(streams) if s in newest]
        return _table([self._data[s, newest[s]].row(s, newest[s]) for s in sorted(wanted)], _SCHEMA)

    def _within(self, streams: Sequence[int], start: int, end: int) -> Iterator[tuple[Any, ...]]:
        wanted = set(streams)
        for place in sorted(self._data):
            if place[0] in wanted and start <= place[1] < end:
                yield self._data[place].row(*place)

    def series(
        self, streams: Sequence[int], start: int, end: int, *,
        limit: int | None = None, newest_first: bool = False,
    ) -> pa.Table:  # fmt: skip
        rows = list(self._within(streams, start, end))
        if newest_first:
            rows.sort(key=lambda row: (-row[1], row[0]))
        return _table(rows[:limit], _SCHEMA)

    def aggregate(self, streams: Sequence[int], start: int, end: int, every: str) -> pa.Table:
        if every not in EVERY:
            raise Invalid(NOT_A_PERIOD, fields={"every": NOT_A_PERIOD})
        groups: dict[tuple[int, int], list[tuple[float, int]]] = {}
        for row in self._within(streams, start, end):
            groups.setdefault((row[0], start_of(row[1], every)), []).append((row[2], row[3]))
        rows = []
        for (stream, begins), values in sorted(groups.items()):
            valid = [v for v, mark in values if mark in VALID and math.isfinite(v)]
            figures: tuple[float | None, ...] = (None,) * 4
            if valid:
                total = math.fsum(valid)
                figures = (total / len(valid), min(valid), max(valid), total)
            rows.append((stream, begins, len(values), len(valid), *figures))
        return _table(rows, _AGGREGATES)

    def count(self, streams: Sequence[int], start: int, end: int) -> int:
        return sum(1 for _ in self._within(streams, start, end))

    def held(self, streams: Sequence[int] | None = None) -> pa.Table:
        wanted = None if streams is None else set(streams)
        rows = [
            datum.row(*place)
            for place, datum in sorted(self._held.items())
            if wanted is None or place[0] in wanted
        ]
        return _table(rows, _SCHEMA)

    def release(self, stream: int, time: int, *, accept: bool) -> None:
        waiting = self._held.pop((stream, time), None)
        if waiting is None or not accept:
            return
        known = self._data[stream, time]
        waiting.raw = known.raw if known.revised else known.result
        waiting.revised = True
        self._data[stream, time] = waiting


def _rows(batch: Batch) -> Iterator[tuple[tuple[int, int], _Datum]]:
    for n in range(len(batch)):
        place = (int(batch.streams[n]), int(batch.times[n]))
        extra = batch.extras[n] if batch.extras else None
        yield (
            place,
            _Datum(
                float(batch.results[n]),
                int(batch.marks[n]),
                int(batch.result_times[n]),
                extra=extra,
            ),
        )


def _table(rows: list[tuple[Any, ...]], schema: pa.Schema) -> pa.Table:
    columns: list[Any] = list(zip(*rows, strict=True)) if rows else [[] for _ in schema]
    return pa.table(
        [
            pa.array(list(column), field.type, from_pandas=False)
            for column, field in zip(columns, schema, strict=True)
        ],
        schema=schema,
    )


def start_of(time: int, every: str) -> int:
    """Start of the period of the district's clock that holds the instant, microseconds UTC."""
    at = from_microseconds(time).astimezone(DISTRICT_ZONE)
    at = at.replace(second=0, microsecond=0)
    if every != "minute":
        at = at.replace(minute=0)
    if every in ("day", "month"):
        at = at.replace(hour=0)
    if every == "month":
        at = at.replace(day=1)
    return to_microseconds(at.astimezone(UTC))


def at(text: str) -> int:
    """``at("2026-05-01 08:00")`` on the district's clock, in microseconds UTC."""
    return to_microseconds(datetime.fromisoformat(text).replace(tzinfo=DISTRICT_ZONE))
