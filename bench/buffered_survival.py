"""kill -9 of gateway, bus or writer, each a process of its own: no acknowledged frame lost, none twice.

As gateway_survival, but taken apart as for many stations: the gateway answers when the bus has a
frame, the writer stores it a moment later. Each time one of the three is killed and started again,
while the others go on.
"""

from __future__ import annotations

import asyncio
import random
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.gateway_bench import Ingest, store_of
from bench.gateway_survival import SEED, survive
from bench.machine import own_server

CI = True
UNTIMED = True
SETTLED_SECONDS_MAX = 60


class Writer(Ingest):
    """Has no door of its own but the store's."""

    def is_ready(self) -> bool:
        from guanggu.base.errors import Unavailable

        try:
            store_of(self.var).count([], 0, 1)
        except Unavailable:
            return False
        return True


class Apart(Ingest):
    """Gateway, bus and writer; which one is killed next falls by chance."""

    def __init__(self, var: Path) -> None:
        from guanggu.kernel.journal.testing import PrivateBus

        self.bus = PrivateBus(var / "bus")
        told = {"GUANGGU_NATS": f"nats://127.0.0.1:{self.bus.port}"}
        super().__init__(var, GUANGGU_INGEST="gateway", **told)
        self.writer = Writer(var, GUANGGU_INGEST="writer", **told)
        self.rng = random.Random(SEED)
        self.dead = ["bus", "writer", "gateway"]

    def start(self, *, mqtt: bool = False) -> float:
        started = time.perf_counter()
        for name in self.dead:
            if name == "bus":
                self.bus.start()
            elif name == "writer":
                self.writer.start()
            else:
                super().start(mqtt=mqtt)
        self.dead = []
        return time.perf_counter() - started

    def kill(self) -> None:
        self.dead = [self.rng.choice(("bus", "writer", "gateway"))]
        if self.dead == ["bus"]:
            self.bus.kill()
        elif self.dead == ["writer"]:
            self.writer.kill()
        else:
            super().kill()

    def stop(self) -> None:
        super().stop()
        self.writer.stop()
        self.bus.kill()

    def settle(self) -> None:
        """Until the writer has stored what waits on the bus."""
        from guanggu.kernel.observation.buffering.stream import STREAM

        waiting = -1
        until_s = time.monotonic() + SETTLED_SECONDS_MAX
        while waiting != 0:
            assert time.monotonic() < until_s, f"{waiting} messages still wait on the bus"
            waiting = asyncio.run(_waiting(self.bus.bus(STREAM)))
            time.sleep(0.1)


async def _waiting(bus) -> int:
    from guanggu.kernel.observation.buffering.stream import BYTES_MAX, connected

    client, stream = await connected(bus, "bench", BYTES_MAX)
    try:
        return (await stream.stream_info(bus.stream)).state.messages
    finally:
        await client.close()


def main() -> None:
    apart = Apart(own_server())
    survive(apart, "kill -9 of gateway, bus or writer: no acknowledged frame lost, none twice",
            apart.settle)  # fmt: skip


if __name__ == "__main__":
    main()
