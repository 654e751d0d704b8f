"""The connections: a bare ASGI application that holds hundreds of streams in one thread.

    GET /stream?ticket=…&after=7.1234     text/event-stream
    GET /healthz                          {"status": "ok", "viewers": 3}

A viewer who does not take what is sent is dropped and comes back behind the last he took
(``Last-Event-ID``). After ``LIFE_S`` the stream says ``renew`` and ends.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qs

from guanggu.base.bilingual import T
from guanggu.base.errors import Missing, Problem, Unavailable
from guanggu.kernel.journal.public import Cursor

from .maker import Maker
from .places import cursor_of
from .tickets import LIFE_S

KEEP_SECONDS = 15.0  # a word now and then, so that no proxy takes the line for dead
WAITING_MAX = 200  # messages that a slow viewer may be behind
ADMIT_SECONDS_MAX = 15.0
BUSY = T("监控推送服务繁忙，请稍后重试。", "The live service is busy; try again in a moment.")
NO_SUCH = T("没有这个地址。", "There is no such address.")
RENEW = b"event: renew\ndata: {}\n\n"

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]


class Connection:
    """One viewer. ``admit``, ``refuse`` and ``send`` come from the maker's thread."""

    def __init__(self, ticket: str, after: Cursor | None) -> None:
        self.ticket, self.after = ticket, after
        self._loop = asyncio.get_running_loop()
        self.admitted: asyncio.Future[str] = self._loop.create_future()
        self.waiting: asyncio.Queue[bytes | None] = asyncio.Queue()

    def admit(self, origin: str) -> None:
        self._loop.call_soon_threadsafe(self._settle, origin, None)

    def refuse(self, problem: Problem) -> None:
        self._loop.call_soon_threadsafe(self._settle, "", problem)

    def send(self, message: bytes) -> None:
        self._loop.call_soon_threadsafe(self._put, message)

    def _settle(self, origin: str, problem: Problem | None) -> None:
        if self.admitted.done():
            return
        if problem is None:
            self.admitted.set_result(origin)
        else:
            self.admitted.set_exception(problem)

    def _put(self, message: bytes) -> None:
        if not message or self.waiting.qsize() >= WAITING_MAX:
            self._settle("", Unavailable(BUSY))
            self.waiting.put_nowait(None)
        else:
            self.waiting.put_nowait(message)


class LiveDoor:
    def __init__(self, maker: Maker, life_s: float = LIFE_S) -> None:
        self._maker, self._life_s = maker, life_s
        self._connections: set[Connection] = set()

    def end(self) -> None:
        """Let every stream end; the viewers come back on their own."""
        for viewer in self._connections:
            viewer.waiting.put_nowait(None)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        path = scope["path"].rstrip("/").rpartition("/")[2]  # a proxy may leave its prefix on
        if scope["method"] == "GET" and path == "stream":
            await self._stream(scope, receive, send)
        elif scope["method"] == "GET" and path == "healthz":
            body = f'{{"status": "ok", "viewers": {self._maker.viewers}}}'.encode()
            await _answer(send, 200, body, b"application/json")
        else:
            await _refuse(send, Missing(NO_SUCH))

    async def _stream(self, scope: Scope, receive: Receive, send: Send) -> None:
        asked = parse_qs(scope["query_string"].decode("latin-1"))
        given = asked.get("after", [""])[0]
        for name, value in scope["headers"]:
            if name == b"last-event-id":
                given = value.decode("latin-1")
        viewer = Connection(asked.get("ticket", [""])[0], cursor_of(given))
        self._connections.add(viewer)
        self._maker.join(viewer)
        gone = asyncio.create_task(_disconnected(receive))
        try:
            try:
                origin = await asyncio.wait_for(viewer.admitted, ADMIT_SECONDS_MAX)
            except TimeoutError:
                await _refuse(send, Unavailable(BUSY))
                return
            except Problem as problem:
                await _refuse(send, problem)
                return
            await self._send_on(viewer, origin, gone, send)
        finally:
            self._connections.discard(viewer)
            self._maker.leave(viewer)
            gone.cancel()

    async def _send_on(
        self, viewer: Connection, origin: str, gone: asyncio.Task[None], send: Send
    ) -> None:
        headers = [
            (b"content-type", b"text/event-stream; charset=utf-8"),
            (b"cache-control", b"no-store"), (b"x-accel-buffering", b"no"),
            (b"x-content-type-options", b"nosniff"),
            (b"access-control-allow-origin", origin.encode("latin-1", "ignore")), (b"vary", b"origin"),
        ]  # fmt: skip
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        loop = asyncio.get_running_loop()
        ends_at = loop.time() + self._life_s
        while not gone.done():
            rest = ends_at - loop.time()
            if rest <= 0:
                await _part(send, RENEW)
                break
            waiting = asyncio.ensure_future(viewer.waiting.get())
            await asyncio.wait(
                {waiting, gone}, timeout=min(KEEP_SECONDS, rest),
                return_when=asyncio.FIRST_COMPLETED,
            )  # fmt: skip
            if not waiting.done():
                waiting.cancel()
                if not gone.done() and loop.time() < ends_at:
                    await _part(send, b": \n\n")
                continue
            message = waiting.result()
            if message is None:
                break
            await _part(send, message)
        with contextlib.suppress(OSError):
            await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        continue


async def _part(send: Send, body: bytes) -> None:
    await send({"type": "http.response.body", "body": body, "more_body": True})


async def _answer(send: Send, status: int, body: bytes, kind: bytes) -> None:
    headers = [(b"content-type", kind), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def _refuse(send: Send, problem: Problem) -> None:
    """Without the page's origin a browser shows the status only: the page says the rest."""
    text = f"{problem.message.zh} · {problem.message.en}".encode()
    await _answer(send, problem.status, text, b"text/plain; charset=utf-8")
