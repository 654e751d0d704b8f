"""Telemetry of devices in JSON and in SenML (RFC 8428), decoded to rows of known streams.

Own JSON: ``{"ts": 1780000000000, "values": {"a34004": 35.2}, "marks": {"a34004": "M"}}`` or an
array of such. ``ts`` is milliseconds UTC or ISO 8601 with its zone; without it the arrival
counts. Names are keys of datastreams or of observed properties, ``a34004@hour`` names the
interval. SenML: ``n`` names the same; base fields are resolved (4.6), times below 2^28 are
relative to the arrival (4.5.3).
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, NamedTuple

import numpy as np
import orjson

from guanggu.base.clock import to_microseconds

from ..batch import Batch
from ..marks import LETTERS
from .directory import Station

ROWS_A_MESSAGE_MAX = 10_000
_SENML_KEYS = frozenset(("bn", "n", "bt", "bu", "bv", "v", "vs", "vb", "bver"))
_RELATIVE = 2**28  # RFC 8428 4.5.3
_MARK_NUMBERS = {letter: int(mark) for letter, mark in LETTERS.items()}
# Between 2000 and 2100: outside, a number is no time in milliseconds but a mistake.
_TIME_MIN, _TIME_MAX = 946_684_800_000_000, 4_102_444_800_000_000


class Wrong(NamedTuple):
    """Why something of a message could not be taken: a reason as the quarantine names it."""

    reason: str
    detail: str


class Rows(NamedTuple):
    """Values of one time."""

    streams: np.ndarray
    time: int
    values: list[float]
    marks: bytes


class Decoded(NamedTuple):
    rows: list[Rows]
    batch: Batch | None  # what has extras, or comes by SenML
    wrong: list[Wrong]


def decode(station: Station, payload: bytes, arrival: int) -> Decoded:
    """Rows of one message; what does not fit stands in ``wrong`` beside the good rows."""
    try:
        given = orjson.loads(payload)
    except orjson.JSONDecodeError as error:
        return Decoded([], None, [Wrong("not_json", str(error)[:200])])
    if type(given) is dict and type(given.get("values")) is dict:  # the usual message
        rows: list[Rows] = []
        wrong: list[Wrong] = []
        extra = _Columns()
        _own(station, given, arrival, rows, extra, wrong)
        return Decoded(rows, extra.batch(arrival), wrong)
    if isinstance(given, dict) and _SENML_KEYS & given.keys():
        given = [given]
    if not isinstance(given, list) or not given:
        return Decoded([], None, [Wrong("not_telemetry", "neither values nor SenML")])
    if len(given) > ROWS_A_MESSAGE_MAX:
        return Decoded([], None, [Wrong("too_long", f"{len(given)} > {ROWS_A_MESSAGE_MAX}")])
    if isinstance(given[0], dict) and "values" not in given[0]:
        return senml(station, given, arrival)
    rows, wrong, extra = [], [], _Columns()
    for each in given:
        if isinstance(each, dict) and isinstance(each.get("values"), dict):
            _own(station, each, arrival, rows, extra, wrong)
        else:
            wrong.append(Wrong("not_telemetry", "an item without values"))
    return Decoded(rows, extra.batch(arrival), wrong)


class _Columns:
    """Rows with results that are no numbers."""

    def __init__(self) -> None:
        self.streams: list[int] = []
        self.times: list[int] = []
        self.values: list[float] = []
        self.marks: list[int] = []
        self.extras: list[str | None] = []

    def add(self, stream: int, time: int, value: Any, mark: int = 0) -> bool:
        """False where the value is nothing that can be stored."""
        number, extra = math.nan, None
        if isinstance(value, bool | int | float):
            number = float(value)
        elif isinstance(value, str | list | dict) and len(str(value)) <= 4_000:
            extra = orjson.dumps({"result": value}).decode()
        else:
            return False
        self.streams.append(stream)
        self.times.append(time)
        self.values.append(number)
        self.marks.append(mark)
        self.extras.append(extra)
        return True

    def batch(self, arrival: int) -> Batch | None:
        if not self.streams:
            return None
        arrivals = np.full(len(self.streams), arrival, np.int64)
        extras = self.extras if any(self.extras) else None
        return Batch.of(self.streams, self.times, self.values, self.marks, arrivals, extras)


def _own(
    station: Station, given: dict[str, Any], arrival: int, rows: list[Rows], extra: _Columns,
    wrong: list[Wrong],
) -> None:  # fmt: skip
    time = time_of(given.get("ts"), arrival)
    if time is None:
        wrong.append(Wrong("bad_time", str(given.get("ts"))[:100]))
        return
    values: dict[str, Any] = given["values"]
    names = tuple(values)
    streams = station.layouts.get(names)
    if streams is None:
        streams = _layout(station, names)
    numbers = list(values.values())
    marks = given.get("marks")
    plain = streams is not _UNKNOWN and marks is None
    if plain and all(type(v) is float or type(v) is int for v in numbers):
        rows.append(Rows(streams, time, numbers, bytes(len(numbers))))
        return
    letters = marks if isinstance(marks, dict) else {}
    for name, value in values.items():
        stream = station.names.get(name)
        if stream is None:
            wrong.append(Wrong("no_datastream", name[:100]))
        elif value is None or not extra.add(
            stream, time, value, _MARK_NUMBERS.get(str(letters.get(name, "N")), 0)
        ):
            wrong.append(Wrong("bad_value", f"{name[:60]}: {str(value)[:100]}"))


_UNKNOWN = np.array([], np.int32)


def _layout(station: Station, names: tuple[str, ...]) -> np.ndarray:
    found = [station.names.get(name) for name in names]
    made = _UNKNOWN if None in found else np.array(found, np.int32)
    if len(station.layouts) < 1_000:  # a device that names things anew each time fills no memory
        station.layouts[names] = made
    return made


def time_of(given: Any, arrival: int) -> int | None:
    """Microseconds UTC; None for what is no time."""
    if given is None:
        return arrival
    if type(given) is int or type(given) is float:
        time = int(given * 1000) if math.isfinite(given) else 0
    elif isinstance(given, str):
        try:
            at = datetime.fromisoformat(given)
        except ValueError:
            return None
        if at.tzinfo is None:
            return None
        time = to_microseconds(at.astimezone(UTC))
    else:
        return None
    return time if _TIME_MIN <= time < _TIME_MAX else None


def senml(station: Station, records: Iterable[Any], arrival: int) -> Decoded:
    """A SenML pack resolved (RFC 8428 4.6)."""
    columns, wrong = _Columns(), []
    base_name, base_time, base_value = "", 0.0, 0.0
    for record in records:
        if not isinstance(record, dict):
            wrong.append(Wrong("not_senml", "a record that is no object"))
            continue
        base_name = str(record.get("bn", base_name))
        base_time = _number(record.get("bt"), base_time)
        base_value = _number(record.get("bv"), base_value)
        value: Any = record.get("v")
        if isinstance(value, int | float) and not isinstance(value, bool):
            value = value + base_value
        elif value is None:
            value = record.get("vb", record.get("vs"))
        if value is None:
            if not record.keys() & {"bn", "bt", "bu", "bv", "bver", "s"}:
                wrong.append(Wrong("bad_value", "a record without a value"))
            continue
        name = base_name + str(record.get("n", ""))
        stream = station.names.get(name) or station.names.get(name.rpartition(":")[2])
        if stream is None:
            wrong.append(Wrong("no_datastream", name[:100]))
            continue
        seconds = base_time + _number(record.get("t"), 0.0)
        time = arrival if seconds == 0 else round(seconds * 1e6)
        if abs(seconds) < _RELATIVE and seconds:
            time += arrival
        if not _TIME_MIN <= time < _TIME_MAX:
            wrong.append(Wrong("bad_time", str(seconds)))
        elif not columns.add(stream, time, value):
            wrong.append(Wrong("bad_value", f"{name[:60]}: {str(value)[:100]}"))
    return Decoded([], columns.batch(arrival), wrong)


def _number(given: Any, otherwise: float) -> float:
    if isinstance(given, int | float) and not isinstance(given, bool) and math.isfinite(given):
        return float(given)
    return otherwise
