"""Writing an event, in the transaction of the change that it tells of."""

from __future__ import annotations

from collections.abc import Iterable
from contextvars import ContextVar
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection

from guanggu.base import clock
from guanggu.base.actor import Actor
from guanggu.base.ids import Ref

from . import chain
from .models import APPLICATION_KEY, Event

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

_SUBJECTS_ONE_BY_ONE = 20

# How many events the running action has appended; ``actions`` reads it.
appended: ContextVar[int] = ContextVar("appended", default=0)


class Entry(NamedTuple):
    """One event to append."""

    subject: str
    kind: str
    actor: Actor
    data: dict[str, Any]
    at: datetime | None = None


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
    entry = Entry(str(subject), kind, actor, data or {}, at)
    with connection.cursor() as cursor:
        cursor.execute(_HEAD, [entry.subject])
        row = _row(entry, cursor.fetchone())
        cursor.execute(_INSERT[connection.vendor], row)
        if connection.vendor == "sqlite":
            event_id, transaction = cursor.lastrowid, 0
        else:
            event_id, transaction = cursor.fetchone()
    appended.set(appended.get() + 1)
    return Event(event_id, transaction, *row)  # type: ignore[misc]  # in the order of the columns


def append_batch(entries: Iterable[Entry]) -> int:
    """Append many events in order, for imports; answers how many. As :func:`append` else."""
    if not connection.in_atomic_block:
        raise RuntimeError("an event is written in the transaction of the change it tells of")
    entries = list(entries)
    heads = _heads({entry.subject for entry in entries})
    rows = []
    for entry in entries:
        row = _row(entry, heads.get(entry.subject))
        heads[entry.subject] = (row[1], bytes(row[-1]))
        rows.append(row)
    insert = _INSERT[connection.vendor].removesuffix(" RETURNING id, transaction")
    with connection.cursor() as cursor:
        cursor.executemany(insert, rows)
    appended.set(appended.get() + len(rows))
    return len(rows)


def _heads(subjects: set[str]) -> dict[str, tuple[int, bytes]]:
    if len(subjects) <= _SUBJECTS_ONE_BY_ONE:
        return _heads_one_by_one(subjects)
    heads: dict[str, tuple[int, bytes]] = {}
    ordered = sorted(subjects)
    for first in range(0, len(ordered), 500):
        found = Event.objects.filter(subject__in=ordered[first : first + 500])
        for subject, sequence, digest in found.order_by("sequence").values_list(
            "subject", "sequence", "hash"
        ):
            heads[subject] = (sequence, bytes(digest))
    return heads


def _heads_one_by_one(subjects: set[str]) -> dict[str, tuple[int, bytes]]:
    """Reads one row of each chain, not all of it: right for the few subjects of one action."""
    heads: dict[str, tuple[int, bytes]] = {}
    with connection.cursor() as cursor:
        for subject in sorted(subjects):
            cursor.execute(_HEAD, [subject])
            if head := cursor.fetchone():
                heads[subject] = head
    return heads


def _row(entry: Entry, head: tuple[int, bytes] | None) -> tuple:
    subject, kind, actor = entry.subject, entry.kind, entry.actor
    if "\n" in subject or "\n" in kind or not 0 < len(subject) <= 200 or "/" not in subject:
        raise ValueError(f"not a subject: {subject!r}")
    by_whom = {APPLICATION_KEY: actor.application} if actor.application else {}
    sequence, previous = (head[0] + 1, bytes(head[1])) if head else (1, chain.NOTHING)
    columns = (
        subject,
        sequence,
        kind,
        clock.to_microseconds(entry.at or clock.now()),
        actor.ref,
        " ".join(actor.name.split())[:120],
        f"posts/{actor.post}" if actor.post else "",
        actor.on_behalf_of,
        chain.canonical(entry.data | by_whom),
    )
    return (*columns, previous, chain.link(previous, chain.text_of(*columns)))
