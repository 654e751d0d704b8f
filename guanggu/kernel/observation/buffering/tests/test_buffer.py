"""Batches over a real bus into the store: none lost, none twice, whatever is killed meanwhile."""

from __future__ import annotations

import asyncio
import threading
import time
from concurrent.futures import Future

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanggu.base.bilingual import T
from guanggu.base.errors import Invalid, Unavailable
from guanggu.kernel.journal.testing import PrivateBus, nats_server
from guanggu.kernel.observation.batch import Batch
from guanggu.kernel.observation.buffering import stream as streams
from guanggu.kernel.observation.buffering.publishing import Publisher
from guanggu.kernel.observation.buffering.pulling import Puller
from guanggu.kernel.observation.buffering.stream import Role, decoded, encoded, parts_of
from guanggu.kernel.observation.store import Appended
from guanggu.kernel.observation.testing import MemoryStore

needs_server = pytest.mark.skipif(nats_server() is None, reason="nats-server is not installed")
WAIT_S = 20
EVER = 2**53
SMALL = 50 * 2**20  # each stream keeps so much of the disk for itself


@pytest.fixture(scope="module")
def private(tmp_path_factory):
    made = PrivateBus(tmp_path_factory.mktemp("buffer"))
    made.start()
    yield made
    made.kill()


class Stored:
    """A store that says when it has so many rows; refuses while told to."""

    def __init__(self):
        self.store, self.refuses = MemoryStore(), 0
        self.changed = threading.Condition()

    def receive(self, batch: Batch) -> Future[Appended]:
        answer: Future[Appended] = Future()
        with self.changed:
            if self.refuses:
                self.refuses -= 1
                answer.set_exception(Unavailable(T("忙", "busy")))
            else:
                answer.set_result(self.store.append(batch))
            self.changed.notify_all()
        return answer

    def count(self) -> int:
        return self.store.count([1, 2], 0, EVER)

    def wait_for(self, rows: int) -> None:
        with self.changed:
            assert self.changed.wait_for(lambda: self.count() >= rows, WAIT_S), self.count()


def batch(first: int, count: int) -> Batch:
    numbers = np.arange(first, first + count)
    return Batch.of(numbers % 2 + 1, numbers * 1000 + 1, numbers.astype(float))


@needs_server
def test_what_a_gateway_acknowledged_is_stored_once(private, tmp_path):
    bus = private.bus("whole")
    gateway, store = Publisher(bus, SMALL), Stored()
    gateway.start()
    writer = Puller(bus, store.receive, tmp_path, SMALL)
    writer.start()
    for first in range(0, 40_000, 20_000):  # each goes as two messages
        assert gateway.receive(batch(first, 20_000)).result(WAIT_S).new == 20_000
    gateway.receive(batch(0, 500)).result(WAIT_S)  # sent again by a device
    store.wait_for(40_000)
    gateway.close()
    writer.close()
    assert store.count() == 40_000


@needs_server
def test_a_refusing_store_gets_the_batch_again(private, tmp_path, monkeypatch):
    monkeypatch.setattr("guanggu.kernel.observation.buffering.pulling.AGAIN_S", 0.05)
    bus = private.bus("refusing")
    gateway, store = Publisher(bus, SMALL), Stored()
    store.refuses = 2
    gateway.start()
    writer = Puller(bus, store.receive, tmp_path, SMALL)
    writer.start()
    gateway.receive(batch(0, 100)).result(WAIT_S)
    store.wait_for(100)
    writer.close()
    gateway.close()
    assert store.refuses == 0
    assert store.count() == 100


@needs_server
def test_a_killed_bus_loses_nothing_that_was_acknowledged(tmp_path, monkeypatch):
    monkeypatch.setattr("guanggu.kernel.observation.buffering.publishing.ANSWER_SECONDS_MAX", 0.7)
    private = PrivateBus(tmp_path / "bus")
    private.start()
    bus = private.bus("killed")
    gateway, store = Publisher(bus, SMALL), Stored()
    gateway.start()
    try:
        gateway.receive(batch(0, 1000)).result(WAIT_S)
        private.kill()
        with pytest.raises(Unavailable):  # the device is not acknowledged and will send again
            gateway.receive(batch(1000, 1000)).result(WAIT_S)
        private.start()
        gateway.receive(batch(1000, 1000)).result(WAIT_S)
        writer = Puller(bus, store.receive, tmp_path, SMALL)
        writer.start()
        store.wait_for(2000)
        private.kill()
        private.start()
        gateway.receive(batch(2000, 1000)).result(WAIT_S)
        store.wait_for(3000)
        writer.close()
    finally:
        gateway.close()
        private.kill()
    assert store.count() == 3000


@needs_server
def test_a_full_buffer_does_not_acknowledge(private):
    gateway = Publisher(private.bus("full"), bytes_max=30_000)
    gateway.start()
    answers = [gateway.receive(batch(first, 1000)) for first in range(0, 20_000, 1000)]
    refused = [isinstance(answer.exception(WAIT_S), Unavailable) for answer in answers]
    gateway.close()
    assert True in refused
    assert False in refused


