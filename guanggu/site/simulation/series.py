"""Whole series of the sample's streams, made quickly and repeatably as batches for the store."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from guanggu.kernel.observation.public import Batch, Mark

from .factors import wave_of
from .weather import chance, district_hours

ROWS_A_BATCH = 200_000
_SECOND_US = 1_000_000
_DISTRICT_US = 8 * 3_600 * _SECOND_US


@dataclass(frozen=True, slots=True)
class Stream:
    """One datastream to fill. code: key of its observed property; place: seed of its station;
    percent: by how much its values are multiplied (``sample_percent`` of its properties)."""

    stream: int
    code: str
    place: int
    every_s: int
    low: float | None = None
    high: float | None = None
    faults: bool = True
    percent: int = 100


def place_of(thing: str) -> int:
    """The same seed for the same station for ever."""
    return zlib.crc32(thing.encode()) & 0x7FFFFFF


def values_at(stream: Stream, times_us: np.ndarray) -> np.ndarray:
    """What an instrument without faults would report, rounded as instruments do."""
    wave, digits = wave_of(stream.code, stream.low, stream.high)
    values = wave(district_hours(times_us), stream.place) * (stream.percent / 100)
    low = stream.low if stream.low is not None else -np.inf
    high = stream.high if stream.high is not None else np.inf
    return np.round(np.clip(values, low, high), digits)


def marked(stream: Stream, times_us: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(which data arrived at all, values, marks): rare gaps, calibrations and faults."""
    values = values_at(stream, times_us)
    marks = np.zeros(len(values), np.uint8)
    if not stream.faults:
        return np.ones(len(values), bool), values, marks
    hours = np.floor(district_hours(times_us))
    seed = stream.place + zlib.crc32(stream.code.encode()) % 9_973
    there = chance(np.floor(hours / 3), stream.place) > 0.004  # the whole station is cut off
    there &= chance(times_us // (stream.every_s * _SECOND_US), seed) > 0.0015
    calibrating = (np.mod(hours, 24) == 2) & (np.mod(np.floor(hours / 24), 7) == seed % 7)
    marks[calibrating] = Mark.CALIBRATION
    broken = chance(np.floor(hours / 6), seed + 1) < 0.0012
    marks[broken] = Mark.FAULT
    values[broken] = 0.0 if stream.low is None else stream.low
    return there, values, marks


def grid(start_us: int, end_us: int, every_s: int) -> np.ndarray:
    """Instants on the whole multiples of ``every_s`` of the district's clock."""
    step, ahead = every_s * _SECOND_US, _DISTRICT_US
    first = -(-(start_us + ahead) // step) * step - ahead
    return np.arange(first, end_us, step, dtype=np.int64)


def batches(streams: Sequence[Stream], start_us: int, end_us: int) -> Iterator[Batch]:
    """All data of the streams from ``start_us`` until before ``end_us``, day after day.

    The parts rise in time, as they would have arrived, so that the store need not look back.
    """
    rows_a_day = max(1, sum(86_400 // s.every_s for s in streams))
    step = max(1, ROWS_A_BATCH // rows_a_day) * 86_400 * _SECOND_US
    for start in range(start_us, end_us, step):
        parts = [_part(s, start, min(start + step, end_us)) for s in streams]
        filled = [part for part in parts if len(part)]
        if filled:
            yield Batch.joined(filled)


def _part(stream: Stream, start_us: int, end_us: int) -> Batch:
    times = grid(start_us, end_us, stream.every_s)
    there, values, marks = marked(stream, times)
    chosen = times[there]
    arrived = chosen + min(stream.every_s, 3_600) * _SECOND_US
    streams = np.full(len(chosen), stream.stream, np.int32)
    return Batch(streams, chosen, values[there], marks[there], arrived)
