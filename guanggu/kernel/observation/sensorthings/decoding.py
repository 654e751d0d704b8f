"""Observations out of the bytes of a request, fast: 18-088 clause 10.2 and requirement class
data-array (clause 13.2).

A *gate* says into which streams the sender may write, so that no row asks the database::

    gate = Gate(streams=frozenset({7, 8}), multis={3: (9, 10)})
    decoded = decode_create_observations(body, gate)
    store.append(decoded.batch)                 # None where no row is good
    answer = decoded.links("http://…/v1.1")     # bytes of the 201

``gates.py`` makes gates of a device's thing and keeps them for some seconds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import numpy as np
import orjson

from guanggu.base.bilingual import T
from guanggu.base.clock import now, to_microseconds
from guanggu.base.errors import Forbidden, Invalid, Problem

from ..batch import Batch
from .extras import read_row
from .identifiers import observation_id
from .times import text_of

ROWS_MAX = 100_000  # of one CreateObservations
NOT_JSON = T("内容不是 JSON，请核对。", "This is not JSON; check it.")
NOT_AN_OBJECT = T("应为一个 JSON 对象。", "This must be one JSON object.")
NOT_GROUPS = T(
    "应为数组，每项含 Datastream、components、dataArray（OGC 18-088 13.2）。",
    "This must be an array of Datastream, components and dataArray (OGC 18-088 13.2).",
)
NO_STREAM = T(
    "没有指明数据流：请写 Datastream 或 MultiDatastream 的 @iot.id。",
    "No datastream is named: give the @iot.id of Datastream or MultiDatastream.",
)
MAY_NOT_WRITE = T(
    "没有这个数据流，或该密钥不能写入。请核对编号和密钥。",
    "There is no such datastream, or this key may not write to it. Check the number and the key.",
)
TOO_MANY_ROWS = T("一次最多 {} 条，请分批发送。", "At most {} rows at once; send them in parts.")
BAD_RESULTS = T("result 应为 {} 个值的数组。", "The result must be an array of {} values.")
WRONG_LENGTH = T("该行的列数与 components 不符。", "The row has not as many values as components.")
_PLAIN = frozenset({"phenomenonTime", "result", "resultTime"})
_NUMBERS = frozenset({int, float})
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class NeedsDeepInsert(Exception):
    """The observation brings entities along: the fast way cannot take it, the actions can."""


@dataclass(frozen=True, slots=True)
class Gate:
    """streams: datastreams that may be written; multis: streams of each multi-datastream's parts."""

    streams: frozenset[int]
    multis: Mapping[int, tuple[int, ...]] = field(default_factory=dict)


@dataclass(slots=True)
class Decoded:
    """batch: the good rows; ids: an @iot.id for each row of the request in its order, None where
    the row is bad; problems: (position, why) of those; places: for each row of the batch the
    position in the request."""

    batch: Batch | None
    ids: list[str | None]
    problems: list[tuple[int, T]]
    places: list[int]

    def links(self, base: str) -> bytes:
        """The JSON array that answers CreateObservations: one link or "error" a row."""
        front = f"{base}/Observations('"
        return orjson.dumps(
            [f"{front}{each}')" if each is not None else "error" for each in self.ids]
        )


@dataclass(slots=True)
class _Collected:
    """Columns that grow; the results of one multi-datastream row take several places."""

    parts: list[Batch] = field(default_factory=list)
    ids: list[str | None] = field(default_factory=list)
    problems: list[tuple[int, T]] = field(default_factory=list)
    places: list[int] = field(default_factory=list)


def decode_create_observations(body: bytes, gate: Gate) -> Decoded:
    """Raises Invalid where the body as a whole cannot be read; a bad row harms no other."""
    groups = _json(body)
    if isinstance(groups, dict) and isinstance(groups.get("value"), list):
        groups = groups["value"]
    if not isinstance(groups, list) or not all(isinstance(group, dict) for group in groups):
        raise Invalid(NOT_GROUPS)
    arrays = [group.get("dataArray") for group in groups]
    if not all(isinstance(array, list) for array in arrays):
        raise Invalid(NOT_GROUPS)
    if sum(map(len, arrays)) > ROWS_MAX:
        raise Invalid(TOO_MANY_ROWS.format(ROWS_MAX))
    into, at = _Collected(), to_microseconds(now())
    for group, rows in zip(groups, arrays, strict=True):
        _take_group(into, group, rows, gate, at)
    batch = Batch.joined(into.parts) if into.parts else None
    return Decoded(batch, into.ids, into.problems, into.places)


def decode_observation(
    body: bytes, gate: Gate, stream: int | None = None, multi: int | None = None
) -> Decoded:
    """One observation, of the named stream or of the one its body names.

    Raises Invalid, Forbidden (not to be written with this gate) and NeedsDeepInsert.
    """
    given = _json(body)
    if not isinstance(given, dict):
        raise Invalid(NOT_AN_OBJECT)
    feature = given.get("FeatureOfInterest")
    if feature is not None:
        given["foi"] = feature.get("@iot.id") if isinstance(feature, dict) else None
        if given["foi"] is None:
            raise NeedsDeepInsert
    if stream is None and multi is None:
        stream, multi = _target(given)
    batch, identifier = _one(given, stream, multi, gate, to_microseconds(now()))
    return Decoded(batch, [identifier], [], [0] * len(batch))


def _json(body: bytes) -> Any:
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise Invalid(NOT_JSON) from error


