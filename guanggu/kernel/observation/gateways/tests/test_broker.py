"""The private broker with mosquitto itself: who may write where, and what is told without it."""

from __future__ import annotations

import asyncio
import socket

import pytest

from guanggu.kernel.observation.gateways.mqtt import packets, side
from guanggu.kernel.observation.gateways.mqtt.broker import mosquitto
from guanggu.kernel.observation.gateways.mqtt.side import MqttSide
from guanggu.kernel.observation.gateways.mqtt.topics import MqttGateway
from guanggu.kernel.observation.gateways.setting import Address, Setting
from guanggu.kernel.observation.sealed_secrets import broker_digest

from .stations import Field, station, until

needs_mosquitto = pytest.mark.skipif(mosquitto() is None, reason="mosquitto is not installed")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def side_of(field: Field, folder, port: int) -> MqttSide:
    gateway = MqttGateway(field.directory, field.intake, field.quarantine)
    setting = Setting(folder, mqtt=Address("127.0.0.1", port))
    return MqttSide(setting, field.directory, gateway)


class Device:
    """A device by plain packets; ``say`` answers how many acknowledgements came."""

    def __init__(self, port: int, user: str, key: str) -> None:
        self.port, self.user, self.key = port, user, key

    async def say(self, *messages: tuple[str, bytes]) -> int:
        """-1 where the broker refuses the connection."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(packets.connect(self.user, self.user, self.key, keep_alive_s=60, clean=True))
        async with asyncio.timeout(5):
            welcome = await reader.readexactly(4)
            if welcome[3]:
                return -1
            for number, (topic, payload) in enumerate(messages, start=1):
                writer.write(packets.publish(topic, payload, number))
            for _ in messages:
                assert (await reader.readexactly(4))[:1] == b"\x40"
        writer.close()
        return len(messages)


@needs_mosquitto
def test_only_its_own_telemetry_of_a_device_with_its_key_comes_through(tmp_path) -> None:
    keys = {"buoy-1": "key-one", "buoy-2": "key-two"}
    stations = [
        station("mqtt", name, device=n, broker_digest=broker_digest(key))
        for n, (name, key) in enumerate(keys.items(), start=1)
    ]
    field, port = Field(*stations), free_port()

    async def go() -> tuple[int, int]:
        made = side_of(field, tmp_path, port)
        async with field:
            running = asyncio.create_task(made.run())
            await until(lambda: made.state == "connected")
            good = Device(port, "buoy-1", "key-one")
            at = 1_780_000_000_000
            acknowledged = await good.say(
                ("devices/buoy-2/telemetry", b'{"ts": %d, "values": {"w01018": 9}}' % at),
                ("devices/buoy-1/telemetry", b'{"ts": %d, "values": {"w01018": 4}}' % at),
            )
            await until(lambda: len(field.rows()) == 1)
            refused = await Device(port, "buoy-1", "key-two").say()
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
        return acknowledged, refused

    assert asyncio.run(go()) == (2, -1)
    assert list(field.rows().values()) == [4.0]  # what was written elsewhere went nowhere


@needs_mosquitto
def test_a_device_that_is_suspended_is_shut_out_at_once(tmp_path) -> None:
    known = station("mqtt", "buoy-1", broker_digest=broker_digest("key-one"))
    field, port = Field(known), free_port()

    async def go() -> list[int]:
        made = side_of(field, tmp_path, port)
        answers = []
        async with field:
            running = asyncio.create_task(made.run())
            await until(lambda: made.state == "connected")
            answers.append(await Device(port, "buoy-1", "key-one").say())
            known.is_suspended = True
            made._write_access()
            async with asyncio.timeout(5):
                while await Device(port, "buoy-1", "key-one").say() == 0:
                    continue
            answers.append(-1)
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
        return answers

    assert asyncio.run(go()) == [0, -1]


@pytest.mark.parametrize("why", ["absent", "off", "port_taken"])
def test_without_a_broker_the_state_says_why(tmp_path, monkeypatch, why) -> None:
    field = Field()
    taken = socket.socket()
    taken.bind(("127.0.0.1", 0))
    taken.listen()
    if why == "absent":
        monkeypatch.setattr(side, "mosquitto", lambda: None)
    elif why == "port_taken":
        monkeypatch.setattr(side, "mosquitto", lambda: "/bin/true")
        monkeypatch.setattr(side, "port_becomes_free", _never)

    async def go() -> str:
        made = side_of(field, tmp_path, taken.getsockname()[1])
        if why == "off":
            made._setting = Setting(tmp_path, mqtt=None)
        running = asyncio.create_task(made.run())
        await until(lambda: made.state != "connecting")
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        assert made.told.zh
        assert made.told.en
        assert not made.publish("devices/x/desired", b"{}")
        return made.state

    assert asyncio.run(go()) == why
    taken.close()


async def _never(host: str, port: int) -> bool:
    return False
