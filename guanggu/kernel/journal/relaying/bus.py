"""A stream of NATS JetStream as the journal needs it: where it ends, and what comes next.

JetStream (nats-server 2.9 and later) numbers the messages of a stream from 1. Each message is
published with the number that it must get (``Nats-Expected-Last-Sequence``): one that was lost
on the way makes the bus refuse all behind it, so nothing is ever stored out of order, whether
one relay runs or two. ``Nats-Msg-Id`` is the number of the event, by which the bus drops what is
sent again within its window.
"""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from guanggu.base.bilingual import T
from guanggu.base.errors import Invalid, Unavailable

if TYPE_CHECKING:
    from nats.aio.client import Client
    from nats.js import JetStreamContext

STREAM = "guanggu_journal"
CONNECT_SECONDS_MAX = 3.0
ANSWER_SECONDS_MAX = 5.0
DUPLICATE_WINDOW_S = 600.0
_SUBJECT_WORD = re.compile(r"[^A-Za-z0-9_-]+")
WRONG_ADDRESS = T(
    "GUANGGU_NATS 应为 nats://用户:密码@主机:端口，多个地址用逗号分隔。",
    "GUANGGU_NATS is nats://user:password@host:port; separate several by commas.",
)
ABSENT = T("消息总线没有应答：{}", "The bus does not answer: {}")


@dataclass(frozen=True, slots=True)
class Bus:
    """Where the bus is. servers: addresses of its machines; copies: on how many each message lies."""

    servers: tuple[str, ...]
    stream: str = STREAM
    copies: int = 1

    @classmethod
    def read(cls, values: Mapping[str, str] = os.environ) -> Bus | None:
        """GUANGGU_NATS, _NATS_STREAM, _NATS_COPIES; None where no bus is named. Raises Invalid."""
        given = [part.strip() for part in values.get("GUANGGU_NATS", "").split(",")]
        servers = tuple(part for part in given if part)
        if not servers:
            return None
        for each in servers:
            parts = urlsplit(each)
            if parts.scheme not in ("nats", "tls") or not parts.hostname:
                raise Invalid(WRONG_ADDRESS)
        stream = values.get("GUANGGU_NATS_STREAM", "") or STREAM
        return cls(servers, stream, int(values.get("GUANGGU_NATS_COPIES", "") or 1))


@dataclass(frozen=True, slots=True)
class Letter:
    """One message: number is that of the event; kind becomes the subject below the stream's."""

    number: int
    kind: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Tail:
    """Where the stream ends: the number of its last message and, where it still lies there, its body."""

    sequence: int
    body: bytes | None


def subject_of(stream: str, kind: str) -> str:
    """``guanggu_journal.case.opened``: what receivers choose by (``guanggu_journal.case.*``)."""
    words = [_SUBJECT_WORD.sub("_", word) or "_" for word in kind.split(".")]
    return ".".join([stream, *words])


class Line:
    """An open connection. Every failure is Unavailable; the line is then closed and made anew."""

    def __init__(self, bus: Bus, client: Client, stream: JetStreamContext) -> None:
        self._bus, self._client, self._stream = bus, client, stream

    @classmethod
    async def open(cls, bus: Bus) -> Line:
        """Connects and makes the stream where there is none. Raises Unavailable."""
        import nats
        from nats.errors import Error
        from nats.js.api import StorageType, StreamConfig
        from nats.js.errors import NotFoundError

        async def ignored(error: Exception) -> None:
            """Each call raises its own error; a second telling on the log says nothing more."""

        try:
            # By itself the client would go on trying for two minutes.
            connecting = nats.connect(
                list(bus.servers), allow_reconnect=False, max_reconnect_attempts=1,
                reconnect_time_wait=0, name="guanggu relay", error_cb=ignored,
                connect_timeout=int(CONNECT_SECONDS_MAX),
            )  # fmt: skip
            client = await asyncio.wait_for(connecting, CONNECT_SECONDS_MAX)
        except (Error, OSError, TimeoutError) as error:
            raise Unavailable(ABSENT.format(error or type(error).__name__)) from error
        stream = client.jetstream(timeout=ANSWER_SECONDS_MAX)
        line = cls(bus, client, stream)
        try:
            try:
                await stream.stream_info(bus.stream)
            except NotFoundError:
                await stream.add_stream(
                    StreamConfig(
                        name=bus.stream, subjects=[f"{bus.stream}.>"], num_replicas=bus.copies,
                        storage=StorageType.FILE, duplicate_window=DUPLICATE_WINDOW_S,
                    )
                )  # fmt: skip
        except (Error, OSError, TimeoutError) as error:
            await line.close()
            raise Unavailable(ABSENT.format(error or type(error).__name__)) from error
        return line

    async def tail(self) -> Tail:
        """Raises Unavailable."""
        from nats.errors import Error
        from nats.js.errors import NotFoundError

        try:
            info = await self._stream.stream_info(self._bus.stream)
            if not info.state.last_seq:
                return Tail(0, None)
            try:
                last = await self._stream.get_msg(self._bus.stream, seq=info.state.last_seq)
            except NotFoundError:  # its age was limited, or somebody emptied it
                return Tail(info.state.last_seq, None)
            return Tail(info.state.last_seq, last.data or b"")
        except (Error, OSError, TimeoutError) as error:
            raise Unavailable(ABSENT.format(error or type(error).__name__)) from error

    async def publish(self, letters: Sequence[Letter], after: int) -> None:
        """Store the letters behind message number ``after``, all of them on the bus's disk when
        this returns. Raises Unavailable: some of the first may then be stored, none out of order.
        """
        from nats.errors import Error

        waiting = [
            self._stream.publish(
                subject_of(self._bus.stream, letter.kind), letter.body,
                timeout=ANSWER_SECONDS_MAX, stream=self._bus.stream,
                headers={
                    "Nats-Msg-Id": str(letter.number),
                    "Nats-Expected-Last-Sequence": str(after + place),
                },
            )
            for place, letter in enumerate(letters)
        ]  # fmt: skip
        try:
            answers = await asyncio.gather(*waiting, return_exceptions=True)
        except (Error, OSError, TimeoutError) as error:
            raise Unavailable(ABSENT.format(error or type(error).__name__)) from error
        for place, answer in enumerate(answers, start=1):
            if isinstance(answer, BaseException):
                raise Unavailable(ABSENT.format(answer or type(answer).__name__)) from answer
            if answer.seq != after + place:  # known already: the tail was read too early
                raise Unavailable(ABSENT.format(f"{answer.seq} ≠ {after + place}"))

    async def close(self) -> None:
        await self._client.close()
