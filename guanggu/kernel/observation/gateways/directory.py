"""Who may speak, and which stream each of his values belongs to: the database, kept in memory."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, TypeVar

import numpy as np
from django.db import DatabaseError, close_old_connections, models
from django.db.models import Count, Max

from ..models import Datastream, Device, DeviceSecret, MultiDatastreamPart
from ..sealed_secrets import unseal
from ..sensorthings.decoding import Gate

log = logging.getLogger("guanggu.ingest")

REFRESH_S = 2.0
R = TypeVar("R")


class Records:
    """The one thread in which the gateways touch the database."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="records")

    async def run(self, function: Callable[..., R], *given: Any) -> R:
        """Raises what the function raises."""

        def call() -> R:
            close_old_connections()
            return function(*given)

        return await asyncio.get_running_loop().run_in_executor(self._thread, call)

    def close(self) -> None:
        self._thread.shutdown(wait=True)


@dataclass(slots=True)
class Station:
    """One device with its streams, as the gateways need it."""

    device: int
    key: str
    name: str
    protocol: str
    address: str
    profile: str
    thing: int
    is_suspended: bool
    frames_a_minute_max: int
    messages_a_day_max: int
    password: bytes | None
    cipher_key: bytes | None
    key_digest: str
    broker_digest: str
    # (key of the observed property, interval) → stream
    streams: dict[tuple[str, str], int] = field(default_factory=dict)
    # key of the datastream, or of its observed property → stream, for JSON and SenML
    names: dict[str, int] = field(default_factory=dict)
    # multi-datastream → streams of its parts, and what SensorThings makes of both
    multis: dict[int, tuple[int, ...]] = field(default_factory=dict)
    gate: Gate | None = None
    # what the gateway has worked out once for a shape of frame
    layouts: dict[Any, Any] = field(default_factory=dict)


_INTERVAL_ORDER = {"instant": 0, "minute": 1, "hour": 2, "day": 3}


def load_stations() -> dict[tuple[str, str], Station]:
    """Every device by (protocol, address)."""
    secrets = {row.device_id: row for row in DeviceSecret.objects.all()}
    by_thing: dict[int, list[Station]] = {}
    stations = {}
    for row in Device.objects.all().iterator():
        secret = secrets.get(row.pk)
        station = Station(
            row.pk, row.key, row.name, row.protocol, row.address, row.profile, row.thing_id,
            row.is_suspended, row.frames_a_minute_max, row.messages_a_day_max,
            unseal(secret.password_sealed, row.key) if secret else None,
            unseal(secret.cipher_key_sealed, row.key) if secret else None,
            secret.key_digest if secret else "", secret.broker_digest if secret else "",
        )  # fmt: skip
        stations[row.protocol, row.address] = station
        by_thing.setdefault(row.thing_id, []).append(station)
    _add_streams(by_thing)
    _add_multis(by_thing)
    return stations


def _add_streams(by_thing: dict[int, list[Station]]) -> None:
    rows = Datastream.objects.filter(thing__devices__isnull=False).distinct().values_list(
        "pk", "key", "thing_id", "interval", "observed_property__key"
    )  # fmt: skip
    for pk, key, thing, interval, code in sorted(rows, key=lambda r: _INTERVAL_ORDER[r[3]]):
        for station in by_thing.get(thing, ()):
            station.streams.setdefault((code, interval), pk)
            station.names[key] = pk
            station.names.setdefault(code, pk)
            station.names.setdefault(f"{code}@{interval}", pk)


def _add_multis(by_thing: dict[int, list[Station]]) -> None:
    multis: dict[tuple[int, int], list[int]] = {}
    parts = MultiDatastreamPart.objects.filter(multi__thing_id__in=by_thing).order_by("position")
    for multi, thing, stream in parts.values_list("multi_id", "multi__thing_id", "datastream_id"):
        multis.setdefault((thing, multi), []).append(stream)
    for (thing, multi), streams in multis.items():
        for station in by_thing[thing]:
            station.multis[multi] = tuple(streams)


def stamp_of_stations() -> tuple[Any, ...]:
    """Another value where anything has changed that ``load_stations`` reads."""
    found: list[Any] = []
    rows: tuple[tuple[type[models.Model], str], ...] = (
        (Device, "updated_at"), (Datastream, "updated_at"), (DeviceSecret, "issued_at"),
    )  # fmt: skip
    for model, column in rows:
        found += model._default_manager.aggregate(n=Count("pk"), at=Max(column)).values()
    return tuple(found)


class Directory:
    """The stations by protocol and address, fresh within REFRESH_S seconds."""

    def __init__(self, records: Records) -> None:
        self._records = records
        self._stamp: tuple[Any, ...] | None = None
        self.stations: dict[tuple[str, str], Station] = {}
        self.by_key_digest: dict[str, Station] = {}
        self._listeners: list[Callable[[], None]] = []

    def station(self, protocol: str, address: str) -> Station | None:
        return self.stations.get((protocol, address))

    def on_change(self, call: Callable[[], None]) -> None:
        self._listeners.append(call)

    async def refresh(self) -> bool:
        """Read again where something changed; True then. Raises DatabaseError."""
        stamp = await self._records.run(stamp_of_stations)
        if stamp == self._stamp:
            return False
        self.stations = await self._records.run(load_stations)
        self.by_key_digest = {s.key_digest: s for s in self.stations.values() if s.key_digest}
        self._stamp = stamp
        for call in self._listeners:
            call()
        return True

    async def run(self) -> None:
        while True:
            await asyncio.sleep(REFRESH_S)
            try:
                await self.refresh()
            except DatabaseError:
                log.exception("the devices could not be read; the known ones stay in force")


class Budget:
    """Tokens of one station: so many frames a minute, in bursts of a minute, and a day's quota."""

    __slots__ = ("_day", "_per_s", "_tokens", "_touched", "day_max", "minute_max", "today")

    def __init__(self, minute_max: int, day_max: int) -> None:
        self.minute_max, self.day_max = minute_max, day_max
        self._per_s = minute_max / 60
        self._tokens = float(minute_max)
        self._touched = time.monotonic()
        self._day, self.today = 0, 0

    def _refill(self) -> None:
        now = time.monotonic()
        self._tokens = min(self.minute_max, self._tokens + (now - self._touched) * self._per_s)
        self._touched = now

    def spend(self, count: int) -> float:
        """Use tokens, also such as are not there yet; answers how many seconds to wait (0: none)
        before the next: for a connection that can be made to wait."""
        self._refill()
        self._tokens -= count
        return 0.0 if self._tokens >= 0 else min(30.0, -self._tokens / max(self._per_s, 1e-3))

    def allows(self, count: int = 1) -> bool:
        """Use tokens where they are there: for a sender who is refused otherwise."""
        self._refill()
        if self._tokens < count:
            return False
        self._tokens -= count
        return True

    def is_within_day(self, arrival_us: int, count: int = 1) -> bool:
        """Count messages of the district's day; False where the quota is used up."""
        day = (arrival_us // 1_000_000 + 8 * 3600) // 86_400
        if day != self._day:
            self._day, self.today = day, 0
        if self.day_max and self.today + count > self.day_max:
            return False
        self.today += count
        return True


def stream_array(streams: list[int]) -> np.ndarray:
    return np.array(streams, np.int32)
