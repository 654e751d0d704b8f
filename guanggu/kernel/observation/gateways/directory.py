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

from ..models import Datastream, Device, DeviceSecret, MultiDatastreamPart, SharedQuota
from ..quotas import SharedCount, day_of, load_counts, write_counts
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
    quota: SharedCount | None = None  # with others of its fleet
    # what the gateway has worked out once for a shape of frame
    layouts: dict[Any, Any] = field(default_factory=dict)


_INTERVAL_ORDER = {"instant": 0, "minute": 1, "hour": 2, "day": 3}


def load_stations(
    quotas: dict[int, SharedCount] | None = None,
) -> dict[tuple[str, str], Station]:
    """Every device by (protocol, address). quotas: shared ones by pk."""
    secrets = {row.device_id: row for row in DeviceSecret.objects.all()}
    by_thing: dict[int, list[Station]] = {}
    stations = {}
    for row in Device.objects.all().iterator():
        station = _station(row, secrets.get(row.pk))
        if row.quota_id is not None and quotas is not None:
            station.quota = quotas.get(row.quota_id)
        stations[row.protocol, row.address] = station
        by_thing.setdefault(row.thing_id, []).append(station)
    _add_streams(by_thing, Datastream.objects.filter(thing__devices__isnull=False).distinct())
    _add_multis(by_thing)
    return stations


def load_station(device: Device) -> Station:
    """One device with its streams, as ``load_stations`` has it."""
    made = _station(device, DeviceSecret.objects.filter(device=device).first())
    _add_streams({device.thing_id: [made]}, Datastream.objects.filter(thing=device.thing_id))
    return made


def _station(row: Device, secret: DeviceSecret | None) -> Station:
    return Station(
        row.pk, row.key, row.name, row.protocol, row.address, row.profile, row.thing_id,
        row.is_suspended, row.frames_a_minute_max, row.messages_a_day_max,
        unseal(secret.password_sealed, row.key) if secret else None,
        unseal(secret.cipher_key_sealed, row.key) if secret else None,
        secret.key_digest if secret else "", secret.broker_digest if secret else "",
    )  # fmt: skip


def _add_streams(by_thing: dict[int, list[Station]], streams: models.QuerySet[Datastream]) -> None:
    rows = streams.values_list("pk", "key", "thing_id", "interval", "observed_property__key")
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
        (SharedQuota, "updated_at"),
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
        self.quotas: dict[int, SharedCount] = {}
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
        self.quotas = await self._records.run(load_counts, self.quotas)
        self.stations = await self._records.run(load_stations, self.quotas)
        self.by_key_digest = {s.key_digest: s for s in self.stations.values() if s.key_digest}
        self._stamp = stamp
        for call in self._listeners:
            call()
        return True

    async def write_counts(self) -> None:
        """Keep what was counted of shared quotas, for a start anew. Raises DatabaseError."""
        fresh = [each for each in self.quotas.values() if not each.is_written]
        for each in fresh:
            each.is_written = True
        try:
            if fresh:
                told = [(each.pk, each.day, each.messages) for each in fresh]
                await self._records.run(write_counts, told)
        except DatabaseError:
            for each in fresh:
                each.is_written = False
            raise

    async def run(self) -> None:
        try:
            while True:
                await asyncio.sleep(REFRESH_S)
                try:
                    await self.refresh()
                    await self.write_counts()
                except DatabaseError:
                    log.exception("the devices could not be read; the known ones stay in force")
        finally:
            try:
                await self.write_counts()
            except DatabaseError:
                log.exception("the messages counted last could not be written down")


class Budget:
    """Tokens of one station: so many frames a minute, in bursts of a minute, and a day's quota."""

    __slots__ = ("_day", "_per_s", "_shared", "_tokens", "_touched", "day_max", "minute_max",
                 "today")  # fmt: skip

    def __init__(self, minute_max: int, day_max: int, shared: SharedCount | None = None) -> None:
        self.minute_max, self.day_max, self._shared = minute_max, day_max, shared
        self._per_s = minute_max / 60
        self._tokens = float(minute_max)
        self._touched = time.monotonic()
        self._day, self.today = 0, 0

    def has(self, minute_max: int, day_max: int, shared: SharedCount | None) -> bool:
        return self.minute_max == minute_max and self.day_max == day_max and self._shared is shared

    def limit(self, minute_max: int, day_max: int, shared: SharedCount | None) -> None:
        """Go on with other limits; what was counted today stays counted."""
        if minute_max != self.minute_max:
            self.minute_max, self._per_s, self._tokens = minute_max, minute_max / 60, minute_max
        self.day_max, self._shared = day_max, shared

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
        day = day_of(arrival_us)
        if day != self._day:
            self._day, self.today = day, 0
        if self.day_max and self.today + count > self.day_max:
            return False
        if self._shared is not None and not self._shared.takes(day, count):
            return False
        self.today += count
        return True


def budget_of(budgets: dict[int, Budget], station: Station) -> Budget:
    """The station's budget in one gateway, with the limits that are in force now."""
    limits = (station.frames_a_minute_max, station.messages_a_day_max, station.quota)
    found = budgets.get(station.device)
    if found is None:
        found = budgets[station.device] = Budget(*limits)
    elif not found.has(*limits):
        found.limit(*limits)
    return found


def stream_array(streams: list[int]) -> np.ndarray:
    return np.array(streams, np.int32)
