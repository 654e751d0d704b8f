"""Validation of data as they come: a mark for what cannot be believed, never another value.

All of a batch at once. Only what the station itself sent as normal is marked; a clock that is
wrong goes before maintenance, then range, then a spike, then stuck data.
"""

from __future__ import annotations

import numpy as np

from ..batch import Batch
from ..marks import Mark
from .settings import ALL, RANGE, STUCK, Settings

# A datum from the future beyond this, or from so long ago, was stamped by a clock that is wrong.
AHEAD_US = 600 * 1_000_000
BEHIND_US = 3_660 * 86_400 * 1_000_000
HOUR_US = 3_600 * 1_000_000
NEVER = -(2**62)
# The judge sees only what counts; what validation doubts, only for rules that ask for it.
COUNTED = np.zeros(256, dtype=bool)
COUNTED[[Mark.NORMAL, Mark.MANUAL, Mark.OUT_OF_RANGE, Mark.SPIKE, Mark.STUCK, Mark.OVER_RANGE]] = (
    True
)


class Memory:
    """Of each stream the last datum and the last believable one, and how many equal in a row."""

    def __init__(self) -> None:
        self.time = np.empty(0, np.int64)
        self.last = np.empty(0)
        self.good = np.empty(0)
        self.run = np.empty(0, np.int32)

    def grow(self, size: int) -> None:
        more = size - len(self.time)
        if more > 0:
            more += 1024
            self.time = np.append(self.time, np.full(more, NEVER, np.int64))
            self.last = np.append(self.last, np.full(more, np.nan))
            self.good = np.append(self.good, np.full(more, np.nan))
            self.run = np.append(self.run, np.zeros(more, np.int32))

    def recall(self, streams: np.ndarray, times: np.ndarray, values: np.ndarray) -> None:
        """From the latest data in the store, after a start."""
        if len(streams):
            self.grow(int(streams.max()) + 1)
            self.time[streams], self.last[streams] = times, values
            self.good[streams], self.run[streams] = values, 1


def mark_batch(batch: Batch, settings: Settings, memory: Memory, now: int) -> np.ndarray:
    """Marks the batch in place; answers which rows (boolean) the judge of alarms has to see.

    now: microseconds UTC. ``memory`` is brought up to the batch.
    """
    count = len(batch)
    wanted = np.zeros(count, dtype=bool)
    if not count:
        return wanted
    streams, values, times = batch.streams, batch.results, batch.times
    marks = batch.marks.copy()  # gateways may share one array of zeros among batches
    sent_normal = marks == Mark.NORMAL
    if settings.size:
        known = streams < settings.size
        at = np.where(known, streams, 0)
        with np.errstate(invalid="ignore"):
            outside = (values < settings.low[at]) | (values > settings.high[at])
            beyond = (values > settings.upper[at]) | (values < settings.lower[at])
        flags = settings.flags[at] * known
        wanted = known & (beyond | (flags & ALL != 0))
        _mark_sequential(batch, marks, settings, memory, at, known, wanted, sent_normal)
        outside &= known & sent_normal
        marks[outside] = Mark.OUT_OF_RANGE
        wanted |= outside & (flags & RANGE != 0)
        wanted |= (marks == Mark.STUCK) & (flags & STUCK != 0)
        _mark_windows(batch, marks, settings, at, known & sent_normal)
    wrong = sent_normal & ((times > now + AHEAD_US) | (times < now - BEHIND_US))
    marks[wrong] = Mark.CLOCK_WRONG
    batch.marks = marks
    return wanted & COUNTED[marks] & ~np.isnan(values)


def _mark_windows(
    batch: Batch, marks: np.ndarray, settings: Settings, at: np.ndarray, may: np.ndarray
) -> None:
    times = batch.times
    inside = may & (times >= settings.window_from[at]) & (times < settings.window_until[at])
    for row in np.flatnonzero(inside).tolist():
        time = int(times[row])
        for window in settings.windows[int(batch.streams[row])]:
            if window.start <= time < window.until:
                marks[row] = window.mark


