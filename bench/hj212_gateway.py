"""Claim: >= 20,000 frames a second (220,000 readings) over TCP by HJ 212, acknowledged after they are
durable, 50 connections, generator on the same machine, p99 <= 100 ms; readable within 5 s.

A real `guanggu ingest` with its own DuckDB file. Each of 50 stations sends frames of 11 factors
that were built before; every frame is answered (9014) only after its rows were committed, and the
time from its sending to its answer is taken. Stations keep a window of frames under way and send
at the asked rate. Then every reading is counted through the store's socket, as another process.
"""

from __future__ import annotations

import asyncio
import os
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.gateway_bench import BEGAN_S, FACTORS, frame, ingesting, lay_devices, store_of
from bench.machine import SHORT, own_server, percentile, print_table
from bench.server import HOST, cpu_seconds

CI = True
CONNECTIONS = 50
SECONDS = 5 if SHORT else int(os.environ.get("BENCH_SECONDS") or 20)
RATE = int(os.environ.get("BENCH_RATE") or 21_000)
TICK_S = 0.01
ANSWER_END = b"\r\n"


class Sender(asyncio.Protocol):
    """One station: sends its share each tick, counts answers, notes how long each took."""

    def __init__(self, frames: list[bytes]) -> None:
        self.frames, self.at = frames, 0
        self.sent_s: list[float] = []
        self.took_s: list[float] = []
        self.answered = 0
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport) -> None:
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        now, count = time.perf_counter(), data.count(ANSWER_END)
        took = self.took_s
        for n in range(self.answered, self.answered + count):
            took.append(now - self.sent_s[n])
        self.answered += count

    def send(self, count: int) -> None:
        part = self.frames[self.at : self.at + count]
        if part:
            now = time.perf_counter()
            self.sent_s += [now] * len(part)
            self.at += len(part)
            self.transport.write(b"".join(part))


async def generate(port: int, frames: dict[str, list[bytes]], rate: int) -> dict:
    loop = asyncio.get_running_loop()
    senders = []
    for own in frames.values():
        _, sender = await loop.create_connection(lambda own=own: Sender(own), HOST, port)
        senders.append(sender)
    started, sent = time.perf_counter(), 0
    whole = sum(map(len, frames.values()))
    turn = 0
    while sent < whole:
        due = min(whole, int((time.perf_counter() - started) * rate)) - sent
        each = due // len(senders)
        if each:
            for sender in senders:
                before = sender.at
                sender.send(each)
                sent += sender.at - before
        turn += 1
        await asyncio.sleep(TICK_S)
    until = time.perf_counter() + 60
    while sum(s.answered for s in senders) < sent and time.perf_counter() < until:
        await asyncio.sleep(0.005)
    seconds = time.perf_counter() - started
    took = [each for s in senders for each in s.took_s]
    for sender in senders:
        sender.transport.close()
    return {"sent": sent, "answered": sum(s.answered for s in senders), "seconds": seconds,
            "took": took}  # fmt: skip


def main() -> None:
    import uvloop

    var = own_server()
    addresses = lay_devices(CONNECTIONS, "hj212")
    each = RATE * SECONDS // CONNECTIONS
    frames = {a: [frame(a, n, n) for n in range(each)] for a in addresses}
    size = len(frames[addresses[0]][0])
    with ingesting(var) as ingest, asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        warm = {a: [frame(a, -100 - n, n) for n in range(20)][::-1] for a in addresses}
        runner.run(generate(ingest.hj212, warm, 2_000))
        before = cpu_seconds(ingest.process.pid)
        told = runner.run(generate(ingest.hj212, frames, RATE))
        cpu = cpu_seconds(ingest.process.pid) - before
        ended = time.perf_counter()
        from guanggu.kernel.observation.models import Datastream

        streams = list(Datastream.objects.values_list("pk", flat=True))
        store = store_of(var)
        start = BEGAN_S * 1_000_000
        wanted = told["sent"] * len(FACTORS)
        while (found := store.count(streams, start, start + each * 1_000_000)) < wanted:
            if time.perf_counter() - ended > 5:
                break
        readable_s = time.perf_counter() - ended
        memory = ingest.memory_mib()
    took = told["took"]
    rate = told["answered"] / told["seconds"]
    p99 = percentile(took, 0.99) * 1000
    print_table(
        "HJ 212 over TCP: >= 20,000 frames/s acknowledged after durable, p99 <= 100 ms, "
        "readable within 5 s",
        ["frames", "of bytes", "seconds", "frames/s", "readings/s", "p50 ms", "p99 ms", "max ms",
         "all readable after s", "ingest CPU s", "ingest MiB"],
        [[told["answered"], size, f"{told['seconds']:.1f}", f"{rate:,.0f}",
          f"{rate * len(FACTORS):,.0f}", f"{percentile(took, 0.5) * 1000:.1f}", f"{p99:.1f}",
          f"{max(took) * 1000:.0f}", f"{readable_s:.2f}", f"{cpu:.1f}", f"{memory:.0f}"]],
    )  # fmt: skip
    assert told["answered"] == told["sent"], "not every frame was answered"
    assert found == wanted, f"{found} of {wanted} readings are there"
    if not SHORT:
        assert rate >= 20_000, "fewer frames a second than claimed"
        assert p99 <= 100, "answers later than claimed"


if __name__ == "__main__":
    main()
