"""The packets of MQTT, held to paho's own encoding and cut at every place."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanggu.kernel.observation.gateways.mqtt import packets
from guanggu.kernel.observation.gateways.mqtt.broker import password_lines, rule_lines
from guanggu.kernel.observation.gateways.mqtt.packets import Malformed, Message, Reader
from guanggu.kernel.observation.gateways.mqtt.topics import MqttGateway

from .stations import Field, station

_messages = st.lists(
    st.builds(
        Message,
        st.text("abc/+ü", min_size=1, max_size=12).map(str.encode),
        st.binary(max_size=300),
        st.integers(0, 65_535),
    ),
    max_size=6,
)


def written(message: Message) -> bytes:
    return packets.publish(message.topic.decode(), message.payload, message.packet)


@given(_messages, st.lists(st.integers(1, 400), max_size=8))
def test_what_is_written_is_read_however_it_is_cut(messages, cuts) -> None:
    stream = b"".join(map(written, messages)) + packets.puback(7)
    reader, found, others = Reader(), [], []
    for cut in [*cuts, len(stream)]:
        part, stream = stream[:cut], stream[cut:]
        got, rest = reader.feed(part)
        found += got
        others += rest
    assert found == messages
    assert others == [(0x40, b"\x00\x07")]


@pytest.mark.parametrize("count", [0, 127, 128, 16_383, 16_384, 2_097_151, 2_097_152])
def test_lengths_are_those_of_the_standard(count) -> None:
    """Table 2.4: one byte up to 127, two up to 16,383, three up to 2,097,151."""
    expected = 1 + (count > 127) + (count > 16_383) + (count > 2_097_151)
    assert len(packets.length_of(count)) == expected


@given(st.binary(max_size=200))
def test_noise_is_refused_or_waited_for(noise) -> None:
    try:
        messages, _ = Reader().feed(noise)
    except (Malformed, IndexError):
        messages = []
    assert all(isinstance(m, Message) for m in messages)


def test_a_device_may_write_only_below_its_own_name() -> None:
    known = [
        station("mqtt", "buoy-1", broker_digest="$6$a$b"),
        station("mqtt", "off", broker_digest="$6$a$b", is_suspended=True),
        station("sensorthings", "st-1", broker_digest="$6$c$d"),
    ]
    lines = password_lines(known, "$6$x$y").splitlines()
    assert lines == ["buoy-1:$6$a$b", "guanggu-ingest:$6$x$y", "st-1:$6$c$d"]
    rules = rule_lines(known)
    assert "pattern write devices/%u/telemetry" in rules
    assert "pattern write devices/%u/desired" not in rules
    assert "pattern write devices/%u/#" not in rules
    assert "user st-1\ntopic readwrite v1.1/Datastreams(1)/Observations" in rules
    assert "user buoy-1" not in rules


def test_messages_are_acknowledged_when_their_rows_are_stored() -> None:
    field = Field(station("mqtt", "buoy-1"))
    told: list[object] = []

    async def go() -> None:
        gateway = MqttGateway(field.directory, field.intake, field.quarantine)
        ended = asyncio.Event()

        def done(error) -> None:
            told.append((error, len(field.rows())))
            ended.set()

        async with field:
            gateway.take(
                [
                    Message(b"devices/buoy-1/telemetry", b'{"values": {"w01018": 4}}', 1),
                    Message(b"devices/nobody/telemetry", b'{"values": {"w01018": 4}}', 2),
                    Message(b"devices/buoy-1/telemetry", b"{", 3),
                ],
                done,
            )
            async with asyncio.timeout(5):
                await ended.wait()

    asyncio.run(go())
    assert told == [(None, 1)]
    assert field.reasons() == {"unknown_topic": 1, "not_json": 1}


def test_a_flooding_device_is_refused_beyond_its_limit() -> None:
    field = Field(station("mqtt", "buoy-1", frames_a_minute_max=10))

    async def go() -> None:
        gateway = MqttGateway(field.directory, field.intake, field.quarantine)
        async with field:
            payloads = [b'{"ts": %d, "values": {"w01018": 4}}' % (1_780_000_000_000 + n) for n in range(50)]  # fmt: skip
            gateway.take(
                [Message(b"devices/buoy-1/telemetry", p, 1) for p in payloads], lambda error: None
            )
            await field.intake.stored(field.intake.live)

    asyncio.run(go())
    assert len(field.rows()) == 10
    assert field.reasons() == {"too_many": 40}
