"""Claim: >= 25,000 MQTT messages a second at QoS 1 into the store.

A real `guanggu ingest` with its private mosquitto. Devices of a generator on the same machine
publish pre-built JSON messages of one value each at QoS 1 and wait for the broker's
acknowledgements (a window of messages under way); the ingest process acknowledges each to the
broker only after its row is durable. The clock runs from the first publication until every message
was acknowledged by the ingest process and every row is counted through the store's socket.
"""

from __future__ import annotations

import asyncio
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.gateway_bench import FACTORS, KEY, ingesting, lay_devices, store_of
from bench.machine import SHORT, own_server, print_table
from bench.server import HOST, cpu_seconds, get

CI = True
DEVICES = 20
MESSAGES = 40_000 if SHORT else 500_000
WINDOW = 1_000  # messages of one device on their way to the broker
START_MS = (int(time.time()) - 8 * 3600) * 1_000


class Publisher(asyncio.Protocol):
    """One device over the codec of the gateway; it counts PUBACKs."""

    def __init__(self, name: str, payloads: list[bytes]) -> None:
        from guanggu.kernel.observation.gateways.mqtt import packets

        self.packets = packets
        self.name, self.at, self.acknowledged = name, 0, 0
        topic = f"devices/{name}/telemetry"
        self.frames = [
            packets.publish(topic, payload, n % 65_535 + 1) for n, payload in enumerate(payloads)
        ]
        self.done = asyncio.get_running_loop().create_future()
        self.reader = packets.Reader()

    def connection_made(self, transport) -> None:
        self.transport = transport
        transport.write(
            self.packets.connect(self.name, self.name, f"{KEY}-{self.name}", keep_alive_s=60,
                                 clean=True)
        )  # fmt: skip

    def data_received(self, data: bytes) -> None:
        _, others = self.reader.feed(data)
        for head, body in others:
            if head & 0xF0 == self.packets.CONNACK and body[1]:
                self.done.set_exception(RuntimeError(f"refused: {body[1]}"))
                return
            self.acknowledged += head & 0xF0 == self.packets.PUBACK
        part = self.frames[self.at : self.acknowledged + WINDOW]
        if len(part) >= WINDOW // 4 or (part and self.at + len(part) == len(self.frames)):
            self.at += len(part)
            self.transport.write(b"".join(part))
        if self.acknowledged == len(self.frames) and not self.done.done():
            self.done.set_result(None)


async def publish(port: int, payloads: dict[str, list[bytes]]) -> float:
    """Seconds until the broker has acknowledged all."""
    loop = asyncio.get_running_loop()
    made = [Publisher(name, own) for name, own in payloads.items()]
    started = time.perf_counter()
    for each in made:
        await loop.create_connection(lambda each=each: each, HOST, port)
    await asyncio.gather(*(each.done for each in made))
    seconds = time.perf_counter() - started
    for each in made:
        each.transport.close()
    return seconds


def metric(port: int, name: str) -> int:
    text = get(port, "/metrics")[1].decode()
    return next(int(line.split()[1]) for line in text.splitlines() if line.startswith(name + " "))


def main() -> None:
    import uvloop

    var = own_server()
    names = lay_devices(DEVICES, "mqtt")
    each = MESSAGES // DEVICES
    payloads = {
        name: [
            b'{"ts":%d,"values":{"%s":%.1f}}'
            % (START_MS + n * 1000, FACTORS[n % 11].encode(), 20 + n % 70 / 2)
            for n in range(each)
        ]
        for name in names
    }
    with ingesting(var, mqtt=True) as ingest:
        until = time.perf_counter() + 20
        while not metric(ingest.http, "guanggu_ingest_mqtt_connected"):
            assert time.perf_counter() < until, "no connection to the broker"
            time.sleep(0.05)
        before = cpu_seconds(ingest.process.pid)
        started = time.perf_counter()
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            published_s = runner.run(publish(ingest.mqtt, payloads))
        while metric(ingest.http, "guanggu_ingest_rows_total") < each * DEVICES:
            if time.perf_counter() - started > 120:
                break
            time.sleep(0.01)
        seconds = time.perf_counter() - started
        cpu = cpu_seconds(ingest.process.pid) - before
        from guanggu.kernel.observation.models import Datastream

        streams = list(Datastream.objects.values_list("pk", flat=True))
        found = store_of(var).count(streams, START_MS * 1000, (START_MS + each * 1000) * 1000)
        memory = ingest.memory_mib()
    rate = each * DEVICES / seconds
    print_table(
        "MQTT QoS 1 into the store: >= 25,000 messages/s",
        ["messages", "devices", "published after s", "stored after s", "messages/s stored",
         "ingest CPU s", "ingest MiB"],
        [[each * DEVICES, DEVICES, f"{published_s:.1f}", f"{seconds:.1f}", f"{rate:,.0f}",
          f"{cpu:.1f}", f"{memory:.0f}"]],
    )  # fmt: skip
    assert found == each * DEVICES, f"{found} of {each * DEVICES} rows are there"
    if not SHORT:
        assert rate >= 25_000, "fewer messages a second than claimed"


if __name__ == "__main__":
    main()
