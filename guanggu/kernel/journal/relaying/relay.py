"""The relay: reads the journal by cursor and publishes each event once it is settled.

What the bus has is the truth about what it was told: after every start and every failure the
relay reads the stream's last message and goes on behind it. So a kill between the bus's answer
and our note of it publishes nothing twice, and a bus that came back from an older copy gets the
rest again. Where the last message is not an event of this journal (a database restored from an
older copy, another district's stream) nothing is published until an officer has chosen.
"""

from __future__ import annotations

import asyncio
import json
import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass

from django.db import close_old_connections, transaction

from guanggu.base import clock
from guanggu.base.bilingual import T
from guanggu.base.errors import Conflict, Problem

from ..models import Event, Subscription
from ..reading import START, Cursor, read_events
from .bus import Bus, Letter, Line, Tail

log = logging.getLogger("guanggu.relay")

NAME = "relay:nats"
WINDOW = 256  # events on their way at once; the bus stores them in order or not at all
IDLE_SECONDS = 0.25
WAITS_SECONDS = (0.2, 0.5, 1.0, 2.0, 5.0)
OTHER_JOURNAL = T(
    "消息流“{}”的最后一条消息不属于本系统的日志，已停止转发。请核对数据库是否由旧备份恢复；确认后"
    "用 GUANGGU_NATS_STREAM 指定新的消息流。",
    "The last message of the stream “{}” is no event of this journal, so nothing is handed on. "
    "Was the database restored from an older copy? Then name a new stream by GUANGGU_NATS_STREAM.",
)


def letter_of(event: Event) -> Letter:
    """The whole event with its place in the hash chain: a receiver can verify it himself."""
    body = {
        "id": event.id, "transaction": event.transaction, "subject": event.subject,
        "sequence": event.sequence, "kind": event.kind, "at": event.at.isoformat(),
        "actor": event.actor, "actor_name": event.actor_name, "post": event.post,
        "on_behalf_of": event.on_behalf_of, "data": event.body,
        "previous": bytes(event.previous).hex(), "hash": bytes(event.hash).hex(),
    }  # fmt: skip
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    return Letter(event.id, event.kind, text.encode())


@dataclass(slots=True)
class Place:
    """How far the bus has been told: our cursor and the number of its last message."""

    cursor: Cursor
    sequence: int


class Relay:
    """One relay in one thread. ``turn`` is a round; ``run`` turns until told to stop."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus
        self._loop = asyncio.Runner()
        self._line: Line | None = None
        self._place: Place | None = None

    def turn(self) -> int:
        """Publish the next window; answers how many events. Raises Unavailable, Conflict."""
        if self._line is None or self._place is None:
            self._line = self._loop.run(Line.open(self._bus))
            self._place = self._found(self._loop.run(self._line.tail()))
        events = read_events(self._place.cursor, WINDOW)
        if not events:
            return 0
        letters = [letter_of(event) for event in events]
        self._loop.run(self._line.publish(letters, self._place.sequence))
        last = events[-1]
        self._place = Place(Cursor(last.transaction, last.id), self._place.sequence + len(events))
        _keep(self._place.cursor)
        return len(events)

    def _found(self, tail: Tail) -> Place:
        """Where to go on. Raises Conflict where the stream is not this journal's."""
        if not tail.sequence:
            return Place(START, 0)  # an empty stream is told everything
        if tail.body is None:
            return Place(_kept(), tail.sequence)
        told = json.loads(tail.body)
        event = Event.objects.filter(pk=told.get("id")).first()
        if event is None or bytes(event.hash).hex() != told.get("hash"):
            raise Conflict(OTHER_JOURNAL.format(self._bus.stream))
        return Place(Cursor(event.transaction, event.id), tail.sequence)

    def run(self, stop: threading.Event, *, ready: Callable[[], None] = lambda: None) -> None:
        """A bus that is away is tried again, ever more slowly; its absence is noted and logged once."""
        failures = 0
        while not stop.is_set():
            close_old_connections()
            try:
                done = self.turn()
            except Problem as problem:
                failures += 1
                _note(problem.message.zh, failures)
                self.close_line()
                stop.wait(WAITS_SECONDS[min(failures, len(WAITS_SECONDS)) - 1])
                continue
            if failures or not self._was_ready:
                _note("", 0)
                failures, self._was_ready = 0, True
                ready()
            if not done:
                self._rest(stop)

    _was_ready = False

    def _rest(self, stop: threading.Event) -> None:
        """Within the loop, so that the connection answers the bus's questions meanwhile."""
        if not stop.is_set():
            self._loop.run(asyncio.sleep(IDLE_SECONDS))

    def close_line(self) -> None:
        if self._line is not None:
            self._loop.run(self._line.close())
        self._line = self._place = None

    def close(self) -> None:
        self.close_line()
        self._loop.close()


def _kept() -> Cursor:
    row = Subscription.objects.filter(name=NAME).first()
    return Cursor(row.transaction, row.event_id) if row else START


def _keep(cursor: Cursor) -> None:
    Subscription.objects.update_or_create(
        name=NAME,
        defaults={
            "transaction": cursor.transaction, "event_id": cursor.event_id, "failures": 0,
            "error": "", "retry_at": None, "updated_at": clock.now(),
        },
    )  # fmt: skip


def _note(error: str, failures: int) -> None:
    """Kept where operators see how subscribers stand; logged at the first failure only."""
    if failures == 1:
        log.warning("the relay waits: %s", error)
    with transaction.atomic():
        row, _ = Subscription.objects.select_for_update().get_or_create(name=NAME)
        if row.error != error or (row.failures and not failures):
            row.failures, row.error, row.updated_at = failures, error, clock.now()
            row.save(update_fields=["failures", "error", "updated_at"])
