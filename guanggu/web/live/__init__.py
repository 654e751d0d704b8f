"""Live pages: panels that change by themselves, sent to every viewer by server-sent events.

An app declares a ``Wall`` of panels; its page shows them as the server made them and, with
scripts, has ``guanggu/live.js`` keep them fresh. One thread reads the journal by cursor and makes
each changed panel once for all viewers who may see the same; a small server of its own
(``LiveService``, within ``guanggu ingest`` or alone as ``guanggu live``) keeps the connections,
so a viewer never holds a thread of the site.
"""

from __future__ import annotations

from typing import Any

from .declaring import WALLS, Feed, Line, Panel, Wall, declare_wall, reach
from .places import cursor_of, journal_end
from .tickets import stream_address, stream_policy, ticket_for

__all__ = [
    "WALLS", "Feed", "Line", "LiveService", "Panel", "Wall", "cursor_of", "declare_wall",
    "journal_end", "reach", "stream_address", "stream_policy", "ticket_for",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    if name == "LiveService":  # brings an event loop and its server, which pages do not need
        from .service import LiveService

        return LiveService
    raise AttributeError(name)
