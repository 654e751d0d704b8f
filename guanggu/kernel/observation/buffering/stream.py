"""The stream of batches: what a message is, and how large the stream may grow.

A message is a work item: it stays until the writer has stored its rows and said so. A stream that
is full takes nothing more (``DiscardPolicy.NEW``): gateways then do not acknowledge, devices keep
their data and send again, and nothing is lost in between.
"""

from __future__ import annotations

import asyncio
import io
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from guanggu.base.bilingual import T
from guanggu.base.errors import Invalid
from guanggu.kernel.journal.public import Bus

from ..batch import Batch
from ..engine.wire import batch_of, table_of

if TYPE_CHECKING:
    from nats.js import JetStreamContext

STREAM = "guanggu_observations"
ROWS_A_MESSAGE = 16_000  # about half a megabyte, below the bus's usual limit of one
BYTES_MAX = 20 * 2**30
DUPLICATE_WINDOW_S = 120.0
CONNECT_SECONDS_MAX = 3.0
ROLES = ("whole", "gateway", "writer")
WRONG_ROLE = T(
    "GUANGGU_INGEST 应为 whole（默认）、gateway（只接收）或 writer（只入库）。",
    "GUANGGU_INGEST is whole (the default), gateway (takes in only) or writer (stores only).",
)
NO_BUS = T(
    "GUANGGU_INGEST 为 {} 时须设置 GUANGGU_NATS。",
    "With GUANGGU_INGEST={} set GUANGGU_NATS as well.",
)


@dataclass(frozen=True, slots=True)
class Role:
    """What this ingest process does. bus: of gateways and writers; None for the whole."""

    name: str
    bus: Bus | None
    bytes_max: int = BYTES_MAX

    @classmethod
    def read(cls, values: Mapping[str, str] = os.environ) -> Role:
        """GUANGGU_INGEST, GUANGGU_NATS, GUANGGU_BUFFER_BYTES. Raises Invalid."""
        name = values.get("GUANGGU_INGEST", "") or "whole"
        if name not in ROLES:
            raise Invalid(WRONG_ROLE)
        if name == "whole":
            return cls(name, None)
        bus = Bus.read({**values, "GUANGGU_NATS_STREAM": STREAM})
        if bus is None:
            raise Invalid(NO_BUS.format(name))
        return cls(name, bus, int(values.get("GUANGGU_BUFFER_BYTES", "") or BYTES_MAX))


def parts_of(batch: Batch) -> Iterator[Batch]:
    """The batch in pieces that fit a message each."""
    if len(batch) <= ROWS_A_MESSAGE:
        yield batch
        return
    for first in range(0, len(batch), ROWS_A_MESSAGE):
        yield batch.where(np.arange(first, min(first + ROWS_A_MESSAGE, len(batch))))


def encoded(batch: Batch) -> bytes:
    """An Arrow stream, its columns compressed."""
    table = table_of(batch)
    out = io.BytesIO()
    options = pa.ipc.IpcWriteOptions(compression="lz4")
    with pa.ipc.new_stream(out, table.schema, options=options) as writer:
        writer.write_table(table)
    return out.getvalue()


def decoded(body: bytes) -> Batch:
    """Raises ValueError for what is no batch."""
    try:
        return batch_of(pa.ipc.open_stream(body).read_all())
    except (pa.ArrowException, KeyError, OSError) as error:
        raise ValueError(str(error)) from error


async def make(stream: JetStreamContext, bus: Bus, bytes_max: int) -> None:
    """The stream where there is none."""
    from nats.js.api import DiscardPolicy, RetentionPolicy, StorageType, StreamConfig
    from nats.js.errors import NotFoundError

    try:
        await stream.stream_info(bus.stream)
    except NotFoundError:
        await stream.add_stream(
            StreamConfig(
                name=bus.stream, subjects=[f"{bus.stream}.batches"], num_replicas=bus.copies,
                retention=RetentionPolicy.WORK_QUEUE, storage=StorageType.FILE,
                discard=DiscardPolicy.NEW, max_bytes=bytes_max,
                duplicate_window=DUPLICATE_WINDOW_S,
            )
        )  # fmt: skip


async def connected(bus: Bus, name: str, bytes_max: int) -> tuple[Any, JetStreamContext]:
    """(client, stream). Raises nats' errors, OSError, TimeoutError."""
    import nats

    async def ignored(error: Exception) -> None:
        """Each call raises its own error."""

    # By itself the client would go on trying for two minutes.
    connecting = nats.connect(
        list(bus.servers), allow_reconnect=False, max_reconnect_attempts=1, reconnect_time_wait=0,
        name=name, error_cb=ignored, connect_timeout=3, pending_size=64 * 2**20,
    )  # fmt: skip
    client = await asyncio.wait_for(connecting, CONNECT_SECONDS_MAX)
    stream = client.jetstream(timeout=10)
    try:
        await make(stream, bus, bytes_max)
    except BaseException:
        await client.close()
        raise
    return client, stream
