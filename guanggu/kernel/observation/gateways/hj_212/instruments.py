"""What stations say of their instruments (CN 3020): the last word of each is kept for pages."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping

from django.db import DatabaseError

from guanggu.base.clock import from_microseconds
from guanggu.standards import hj_212 as codec

from ...models import Device, InstrumentState
from ..directory import Records

log = logging.getLogger("guanggu.ingest")

WRITE_EVERY_S = 5.0
WAITING_MAX = 20_000  # of all stations
CODES_A_DEVICE_MAX = 300
SUFFIXES = ("Info", "SN")

Place = tuple[int, str, str]  # device, factor, code


class Instruments:
    """``note`` is called in the event loop; ``run`` writes what changed."""

    def __init__(self, records: Records) -> None:
        self._records = records
        self._waiting: dict[Place, tuple[str, int]] = {}

    def note(self, device: int, fields: Mapping[str, str], arrival: int) -> None:
        at = arrival
        try:
            at = codec.instant_us(fields.get("DataTime", "").encode())
        except ValueError:
            at = arrival
        factor = fields.get("PolId", "")[:40]
        for name, text in fields.items():
            code, _, suffix = name.rpartition("-")
            if suffix in SUFFIXES and code and len(self._waiting) < WAITING_MAX:
                # //…// stands around texts in the standard's examples.
                self._waiting[device, factor, code[:40]] = (text.strip("/ ")[:200], at)

    async def write(self) -> None:
        if not self._waiting:
            return
        taken, self._waiting = self._waiting, {}
        try:
            await self._records.run(keep, taken)
        except DatabaseError:
            log.exception("states of instruments could not be written; tried again")
            self._waiting = taken | self._waiting

    async def run(self) -> None:
        try:
            while True:
                await asyncio.sleep(WRITE_EVERY_S)
                await self.write()
        finally:
            await self.write()


def keep(told: Mapping[Place, tuple[str, int]]) -> None:
    """Raises DatabaseError."""
    known = set(Device.objects.filter(pk__in={d for d, _, _ in told}).values_list("pk", flat=True))
    full: dict[int, int] = {}
    for (device, factor, code), (text, at) in told.items():
        if device not in known:
            continue
        place = InstrumentState.objects.filter(device=device, factor=factor, code=code)
        if place.update(text=text, at=from_microseconds(at)):
            continue
        if device not in full:
            full[device] = InstrumentState.objects.filter(device=device).count()
        if full[device] < CODES_A_DEVICE_MAX:
            full[device] += 1
            InstrumentState.objects.create(
                device_id=device, factor=factor, code=code, text=text, at=from_microseconds(at)
            )
