"""What hostile or broken senders can do to the gateway: memory stays bounded, other stations do not notice.

One quiet station sends a frame ten times a second through everything and notes how long each
answer took. Meanwhile, one after another: 5,000 connections that say nothing or half a frame, a
station that floods over its limit, strangers and wrong passwords, 1,000,000 fuzzed frames, stations
whose clocks are years off, and (as root, on a small file system of its own) a full disk, through
which nothing is acknowledged that is not stored, and after which all of it is.
"""

from __future__ import annotations

import asyncio
import os
import random
import resource
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.gateway_bench import BEGAN_S, FACTORS, Ingest, frame, lay_devices, store_of
from bench.machine import SHORT, own_server, percentile, print_table
from bench.server import HOST

CI = True
IDLE = 500 if SHORT else 5_000
FUZZED = 20_000 if SHORT else 1_000_000
FLOOD_SECONDS = 3 if SHORT else 15
PATIENCE_MS = 1_000  # a quiet station's answer at the 99th percentile, on a machine under attack
MEMORY_MIB = 400  # what all of it together may add
DISK_MIB = 96
FULL_AT = 9_000  # seconds: data of another hour than the quiet stations'


class Quiet:
    """The station that must not notice."""

    def __init__(self, address: str, port: int) -> None:
        self.address, self.port = address, port
        self.took: list[float] = []
        self.n = 0

    async def run(self) -> None:
        reader, writer = await asyncio.open_connection(HOST, self.port)
        try:
            while True:
                started = time.perf_counter()
                writer.write(frame(self.address, self.n, self.n))
                self.n += 1
                async with asyncio.timeout(60):
                    await reader.readuntil(b"\r\n")
                self.took.append(time.perf_counter() - started)
                await asyncio.sleep(0.1)
        finally:
            writer.close()

    def told(self) -> tuple[int, float, float]:
        """Answers since the last call, their median and 99th percentile in ms."""
        took, self.took = self.took or [0.0], []
        return len(took), percentile(took, 0.5) * 1000, percentile(took, 0.99) * 1000


