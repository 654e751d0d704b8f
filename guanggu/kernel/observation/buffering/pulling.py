"""The writer's side: batches from the bus into the store, acknowledged to the bus once stored.

A message comes again where the writer was killed or the store refused it; the store knows a datum
by stream and time, so rows that come twice count once.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import TYPE_CHECKING, Any

from guanggu.base.errors import Problem
from guanggu.base.ids import new_id
from guanggu.kernel.journal.public import Bus

from ..batch import Batch
from ..store import Appended
from .stream import BYTES_MAX, connected, decoded

if TYPE_CHECKING:
    from nats.aio.msg import Msg

log = logging.getLogger("guanggu.ingest")

CONSUMER = "writer"
ACK_WAIT_S = 60.0
MESSAGES_AT_ONCE = 64
FETCH_S = 0.5
WAITS_S = (0.2, 0.5, 1.0, 2.0, 5.0)
AGAIN_S = 2.0
Receive = Callable[[Batch], "Appended | Future[Appended]"]


class Puller:
    """One thread that follows the stream until ``close``. unread: folder for messages that are no
    batch: kept there, whole, for an engineer."""

    def __init__(
        self, bus: Bus, receive: Receive, unread: Path, bytes_max: int = BYTES_MAX
    ) -> None:
        self._bus, self._receive, self._unread, self._bytes_max = bus, receive, unread, bytes_max
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="buffer-writer", daemon=True)
        self.rows = 0

    def start(self) -> None:
        self._thread.start()

    def close(self) -> None:
        self._stop.set()
        self._thread.join(30)

    def _run(self) -> None:
        asyncio.run(self._follow())

    async def _follow(self) -> None:
        from nats.errors import Error

        failures = 0
        while not self._stop.is_set():
            client = None
            try:
                client, stream = await connected(self._bus, "guanggu writer", self._bytes_max)
                reader = await stream.pull_subscribe(
                    f"{self._bus.stream}.batches", durable=CONSUMER, stream=self._bus.stream,
                    config=_configured(),
                )  # fmt: skip
                failures = 0
                while not self._stop.is_set():
                    await self._take(reader)
            except (Error, OSError, TimeoutError) as error:
                failures += 1
                if failures == 1:
                    log.warning("the buffer does not answer; its batches wait there: %s", error)
                await asyncio.sleep(WAITS_S[min(failures, len(WAITS_S)) - 1])
            finally:
                if client is not None:
                    await client.close()

    async def _take(self, reader: Any) -> None:
        """The next messages, stored together and then acknowledged."""
        from nats.errors import TimeoutError as NothingCame

        try:
            messages: list[Msg] = await reader.fetch(MESSAGES_AT_ONCE, timeout=FETCH_S)
        except NothingCame:
            return
        readable: list[Msg] = []
        batches: list[Batch] = []
        for message in messages:
            try:
                batches.append(decoded(message.data))
                readable.append(message)
            except ValueError as error:
                await self._set_aside(message, error)
        if not batches:
            return
        try:
            await self._store(Batch.joined(batches))
        except Problem as problem:
            log.warning("the store refused a batch, which comes again: %s", problem)
            for message in readable:
                await message.nak(delay=AGAIN_S)
            return
        self.rows += sum(len(batch) for batch in batches)
        for message in readable:
            await message.ack()

    async def _store(self, batch: Batch) -> None:
        answer = await asyncio.to_thread(self._receive, batch)
        if isinstance(answer, Future):
            await asyncio.wrap_future(answer)

    async def _set_aside(self, message: Msg, error: ValueError) -> None:
        self._unread.mkdir(parents=True, exist_ok=True)
        path = self._unread / f"{new_id()}.bin"
        path.write_bytes(message.data)
        log.error("a message of the buffer is no batch; it is kept as %s: %s", path.name, error)
        await message.term()


def _configured() -> Any:
    from nats.js.api import AckPolicy, ConsumerConfig

    return ConsumerConfig(
        durable_name=CONSUMER, ack_policy=AckPolicy.EXPLICIT, ack_wait=ACK_WAIT_S,
        max_ack_pending=4 * MESSAGES_AT_ONCE, max_deliver=-1,
    )  # fmt: skip