def _mark_sequential(
    batch: Batch, marks: np.ndarray, settings: Settings, memory: Memory, at: np.ndarray,
    known: np.ndarray, wanted: np.ndarray, sent_normal: np.ndarray,
) -> None:  # fmt: skip
    """Spikes, stuck data and rates: rows of each stream in rising time, after its last one."""
    rows = np.flatnonzero(known & settings.is_sequential[at] & ~np.isnan(batch.results))
    if not len(rows):
        return
    memory.grow(settings.size)
    rows = _rising(batch, rows)
    streams, times, values = batch.streams[rows], batch.times[rows], batch.results[rows]
    fresh = times > memory.time[streams]  # late data are judged by their range only
    if len(rows) > 1:
        same = streams[1:] == streams[:-1]
        fresh[1:] &= ~(same & (times[1:] == times[:-1]))
    rows, streams, times, values = rows[fresh], streams[fresh], times[fresh], values[fresh]
    if not len(rows):
        return
    first = np.ones(len(rows), dtype=bool)
    first[1:] = streams[1:] != streams[:-1]
    before = np.where(first, memory.last[streams], np.roll(values, 1))
    ago = times - np.where(first, memory.time[streams], np.roll(times, 1))
    with np.errstate(invalid="ignore"):
        step = np.abs(values - before)
        jumped = step > settings.step_max[streams]
        hurried = step * HOUR_US > settings.rate_max[streams] * ago
    spike, good = _spikes(streams, values, first, jumped, settings, memory)
    run = _runs(values, before, first, memory.run[streams])
    limit = settings.stuck_count[streams]
    stuck = (limit > 0) & (run >= limit)
    normal = sent_normal[rows]
    marks[rows[stuck & normal]] = Mark.STUCK
    marks[rows[spike & normal]] = Mark.SPIKE
    wanted[rows[hurried]] = True
    last = np.append(np.flatnonzero(first)[1:] - 1, len(rows) - 1)
    memory.time[streams[last]], memory.last[streams[last]] = times[last], values[last]
    memory.run[streams[last]], memory.good[streams[last]] = run[last], good[last]


def _rising(batch: Batch, rows: np.ndarray) -> np.ndarray:
    """The rows ordered by stream, then time."""
    streams = batch.streams[rows]
    # Sixteen bits are sorted by radix, several times as fast.
    short = streams.astype(np.uint16) if int(streams.max()) < 65_536 else streams
    order = np.argsort(short, kind="stable")
    rows, streams = rows[order], streams[order]
    times = batch.times[rows]
    if len(rows) > 1 and bool(((streams[1:] == streams[:-1]) & (times[1:] < times[:-1])).any()):
        rows = rows[np.lexsort((times, streams))]
    return rows


def _spikes(
    streams: np.ndarray, values: np.ndarray, first: np.ndarray, jumped: np.ndarray,
    settings: Settings, memory: Memory,
) -> tuple[np.ndarray, np.ndarray]:  # fmt: skip
    """A spike jumped away from the datum before it and from the last believable one: coming back
    is none, and what stays at a new level is believed from its second datum on.

    Answers which rows are spikes, and the last believable value as of each row."""
    spike = np.zeros(len(values), dtype=bool)
    for row in np.flatnonzero(jumped).tolist():  # few
        before = row
        while not first[before] and spike[before - 1]:
            before -= 1
        good = memory.good[streams[row]] if first[before] else values[before - 1]
        # NaN: nothing believable was there, so nothing to compare with.
        spike[row] = bool(abs(values[row] - good) > settings.step_max[streams[row]])
    place = np.where(spike, -1, np.arange(len(values)))
    start = np.maximum.accumulate(np.where(first, np.arange(len(values)), 0))
    place = np.maximum.accumulate(place)
    good = np.where(place >= start, values[np.maximum(place, 0)], memory.good[streams])
    return spike, good


def _runs(
    values: np.ndarray, before: np.ndarray, first: np.ndarray, carried: np.ndarray
) -> np.ndarray:
    """How many equal data in a row end with each."""
    count = np.arange(len(values))
    differs = values != before
    breaks = np.maximum.accumulate(np.where(differs | first, count, 0))
    goes_on = ~differs[breaks]  # the run began before this batch
    return (count - breaks + 1 + np.where(goes_on, carried[breaks], 0)).astype(np.int32)
