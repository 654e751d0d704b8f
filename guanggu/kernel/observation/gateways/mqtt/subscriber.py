"""The platform's own connection to the broker: one session that outlives the process.

The session is kept by the broker (clean session 0) and each message at QoS 1 is acknowledged
only when its rows are durable: what was delivered and not stored is delivered again.
A general client would be the bottleneck (ADR 0011); this one speaks only what is needed.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from . import packets
from .packets import Malformed, Message

log = logging.getLogger("guanggu.ingest")

KEEP_ALIVE_S = 30
CONNECT_SECONDS_MAX = 10
BACK_OFF_S = (0.2, 1, 2, 5, 10)
PACKET_MAX = 65_535

# Messages of one read, and what to call once all of them may be acknowledged.
OnMessages = Callable[[list[Message], Callable[[BaseException | None], None]], None]


@dataclass(frozen=True, slots=True)
class Broker:
    host: str
    port: int
    user: str = ""
    password: str = ""

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"


class _Session(asyncio.Protocol):
    """One connection. Ends its future when it is lost."""

    def __init__(self, subscriber: Subscriber) -> None:
        self._subscriber = subscriber
        self._reader = packets.Reader()
        self.transport: asyncio.Transport | None = None
        loop = asyncio.get_running_loop()
        self.welcomed: asyncio.Future[None] = loop.create_future()
        self.subscribed: asyncio.Future[None] = loop.create_future()
        self.ended: asyncio.Future[str] = loop.create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport) or hasattr(transport, "write")
        self.transport = transport  # type: ignore[assignment]

    def connection_lost(self, exc: Exception | None) -> None:
        self.end(str(exc or "closed by the broker"))

    def end(self, why: str) -> None:
        for waiting in (self.welcomed, self.subscribed):
            if not waiting.done():
                waiting.set_exception(ConnectionError(why))
                waiting.exception()  # it may be that nobody waits for it any more
        if not self.ended.done():
            self.ended.set_result(why)
        if self.transport is not None and not self.transport.is_closing():
            self.transport.close()

    def data_received(self, data: bytes) -> None:
        try:
            messages, others = self._reader.feed(data)
        except (Malformed, IndexError) as error:
            self.end(f"malformed: {error}")
            return
        for head, body in others:
            self._control(head, body)
        if messages:
            ids = [m.packet for m in messages if m.packet]
            self._subscriber.received += len(messages)
            self._subscriber.on_messages(messages, lambda error: self._acknowledge(ids, error))

    def _control(self, head: int, body: bytes) -> None:
        kind = head & 0xF0
        if kind == packets.CONNACK:
            code = body[1] if len(body) > 1 else 255
            if code:
                self.end(packets.REFUSALS.get(code, f"refused ({code})"))
            elif not self.welcomed.done():
                self.welcomed.set_result(None)
        elif kind == packets.SUBACK & 0xF0 and not self.subscribed.done():
            if 0x80 in body[2:]:
                self.end("the broker refused a subscription")
            else:
                self.subscribed.set_result(None)

    def _acknowledge(self, ids: list[int], error: BaseException | None) -> None:
        if self.transport is None or self.transport.is_closing():
            return
        if error is not None:  # not acknowledged; a new connection has them delivered again
            self.end("what arrived could not be stored")
            return
        self._subscriber.acknowledged += len(ids)
        self.transport.write(b"".join([packets.puback(i) for i in ids]))


class Subscriber:
    """Keeps a session with the broker; ``state`` says how it stands."""

    def __init__(
        self, broker: Broker, topics: Sequence[str], on_messages: OnMessages,
        *, client: str = "guanggu-ingest",
    ) -> None:  # fmt: skip
        self.broker, self.topics, self.on_messages, self.client = (
            broker,
            topics,
            on_messages,
            client,
        )
        self.state, self.why = "connecting", ""
        self.received = 0
        self.acknowledged = 0
        self._session: _Session | None = None
        self._packet = 0

    @property
    def is_connected(self) -> bool:
        return self.state == "connected"

    def publish(self, topic: str, payload: bytes, *, retain: bool = False) -> bool:
        """Send one message at QoS 1; False where there is no connection now."""
        if self._session is None or self._session.transport is None or not self.is_connected:
            return False
        self._packet = self._packet % PACKET_MAX + 1
        self._session.transport.write(packets.publish(topic, payload, self._packet, retain=retain))
        return True

    async def run(self) -> None:
        """Connect, and again when the connection is lost, until cancelled."""
        falls = 0
        while True:
            try:
                session = await self._connect()
                falls = 0
                self.why = await self._keep(session)
            except (OSError, TimeoutError) as error:
                self.why = str(error) or type(error).__name__
            self.state, self._session = "down", None
            log.warning("MQTT %s: %s", self.broker, self.why)
            await asyncio.sleep(BACK_OFF_S[min(falls, len(BACK_OFF_S) - 1)])
            falls += 1

    async def _connect(self) -> _Session:
        loop = asyncio.get_running_loop()
        async with asyncio.timeout(CONNECT_SECONDS_MAX):
            _, session = await loop.create_connection(
                lambda: _Session(self), self.broker.host, self.broker.port
            )
            assert session.transport is not None
            hello = packets.connect(
                self.client, self.broker.user, self.broker.password,
                keep_alive_s=KEEP_ALIVE_S, clean=False,
            )  # fmt: skip
            session.transport.write(hello)
            await session.welcomed
            session.transport.write(packets.subscribe(1, list(self.topics)))
            await session.subscribed
        self._session, self.state, self.why = session, "connected", ""
        return session

    async def _keep(self, session: _Session) -> str:
        """Ping until the session ends; answers why it ended."""
        assert session.transport is not None
        try:
            while True:
                try:
                    async with asyncio.timeout(KEEP_ALIVE_S / 2):
                        return await asyncio.shield(session.ended)
                except TimeoutError:
                    session.transport.write(bytes([packets.PINGREQ, 0]))
        finally:
            session.end("closing")
