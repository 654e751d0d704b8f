"""The TCP server of HJ 212: its connections, limits and the questions it asks by itself."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from typing import Any

from guanggu.base import clock
from guanggu.standards import hj_212 as codec

from ..directory import Budget, Directory, Records, Station, budget_of
from ..intake import Intake
from ..quarantine import Quarantine
from .connection import Connection
from .desk import CommandDesk
from .history import History
from .instruments import Instruments
from .uploads import Layout

log = logging.getLogger("guanggu.ingest")

CONNECTIONS_MAX = 20_000
STRANGER_SECONDS_MAX = 120  # to say who one is
IDLE_SECONDS_MAX = 2 * 3_600  # twice the longest interval of uploads (RtdInterval ≤ 3600 s)
SWEEP_S = 10.0
BACKLOG = 4_096


class Hj212Server:
    def __init__(
        self, directory: Directory, intake: Intake, quarantine: Quarantine, records: Records
    ) -> None:
        self.directory, self.intake, self.quarantine = directory, intake, quarantine
        self._records = records
        self.desk = CommandDesk(records, self._line_of)
        self.instruments = Instruments(records)
        self.history = History(records, lambda device: device in self._by_device)
        self._connections: set[Connection] = set()
        self._by_device: dict[int, Connection] = {}
        self.budgets: dict[int, Budget] = {}
        self._told_unknown: dict[tuple[int, int], int] = {}
        self._server: asyncio.Server | None = None
        self._on_connected: list[Callable[[Station], None]] = [self.history.noticed]
        self.last_seen: dict[int, int] = {}
        self.messages: dict[int, int] = {}
        self.frames = self.answered = self.slowed = self.refused_connections = 0
        self.clocks_set = 0

    # ---- life
    async def open(self, host: str, port: int) -> None:
        """Raises OSError where the address is taken."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(
            lambda: Connection(self), host, port, backlog=BACKLOG
        )

    async def close(self) -> None:
        if self._server is not None:
            self._server.close()
        for connection in list(self._connections):
            connection.close()

    async def run(self) -> None:
        """Commands, and connections that say nothing."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self.desk.run())
            group.create_task(self.instruments.run())
            group.create_task(self._sweep())

    async def _sweep(self) -> None:
        while True:
            await asyncio.sleep(SWEEP_S)
            self.sweep()

    def sweep(self) -> None:
        now = self.seconds()
        for each in list(self._connections):
            allowed = IDLE_SECONDS_MAX if each.device else STRANGER_SECONDS_MAX
            if now - each.heard_s > allowed:
                each.close()

    @staticmethod
    def seconds() -> float:
        return time.monotonic()

    # ---- connections
    def opened(self, connection: Connection) -> None:
        self._connections.add(connection)
        if len(self._connections) > CONNECTIONS_MAX:
            self.refused_connections += 1
            connection.close()

    def closed(self, connection: Connection) -> None:
        self._connections.discard(connection)
        if self._by_device.get(connection.device) is connection:
            del self._by_device[connection.device]

    def connected(self, connection: Connection, station: Station) -> None:
        """The newest connection of a station is the one that commands go to."""
        is_new = station.device not in self._by_device
        self._by_device[station.device] = connection
        if is_new:
            for call in self._on_connected:
                call(station)

    def on_connected(self, call: Callable[[Station], None]) -> None:
        self._on_connected.append(call)

    def _line_of(self, device: int) -> Connection | None:
        return self._by_device.get(device)

    def connected_devices(self) -> list[int]:
        return list(self._by_device)

    # ---- what connections ask
    def budget(self, station: Station) -> Budget:
        return budget_of(self.budgets, station)

    def cipher_key_of(self, header: codec.Header) -> bytes | None:
        station = self.directory.stations.get(("hj212", header.mn))
        return station.cipher_key if station is not None else None

    def clock_command(self, header: codec.Header, station: Station) -> bytes:
        now = clock.to_microseconds(clock.now())
        qn, told = codec.request_number(now), codec.data_time(now)
        if station.cipher_key is None:
            return codec.calibration_command(header, qn, told)
        return codec.request("1012", header, qn, b"SystemTime=" + told, key=station.cipher_key)

    def unknown_factors(
        self, station: Station, layout: Layout, peer: str, raw: bytes, arrival: int
    ) -> None:
        """Kept for the day on which the factor is adopted; the rest of the frame is taken in.

        Of real-time and minute data one an hour for each shape; of hours and days all, as far as the quarantine
        keeps them."""
        hour = arrival // 3_600_000_000
        place = (station.device, id(layout))
        if layout.is_frequent and self._told_unknown.get(place) == hour:
            return
        if len(self._told_unknown) > 10_000:
            self._told_unknown.clear()
        self._told_unknown[place] = hour
        shown = ", ".join(layout.unknown)
        self.quarantine.add(station, "hj212", peer, "no_datastream", raw, arrival, shown)

    def state(self) -> dict[str, Any]:
        return {
            "connections": len(self._connections),
            "stations": len(self._by_device),
            "frames": self.frames,
            "answered": self.answered,
            "slowed": self.slowed,
            "clocks_set": self.clocks_set,
            "refused_connections": self.refused_connections,
            "history_asked": self.history.asked,
            "commands_sent": self.desk.sent,
            "commands_executed": self.desk.executed,
            "commands_failed": self.desk.failed,
        }