async def idle(port: int, address: str) -> list[asyncio.StreamWriter]:
    writers = []
    for n in range(IDLE):
        with suppress(OSError):
            _, writer = await asyncio.open_connection(HOST, port)
            if n % 2:
                whole = frame(address, n, n)
                writer.write(whole[: len(whole) // 2])
            writers.append(writer)
    assert len(writers) == IDLE, f"only {len(writers)} connections were accepted"
    await asyncio.sleep(2)
    return writers


async def pour(port: int, data: bytes, until: float) -> int:
    """Write the bytes again and again until the time; reconnect when thrown out. Bytes written."""
    written = 0
    while time.perf_counter() < until:
        with suppress(OSError, asyncio.IncompleteReadError):
            reader, writer = await asyncio.open_connection(HOST, port)
            reading = asyncio.create_task(_read_away(reader))
            while time.perf_counter() < until and not reading.done():
                writer.write(data)
                async with asyncio.timeout(max(0.1, until - time.perf_counter())):
                    await writer.drain()
                written += len(data)
            reading.cancel()
            writer.close()
    return written


async def _read_away(reader: asyncio.StreamReader) -> None:
    with suppress(OSError):
        while await reader.read(65_536):
            pass


def fuzzed(rng: random.Random, good: list[bytes]) -> bytes:
    made = bytearray(rng.choice(good))
    way = rng.randrange(6)
    if way == 0:
        for _ in range(rng.randrange(1, 8)):
            made[rng.randrange(len(made))] = rng.randrange(256)
    elif way == 1:
        del made[rng.randrange(len(made)) :]
    elif way == 2:
        at = rng.randrange(len(made))
        made[at:at] = rng.randbytes(rng.randrange(1, 40))
    elif way == 3:
        made[2:6] = b"%04d" % rng.randrange(10_000)
    elif way == 4:
        return rng.randbytes(rng.randrange(1, 600))
    else:
        at, to = sorted(rng.randrange(len(made)) for _ in range(2))
        made[at:to] = made[at:to][::-1]
    return bytes(made)


async def fuzz(port: int, address: str) -> int:
    """Frames sent; a refused connection is opened again."""
    rng = random.Random(7)
    good = [frame(address, n, n) for n in range(50)]
    pool = [fuzzed(rng, good) for _ in range(min(FUZZED, 20_000))]
    sent = 0
    while sent < FUZZED:
        with suppress(OSError):
            reader, writer = await asyncio.open_connection(HOST, port)
            reading = asyncio.create_task(_read_away(reader))
            while sent < FUZZED and not reading.done():
                at = rng.randrange(len(pool) - 200)
                # The same pieces never meet in the same order: what a cut leaves open differs.
                writer.write(b"".join(pool[at : at + 200]))
                sent += 200
                async with asyncio.timeout(30):
                    await writer.drain()
                await asyncio.sleep(0)
            reading.cancel()
            writer.close()
    return sent


async def off_clocks(port: int, address: str) -> None:
    """Frames of 1999 and 2099: taken, marked, and the station told the time."""
    reader, writer = await asyncio.open_connection(HOST, port)
    for at in (-860_000_000, 2_300_000_000):
        writer.write(frame(address, at, 0))
        async with asyncio.timeout(10):
            while b"CN=9014" not in await reader.readuntil(b"\r\n"):
                pass
    writer.close()


async def disk_full(ingest: Ingest, address: str) -> str:
    """Fill the store's file system under load, free it, and see that nothing was lost."""
    ballast = ingest.var / "observations" / "ballast"
    with suppress(OSError), ballast.open("wb") as file:
        while True:
            file.write(bytes(1 << 20))
            file.flush()
    reader, writer = await asyncio.open_connection(HOST, ingest.hj212)
    answered, sent, refused = 0, 0, False
    for n in range(4_000):  # until the log of the store cannot grow
        writer.write(frame(address, FULL_AT + n, n))
        sent += 1
        try:
            async with asyncio.timeout(2):
                await reader.readuntil(b"\r\n")
            answered += 1
        except TimeoutError:
            refused = True
            break
    assert refused, "the disk was never full"
    ballast.unlink()
    writer.close()
    reader, writer = await asyncio.open_connection(HOST, ingest.hj212)
    for n in range(answered, sent):
        until = time.perf_counter() + 60
        while True:  # as a station does, until it is answered
            writer.write(frame(address, FULL_AT + n, n))
            with suppress(TimeoutError):
                async with asyncio.timeout(2):
                    await reader.readuntil(b"\r\n")
                    break
            assert time.perf_counter() < until, "no recovery after the disk had room again"
    writer.close()
    streams = await asyncio.to_thread(streams_of, address)
    begin = (BEGAN_S + FULL_AT) * 1_000_000
    found = await asyncio.to_thread(
        store_of(ingest.var).count, streams, begin, begin + sent * 1_000_000
    )
    assert found == sent * len(FACTORS), f"{found} of {sent * len(FACTORS)} readings"
    return f"refused after {answered} frames, none lost"


def streams_of(address: str) -> list[int]:
    from guanggu.kernel.observation.models import Datastream

    return list(Datastream.objects.filter(thing__key=address).values_list("pk", flat=True))


async def attack(ingest: Ingest, names: list[str], with_disk: bool) -> list[list[object]]:
    quiet = Quiet(names[0], ingest.hj212)
    running = asyncio.create_task(quiet.run())
    rows: list[list[object]] = []

    def note(what: str, detail: str) -> None:
        count, middle, p99 = quiet.told()
        rows.append([what, detail, count, f"{middle:.0f}", f"{p99:.0f}",
                     f"{ingest.memory_mib():.0f}"])  # fmt: skip
        assert not running.done(), f"the quiet station failed: {running}"
        assert p99 <= PATIENCE_MS, f"{what}: the quiet station waited {p99:.0f} ms"

    await asyncio.sleep(3)
    note("nothing", "")
    writers = await idle(ingest.hj212, names[1])
    note("idle and half frames", f"{len(writers):,} connections")
    for writer in writers:
        writer.close()
    until = time.perf_counter() + FLOOD_SECONDS
    flood = b"".join(frame(names[2], n, n) for n in range(1_000))
    written = await pour(ingest.hj212, flood, until)
    note("a station floods", f"{written / 1e6:.0f} MB written, 600 frames/min allowed")
    until = time.perf_counter() + FLOOD_SECONDS
    bad = b"".join(frame(n, i, i).replace(b"PW=123456", b"PW=000000")
                   for i, n in enumerate(["STRANGER", names[3]] * 100))  # fmt: skip
    written = await pour(ingest.hj212, bad, until)
    note("strangers and wrong passwords", f"{written / 1e6:.0f} MB written")
    sent = await fuzz(ingest.hj212, names[4])
    note("fuzzed frames", f"{sent:,}")
    await off_clocks(ingest.hj212, names[5])
    note("clocks of 1999 and 2099", "answered and set right")
    if with_disk:
        detail = await disk_full_with(quiet, running, ingest, names[6])
        rows.append(["disk full", detail, "", "", "", f"{ingest.memory_mib():.0f}"])
    else:
        running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    return rows


async def disk_full_with(quiet: Quiet, running: asyncio.Task, ingest: Ingest, name: str) -> str:
    """The quiet station cannot be answered either while nothing can be stored."""
    running.cancel()
    return await disk_full(ingest, name)


def small_disk(folder: Path) -> bool:
    """A file system of DISK_MIB at the folder; False where that may not be made here."""
    folder.mkdir(parents=True, exist_ok=True)
    if os.geteuid() != 0:
        return False
    options = ["mount", "-t", "tmpfs", "-o", f"size={DISK_MIB}m", "tmpfs", str(folder)]
    return subprocess.run(options, capture_output=True).returncode == 0


def main() -> None:
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 65_536), hard))
    var = own_server()
    names = lay_devices(10, "hj212")
    from guanggu.kernel.observation.models import Device

    Device.objects.filter(key=names[2]).update(frames_a_minute_max=600)
    with_disk = small_disk(var / "observations")
    ingest = Ingest(var)
    try:
        ingest.start()
        before = ingest.memory_mib()
        rows = asyncio.run(attack(ingest, names, with_disk))
        added = max(float(row[5]) for row in rows) - before
    finally:
        ingest.stop()
        if with_disk:
            subprocess.run(["umount", str(var / "observations")], check=False)
    print_table(
        "Hostile senders: bounded memory, other stations unaffected",
        ["attack", "size", "answers of the quiet station", "p50 ms", "p99 ms", "ingest MiB"],
        rows,
    )
    if not with_disk:
        print("\ndisk full: left out, a file system of its own cannot be mounted here")
    assert added <= MEMORY_MIB, f"memory grew by {added:.0f} MiB"


if __name__ == "__main__":
    main()
