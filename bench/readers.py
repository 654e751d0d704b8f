"""Readers at their browsers: a process of its own that asks for pages over kept connections.

Plain sockets and the standard library only, so that little of the processor goes to the asking.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass

TIMEOUT_SECONDS = 30


@dataclass(frozen=True)
class Page:
    """``cookie`` is whole: "sessionid=…"; empty for a visitor."""

    name: str
    path: str
    cookie: str = ""


@dataclass(frozen=True)
class Asked:
    """One page as a reader met it: ``waited_ms`` from the first byte sent to the last received."""

    page: str
    status: int
    waited_ms: float
    size: int


async def _ask(streams, port: int, page: Page, address: str) -> tuple[int, int]:
    """Status and bytes of the body. The answer must say its length or come in chunks."""
    reader, writer = streams
    cookie = f"Cookie: {page.cookie}\r\n" if page.cookie else ""
    writer.write(
        f"GET {page.path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAccept: text/html\r\n"
        f"X-Forwarded-For: {address}\r\n{cookie}\r\n".encode()
    )
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    size = 0
    if b"\r\ncontent-length:" in head:
        size = int(head.split(b"\r\ncontent-length:", 1)[1].split(b"\r\n", 1)[0])
        await reader.readexactly(size)
    else:
        while part := int((await reader.readline()).split(b";")[0], 16):
            await reader.readexactly(part + 2)
            size += part
        await reader.readline()
    return int(head[9:12]), size


async def _read(
    number: int, port: int, pages: Sequence[Page], seconds: float, pause: float
) -> list[Asked]:
    """One reader: a page, then the next one ``pause`` seconds after he asked for the last."""
    rng = random.Random(number)
    asked: list[Asked] = []
    streams = await asyncio.open_connection("127.0.0.1", port)
    end = time.perf_counter() + seconds
    due = time.perf_counter() + rng.random() * pause
    while due < end and time.perf_counter() < end:
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        page = rng.choice(pages)
        started = time.perf_counter()
        try:
            answer = _ask(streams, port, page, f"10.1.{number // 250}.{number % 250 + 1}")
            status, size = await asyncio.wait_for(answer, TIMEOUT_SECONDS)
        except (OSError, asyncio.IncompleteReadError, TimeoutError, ValueError):
            status, size = 0, 0
            streams = await asyncio.open_connection("127.0.0.1", port)
        done = time.perf_counter()
        asked.append(Asked(page.name, status, (done - started) * 1e3, size))
        # A person looks at the page for a while; who was kept waiting does not hurry afterwards.
        due = max(due + pause, done)
    streams[1].close()
    return asked


def _readers(port: int, pages, readers: int, seconds: float, pause: float, answers) -> None:
    async def together() -> list[Asked]:
        each = [_read(number, port, pages, seconds, pause) for number in range(readers)]
        return [asked for told in await asyncio.gather(*each) for asked in told]

    answers.put(asyncio.run(together()))


def read(
    port: int, pages: Sequence[Page], *, readers: int, seconds: float, pause: float
) -> list[Asked]:
    """What ``readers`` at once met in ``seconds``; ``pause`` 0 asks again at once (saturated)."""
    context = multiprocessing.get_context("spawn")
    answers = context.Queue()
    process = context.Process(target=_readers, args=(port, pages, readers, seconds, pause, answers))
    process.start()
    told = answers.get(timeout=seconds + 4 * TIMEOUT_SECONDS)
    process.join()
    return told
