"""Asking a station that came back for what is missing of it (HJ 212-2017 annex C: 2031, 2051, 2061).

Stations keep their data through an outage; a platform that does not ask keeps a hole. Requests
are ordinary field commands, so officers see them with their answers.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import DatabaseError

from guanggu.base import clock
from guanggu.base.errors import Problem
from guanggu.standards import hj_212 as codec

from ...device_actions import send_command
from ...gaps import gaps, joined_gaps
from ...models import Datastream, FieldCommand
from ..directory import Records, Station
from .desk import ACTOR

log = logging.getLogger("guanggu.ingest")

AFTER_S = 30.0  # a station that comes back first sends by itself what it has kept
ASKED_MAX = 5  # requests at one return, the newest first
# Interval of the datastreams → command, and how far back is asked.
KINDS = {
    "hour": ("2061", timedelta(days=7)),
    "minute": ("2051", timedelta(days=2)),
    "day": ("2031", timedelta(days=31)),
}
REASON = "补传缺测数据 / to fill a gap"


def missing_of(thing: int, now: datetime) -> list[tuple[str, str]]:
    """(CN, parameters) for each gap of the thing's streams, the newest first.

    Raises Unavailable.
    """
    found: list[tuple[datetime, str, str]] = []
    for interval, (cn, back) in KINDS.items():
        rows = Datastream.objects.filter(thing_id=thing, interval=interval, every_s__gt=0)
        holes = []
        for row in rows:
            # The last two data may still be on their way; nothing is asked from before the stream.
            until = now - 2 * timedelta(seconds=row.every_s)
            since = max(now - back, row.created_at)
            if since < until:
                holes += gaps(row, since, until)
        for gap in joined_gaps(holes):
            begin, end = (
                codec.data_time(clock.to_microseconds(at)).decode()
                for at in (gap.start_at, gap.end_at)
            )
            found.append((gap.start_at, cn, f"BeginTime={begin},EndTime={end}"))
    found.sort(reverse=True)
    return [(cn, parameters) for _, cn, parameters in found[:ASKED_MAX]]


def ask_for_missing(device: str, pk: int, thing: int) -> int:
    """Queue a command for each gap that was not asked for yet; answers how many."""
    asked = 0
    for cn, parameters in missing_of(thing, clock.now()):
        known = FieldCommand.objects.filter(device_id=pk, cn=cn, parameters=parameters)
        if not known.exists():
            send_command(ACTOR, device=device, cn=cn, parameters=parameters, reason=REASON)
            asked += 1
    return asked


class History:
    """``noticed`` is called in the event loop when a station has come back."""

    def __init__(self, records: Records, is_there: Callable[[int], bool]) -> None:
        self._records, self._is_there = records, is_there
        self._waiting: set[int] = set()
        self._running: set[asyncio.Task[None]] = set()
        self.asked = 0

    def noticed(self, station: Station) -> None:
        if station.device in self._waiting:
            return
        self._waiting.add(station.device)
        asyncio.get_running_loop().call_later(AFTER_S, self._begin, station)

    def _begin(self, station: Station) -> None:
        self._waiting.discard(station.device)
        if self._is_there(station.device):
            task = asyncio.create_task(self._ask(station))
            self._running.add(task)
            task.add_done_callback(self._running.discard)

    async def _ask(self, station: Station) -> None:
        try:
            self.asked += await self._records.run(
                ask_for_missing, station.key, station.device, station.thing
            )
        except (Problem, DatabaseError) as error:
            log.warning("history of %s was not asked for: %s", station.key, error)
