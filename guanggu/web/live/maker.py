"""The one thread that reads the journal for all viewers and makes what changed.

Viewers who may see the same form a group; a panel is made once a group, and sent only where it
differs from what the group has. Joining, leaving and events are worked off one after another, so
no event falls between a viewer's start and his first message. Without viewers nothing is read.
"""

from __future__ import annotations

import json
import logging
import queue
import threading
import time
from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Any, Protocol

from django.conf import settings
from django.db import DatabaseError, close_old_connections, connection
from django.urls import get_resolver
from django.utils import translation

from guanggu.base.actor import Actor
from guanggu.base.bilingual import set_language
from guanggu.base.errors import Problem
from guanggu.kernel.journal.public import Cursor, Event, matches, read_events
from guanggu.web.language import DJANGO_CODES

from .declaring import Wall
from .places import journal_end
from .tickets import Ticket

log = logging.getLogger("guanggu.live")

LOOK_SECONDS = 0.1  # how often the journal is looked at while somebody watches
GAP_SECONDS = 0.2  # least time between two makings: a storm of events is shown as a few steps
EVENTS_A_LOOK = 500
MISSED_MAX = 2_000  # events read again for a viewer who was away; after more he starts anew


class Viewer(Protocol):
    """A connection, as its server keeps it; called from the maker's thread."""

    ticket: str
    after: Cursor

    def admit(self, origin: str) -> None: ...

    def refuse(self, problem: Problem) -> None: ...

    def send(self, message: bytes) -> None: ...


@dataclass
class Group:
    """Viewers alike. actor: one of them, for all; html: each panel as they have it."""

    wall: Wall
    actor: Actor
    language: str
    viewers: set[Any] = field(default_factory=set)
    html: dict[str, str] = field(default_factory=dict)
    stale: set[str] = field(default_factory=set)
    due_s: dict[str, float] = field(default_factory=dict)


