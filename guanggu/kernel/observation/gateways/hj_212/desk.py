"""Commands out to the field and what comes of them (HJ 212-2017 6.4; times and tries 6.5).

A command is a row of the database until its station is there. Then it is sent, sent again where
no answer comes in time, and its row follows the answers 9011 (taken up or refused) and 9012
(executed or not). All other answers of the station under its number are kept with it.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

from django.db import DatabaseError

from guanggu.base import clock
from guanggu.base.actor import platform
from guanggu.standards import hj_212 as codec

from ...device_actions import note_commands
from ...models import FieldCommand
from ..directory import Records, Station

log = logging.getLogger("guanggu.ingest")

POLL_S = 0.5
ANSWER_SECONDS = 10.0  # 6.5: default time to wait for an answer
TRIES = 3  # sent again so often
EXECUTION_SECONDS = 300.0  # drawing a sample or calibrating takes minutes
OUT_AT_ONCE = 1_000
RESULT_CHARACTERS_MAX = 4_000
ACTOR = platform("gateways")
READY, DONE = "1", "1"  # QnRtn and ExeRtn (tables 6 and 7)


class Line(Protocol):
    """A connected station, as the desk needs it."""

    station: Station | None
    header: codec.Header | None

    def send(self, frame: bytes) -> None: ...


@dataclass(slots=True)
class _Out:
    """A command that is under way."""

    command: str
    device: int
    frame: bytes
    deadline: float
    tries: int = 1
    is_ready: bool = False
    told: list[str] = field(default_factory=list)


class CommandDesk:
    """``run`` polls and sends; ``answered`` is called by connections in the event loop."""

    def __init__(self, records: Records, line_of: Callable[[int], Line | None]) -> None:
        self._records, self._line_of = records, line_of
        self._out: dict[tuple[int, str], _Out] = {}  # by device and QN
        self._changes: list[dict[str, Any]] = []
        self._last_number = 0
        self.sent = 0
        self.executed = 0
        self.failed = 0

    async def run(self) -> None:
        while True:
            await asyncio.sleep(POLL_S)
            try:
                await self.turn()
            except DatabaseError:
                log.exception("commands could not be read or noted; tried again")

    async def turn(self) -> None:
        """Send what waits, send again what was not answered, and note what came."""
        if len(self._out) < OUT_AT_ONCE:
            for key, device, cn, parameters in await self._records.run(_queued):
                if not any(out.command == key for out in self._out.values()):
                    self._send(key, device, cn, parameters)
        self._look_at_deadlines()
        if self._changes:
            changes, self._changes = self._changes, []
            try:
                await self._records.run(_note, changes)
            except DatabaseError:
                self._changes = changes + self._changes
                raise

    def _send(self, key: str, device: int, cn: str, parameters: str) -> None:
        line = self._line_of(device)
        if line is None or line.station is None or line.header is None:
            return
        qn_bytes = self._new_number()
        qn, body = qn_bytes.decode(), parameters.encode()
        frame = codec.request(cn, line.header, qn_bytes, body, key=line.station.cipher_key)
        self._out[device, qn] = _Out(key, device, frame, time.monotonic() + ANSWER_SECONDS)
        line.send(frame)
        self.sent += 1
        self._changes.append({"command": key, "state": "sent", "qn": qn, "tries": 1})

    def _new_number(self) -> bytes:
        """The instant of the request in milliseconds; two commands at once differ all the same."""
        now = clock.to_microseconds(clock.now()) // 1000
        self._last_number = max(now, self._last_number + 1)
        return codec.request_number(self._last_number * 1000)

    def _look_at_deadlines(self) -> None:
        now = time.monotonic()
        for place, out in [p for p in self._out.items() if p[1].deadline <= now]:
            line = self._line_of(out.device)
            if not out.is_ready and out.tries <= TRIES and line is not None:
                out.tries += 1
                out.deadline = now + ANSWER_SECONDS
                line.send(out.frame)
                self._changes.append({"command": out.command, "tries": out.tries})
            else:
                self._finish(place, "timeout")

    def _finish(self, place: tuple[int, str], state: str, **values: Any) -> None:
        out = self._out.pop(place)
        self.executed += state == "executed"
        self.failed += state != "executed"
        result = "\n".join(out.told)[:RESULT_CHARACTERS_MAX]
        self._changes.append({"command": out.command, "state": state, "result": result, **values})

    def answered(self, device: int, cn: str, qn: str, fields: dict[str, str], cp: str) -> bool:
        """Take an answer; False where no command of this number is under way."""
        place = (device, fields.get("QN") or qn)  # in HJ/T 212-2005 it stands within CP
        out = self._out.get(place)
        if out is None:
            return False
        if cn == "9011":
            code = fields.get("QnRtn", "")
            if code == READY:
                out.is_ready = True
                out.deadline = time.monotonic() + EXECUTION_SECONDS
                self._changes.append(
                    {"command": out.command, "state": "ready", "request_code": code}
                )
            else:
                self._finish(place, "failed", request_code=code)
        elif cn == "9012":
            code = fields.get("ExeRtn", "")
            state = "executed" if code == DONE else "failed"
            self._finish(place, state, execution_code=code)
        elif cn == "9013":  # an answer to a notice: nothing more comes
            self._finish(place, "executed")
        elif cp:
            out.told.append(cp)
        return True


def _queued() -> list[tuple[str, int, str, str]]:
    rows = FieldCommand.objects.filter(state="queued", device__protocol="hj212")
    return list(rows.order_by("pk").values_list("key", "device_id", "cn", "parameters")[:500])


def _note(changes: list[dict[str, Any]]) -> None:
    note_commands(ACTOR, changes=changes)