@needs_server
def test_what_is_no_batch_is_kept_aside_and_the_rest_goes_on(private, tmp_path):
    bus = private.bus("odd")
    gateway, store = Publisher(bus, SMALL), Stored()
    gateway.start()
    gateway.receive(batch(0, 10)).result(WAIT_S)

    async def tell() -> None:
        client, stream = await streams.connected(bus, "test", SMALL)
        await stream.publish(f"{bus.stream}.batches", b"not a batch")
        await client.close()

    asyncio.run(tell())
    gateway.receive(batch(10, 10)).result(WAIT_S)
    writer = Puller(bus, store.receive, tmp_path / "unread", SMALL)
    writer.start()
    store.wait_for(20)
    writer.close()
    gateway.close()
    assert [path.read_bytes() for path in (tmp_path / "unread").iterdir()] == [b"not a batch"]


@needs_server
def test_what_a_killed_bus_counts_as_acknowledged_and_still_holds_is_stored_and_dropped(
    private, tmp_path, monkeypatch
):
    """Such a stream is made here by one that drops nothing when it is acknowledged."""
    monkeypatch.setattr("guanggu.kernel.observation.buffering.pulling.ACK_WAIT_S", 1.0)
    bus = private.bus("left")

    async def lay_stream() -> None:
        from nats.js.api import StreamConfig

        client, stream = await streams.connected(bus, "test", SMALL)
        await stream.delete_stream(bus.stream)
        await stream.add_stream(StreamConfig(name=bus.stream, subjects=[f"{bus.stream}.batches"]))
        await client.close()

    async def held() -> int:
        client, stream = await streams.connected(bus, "test", SMALL)
        count = (await stream.stream_info(bus.stream)).state.messages
        await client.close()
        return count

    asyncio.run(lay_stream())
    gateway, before, after = Publisher(bus, SMALL), Stored(), Stored()
    gateway.start()
    for first in range(0, 1000, 10):
        gateway.receive(batch(first, 10)).result(WAIT_S)
    writer = Puller(bus, before.receive, tmp_path, SMALL)
    writer.start()
    before.wait_for(1000)
    writer.close()
    monkeypatch.setattr("guanggu.kernel.observation.buffering.pulling.LEFT_EVERY_S", 0.1)
    writer = Puller(bus, after.receive, tmp_path, SMALL)
    writer.start()
    until_s = time.monotonic() + WAIT_S
    while asyncio.run(
        held()
    ):  # what was acknowledged is delivered never again, and had all the same
        assert time.monotonic() < until_s
    writer.close()
    gateway.close()
    assert before.count() == 1000
    assert after.count() > 0


@given(
    st.lists(
        st.tuples(
            st.integers(0, 2**31 - 1), st.integers(-(2**53), 2**53),
            st.floats(allow_nan=False), st.integers(0, 255), st.none() | st.text(max_size=5),
        ),
        min_size=1, max_size=20,
    )
)  # fmt: skip
def test_a_batch_reads_back_as_it_was(rows):
    streams_, times, results, marks, extras = map(list, zip(*rows, strict=True))
    one = Batch.of(streams_, times, results, marks, extras=extras)
    other = decoded(encoded(one))
    for name in ("streams", "times", "results", "marks", "result_times"):
        assert np.array_equal(getattr(one, name), getattr(other, name))
    assert (other.extras or [None] * len(rows)) == extras


@pytest.mark.parametrize(("rows", "sizes"), [(1, [1]), (16_000, [16_000]), (16_001, [16_000, 1])])
def test_a_large_batch_goes_in_parts(rows, sizes):
    parts = list(parts_of(batch(0, rows)))
    assert [len(part) for part in parts] == sizes
    assert np.array_equal(Batch.joined(parts).times, batch(0, rows).times)


@pytest.mark.parametrize("body", [b"", b"x", b"\xff" * 40])
def test_noise_is_no_batch(body):
    with pytest.raises(ValueError, match=r"[\s\S]*"):
        decoded(body)


@pytest.mark.parametrize(
    ("values", "name"),
    [
        ({}, "whole"),
        ({"GUANGGU_INGEST": "gateway", "GUANGGU_NATS": "nats://a:1"}, "gateway"),
        ({"GUANGGU_INGEST": "writer", "GUANGGU_NATS": "nats://a:1"}, "writer"),
    ],
)
def test_the_role_is_read(values, name):
    role = Role.read(values)
    assert role.name == name
    assert (role.bus is None) == (name == "whole")


@pytest.mark.parametrize(
    "values",
    [{"GUANGGU_INGEST": "half"}, {"GUANGGU_INGEST": "gateway"}, {"GUANGGU_INGEST": "writer"}],
)
def test_a_role_without_its_bus_is_refused(values):
    with pytest.raises(Invalid):
        Role.read(values)
