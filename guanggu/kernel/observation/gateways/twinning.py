"""Carrying twins: what is wanted goes out to devices, what they report of themselves comes in.

By MQTT the wanted side is kept by the broker (retained) at ``devices/<address>/desired``, so a
device that was away finds it when it comes back; what it reports goes to
``devices/<address>/reported``. By HTTP it asks ``GET`` and ``POST`` of the same paths.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any

import orjson
from django.db import DatabaseError

from guanggu.base.bilingual import T
from guanggu.base.errors import Invalid, Missing, Problem

from ..twins import TwinKeeper, Wanted, twin_keeper
from .directory import Directory, Records, Station
from .quarantine import Quarantine

log = logging.getLogger("guanggu.ingest")

LOOK_EVERY_S = 1.0
REPORTS_WAITING_MAX = 10_000
NO_TWIN = T("该设备没有设备孪生。", "This device has no twin.")
NOT_AN_OBJECT = T("上报内容应为 JSON 对象。", "What is reported is a JSON object.")

Publish = Callable[..., bool]


class Twinning:
    def __init__(
        self, directory: Directory, records: Records, quarantine: Quarantine, publish: Publish
    ) -> None:
        self._directory, self._records = directory, records
        self._quarantine, self._publish = quarantine, publish
        self._since: datetime | None = None
        self._sent: dict[str, bytes] = {}
        self._reports: asyncio.Queue[tuple[Station, bytes, int]] = asyncio.Queue(
            REPORTS_WAITING_MAX
        )

    def on_reported(self, station: Station, payload: bytes, arrival: int) -> None:
        """A message by MQTT; where too many wait it is laid in quarantine."""
        try:
            self._reports.put_nowait((station, payload, arrival))
        except asyncio.QueueFull:
            self._refuse(station, payload, arrival, "too_many", "")

    def _refuse(
        self, station: Station, payload: bytes, arrival: int, why: str, detail: str
    ) -> None:
        topic = f"devices/{station.address}/reported"
        self._quarantine.add(station, station.protocol, topic, why, payload, arrival, detail)

    async def run(self) -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(self._take_reports())
            group.create_task(self._carry())

    async def _take_reports(self) -> None:
        while True:
            station, payload, arrival = await self._reports.get()
            try:
                await self.report(station, payload)
            except Problem as problem:
                self._refuse(station, payload, arrival, "not_a_report", problem.message.en)
            except DatabaseError as error:
                log.exception("what %s reported could not be kept", station.key)
                self._refuse(station, payload, arrival, "not_kept", str(error))

    async def _carry(self) -> None:
        while True:
            keeper = twin_keeper()
            if keeper is not None:
                try:
                    await self._carry_new(keeper)
                except DatabaseError:
                    log.exception("twins could not be read; tried again in a moment")
            await asyncio.sleep(LOOK_EVERY_S)

    async def _carry_new(self, keeper: TwinKeeper) -> None:
        """Publish what was set since the last look; the last instant is looked at once more."""
        found: list[Wanted] = await self._records.run(lambda: list(keeper.wanted(self._since)))
        by_key = {s.key: s for s in self._directory.stations.values() if s.protocol == "mqtt"}
        for each in found:
            station = by_key.get(each.device)
            payload = orjson.dumps(each.values)
            if station is not None and self._sent.get(each.device) != payload:
                topic = f"devices/{station.address}/desired"
                if not self._publish(topic, payload, retain=True):
                    return  # the broker is away: the same again at the next look
                self._sent[each.device] = payload
            self._since = each.set_at

    async def desired(self, station: Station, _: bytes = b"") -> bytes:
        """What is wanted of the device, as JSON. Raises Missing."""
        keeper = twin_keeper()
        if keeper is None:
            raise Missing(NO_TWIN)
        return orjson.dumps(await self._records.run(keeper.wanted_of, station.key))

    async def report(self, station: Station, payload: bytes) -> bytes:
        """Keep what the device says of itself; answers what is still wanted of it, as JSON.

        Raises Missing, Invalid.
        """
        keeper = twin_keeper()
        if keeper is None:
            raise Missing(NO_TWIN)
        try:
            values: Any = orjson.loads(payload)
        except orjson.JSONDecodeError:
            values = None
        if not isinstance(values, dict):
            raise Invalid(NOT_AN_OBJECT)
        return orjson.dumps(await self._records.run(keeper.report, station.key, values))
