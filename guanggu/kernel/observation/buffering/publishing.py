"""The gateway's side: batches to the bus, done when it has them (docs/operations, step 6)."""

from __future__ import annotations

import asyncio
import logging
import threading
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any

from guanggu.base.bilingual import T
from guanggu.base.errors import Unavailable
from guanggu.base.ids import new_id
from guanggu.kernel.journal.public import Bus

from ..batch import Batch
from ..store import Appended
from .stream import BYTES_MAX, connected, encoded, parts_of

if TYPE_CHECKING:
    from nats.js import JetStreamContext

log = logging.getLogger("guanggu.ingest")

ANSWER_SECONDS_MAX = 5.0
CANNOT = T(
    "数据缓冲暂时不可用，请稍后重发：{}", "The buffer cannot take the data now; send again: {}"
)


class Publisher:
    """``receive`` has the shape that gateways hand batches to; any thread may call it."""

    def __init__(self, bus: Bus, bytes_max: int = BYTES_MAX) -> None:
        self._bus, self._bytes_max = bus, bytes_max
        self._loop = asyncio.new_event_loop()
        self._client: Any = None
        self._stream: JetStreamContext | None = None
        self._connecting = asyncio.Lock()
        self._thread = threading.Thread(target=self._run, name="buffer", daemon=True)
        self.rows = 0

    def start(self) -> None:
        self._thread.start()

    def close(self) -> None:
        self._call(self._disconnect()).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    def receive(self, batch: Batch) -> Future[Appended]:
        """Done once the bus has every row; raises Unavailable by the future, and the device is
        then not acknowledged."""
        return self._call(self._publish(batch))

    def _call(self, work: Any) -> Future[Any]:
        return asyncio.run_coroutine_threadsafe(work, self._loop)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_forever()
        self._loop.close()

    async def _publish(self, batch: Batch) -> Appended:
        from nats.errors import Error
        from nats.js.errors import APIError

        try:
            stream = await self._line()
            subject = f"{self._bus.stream}.batches"
            for part in parts_of(batch):
                headers = {"Nats-Msg-Id": str(new_id())}
                await stream.publish(
                    subject, encoded(part), timeout=ANSWER_SECONDS_MAX, headers=headers
                )
        except APIError as error:  # the bus answers, and takes no more
            raise Unavailable(CANNOT.format(error)) from error
        except (Error, OSError, TimeoutError) as error:
            await self._disconnect()
            raise Unavailable(CANNOT.format(error or type(error).__name__)) from error
        self.rows += len(batch)
        return Appended(len(batch))

    async def _line(self) -> JetStreamContext:
        async with self._connecting:
            if self._stream is None or not self._client.is_connected:
                self._client, self._stream = await connected(
                    self._bus, "guanggu gateway", self._bytes_max
                )
            return self._stream

    async def _disconnect(self) -> None:
        client, self._client, self._stream = self._client, None, None
        if client is not None:
            await client.close()
