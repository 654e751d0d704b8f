"""kill -9 of the gateway at random moments under load: no acknowledged frame lost, none counted twice.

The real `guanggu ingest` takes HJ 212 frames of eleven factors from stations that keep a window of
frames under way. It is killed with SIGKILL again and again and started anew; stations reconnect
and send again whatever was not answered, as the standard has them do, and now and then also what
was. In the end every reading is fetched through the store's socket: each frame that was answered
stands there with its values, and no datum stands there twice.
"""

from __future__ import annotations

import asyncio
import os
import random
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.gateway_bench import FACTORS, PASSWORD, Ingest, lay_devices, store_of
from bench.machine import SHORT, own_server, print_table
from bench.server import HOST

CI = True
UNTIMED = True
KILLS = int(os.environ.get("SURVIVAL_KILLS") or (4 if SHORT else 200))
SEED = int(os.environ.get("SURVIVAL_SEED") or 20261125)
STATIONS = 20
WINDOW = 60
BEGAN_S = 1_780_000_000
SENT_AGAIN = 0.03  # share of answered frames that are sent once more


class Sender:
    """One station: frames by number, one a second of its own time; answered ones are kept."""

    def __init__(self, address: str, port: int, seed: int) -> None:
        self.address, self.port, self.rng = address, port, random.Random(seed)
        self.next = 0
        self.open: dict[bytes, int] = {}
        self.answered: set[int] = set()
        self.again: list[int] = []
        self.resent = 0
        self.number = 0

    def value(self, n: int, factor: int) -> float:
        return float(n * 11 + factor)

    def frame(self, n: int) -> bytes:
        from guanggu.standards import hj_212

        self.number += 1
        qn = hj_212.request_number(int(time.time()) // 60 * 60_000_000 + self.number * 1000)
        factors = {c: {"Rtd": self.value(n, f), "Flag": "N"} for f, c in enumerate(FACTORS)}
        self.open[qn] = n
        at = hj_212.data_time((BEGAN_S + n) * 1_000_000)
        return hj_212.build(
            hj_212.body_of(at, factors), cn="2011", mn=self.address, pw=PASSWORD, st="22", qn=qn,
            flag=5,
        )  # fmt: skip

    async def run(self, stop: asyncio.Event) -> None:
        """Send until told to stop, then until all is answered."""
        while not (stop.is_set() and not self.again and not self.open):
            try:
                await self._connection(stop)
            except (OSError, asyncio.IncompleteReadError, TimeoutError):
                await asyncio.sleep(0.05)
            lost = sorted(set(self.open.values()))
            self.open.clear()
            self.again = lost + self.again
            self.resent += len(lost)

    async def _connection(self, stop: asyncio.Event) -> None:
        reader, writer = await asyncio.open_connection(HOST, self.port)
        try:
            while True:
                while len(self.open) < WINDOW and (self.again or not stop.is_set()):
                    n = self.again.pop(0) if self.again else self._new()
                    writer.write(self.frame(n))
                if not self.open:
                    return
                async with asyncio.timeout(20):
                    line = await reader.readuntil(b"\r\n")
                n = self.open.pop(line[9:26], None)
                if n is not None and b"CN=9014" in line:
                    self.answered.add(n)
                    if self.rng.random() < SENT_AGAIN:
                        self.again.append(n)
        finally:
            writer.close()

    def _new(self) -> int:
        self.next += 1
        return self.next - 1


async def torment(ingest: Ingest, senders: list[Sender]) -> list[float]:
    """Kill and start again; answers how many seconds each start took."""
    rng = random.Random(SEED)
    stop = asyncio.Event()
    running = [asyncio.create_task(sender.run(stop)) for sender in senders]
    starts = []
    for kill in range(KILLS):
        await asyncio.sleep(rng.uniform(0.05, 1.2))
        ingest.kill()
        starts.append(await asyncio.to_thread(ingest.start))
        if kill % 20 == 19:
            print(f"{kill + 1} kills, {sum(len(s.answered) for s in senders):,} frames answered",
                  file=sys.stderr)  # fmt: skip
    await asyncio.sleep(1)
    stop.set()
    await asyncio.wait_for(asyncio.gather(*running), 120)
    return starts


def judge(var: Path, senders: list[Sender]) -> dict[str, int]:
    """Lost, wrong and doubled data among what was answered."""
    from guanggu.kernel.observation.models import Datastream

    store = store_of(var)
    found = {"lost": 0, "wrong": 0, "twice": 0, "rows": 0}
    rows = Datastream.objects.values_list("thing__key", "observed_property__key", "pk")
    streams = {(thing, code): pk for thing, code, pk in rows}
    for sender in senders:
        for factor, code in enumerate(FACTORS):
            stream = streams[sender.address, code]
            begin, end = BEGAN_S * 1_000_000, (BEGAN_S + sender.next + 1) * 1_000_000
            table = store.series([stream], begin, end).to_pydict()
            times = table["time"]
            stored = {t // 1_000_000 - BEGAN_S: r for t, r in zip(times, table["result"], strict=True)}  # fmt: skip
            found["rows"] += len(times)
            found["twice"] += len(times) - len(stored)
            found["twice"] += store.count([stream], begin, end) - len(stored)
            found["lost"] += len(sender.answered - stored.keys())
            found["wrong"] += sum(r != sender.value(n, factor) for n, r in stored.items())
    return found


def survive(ingest: Ingest, title: str, settle: Callable[[], None] = lambda: None) -> None:
    """Torment what takes in, let it settle, judge; prints the table. Raises AssertionError."""
    addresses = lay_devices(STATIONS, "hj212")
    ingest.start()
    senders = [Sender(a, ingest.hj212, SEED + n) for n, a in enumerate(addresses)]
    began = time.perf_counter()
    try:
        starts = asyncio.run(torment(ingest, senders))
        settle()
        found = judge(ingest.var, senders)
    finally:
        ingest.stop()
    print_table(
        title,
        ["kills", "stations", "frames answered", "sent again", "readings", "lost", "wrong",
         "twice", "longest start s", "minutes"],
        [[KILLS, STATIONS, sum(len(s.answered) for s in senders),
          sum(s.resent for s in senders), found["rows"], found["lost"], found["wrong"],
          found["twice"], f"{max(starts):.1f}", f"{(time.perf_counter() - began) / 60:.1f}"]],
    )  # fmt: skip
    assert found["rows"] > 0, "nothing was stored at all"
    assert found["lost"] == found["wrong"] == found["twice"] == 0, found


def main() -> None:
    ingest = Ingest(own_server())
    survive(ingest, "kill -9 of the gateway under load: no acknowledged frame lost, none twice")


if __name__ == "__main__":
    main()
