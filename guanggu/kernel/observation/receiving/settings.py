"""The rules of every stream as columns by stream number, so that a batch is judged at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from django.db.models import Count, Max, Q, QuerySet

from guanggu.base import clock
from guanggu.kernel.register.public import Record

from ..marks import Mark
from ..models import AlarmRule, Datastream, MaintenanceWindow, SpanToJudge, ToJudge, WatchState

# What of a stream's data the judge of alarms wants to see.
ALL, STUCK, RANGE = 1, 2, 4
FOR_EVER = 2**62
WINDOW_MARKS = {
    "maintenance": Mark.MAINTENANCE, "calibration": Mark.CALIBRATION, "stopped": Mark.STOPPED,
    "fault": Mark.FAULT,
}  # fmt: skip
# Windows that ended longer ago than a station may be silent and then send are not looked at.
WINDOW_DAYS = 400


class StreamRule(NamedTuple):
    """Of one stream, as ``Datastream`` has it; NaN and 0 where there is no rule."""

    stream: int
    low: float = np.nan
    high: float = np.nan
    step_max: float = np.nan
    stuck_count: int = 0


class Watch(NamedTuple):
    """What alarm rules want to see of one stream: values beyond the limits, a change of more than
    rate_max an hour, or the kinds of ``flags``."""

    stream: int
    upper: float = np.nan
    lower: float = np.nan
    rate_max: float = np.nan
    flags: int = 0


class Window(NamedTuple):
    """Times in microseconds UTC; until: FOR_EVER where nobody ended it."""

    stream: int
    start: int
    until: int
    mark: int


def _column(size: int, empty: float, pairs: Iterable[tuple[int, float]], kind: type) -> np.ndarray:
    column: np.ndarray = np.full(size, empty, dtype=kind)
    for stream, value in pairs:
        column[stream] = value
    return column


@dataclass
class Settings:
    """Columns of equal length; a stream beyond their end has no rule."""

    size: int = 0
    low: np.ndarray = field(default_factory=lambda: np.empty(0))
    high: np.ndarray = field(default_factory=lambda: np.empty(0))
    step_max: np.ndarray = field(default_factory=lambda: np.empty(0))
    stuck_count: np.ndarray = field(default_factory=lambda: np.empty(0, np.int32))
    upper: np.ndarray = field(default_factory=lambda: np.empty(0))
    lower: np.ndarray = field(default_factory=lambda: np.empty(0))
    rate_max: np.ndarray = field(default_factory=lambda: np.empty(0))
    flags: np.ndarray = field(default_factory=lambda: np.empty(0, np.uint8))
    window_from: np.ndarray = field(default_factory=lambda: np.empty(0, np.int64))
    window_until: np.ndarray = field(default_factory=lambda: np.empty(0, np.int64))
    windows: Mapping[int, list[Window]] = field(default_factory=dict)

    @property
    def is_sequential(self) -> np.ndarray:
        """Streams whose data are compared with the ones before."""
        return (self.stuck_count > 0) | ~np.isnan(self.step_max) | ~np.isnan(self.rate_max)

    @classmethod
    def of(
        cls,
        streams: Iterable[StreamRule],
        watches: Iterable[Watch] = (),
        windows: Iterable[Window] = (),
    ) -> Settings:
        rules, seen, spans = list(streams), list(watches), list(windows)
        numbers = [[r.stream for r in rules], [w.stream for w in seen], [s.stream for s in spans]]
        size = 1 + max((number for some in numbers for number in some), default=-1)
        made = cls(size)
        for name in ("low", "high", "step_max"):
            setattr(
                made, name,
                _column(size, np.nan, ((r.stream, getattr(r, name)) for r in rules), np.float64),
            )  # fmt: skip
        made.stuck_count = _column(size, 0, ((r.stream, r.stuck_count) for r in rules), np.int32)
        made._watch(seen)
        by_stream: dict[int, list[Window]] = {}
        made.window_from = np.full(size, FOR_EVER, np.int64)
        made.window_until = np.full(size, -FOR_EVER, np.int64)
        for span in spans:
            by_stream.setdefault(span.stream, []).append(span)
            made.window_from[span.stream] = min(made.window_from[span.stream], span.start)
            made.window_until[span.stream] = max(made.window_until[span.stream], span.until)
        made.windows = by_stream
        return made

    def _watch(self, seen: list[Watch]) -> None:
        """Of several rules on one stream the most sensitive counts: the judge knows which."""
        for name in ("upper", "lower", "rate_max"):
            setattr(self, name, np.full(self.size, np.nan))
        self.flags = np.zeros(self.size, np.uint8)
        for each in seen:
            at = each.stream
            self.upper[at] = np.fmin(self.upper[at], each.upper)
            self.lower[at] = np.fmax(self.lower[at], each.lower)
            self.rate_max[at] = np.fmin(self.rate_max[at], each.rate_max)
            self.flags[at] |= each.flags


def change_stamp() -> tuple[object, ...]:
    """Differs where records that the settings are made from changed; a few short queries."""
    stamp: list[object] = []
    models: tuple[type[Record], ...] = (Datastream, AlarmRule, MaintenanceWindow)
    for model in models:
        stamp += model._default_manager.aggregate(n=Count("pk"), last=Max("updated_at")).values()
    hot = _hot_states().aggregate(n=Count("pk"), last=Max("pk"))
    return (*stamp, *hot.values())


def _hot_states() -> QuerySet[WatchState]:
    return WatchState.objects.filter(Q(hits__gt=0) | Q(alarm__isnull=False))


def load_settings() -> Settings:
    """From the database."""
    rows = Datastream.objects.values_list("pk", "low", "high", "step_max", "stuck_count")
    streams = [
        StreamRule(pk, _or_nan(low), _or_nan(high), _or_nan(step_max), stuck)
        for pk, low, high, step_max, stuck in rows
    ]
    return Settings.of(streams, _watches(), _windows())


def _or_nan(value: float | None) -> float:
    return float("nan") if value is None else value


def streams_of_rule(rule: AlarmRule) -> list[Datastream]:
    """Every datastream that the rule watches (for ``multi``: of its things)."""
    rows = Datastream.objects.select_related("thing", "observed_property")
    if rule.datastream is not None:
        return list(rows.filter(pk=rule.datastream.pk))
    if rule.observed_property is not None:
        rows = rows.filter(observed_property=rule.observed_property)
    if rule.thing is not None:
        rows = rows.filter(thing=rule.thing)
    if rule.thing_kind:
        rows = rows.filter(thing__kind=rule.thing_kind)
    if rule.interval:
        rows = rows.filter(interval=rule.interval)
    return list(rows)


def _watches() -> list[Watch]:
    found = []
    for rule in AlarmRule.objects.filter(is_active=True).exclude(kind="missing"):
        flags = {"multi": ALL, "stuck": STUCK, "range": RANGE}.get(rule.kind, 0)
        is_limit, is_rate = rule.kind == "limit", rule.kind == "rate"
        for stream in streams_of_rule(rule):
            found.append(
                Watch(
                    stream.pk,
                    _or_nan(rule.upper if is_limit else None),
                    _or_nan(rule.lower if is_limit else None),
                    _or_nan(rule.rate_max if is_rate else None),
                    flags,
                )
            )
    # While something goes on, every datum counts: it may be the one with which it ends. The queue
    # is read first, for the judge moves streams from the queue to the states.
    waiting = set(ToJudge.objects.values_list("stream", flat=True).distinct())
    waiting |= set(SpanToJudge.objects.values_list("stream", flat=True).distinct())
    going_on = set(_hot_states().values_list("stream", flat=True))
    found += [Watch(stream, flags=ALL) for stream in waiting | going_on if stream > 0]
    return found


def _windows() -> list[Window]:
    oldest = clock.from_microseconds(
        clock.to_microseconds(clock.now()) - WINDOW_DAYS * 86_400_000_000
    )
    rows = MaintenanceWindow.objects.filter(
        Q(until_at__isnull=True) | Q(until_at__gte=oldest)
    )  # fmt: skip
    found = []
    for row in rows.select_related("thing", "datastream"):
        start = clock.to_microseconds(row.from_at)
        until = clock.to_microseconds(row.until_at) if row.until_at else FOR_EVER
        mark = int(WINDOW_MARKS[row.kind])
        streams = (
            [row.datastream.pk]
            if row.datastream is not None
            else row.thing.datastreams.values_list("pk", flat=True)  # type: ignore[attr-defined]
        )
        found += [Window(stream, start, until, mark) for stream in streams]
    return found