def _number(given: Any) -> int | None:
    found = given.get("@iot.id") if isinstance(given, dict) else None
    if isinstance(found, str) and found.isdecimal() and len(found) < 10:
        found = int(found)
    return found if isinstance(found, int) and not isinstance(found, bool) else None


def _target(given: dict[str, Any]) -> tuple[int | None, int | None]:
    stream, multi = _number(given.get("Datastream")), _number(given.get("MultiDatastream"))
    if stream is None and multi is None:
        if isinstance(given.get("Datastream"), dict):
            raise NeedsDeepInsert
        raise Invalid(NO_STREAM)
    return stream, multi


def _one(
    given: dict[str, Any], stream: int | None, multi: int | None, gate: Gate, at: int
) -> tuple[Batch, str]:
    if multi is not None:
        return _one_of_many(given, multi, gate, at)
    if stream is None or stream not in gate.streams:
        raise Forbidden(MAY_NOT_WRITE)
    time, result, result_time, extra = read_row(given, at)
    batch = Batch.of([stream], [time], [result], 0, [result_time], [extra] if extra else None)
    return batch, observation_id(stream, time)


def _one_of_many(given: dict[str, Any], multi: int, gate: Gate, at: int) -> tuple[Batch, str]:
    """Of a multi-datastream: one datum for each part; the first carries what else is said."""
    streams = gate.multis.get(multi)
    if streams is None:
        raise Forbidden(MAY_NOT_WRITE)
    results = given.get("result")
    if not isinstance(results, list) or len(results) != len(streams):
        raise Invalid(BAD_RESULTS.format(len(streams)))
    said = dict(given)
    said["phenomenonTime"] = given.get("phenomenonTime") or text_of(at)
    first = read_row({**said, "result": results[0]}, at)
    only = {name: said[name] for name in ("phenomenonTime", "resultTime") if said.get(name)}
    rows = [first, *(read_row({**only, "result": each}, at) for each in results[1:])]
    times, values, come, extras = zip(*rows, strict=True)
    batch = Batch.of(
        streams, times, values, 0, come, list(extras) if any(extras) else None
    )  # fmt: skip
    return batch, observation_id(multi, first[0], multi=True)


def _take_group(
    into: _Collected, group: dict[str, Any], rows: list[Any], gate: Gate, at: int
) -> None:
    components = group.get("components")
    base = len(into.ids)
    try:
        if not isinstance(components, list) or "result" not in components:
            raise Invalid(NOT_GROUPS)
        stream, multi = _target_of_group(group)
        if stream is not None and stream not in gate.streams:
            raise Forbidden(MAY_NOT_WRITE)
    except Problem as problem:
        into.ids += [None] * len(rows)
        into.problems += [(base + n, problem.message) for n in range(len(rows))]
        return
    if stream is not None and _PLAIN.issuperset(components):
        batch = _columns(stream, components, rows, at)
        if batch is not None:
            into.parts.append(batch)
            into.ids += [f"{stream}-{time}" for time in batch.times.tolist()]
            into.places += range(base, base + len(rows))
            return
    for n, row in enumerate(rows):
        _take_row(into, base + n, (stream, multi), components, row, gate, at)


def _target_of_group(group: dict[str, Any]) -> tuple[int | None, int | None]:
    stream, multi = _number(group.get("Datastream")), _number(group.get("MultiDatastream"))
    if stream is None and multi is None:
        raise Invalid(NO_STREAM)
    return stream, multi


def _columns(stream: int, components: Sequence[str], rows: list[Any], at: int) -> Batch | None:
    """All rows at once where each is plain; None: look at them one by one."""
    try:
        columns = dict(zip(components, zip(*rows, strict=True), strict=True))
        if not _NUMBERS.issuperset(map(type, columns["result"])):
            return None
        results = np.array(columns["result"], dtype=np.float64)
        count = len(results)
        if "phenomenonTime" in columns:
            times = _instants(columns["phenomenonTime"])
        else:
            times = np.full(count, at, dtype=np.int64)
        come = _instants(columns["resultTime"]) if "resultTime" in columns else times
    except (ValueError, TypeError, OverflowError, KeyError):
        return None
    return Batch(
        np.full(count, stream, dtype=np.int32), times, results, np.zeros(count, dtype=np.uint8),
        come,
    )  # fmt: skip


def _instants(texts: Sequence[str]) -> np.ndarray:
    """Microseconds of many texts. Raises ValueError or TypeError where one is no instant."""
    read, epoch = datetime.fromisoformat, _EPOCH
    found = np.empty(len(texts), dtype=np.int64)
    for n, text in enumerate(texts):
        passed = read(text) - epoch  # TypeError without a zone: the slow way knows what to do
        found[n] = (passed.days * 86_400 + passed.seconds) * 1_000_000 + passed.microseconds
    return found


def _take_row(
    into: _Collected, place: int, target: tuple[int | None, int | None],
    components: list[Any], row: Any, gate: Gate, at: int,
) -> None:  # fmt: skip
    try:
        if not isinstance(row, list) or len(row) != len(components):
            raise Invalid(WRONG_LENGTH)
        given = dict(zip(map(str, components), row, strict=True))
        if given.get("FeatureOfInterest/id") is not None:
            given["foi"] = given["FeatureOfInterest/id"]
        batch, identifier = _one(given, *target, gate, at)
    except Problem as problem:
        into.ids.append(None)
        into.problems.append((place, problem.message))
        return
    into.parts.append(batch)
    into.ids.append(identifier)
    into.places += [place] * len(batch)


__all__ = [
    "ROWS_MAX", "Decoded", "Gate", "NeedsDeepInsert", "decode_create_observations",
    "decode_observation",
]  # fmt: skip
