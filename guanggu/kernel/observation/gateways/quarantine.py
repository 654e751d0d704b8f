"""Frames that cannot be taken in: kept with their bytes, within bounds, and written in batches."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

from django.db import DatabaseError

from guanggu.base.actor import platform

from ..device_actions import count_alike, quarantine_frames
from .directory import Records, Station

log = logging.getLogger("guanggu.ingest")

KEPT_AN_HOUR = 20  # frames of one station and reason; more of the same say nothing new
KEPT_AN_HOUR_OF_STRANGERS = 200  # of all who are not known: they could call themselves anything
WAITING_MAX = 2_000
RAW_BYTES_MAX = 4_096
WRITE_EVERY_S = 1.0
COUNT_EVERY = 60  # writes between two additions to what is only counted
_HOUR_US = 3_600_000_000
ACTOR = platform("gateways")


class Quarantine:
    """``add`` is called in the event loop; ``run`` writes."""

    def __init__(self, records: Records) -> None:
        self._records = records
        self._hour = 0
        self._kept: dict[tuple[Any, str], int] = {}
        self._waiting: list[dict[str, Any]] = []
        # The last frame kept of each station and reason, to count more of its like on.
        self._alike: dict[tuple[Any, str], int] = {}
        self.counts: dict[str, int] = {}  # by reason, since the start
        self.by_device: dict[int, int] = {}

    def add(
        self, station: Station | None, protocol: str, peer: str, reason: str, raw: bytes,
        arrival: int, detail: str = "", count: int = 1,
    ) -> None:  # fmt: skip
        self.counts[reason] = self.counts.get(reason, 0) + count
        if station is not None:
            self.by_device[station.device] = self.by_device.get(station.device, 0) + count
        hour = arrival // _HOUR_US
        if hour != self._hour:
            self._hour, self._kept = hour, {}
        who = (station.device if station else protocol, reason)
        kept = self._kept.get(who, 0)
        limit = KEPT_AN_HOUR if station else KEPT_AN_HOUR_OF_STRANGERS
        if kept >= limit or len(self._waiting) >= WAITING_MAX:
            if kept == limit:  # one more row an hour counts all the rest
                self._alike[who] = self._alike.get(who, 0) + count
            return
        self._kept[who] = kept + 1
        self._waiting.append(
            {
                "device": station.device if station else None, "protocol": protocol, "peer": peer,
                "reason": reason, "detail": detail, "raw": bytes(raw[:RAW_BYTES_MAX]).hex(),
                "alike": count - 1, "at": arrival,
            }
        )  # fmt: skip

    async def write(self) -> None:
        """Write what waits; what cannot be written now waits on, within WAITING_MAX."""
        if self._waiting:
            taken, self._waiting = self._waiting, []
            try:
                await self._records.run(_write, taken)
            except DatabaseError:
                log.exception("the quarantine could not be written; it is tried again")
                self._waiting = (taken + self._waiting)[:WAITING_MAX]

    async def write_alike(self) -> None:
        if self._alike:
            alike, self._alike = self._alike, {}
            try:
                await self._records.run(_count_on, alike)
            except DatabaseError:
                log.exception("frames of a known kind could not be counted on")
                self._alike = alike | self._alike

    async def run(self) -> None:
        turns = 0
        try:
            while True:
                await asyncio.sleep(WRITE_EVERY_S)
                await self.write()
                turns += 1
                if turns % COUNT_EVERY == 0:
                    await self.write_alike()
        finally:
            await self.write()
            await self.write_alike()


def _write(frames: list[dict[str, Any]]) -> None:
    quarantine_frames(ACTOR, frames=frames)


def _count_on(alike: dict[tuple[Any, str], int]) -> None:
    counts = [{"who": who, "reason": reason, "count": n} for (who, reason), n in alike.items()]
    count_alike(ACTOR, counts=counts)
