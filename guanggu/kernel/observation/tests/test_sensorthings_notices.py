"""Notices by MQTT: of observations as they are stored, of entities as they change."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from guanggu.base.actor import platform
from guanggu.kernel.journal.public import SUBSCRIBERS, Event, deliver
from guanggu.kernel.observation.batch import Batch
from guanggu.kernel.observation.models import Thing
from guanggu.kernel.observation.receiving import Receiver
from guanggu.kernel.observation.sensorthings import notices
from guanggu.kernel.observation.sensorthings.notices import Notices, entity_notices
from guanggu.kernel.observation.sensorthings.public import create_entity
from guanggu.kernel.observation.store import bind
from guanggu.kernel.observation.testing import MemoryStore, at

BASE = "http://x/sensorthings/v1.1"
DAY = at("2026-05-01 08:00")


class Heard:
    def __init__(self) -> None:
        self.told: list[tuple[str, Any]] = []

    def __call__(self, topic: str, payload: bytes) -> None:
        self.told.append((topic, orjson.loads(payload)))


def test_every_stored_observation_is_told() -> None:
    heard = Heard()
    telling = Notices(heard, BASE, lambda: {7: [(3, (7, 8))]})
    telling.start()
    telling.take(Batch.of([7], [DAY], [1.5]))
    telling.close()
    topics = [topic for topic, _ in heard.told]
    assert topics == [
        "v1.1/Datastreams(7)/Observations", "v1.1/Observations",
        "v1.1/MultiDatastreams(3)/Observations", "v1.1/Observations",
    ]  # fmt: skip
    first, multi = heard.told[0][1], heard.told[2][1]
    assert first["@iot.selfLink"] == f"{BASE}/Observations('7-{DAY}')"
    assert (first["result"], first["phenomenonTime"]) == (1.5, "2026-05-01T00:00:00Z")
    assert (multi["@iot.id"], multi["result"]) == (f"m3-{DAY}", [1.5, None])


def test_beyond_the_rate_notices_are_left_out_and_counted(monkeypatch: Any) -> None:
    monkeypatch.setattr(notices, "A_SECOND_MAX", 10)
    telling = Notices(lambda *_: None, BASE, dict)
    telling.take(Batch.of([7] * 11, range(11), [1.0] * 11))
    assert (telling.left_out, telling.told) == (11, 0)
    telling.take(Batch.of([7] * 10, range(10), [1.0] * 10))
    telling.start()
    telling.close()
    assert telling.told == 10


@pytest.mark.django_db
def test_the_receiver_tells_when_data_are_stored() -> None:
    store, told = MemoryStore(), []
    receiver = Receiver(store.append)
    receiver.on_stored(lambda batch: told.append(len(batch)))
    receiver.append(Batch.of([7, 8], [DAY, DAY], [1.0, 2.0]))
    assert told == [2]


@pytest.mark.django_db
def test_entities_are_told_when_they_change() -> None:
    asked: list[tuple[str, str]] = []

    class Store(MemoryStore):
        def ask(self, name: str, *, topic: str, payload: str) -> None:
            asked.append((topic, orjson.loads(payload)["name"]))

    bind(Store)
    body = {"name": "mast", "description": "weather"}
    create_entity(platform("test"), kind="Thing", body=body)
    assert deliver(SUBSCRIBERS["observation.entity_notices"]) > 0
    number = Thing.objects.get().pk
    assert asked == [(f"v1.1/Things({number})", "mast"), ("v1.1/Things", "mast")]
    assert Event.objects.filter(kind="observation.thing_created").count() == 1
    assert list(entity_notices("nothing", "x", BASE)) == []
