"""What a wall shows, and who may share one making of it."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db.models import Model

from guanggu.base.actor import Actor
from guanggu.base.bilingual import T
from guanggu.kernel.identity.public import Permission
from guanggu.kernel.journal.public import Event


@dataclass(frozen=True)
class Panel:
    """One part of a wall.

    kinds: patterns of the events after which it is made again; audience: what of the reader it
    depends on (mostly ``reach``), so that it is made once for all readers alike; made: its HTML
    for a reader, "" where he may see none of it; every_s: made again after so many seconds even
    without an event, 0: never.
    """

    key: str
    title: T
    kinds: tuple[str, ...]
    audience: Callable[[Actor], Hashable]
    made: Callable[[Actor], str]
    every_s: float = 0


@dataclass(frozen=True, slots=True)
class Line:
    """One event as the feed tells it: ``event`` is its place in the journal."""

    event: Event
    html: str


@dataclass(frozen=True)
class Feed:
    """Happenings told one by one; a viewer who was away gets those he missed.

    told: the events that the reader may know of, in their order, each as HTML.
    """

    key: str
    kinds: tuple[str, ...]
    audience: Callable[[Actor], Hashable]
    told: Callable[[Actor, Sequence[Event]], list[Line]]


@dataclass(frozen=True)
class Wall:
    """allows: who may open it. ``feed`` of None: panels only."""

    name: str
    panels: tuple[Panel, ...]
    allows: Callable[[Actor], bool]
    feed: Feed | None = None

    def audience(self, actor: Actor) -> Hashable:
        """Equal for readers to whom the whole wall shows the same."""
        parts = [panel.audience(actor) for panel in self.panels]
        return (*parts, self.feed.audience(actor) if self.feed else None)

    def made(self, actor: Actor) -> dict[str, str]:
        return {panel.key: panel.made(actor) for panel in self.panels}


WALLS: dict[str, Wall] = {}


def declare_wall(wall: Wall) -> Wall:
    WALLS[wall.name] = wall
    return wall


def reach(actor: Actor, may: Permission, model: type[Model]) -> str:
    """The rows that the actor may reach, as the text of their query: equal text, equal rows."""
    condition = may.condition(actor)
    if condition is None:
        return ""
    rows: Any = model._default_manager.filter(condition)
    try:
        sql, values = rows.query.sql_with_params()
    except EmptyResultSet:
        return ""
    return f"{sql} {values!r}"
