"""Where data are missing that should be there, so that they are asked for and seen to be missing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from guanggu.base.clock import from_microseconds, to_microseconds

from .models import Datastream
from .store import observations

# Clocks of stations wander: a datum that comes up to half an interval late leaves no gap.
TOLERANCE = 1.5


@dataclass(frozen=True, slots=True)
class Gap:
    """Where ``missing`` expected data of a stream are not there.

    start_at: when the first missing datum was due; end_at: the datum that ends the gap.
    """

    stream: int
    start_at: datetime
    end_at: datetime
    missing: int


def gaps_between(
    stream: int, times: Iterable[int], start: int, end: int, every_s: int
) -> list[Gap]:
    """Gaps in rising phenomenon times (microseconds UTC) from ``start`` until before ``end``."""
    if every_s <= 0:
        return []
    every = every_s * 1_000_000
    found, last = [], start - every
    for time in [*times, end]:
        missing = round((time - last) / every) - 1
        if time - last > TOLERANCE * every and missing > 0:
            found.append(
                Gap(stream, from_microseconds(last + every), from_microseconds(time), missing)
            )
        last = time
    return found


def gaps(stream: Datastream, start_at: datetime, end_at: datetime) -> list[Gap]:
    """The stream's gaps; none where no interval is known. Raises Unavailable."""
    if not stream.every_s:
        return []
    start, end = to_microseconds(start_at), to_microseconds(end_at)
    times = observations().series([stream.pk], start, end)["time"].to_pylist()
    return gaps_between(stream.pk, times, start, end, stream.every_s)


def joined_gaps(found: Iterable[Gap], apart: timedelta = timedelta(hours=1)) -> list[Gap]:
    """Gaps of one thing's streams laid over each other, for one request of history each."""
    result: list[Gap] = []
    for gap in sorted(found, key=lambda g: g.start_at):
        if result and gap.start_at <= result[-1].end_at + apart:
            last = result[-1]
            result[-1] = Gap(
                last.stream, last.start_at, max(last.end_at, gap.end_at),
                max(last.missing, gap.missing),
            )  # fmt: skip
        else:
            result.append(gap)
    return result
