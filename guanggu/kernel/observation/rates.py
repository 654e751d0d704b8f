"""How much of what a station owes arrives, and how much of that is valid.

Transmission rate: data received of those due; valid-data rate: valid ones of those received; both
multiplied: effective transmission rate (传输有效率, 污染源自动监控设施运行管理: 环发〔2011〕11号 and
later assessment rules ask for 75 % and more). Hours for which the station was declared out of use
are not due.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from guanggu.base import clock

from .models import Datastream, MaintenanceWindow
from .store import observations
from .valid_data import seconds_between


@dataclass(frozen=True, slots=True)
class Rates:
    """Of one stream, or added up over several: data due, received (at most those due) and valid."""

    due: int
    received: int
    valid: int

    @property
    def transmission(self) -> float | None:
        return self.received / self.due if self.due else None

    @property
    def validity(self) -> float | None:
        return min(1.0, self.valid / self.received) if self.received else None

    @property
    def effective(self) -> float | None:
        if self.transmission is None:
            return None
        return self.transmission * (self.validity or 0.0)

    def __add__(self, other: Rates) -> Rates:
        return Rates(self.due + other.due, self.received + other.received, self.valid + other.valid)


NOTHING = Rates(0, 0, 0)


def rates(streams: Sequence[Datastream], start_at: datetime, end_at: datetime) -> dict[int, Rates]:
    """By stream, from ``start_at`` until before ``end_at`` (at most now). Raises Unavailable."""
    until = min(end_at, clock.now())
    if not streams or until <= start_at:
        return {stream.pk: NOTHING for stream in streams}
    start, end = clock.to_microseconds(start_at), clock.to_microseconds(until)
    table = observations().aggregate([stream.pk for stream in streams], start, end, "day")
    received: dict[int, int] = {}
    valid: dict[int, int] = {}
    columns = table.select(["stream", "count", "valid"]).to_pydict()
    for pk, count, good in zip(*columns.values(), strict=True):
        received[pk] = received.get(pk, 0) + count
        valid[pk] = valid.get(pk, 0) + good
    out = _out_of_use_s(streams, start_at, until)
    found = {}
    for stream in streams:
        seconds = (until - start_at).total_seconds() - out.get(stream.pk, 0.0)
        due = int(seconds // seconds_between(stream))
        found[stream.pk] = Rates(
            due, min(due, received.get(stream.pk, 0)), min(due, valid.get(stream.pk, 0))
        )
    return found


def added(found: Iterable[Rates]) -> Rates:
    return sum(found, NOTHING)


def _out_of_use_s(
    streams: Sequence[Datastream], start_at: datetime, end_at: datetime
) -> Mapping[int, float]:
    """Seconds within the time in which each stream was stopped; windows that overlap count once."""
    things = {stream.thing.pk for stream in streams}
    windows = MaintenanceWindow.objects.filter(
        thing_id__in=things, kind="stopped", from_at__lt=end_at
    ).filter(Q(until_at__isnull=True) | Q(until_at__gt=start_at))
    spans: dict[int, list[tuple[datetime, datetime]]] = {}
    for window in windows.order_by("from_at").select_related("datastream", "thing"):
        span = (max(window.from_at, start_at), min(window.until_at or end_at, end_at))
        for stream in streams:
            if window.datastream == stream or (
                window.datastream is None and window.thing == stream.thing
            ):
                spans.setdefault(stream.pk, []).append(span)
    return {pk: _length_s(each) for pk, each in spans.items()}


def _length_s(spans: Sequence[tuple[datetime, datetime]]) -> float:
    """Of spans ordered by their start."""
    total, reached = 0.0, None
    for start, end in spans:
        begin = start if reached is None else max(start, reached)
        total += max(0.0, (end - begin).total_seconds())
        reached = end if reached is None else max(reached, end)
    return total
