"""Notices by MQTT of what is new (18-088 clause 14, requirement class receive-updates-via-mqtt).

In the ingest process ``Notices`` is told of every stored batch and publishes each observation to
``v1.1/Datastreams(7)/Observations`` and ``v1.1/Observations`` (of a multi-datastream to its own).
It never holds up storing: it works in a thread of its own behind a bounded queue, and beyond a
rate it leaves notices out and counts them. MQTT promises no more at QoS 0; who must miss nothing
asks by HTTP for what came after the last he saw.

Changes of entities are told by ``entity_notices`` from the journal's events.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from queue import Full, Queue
from threading import Thread
from typing import Any

import orjson

from ..batch import Batch
from .data import Datum, joined_data, values_of

log = logging.getLogger(__name__)

A_SECOND_MAX = 2_000  # observations told in a second
WAITING_MAX = 64  # batches
ROOT = "v1.1"
Publish = Callable[[str, bytes], Any]
# Stream to the multi-datastreams it is a part of: (number, all its streams).
Parts = dict[int, list[tuple[int, Sequence[int]]]]


def data_of_batch(batch: Batch) -> Iterator[Datum]:
    extras = batch.extras or [None] * len(batch)
    columns = (batch.streams, batch.times, batch.results, batch.marks, batch.result_times)
    for stream, at, result, mark, come, extra in zip(
        *(column.tolist() for column in columns), extras, strict=True
    ):
        values, foi = values_of(at, result, mark, come, None, extra)
        yield Datum(False, stream, at, values, foi)


def observation_json(datum: Datum, base: str) -> bytes:
    """As GET answers it, links included."""
    link = f"{base}/Observations('{datum.id}')"
    owner = "MultiDatastream" if datum.multi else "Datastream"
    told = {"@iot.id": datum.id, "@iot.selfLink": link}
    told |= {name: value for name, value in datum.values.items() if value is not None}
    for way in (owner, "FeatureOfInterest"):
        told[f"{way}@iot.navigationLink"] = f"{link}/{way}"
    return orjson.dumps(told)


def observation_notices(
    data: Sequence[Datum], parts: Parts, base: str
) -> Iterator[tuple[str, bytes]]:  # fmt: skip
    """(topic, payload) of observations that were stored together."""
    multis: dict[int, Sequence[int]] = {}
    for datum in data:
        body = observation_json(datum, base)
        yield f"{ROOT}/Datastreams({datum.number})/Observations", body
        yield f"{ROOT}/Observations", body
        multis.update(parts.get(datum.number, ()))
    for multi, streams in multis.items():
        rows = [datum for datum in data if datum.number in streams]
        for joined in joined_data(multi, streams, rows):
            body = observation_json(joined, base)
            yield f"{ROOT}/MultiDatastreams({multi})/Observations", body
            yield f"{ROOT}/Observations", body


class Notices:
    """``take`` from any thread; ``start`` and ``close`` once."""

    def __init__(self, publish: Publish, base: str, parts: Callable[[], Parts]) -> None:
        self._publish, self._base, self._read_parts = publish, base, parts
        self._queue: Queue[Batch | None] = Queue(WAITING_MAX)
        self._second, self._told_in_it = 0, 0
        self._parts: Parts = {}
        self._parts_until = 0.0
        self._thread: Thread | None = None
        self.told = 0
        self.left_out = 0

    def start(self) -> None:
        self._thread = Thread(target=self._run, name="sensorthings-notices", daemon=True)
        self._thread.start()

    def close(self) -> None:
        if self._thread is not None:
            self._queue.put(None)
            self._thread.join()

    def take(self, batch: Batch) -> None:
        second = int(time.monotonic())
        if second != self._second:
            self._second, self._told_in_it = second, 0
        room = A_SECOND_MAX - self._told_in_it
        if len(batch) > room:
            self.left_out += len(batch)
            return
        try:
            self._queue.put_nowait(batch)
        except Full:
            self.left_out += len(batch)
            return
        self._told_in_it += len(batch)

    def _run(self) -> None:
        while (batch := self._queue.get()) is not None:
            try:
                self._tell(batch)
            except Exception:
                log.exception("notices of %s observations were not published", len(batch))

    def _tell(self, batch: Batch) -> None:
        if self._parts_until < time.monotonic():
            self._parts, self._parts_until = self._read_parts(), time.monotonic() + 10
        data = list(data_of_batch(batch))
        for topic, payload in observation_notices(data, self._parts, self._base):
            self._publish(topic, payload)
        self.told += len(data)


def parts_of_multis() -> Parts:
    """From the database."""
    from ..models import MultiDatastreamPart

    multis: dict[int, list[int]] = {}
    rows = MultiDatastreamPart.objects.order_by("multi", "position")
    for multi, stream in rows.values_list("multi_id", "datastream_id"):
        multis.setdefault(multi, []).append(stream)
    found: Parts = {}
    for multi, streams in multis.items():
        for stream in streams:
            found.setdefault(stream, []).append((multi, streams))
    return found


def entity_notices(collection: str, key: str, base: str) -> Iterator[tuple[str, bytes]]:
    """(topic, payload) of an entity that was made or changed; none for what is no entity."""
    from .entities import TYPES, rows_of_model

    kind = next((k for k in TYPES.values() if k.model and k.model.collection == collection), None)
    row = rows_of_model(kind).filter(key=key).first() if kind is not None else None
    if kind is None or row is None:
        return
    link = f"{base}/{kind.plural}({row.pk})"
    told: dict[str, Any] = {"@iot.id": row.pk, "@iot.selfLink": link}
    for prop in kind.properties:
        if not prop.is_costly:
            told[prop.name] = prop.read(row)
    for way in kind.navigation:
        told[f"{way.name}@iot.navigationLink"] = f"{link}/{way.name}"
    body = orjson.dumps(told)
    yield f"{ROOT}/{kind.plural}({row.pk})", body
    yield f"{ROOT}/{kind.plural}", body
