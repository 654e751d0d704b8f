"""Which stretches of time become which files of the lake; pure."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from guanggu.base.clock import from_microseconds

from .reading import DISTRICT_US
from .state import Part

HOUR_US = 3_600_000_000
DAY_US = 24 * HOUR_US
PART_ROWS_MAX = 10_000_000  # a longer day is cut at full hours
MERGE_ROWS_MAX = 1_000_000  # shorter files of a month are put together
REWRITTEN_MAX = 24  # files that only have some late rows, of one run; the others wait their turn


@dataclass(frozen=True, slots=True)
class Chunk:
    """One file to write: what it spans, and the files that it takes the place of."""

    begins: int
    ends: int
    rows: int
    replaces: tuple[Part, ...] = ()


def start_of_day(time: int) -> int:
    """Of the district's day that holds the instant."""
    return (time + DISTRICT_US) // DAY_US * DAY_US - DISTRICT_US


def _month(time: int) -> tuple[int, int]:
    local = from_microseconds(time) + timedelta(microseconds=DISTRICT_US)
    return local.year, local.month


def plan(hours: Sequence[tuple[int, int]], parts: Sequence[Part], before: int) -> list[Chunk]:
    """Chunks in the order of time for the rows outside the lake.

    hours: start of an hour, and how many rows of it wait, rising; all earlier than ``before``.
    parts: the files that stand, none overlapping another.
    """
    known = sorted(parts, key=lambda part: part.begins)
    begins = [part.begins for part in known]
    dirty: dict[Part, int] = {}
    fresh: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for hour, rows in hours:
        place = bisect_right(begins, hour) - 1
        if place >= 0 and hour < known[place].ends:
            dirty[known[place]] = dirty.get(known[place], 0) + rows
            continue
        day = start_of_day(hour)
        low = max(day, known[place].ends) if place >= 0 else day
        high = min(day + DAY_US, before)
        if place + 1 < len(known):
            high = min(high, known[place + 1].begins)
        fresh.setdefault((low, high), []).append((hour, rows))
    worst = sorted(dirty.items(), key=lambda item: -item[1])[:REWRITTEN_MAX]
    chunks = [Chunk(p.begins, p.ends, p.rows + rows, (p,)) for p, rows in worst]
    for (low, high), of_day in fresh.items():
        chunks += _cut(low, high, of_day)
    return _merged(sorted(chunks, key=lambda chunk: chunk.begins), known)


def _cut(begins: int, ends: int, hours: Sequence[tuple[int, int]]) -> list[Chunk]:
    """A day, or full hours of it where it has too many rows."""
    chunks, start, total = [], begins, 0
    for hour, rows in hours:
        if total and total + rows > PART_ROWS_MAX:
            chunks.append(Chunk(start, hour, total))
            start, total = hour, 0
        total += rows
    return [*chunks, Chunk(start, ends, total)]


def _merged(chunks: Sequence[Chunk], parts: Sequence[Part]) -> list[Chunk]:
    """Small neighbours of one month in one file, the file before them included."""
    merged: list[Chunk] = []
    taken = {part for chunk in chunks for part in chunk.replaces}
    for chunk in chunks:
        previous = merged[-1] if merged else None
        stands = [p for p in parts if p.ends <= chunk.begins and p not in taken]
        if stands and (previous is None or stands[-1].begins >= previous.ends):
            part = stands[-1]
            previous = Chunk(part.begins, part.ends, part.rows, (part,))
            if _fit(previous, chunk):
                taken.add(part)
                merged.append(_one(previous, chunk))
                continue
        elif previous is not None and _fit(previous, chunk):
            merged[-1] = _one(previous, chunk)
            continue
        merged.append(chunk)
    return merged


def _fit(one: Chunk, other: Chunk) -> bool:
    is_small = one.rows + other.rows <= MERGE_ROWS_MAX
    return is_small and _month(one.begins) == _month(other.begins)


def _one(first: Chunk, then: Chunk) -> Chunk:
    return Chunk(first.begins, then.ends, first.rows + then.rows, first.replaces + then.replaces)
