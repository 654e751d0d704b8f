"""The writer's side: batches from the bus into the store, acknowledged to the bus once stored.

A message comes again where the writer was killed or the store refused it; the store knows a datum
by stream and time, so rows that come twice count once. A bus that was killed may hold messages that
it counts as acknowledged and never delivers again: those are fetched one by one, stored and deleted.
"""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from guanggu.base.errors import Problem
from guanggu.kernel.journal.public import Bus

from ..batch import Batch
from ..store import Appended
from .stream import BYTES_MAX, connected, decoded

if TYPE_CHECKING:
    from nats.aio.msg import Msg
    from nats.js import JetStreamContext
    from nats.js.api import RawStreamMsg

log = logging.getLogger("guanggu.ingest")

CONSUMER = "writer"
ACK_WAIT_S = 20.0  # so long what a killed writer had taken waits for the next one
MESSAGES_AT_ONCE = 64
FETCH_S = 0.5
WAITS_S = (0.2, 0.5, 1.0, 2.0, 5.0)
AGAIN_S = 2.0
LEFT_EVERY_S = 30.0
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
                failures, due_s = 0, 0.0
                while not self._stop.is_set():
                    await self._take(reader)
                    if time.monotonic() >= due_s:
                        await self._take_left(stream)
                        due_s = time.monotonic() + LEFT_EVERY_S
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
        is_stored = await self._store([message.data for message in messages])
        for message in messages:
            await (message.ack() if is_stored else message.nak(delay=AGAIN_S))

    async def _take_left(self, stream: JetStreamContext) -> None:
        """What the bus holds below the acknowledged. A killed one has forgotten that it dropped
        such messages; one that lost its newest counts those that follow as acknowledged."""
        from nats.js.errors import NotFoundError

        name = self._bus.stream
        state = (await stream.stream_info(name)).state
        if not state.messages:
            return
        floor = (await stream.consumer_info(name, CONSUMER)).ack_floor.stream_seq
        at, left = state.first_seq, True
        while left and at <= floor and not self._stop.is_set():
            messages: list[RawStreamMsg] = []
            while len(messages) < MESSAGES_AT_ONCE:
                try:
                    found = await stream.get_msg(name, seq=at, subject=f"{name}.batches", next=True)
                except NotFoundError:
                    left = False
                    break
                at = (found.seq or at) + 1
                if at > floor + 1:
                    break
                messages.append(found)
            if not await self._store([message.data or b"" for message in messages]):
                return
            for message in messages:
                await stream.delete_msg(name, message.seq or 0)

    async def _store(self, bodies: list[bytes]) -> bool:
        """Whether the rows are on the disk; what is no batch is kept aside, and that is as good."""
        batches: list[Batch] = []
        for body in bodies:
            try:
                batches.append(decoded(body))
            except ValueError as error:
                self._set_aside(body, error)
        if not batches:
            return True
        try:
            answer = await asyncio.to_thread(self._receive, Batch.joined(batches))
            if isinstance(answer, Future):
                await asyncio.wrap_future(answer)
        except Problem as problem:
            log.warning("the store refused a batch, which comes again: %s", problem)
            return False
        self.rows += sum(len(batch) for batch in batches)
        return True

    def _set_aside(self, body: bytes, error: ValueError) -> None:
        """Under the name of its content: what comes again is kept once."""
        self._unread.mkdir(parents=True, exist_ok=True)
        path = self._unread / f"{sha256(body).hexdigest()[:32]}.bin"
        path.write_bytes(body)
        log.error("a message of the buffer is no batch; it is kept as %s: %s", path.name, error)


def _configured() -> Any:
    from nats.js.api import AckPolicy, ConsumerConfig

    return ConsumerConfig(
        durable_name=CONSUMER, ack_policy=AckPolicy.EXPLICIT, ack_wait=ACK_WAIT_S,
        max_ack_pending=4 * MESSAGES_AT_ONCE, max_deliver=-1,
    )  # fmt: skip
