"""From the factors of an upload to rows of known streams, with the work done once a shape.

A station sends the same factors in the same order for years. What they mean, (factor, suffix) by
(factor, suffix), is worked out for the first frame and kept with the station as a ``Layout``;
later frames only pass their values through it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

import numpy as np

from guanggu.standards import hj_212 as codec
from guanggu.standards import hj_212_codes

from ...marks import LETTERS
from ..directory import Station

# Interval of the data of an upload (HJ 212-2017 6.6.5, table 9).
# 2021 and 2041 are the state and the running time of equipment (SB1-RS, SB1-RT).
INTERVALS = {
    "2011": "instant", "2051": "minute", "2061": "hour", "2031": "day", "2021": "instant",
    "2041": "day",
}  # fmt: skip
# What stands for the datum itself, the first that a factor has; others go to streams of their own
# whose observed property is named "<factor>-<suffix>", such as w01018-Cou.
MAIN = {
    "2011": ("Rtd", "Data", "RS"),
    "2051": ("Avg", "Data", "Rtd", "Leq"),
    "2061": ("Avg", "Data", "Rtd"),
    "2031": ("Avg", "Data", "Cou"),
    "2021": ("RS", "Rtd"),
    "2041": ("RT", "Data"),
}
LAYOUTS_MAX = 200  # a station that sends ever new shapes has each one worked out anew

Key = tuple[str, str]
# Letters of marks as the codec gives them to the numbers of ``Mark``.
MARK_NUMBERS = bytes(int(LETTERS.get(chr(letter), 0)) for letter in range(256))


@dataclass(slots=True)
class Layout:
    """streams: int32, of the values that are stored; places: theirs among all values; pick: takes
    them out of all the values, None where all are stored; unknown: factors no stream was found
    for; is_frequent: real-time or minute data; last: latest time seen."""

    streams: np.ndarray
    places: tuple[int, ...]
    pick: Callable[[Sequence[Any]], tuple[Any, ...]] | None
    unknown: tuple[str, ...]
    is_frequent: bool = False
    last: int = -(2**62)


def layout_of(station: Station, cn: str, shape: codec.Layout, kind: str = "") -> Layout:
    """kind: ST of the frame, by which codes of 2005 are told apart."""
    found = station.layouts.get((cn, shape))
    if found is None:
        found = _made(station, cn, [_present(station, key, kind) for key in shape.keys])
        if len(station.layouts) < LAYOUTS_MAX:
            station.layouts[cn, shape] = found
    return found


def _present(station: Station, key: Key, kind: str) -> Key:
    """The code of 2017 in place of one of 2005 (011 → w01018), unless the station is declared
    with the old one."""
    code, suffix = key
    if any(known == code for known, _ in station.streams):
        return key
    factor = hj_212_codes.factor(code, kind)
    return (factor.code, suffix) if factor is not None else key


def _made(station: Station, cn: str, keys: Sequence[Key]) -> Layout:
    interval = INTERVALS[cn]
    main = _main_suffixes(cn, keys)
    places: list[int] = []
    streams: list[int] = []
    known: set[str] = set()
    for place, (code, suffix) in enumerate(keys):
        stream = station.streams.get((f"{code}-{suffix}", interval))
        if stream is None and suffix == main.get(code):
            stream = station.streams.get((code, interval))
        if stream is not None:
            places.append(place)
            streams.append(stream)
            known.add(code)
    unknown = tuple(sorted({code for code, _ in keys} - known))
    pick: Callable[[Sequence[Any]], tuple[Any, ...]] | None = None
    if len(places) == 1:
        only = places[0]
        pick = lambda values: (values[only],)  # noqa: E731
    elif len(places) != len(keys):
        pick = itemgetter(*places) if places else lambda values: ()
    return Layout(
        np.array(streams, np.int32), tuple(places), pick, unknown, interval in ("instant", "minute")
    )


def _main_suffixes(cn: str, keys: Sequence[Key]) -> dict[str, str]:
    """The suffix of each factor that is its datum in this upload."""
    by_code: dict[str, set[str]] = {}
    for code, suffix in keys:
        by_code.setdefault(code, set()).add(suffix)
    return {
        code: next((s for s in MAIN[cn] if s in suffixes), "") for code, suffixes in by_code.items()
    }
