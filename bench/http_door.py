"""Claim: >= 50,000 observations a second by SensorThings data arrays, >= 1,000 single posts a second.

A real `guanggu ingest`. Clients on the same machine keep their connections: some post
CreateObservations with pre-built data arrays, then 50 post one observation after another, then 50
post telemetry in JSON. Every answer comes after its rows are durable; all of them are counted
through the store's socket in the end. Then clients read what was stored, with $expand and $filter,
as dashboards do; these requests go through the door to the site.
"""

from __future__ import annotations

import asyncio
import sys
import time
from pathlib import Path
from urllib.parse import quote

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import orjson

from bench.gateway_bench import FACTORS, KEY, ingesting, lay_devices, store_of
from bench.machine import SHORT, own_server, percentile, print_table
from bench.server import HOST, cpu_seconds

CI = True
ARRAYS = 40 if SHORT else 400
ROWS = 2_000  # of one data array
WRITERS = 8
SINGLE = 2_000 if SHORT else 30_000
CLIENTS = 50
READERS, READS = 4, 80 if SHORT else 1_000
BEGAN_S = 1_780_000_000


class Client:
    """One kept connection that posts its requests one after another."""

    def __init__(self, port: int, requests: list[bytes]) -> None:
        self.port, self.requests = port, requests
        self.took: list[float] = []
        self.bad = 0

    async def run(self) -> None:
        reader, writer = await asyncio.open_connection(HOST, self.port)
        for request in self.requests:
            started = time.perf_counter()
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
            if length:
                await reader.readexactly(length)
            self.took.append(time.perf_counter() - started)
            self.bad += head[9:10] != b"2"
        writer.close()


def post(path: str, address: str, body: bytes) -> bytes:
    return (
        f"POST {path} HTTP/1.1\r\nHost: {HOST}\r\nContent-Type: application/json\r\n"
        f"Authorization: Bearer {KEY}-{address}\r\nContent-Length: {len(body)}\r\n\r\n"
    ).encode() + body


def text(second: int) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(BEGAN_S + second))


def arrays(address: str, streams: list[int], count: int, first: int) -> list[bytes]:
    made = []
    for n in range(count):
        start = first + n * (ROWS // len(streams) + 1)
        rows = [[text(start + r), 20 + r % 50 / 2] for r in range(ROWS // len(streams))]
        groups = [
            {"Datastream": {"@iot.id": s}, "components": ["phenomenonTime", "result"],
             "dataArray@iot.count": len(rows), "dataArray": rows}
            for s in streams
        ]  # fmt: skip
        made.append(post("/sensorthings/v1.1/CreateObservations", address, orjson.dumps(groups)))
    return made


def singles(address: str, stream: int, count: int, first: int) -> list[bytes]:
    path = f"/sensorthings/v1.1/Datastreams({stream})/Observations"
    return [
        post(path, address,
             orjson.dumps({"phenomenonTime": text(first + n), "result": 20 + n % 9}))
        for n in range(count)
    ]  # fmt: skip


def messages(address: str, count: int, first: int) -> list[bytes]:
    return [
        post("/telemetry", address,
             orjson.dumps({"ts": (BEGAN_S + first + n) * 1000,
                           "values": dict.fromkeys(FACTORS, 20 + n % 9)}))
        for n in range(count)
    ]  # fmt: skip


def reads(streams: list[int], count: int) -> list[bytes]:
    """In turn: a stream with its newest data and what they are of; data by a condition; things
    with their streams."""
    made = []
    for n in range(count):
        stream = streams[n % len(streams)]
        asked = (
            f"Datastreams({stream})?$expand=ObservedProperty,Thing,"
            "Observations($top=100;$orderby=phenomenonTime desc)",
            f"Datastreams({stream})/Observations?$filter=result gt 30 and phenomenonTime ge "
            f"{text(0)}&$top=100",
            "Things?$top=10&$expand=Datastreams($expand=ObservedProperty)",
        )[n % 3]
        path = quote(f"/sensorthings/v1.1/{asked}", safe="/?&=$(),;:")
        made.append(f"GET {path} HTTP/1.1\r\nHost: {HOST}\r\n\r\n".encode())
    return made


async def together(clients: list[Client]) -> float:
    started = time.perf_counter()
    await asyncio.gather(*(client.run() for client in clients))
    return time.perf_counter() - started


def main() -> None:
    import uvloop

    var = own_server()
    names = lay_devices(CLIENTS, "http")
    from guanggu.kernel.observation.models import Datastream, Thing

    for model in (Datastream, Thing):  # the reads are anybody's
        model._default_manager.update(is_public=True)
    streams: dict[str, list[int]] = {name: [] for name in names}
    for thing, pk in Datastream.objects.values_list("thing__key", "pk"):
        streams[thing].append(pk)
    each = ROWS // len(FACTORS) * len(FACTORS)
    plans = [
        ("data arrays", [(n, arrays(n, streams[n], ARRAYS // WRITERS, 0)) for n in names[:WRITERS]],
         each),
        ("single posts",
         [(n, singles(n, streams[n][0], SINGLE // CLIENTS, 10_000_000)) for n in names], 1),
        ("telemetry of 11 values",
         [(n, messages(n, SINGLE // CLIENTS, 20_000_000)) for n in names], len(FACTORS)),
        ("reads with $expand and $filter",
         [(n, reads(streams[n], READS // READERS)) for n in names[:READERS]], 0),
    ]  # fmt: skip
    rows, rates, wanted = [], {}, 0
    with ingesting(var) as ingest, asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        for what, plan, values in plans:
            clients = [Client(ingest.http, requests) for _, requests in plan]
            before = cpu_seconds(ingest.process.pid)
            seconds = runner.run(together(clients))
            cpu = cpu_seconds(ingest.process.pid) - before
            took = [t for c in clients for t in c.took]
            assert not sum(c.bad for c in clients), f"{what}: not every request was taken"
            wanted += len(took) * values
            rates[what] = (len(took) / seconds, len(took) * values / seconds)
            rows.append(
                [what, len(clients), len(took), f"{len(took) / seconds:,.0f}",
                 f"{len(took) * values / seconds:,.0f}" if values else "–", f"{percentile(took, 0.5) * 1000:.1f}",
                 f"{percentile(took, 0.99) * 1000:.1f}", f"{cpu / seconds:.2f}"]
            )  # fmt: skip
        every = [pk for own in streams.values() for pk in own]
        found = store_of(var).count(every, BEGAN_S * 1_000_000, (BEGAN_S + 10**8) * 1_000_000)
    print_table(
        "HTTP door: >= 50,000 observations/s by data arrays, >= 1,000 single posts/s",
        ["what", "connections", "requests", "requests/s", "observations/s", "p50 ms", "p99 ms",
         "ingest cores"],
        rows,
    )  # fmt: skip
    assert found == wanted, f"{found} of {wanted} observations are there"
    if not SHORT:
        assert rates["data arrays"][1] >= 50_000, "fewer observations a second than claimed"
        assert rates["single posts"][0] >= 1_000, "fewer single posts a second than claimed"


if __name__ == "__main__":
    main()