def message(name: str, data: dict[str, Any], at: Cursor) -> bytes:
    """One server-sent event (HTML Living Standard 9.2); its id is the place in the journal."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return f"id: {at[0]}.{at[1]}\nevent: {name}\ndata: {text}\n\n".encode()


class Maker:
    """``start`` and ``close``; ``join`` and ``leave`` may be called from any thread."""

    def __init__(self) -> None:
        self._asked: queue.SimpleQueue[tuple[str, Any]] = queue.SimpleQueue()
        self._groups: dict[Hashable, Group] = {}
        self._where: dict[Any, Hashable] = {}
        self._cursor: Cursor | None = None
        self._made_at_s = 0.0
        self._thread = threading.Thread(target=self._run, name="live-maker", daemon=True)

    @property
    def viewers(self) -> int:
        return len(self._where)

    def start(self) -> None:
        self._thread.start()

    def close(self) -> None:
        self._asked.put(("stop", None))
        self._thread.join(10)

    def join(self, viewer: Viewer) -> None:
        self._asked.put(("join", viewer))

    def leave(self, viewer: Viewer) -> None:
        self._asked.put(("leave", viewer))

    def _run(self) -> None:
        try:
            while self.turn(LOOK_SECONDS if self._where else None):
                pass
        finally:
            connection.close()

    def turn(self, wait_s: float | None) -> bool:
        """Work off what was asked, then what happened; False once told to stop."""
        try:
            what, viewer = self._asked.get(timeout=wait_s)
            while True:
                if what == "stop":
                    return False
                self._answer(what, viewer)
                what, viewer = self._asked.get_nowait()
        except queue.Empty:
            if not connection.in_atomic_block:  # never that of a transaction under way
                close_old_connections()
        try:
            self._look()
        except (DatabaseError, OSError):
            log.exception("the wall could not be made; it is tried again")
        return True

    def _answer(self, what: str, viewer: Any) -> None:
        if what == "leave":
            self._leave(viewer)
            return
        try:
            self._join(viewer)
        except Problem as problem:
            viewer.refuse(problem)
        except Exception:
            log.exception("a viewer could not be taken on")
            viewer.send(b"")

    def _leave(self, viewer: Any) -> None:
        key = self._where.pop(viewer, None)
        group = self._groups.get(key)
        if group is None:
            return
        group.viewers.discard(viewer)
        if not group.viewers:
            del self._groups[key]
        if not self._where:
            self._cursor = None

    def _join(self, viewer: Any) -> None:
        get_resolver().url_patterns  # noqa: B018  the first time: the screens declare their walls
        ticket = Ticket.read(viewer.ticket)
        wall, actor = ticket.bearer()
        if self._cursor is None:
            self._cursor = journal_end()
        else:
            self._look(at_once=True)  # what he gets is as new as his place in the journal
        key = (wall.name, ticket.language, wall.audience(actor))
        group = self._groups.get(key)
        if group is None:
            group = self._groups[key] = Group(wall, actor, ticket.language)
            group.stale = {panel.key for panel in wall.panels}
            self._make(group)
        self._where[viewer] = key
        viewer.admit(ticket.origin)
        for missed in self._missed(group, viewer.after):
            viewer.send(missed)
        for name, html in group.html.items():
            viewer.send(message("panel", {"panel": name, "html": html}, self._cursor))
        group.viewers.add(viewer)

    def _missed(self, group: Group, after: Cursor | None) -> list[bytes]:
        """The lines of the feed between what the viewer has and now."""
        assert self._cursor is not None
        if group.wall.feed is None or after is None or after >= self._cursor:
            return []
        events: list[Event] = []
        place = after
        while place < self._cursor and len(events) < MISSED_MAX:
            found = read_events(place, EVENTS_A_LOOK)
            if not found:
                break
            place = Cursor(found[-1].transaction, found[-1].id)
            events += [e for e in found if (e.transaction, e.id) <= self._cursor]
        if place < self._cursor and len(events) >= MISSED_MAX:
            return [message("reload", {}, after)]
        return self._lines(group, events)

    def _lines(self, group: Group, events: list[Event]) -> list[bytes]:
        feed = group.wall.feed
        if feed is None:
            return []
        wanted = [event for event in events if matches(event.kind, feed.kinds)]
        if not wanted:
            return []
        with in_language(group.language):
            told = feed.told(group.actor, wanted)
        return [
            message("line", {"feed": feed.key, "html": line.html},
                    Cursor(line.event.transaction, line.event.id))
            for line in told
        ]  # fmt: skip

    def _look(self, *, at_once: bool = False) -> None:
        """Read on, tell the feed, and make what is stale."""
        if self._cursor is None:
            return
        now = time.monotonic()
        if not at_once and now - self._made_at_s < GAP_SECONDS:
            return
        events = read_events(self._cursor, EVENTS_A_LOOK)
        if events:
            self._cursor = Cursor(events[-1].transaction, events[-1].id)
        kinds = {event.kind for event in events}
        for group in list(self._groups.values()):
            for panel in group.wall.panels:
                is_due = panel.every_s and group.due_s.get(panel.key, 0) <= now
                if is_due or any(matches(kind, panel.kinds) for kind in kinds):
                    group.stale.add(panel.key)
            self._tell(group, self._lines(group, events) if events else [])
            self._tell(group, self._make(group))
        if events:
            self._made_at_s = now

    def _make(self, group: Group) -> list[bytes]:
        """The stale panels anew; answers messages of those that look different now."""
        assert self._cursor is not None
        changed = []
        with in_language(group.language):
            for panel in group.wall.panels:
                if panel.key not in group.stale:
                    continue
                group.due_s[panel.key] = time.monotonic() + panel.every_s
                try:
                    html = panel.made(group.actor)
                except (Problem, DatabaseError, ValueError, LookupError):
                    log.exception("panel %s could not be made", panel.key)
                    continue
                if group.html.get(panel.key) != html:
                    group.html[panel.key] = html
                    changed.append(panel.key)
        group.stale.clear()
        return [
            message("panel", {"panel": key, "html": group.html[key]}, self._cursor)
            for key in changed
        ]

    @staticmethod
    def _tell(group: Group, messages: list[bytes]) -> None:
        if messages:
            joined = b"".join(messages)
            for viewer in group.viewers:
                viewer.send(joined)


class in_language:
    """Our texts and Django's own in this language."""

    def __init__(self, code: str) -> None:
        self._code = code
        self._django = translation.override(DJANGO_CODES.get(code, settings.LANGUAGE_CODE))

    def __enter__(self) -> None:
        set_language(self._code)
        self._django.__enter__()

    def __exit__(self, *raised: Any) -> None:
        self._django.__exit__(*raised)
