"""Stations in memory and gateways over a store in memory, for the tests of the gateways."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from guanggu.kernel.observation.gateways.directory import Directory, Station
from guanggu.kernel.observation.gateways.hj_212.server import Hj212Server
from guanggu.kernel.observation.gateways.intake import Intake
from guanggu.kernel.observation.gateways.quarantine import Quarantine
from guanggu.kernel.observation.sealed_secrets import key_digest
from guanggu.kernel.observation.testing import MemoryStore

PASSWORD = "123456"
KEY = "a-key-of-32-random-bytes"
CODES = {"w01018": 1, "w21003": 2, "w00000": 3}


class InlineRecords:
    """Database work done at once: these tests have none, or none in another thread."""

    async def run(self, function: Callable[..., Any], *given: Any) -> Any:
        return function(*given)


def station(protocol: str = "hj212", address: str = "MN001", **changed: Any) -> Station:
    given: dict[str, Any] = {
        "device": 1, "key": "D1", "name": "站", "protocol": protocol, "address": address,
        "profile": "2017", "thing": 1, "is_suspended": False, "frames_a_minute_max": 600_000,
        "messages_a_day_max": 0, "password": PASSWORD.encode(), "cipher_key": None,
        "key_digest": key_digest(KEY), "broker_digest": "",
    }  # fmt: skip
    made = Station(**{**given, **changed})
    made.streams = {(code, "instant"): n for code, n in CODES.items()}
    made.streams |= {(code, "hour"): n + 10 for code, n in CODES.items()}
    made.streams["w01018-Cou", "hour"] = 20
    made.names = dict(CODES)
    return made


class Field:
    """Everything a gateway needs, without a database and without a disk."""

    def __init__(self, *stations: Station, receive: Callable[..., Any] | None = None) -> None:
        self.store = MemoryStore()
        self.records = InlineRecords()
        self.directory = Directory(self.records)  # type: ignore[arg-type]
        self.directory.stations = {(s.protocol, s.address): s for s in stations}
        self.directory.by_key_digest = {s.key_digest: s for s in stations}
        self.intake = Intake(receive or self.store.append)
        self.quarantine = Quarantine(self.records)  # type: ignore[arg-type]
        self._storing: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Field:
        self._storing = asyncio.create_task(self.intake.run())
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._storing is not None
        self._storing.cancel()
        await asyncio.gather(self._storing, return_exceptions=True)

    def rows(self) -> dict[tuple[int, int], float]:
        table = self.store.series(range(100), 0, 2**60).to_pydict()
        keys = zip(table["stream"], table["time"], strict=True)
        return dict(zip(keys, table["result"], strict=True))

    def reasons(self) -> dict[str, int]:
        return dict(self.quarantine.counts)


class Line:
    """A station's end of a TCP connection to a gateway of this process."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    @classmethod
    async def open(cls, server: Hj212Server) -> Line:
        await server.open("127.0.0.1", 0)
        assert server._server is not None
        port = server._server.sockets[0].getsockname()[1]
        return cls(*await asyncio.open_connection("127.0.0.1", port))

    async def ask(self, frame: bytes, answers: int = 1) -> list[bytes]:
        self.writer.write(frame)
        return [await self.answer() for _ in range(answers)]

    async def answer(self) -> bytes:
        async with asyncio.timeout(5):
            return await self.reader.readuntil(b"\r\n")

    async def is_closed(self) -> bool:
        async with asyncio.timeout(5):
            try:
                return await self.reader.read() == b""
            except ConnectionResetError:  # it was closed before it had read all
                return True

    async def close(self, server: Hj212Server) -> None:
        self.writer.close()
        await server.close()


async def until(condition: Callable[[], bool]) -> None:
    """Raises TimeoutError after five seconds."""
    async with asyncio.timeout(5):
        while not condition():
            await asyncio.sleep(0.001)
