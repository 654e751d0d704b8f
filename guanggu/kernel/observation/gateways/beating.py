"""The gateways write down that they listen, for the rules that watch for silent stations."""

from __future__ import annotations

import asyncio
import logging

from django.db import DatabaseError

from guanggu.base import clock

from ..listening import BEAT_S, beat
from .directory import Records
from .intake import Intake

log = logging.getLogger("guanggu.ingest")


class Beating:
    """A gateway that cannot store what comes is as good as deaf: stations are not answered."""

    def __init__(self, records: Records, intake: Intake) -> None:
        self._records, self._intake = records, intake

    async def turn(self) -> None:
        if self._intake.live.is_failing or self._intake.late.is_failing:
            return
        try:
            await self._records.run(beat, clock.to_microseconds(clock.now()))
        except DatabaseError:
            log.exception("that the gateways listen could not be written down")

    async def run(self) -> None:
        try:
            while True:
                await self.turn()
                await asyncio.sleep(BEAT_S)
        finally:
            await self.turn()
