"""Events on the bus: each once and in order, whatever is killed meanwhile. A real nats-server."""

from __future__ import annotations

import asyncio
import json
import threading
from uuid import uuid4

import pytest
from django.db import transaction

from guanggu.base.actor import platform
from guanggu.base.errors import Conflict, Invalid, Unavailable
from guanggu.kernel.journal.models import Event, Subscription
from guanggu.kernel.journal.public import Bus, Cursor, Entry, Relay, append_batch, lag
from guanggu.kernel.journal.relaying import bus as buses
from guanggu.kernel.journal.relaying import relay as relaying
from guanggu.kernel.journal.relaying.bus import Letter, Line, subject_of
from guanggu.kernel.journal.relaying.relay import NAME
from guanggu.kernel.journal.testing import PrivateBus, nats_server

needs_server = pytest.mark.skipif(nats_server() is None, reason="nats-server is not installed")


@pytest.fixture(scope="session")
def private(tmp_path_factory):
    made = PrivateBus(tmp_path_factory.mktemp("nats"))
    made.start()
    yield made
    made.kill()


@pytest.fixture
def bus(private) -> Bus:
    return private.bus(f"journal_{uuid4().hex[:8]}")


@pytest.fixture
def relay(bus):
    made = Relay(bus)
    yield made
    made.close()


def happen(count: int, first: int = 0) -> None:
    actor = platform("tests")
    with transaction.atomic():
        append_batch(
            Entry(f"things/{number % 7}", "tests.happened", actor, {"number": number, "word": "水"})
            for number in range(first, first + count)
        )


def told(bus: Bus) -> list[dict]:
    """Every message of the stream, as a new receiver reads it from the start."""

    async def read() -> list[dict]:
        import nats

        client = await nats.connect(list(bus.servers))
        stream = client.jetstream()
        info = await stream.stream_info(bus.stream)
        found = []
        reader = await stream.pull_subscribe(f"{bus.stream}.>", durable=None, stream=bus.stream)
        while len(found) < info.state.messages:
            found += await reader.fetch(500, timeout=5)
        await client.close()
        return [json.loads(message.data) for message in found]

    return asyncio.run(read())


def numbers(bus: Bus) -> list[int]:
    return [message["data"]["number"] for message in told(bus)]


def drain(relay: Relay) -> None:
    while relay.turn():
        pass


@needs_server
@pytest.mark.django_db
def test_every_event_is_told_once_in_the_order_of_the_journal(bus, relay):
    happen(600)
    drain(relay)
    found = told(bus)
    assert [message["data"]["number"] for message in found] == list(range(600))
    assert [message["id"] for message in found] == sorted(m["id"] for m in found)
    first = Event.objects.order_by("pk").first()
    assert found[0]["hash"] == bytes(first.hash).hex()
    assert found[0]["data"]["word"] == "水"
    assert lag(NAME) == 0
    assert relay.turn() == 0


@needs_server
@pytest.mark.django_db
def test_a_relay_killed_before_it_noted_the_answer_tells_nothing_twice(bus, relay, monkeypatch):
    happen(300)
    monkeypatch.setattr(relaying, "_keep", lambda cursor: None)  # killed between the two
    relay.turn()
    monkeypatch.undo()
    assert not Subscription.objects.filter(name=NAME).exists()
    second = Relay(bus)
    drain(second)
    second.close()
    assert numbers(bus) == list(range(300))


@needs_server
@pytest.mark.django_db
def test_two_relays_at_once_tell_each_event_once(bus, relay):
    happen(700)
    other = Relay(bus)
    relay.turn()
    other.turn()
    relay.turn()  # the bus knows these already and says so
    drain(other)
    drain(relay)
    other.close()
    assert numbers(bus) == list(range(700))


@needs_server
@pytest.mark.django_db
def test_a_killed_bus_loses_nothing_and_catches_up(tmp_path, monkeypatch):
    monkeypatch.setattr(buses, "ANSWER_SECONDS_MAX", 0.7)
    private = PrivateBus(tmp_path / "nats")
    private.start()
    bus = private.bus("killed")
    relay = Relay(bus)
    try:
        happen(300)
        assert relay.turn() == 256
        private.kill()
        happen(300, first=300)
        with pytest.raises(Unavailable):
            relay.turn()
        relay.close_line()
        with pytest.raises(Unavailable):
            relay.turn()
        assert lag(NAME) == 344
        private.start()
        relay.close_line()
        drain(relay)
        assert numbers(bus) == list(range(600))
    finally:
        relay.close()
        private.kill()


@needs_server
@pytest.mark.django_db
def test_an_emptied_bus_is_told_everything_again(bus, relay):
    happen(10)
    drain(relay)

    async def forget() -> None:
        import nats

        client = await nats.connect(list(bus.servers))
        await client.jetstream().delete_stream(bus.stream)
        await client.close()

    asyncio.run(forget())
    relay.close_line()
    happen(5, first=10)
    drain(relay)
    assert numbers(bus) == list(range(15))


@needs_server
@pytest.mark.django_db
def test_a_purged_stream_goes_on_behind_what_was_told(bus, relay):
    happen(10)
    drain(relay)

    async def purge() -> None:
        import nats

        client = await nats.connect(list(bus.servers))
        await client.jetstream().purge_stream(bus.stream)
        await client.close()

    asyncio.run(purge())
    relay.close_line()
    happen(5, first=10)
    drain(relay)
    assert numbers(bus) == list(range(10, 15))


@needs_server
@pytest.mark.django_db
def test_a_stream_of_another_journal_is_left_alone(bus, relay):
    async def tell() -> None:
        line = await Line.open(bus)
        await line.publish([Letter(1, "x.y", b'{"id": 1, "hash": "00"}')], 0)
        await line.close()

    asyncio.run(tell())
    happen(3)
    with pytest.raises(Conflict):
        relay.turn()
    assert len(told(bus)) == 1


@needs_server
@pytest.mark.django_db
def test_running_notes_an_absent_bus_and_stops_when_told(private, monkeypatch):
    monkeypatch.setattr(relaying, "WAITS_SECONDS", (0.0, 0.0))
    absent = Relay(Bus(("nats://127.0.0.1:1",), "nobody"))
    stop = threading.Event()
    seen = []

    def note(error: str, failures: int) -> None:
        seen.append((error, failures))
        if failures == 3:
            stop.set()

    monkeypatch.setattr(relaying, "_note", note)
    absent.run(stop)
    absent.close()
    assert [failures for _, failures in seen] == [1, 2, 3]
    assert all("消息总线没有应答" in error for error, _ in seen)


@pytest.mark.parametrize(
    ("given", "servers"),
    [
        ({}, None),
        ({"GUANGGU_NATS": "nats://a:4222"}, ("nats://a:4222",)),
        ({"GUANGGU_NATS": "nats://a:1, tls://u:p@b:2"}, ("nats://a:1", "tls://u:p@b:2")),
    ],
)
def test_the_bus_is_named_by_the_environment(given, servers):
    found = Bus.read(given)
    assert (found.servers if found else None) == servers


def test_another_address_is_refused():
    with pytest.raises(Invalid):
        Bus.read({"GUANGGU_NATS": "http://a"})


@pytest.mark.parametrize(
    ("kind", "subject"),
    [("case.opened", "s.case.opened"), ("a b.*", "s.a_b._"), ("x..y", "s.x._.y")],
)
def test_kinds_become_subjects_without_wildcards(kind, subject):
    assert subject_of("s", kind) == subject
    assert Cursor(0, 1) > Cursor(0, 0)
