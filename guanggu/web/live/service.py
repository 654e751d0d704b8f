"""The live server: the maker's thread and the connections' thread, started and ended together."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from guanggu.base.bilingual import T
from guanggu.base.errors import Invalid

from .door import LiveDoor
from .maker import Maker
from .tickets import LIFE_S

VIEWERS_MAX = 2_000
WRONG = T(
    "GUANGGU_LIVE_LISTEN 应为 地址:端口，如 127.0.0.1:9281；不启用请写 off。",
    "GUANGGU_LIVE_LISTEN is host:port, such as 127.0.0.1:9281; off leaves it out.",
)


def address_of(text: str) -> tuple[str, int] | None:
    """(host, port); None for "off". Raises Invalid."""
    if text.strip().lower() == "off":
        return None
    host, colon, number = text.strip().rpartition(":")
    if not colon or not number.isdigit() or not 0 < int(number) < 65_536:
        raise Invalid(WRONG)
    return host.strip("[]") or "0.0.0.0", int(number)


class LiveService:
    """Serves until ``close``; within another process it takes two threads and no signals."""

    def __init__(self, host: str, port: int, life_s: float = LIFE_S) -> None:
        """Opens the port. Raises OSError where it is taken."""
        self._listening = _listener(host, port)
        self.port: int = self._listening.getsockname()[1]
        self._maker = Maker()
        self._life_s = life_s
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop = asyncio.Event()
        self._thread = threading.Thread(target=self._run, name="live-door", daemon=True)

    def start(self) -> None:
        self._maker.start()
        self._thread.start()

    def close(self) -> None:
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(10)
        self._maker.close()

    def _run(self) -> None:
        asyncio.run(self._serve())

    async def _serve(self) -> None:
        import uvicorn

        class Server(uvicorn.Server):
            """Signals are the process's own affair."""

            @contextmanager
            def capture_signals(self) -> Iterator[None]:
                yield

        self._loop = asyncio.get_running_loop()
        door = LiveDoor(self._maker, self._life_s)
        config = uvicorn.Config(
            door, http="httptools", loop="none", lifespan="off",
            ws="none", log_level="warning", access_log=False, limit_concurrency=VIEWERS_MAX,
            timeout_keep_alive=5, server_header=False, timeout_graceful_shutdown=1,
        )  # fmt: skip
        server = Server(config)
        serving = asyncio.create_task(server.serve(sockets=[self._listening]))
        await self._stop.wait()
        door.end()
        server.should_exit = True
        await asyncio.gather(serving, return_exceptions=True)
        self._listening.close()


def _listener(host: str, port: int) -> socket.socket:
    made = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        made.bind((host, port))
    except OSError:
        made.close()
        raise
    made.listen(512)
    made.setblocking(False)
    return made
