"""Writing an event, in the transaction of the change that it tells of."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from datetime import datetime
from typing import Any

from django.db import connection

from guanggu.base import clock
from guanggu.base.actor import Actor
from guanggu.base.ids import Ref

from . import chain
from .models import Event

_COLUMNS = (
    "transaction, subject, sequence, kind, at_microseconds, actor, actor_name, post, "
    "on_behalf_of, data, previous, hash"
)
_HEAD = "SELECT sequence, hash FROM journal_event WHERE subject = %s ORDER BY sequence DESC LIMIT 1"
# "transaction" is a key word of SQLite and must be quoted there.
_QUOTED = _COLUMNS.replace("transaction", '"transaction"', 1)
_INSERT = {
    "sqlite": f"INSERT INTO journal_event ({_QUOTED}) VALUES (0{', %s' * 11})",
    "postgresql": (
        f"INSERT INTO journal_event ({_QUOTED}) "
        f"VALUES (pg_current_xact_id()::text::bigint{', %s' * 11}) RETURNING id, transaction"
    ),
}

# How many events the running action has appended; ``actions`` reads it.
appended: ContextVar[int] = ContextVar("appended", default=0)
after_append: list[Callable[[Event], None]] = []


def append(
    subject: Ref | str,
    kind: str,
    actor: Actor,
    data: dict[str, Any] | None = None,
    *,
    at: datetime | None = None,
) -> Event:
    """Append one event to the chain of ``subject``.

    data: JSON without floats. Raises RuntimeError outside a transaction, ValueError for a subject
    or kind that does not fit.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("an event is written in the transaction of the change it tells of")
    subject = str(subject)
    if "\n" in subject or "\n" in kind or not 0 < len(subject) <= 200 or "/" not in subject:
        raise ValueError(f"not a subject: {subject!r}")
    name = " ".join(actor.name.split())[:120]
    post = f"posts/{actor.post}" if actor.post else ""
    text_data = chain.canonical(data or {})
    at_microseconds = clock.to_microseconds(at or clock.now())
    with connection.cursor() as cursor:
        cursor.execute(_HEAD, [subject])
        head = cursor.fetchone()
        sequence, previous = (head[0] + 1, bytes(head[1])) if head else (1, chain.NOTHING)
        text = chain.text_of(
            subject, sequence, kind, at_microseconds, actor.ref, name, post, actor.on_behalf_of,
            text_data,
        )  # fmt: skip
        digest = chain.link(previous, text)
        row = (
            subject, sequence, kind, at_microseconds, actor.ref, name, post, actor.on_behalf_of,
            text_data, previous, digest,
        )  # fmt: skip
        cursor.execute(_INSERT[connection.vendor], row)
        if connection.vendor == "sqlite":
            event_id, transaction = cursor.lastrowid, 0
        else:
            event_id, transaction = cursor.fetchone()
    appended.set(appended.get() + 1)
    return Event(event_id, transaction, *row)
