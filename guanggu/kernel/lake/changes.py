"""From events to versions of rows: what each row was like after each event that changed it.

The events of a batch and the rows are read of one state of the database. A row stands there as
it is after the last event; earlier versions follow from it by undoing what later events say they
changed. What was removed is put together from its first event on. Rows of cases and of bodies
have no such events: of them the state at the end of each batch is kept, and every event besides.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from zlib import crc32

from django.db import models

from guanggu.base.ids import Ref
from guanggu.kernel.journal.public import (
    DIGEST_KEY,
    REMOVED,
    Cursor,
    Event,
    history,
    one_state,
    read_events,
)

from .sources import Source, by_collection

KEYS_A_QUERY = 500

# A version: the record's own values, then known_from (microseconds), event id, actor, sequence,
# and whether the row was removed then.
Version = tuple[Any, ...]


@dataclass
class Batch:
    """What to write: where the journal was read up to, its events, versions by source."""

    cursor: Cursor
    at: int  # of the last event, microseconds
    read: int
    events: list[Version] = field(default_factory=list)
    versions: dict[str, list[Version]] = field(default_factory=dict)


def read_batch(
    known: dict[str, Source], after: Cursor, limit: int, shard: tuple[int, int] = (0, 1)
) -> Batch | None:
    """The next events after the cursor with the rows they tell of; None where there are none.

    shard: (which, of how many); of several writers each takes the subjects of its own.
    """
    with one_state():
        events = read_events(after, limit)
        if not events:
            return None
        last = events[-1]
        batch = Batch(Cursor(last.transaction, last.id), last.at_microseconds, len(events))
        mine = [
            e for e in events if shard[1] == 1 or crc32(e.subject.encode()) % shard[1] == shard[0]
        ]
        batch.events = [_event(event) for event in mine]
        for collection, of_it in _grouped(mine).items():
            for source in by_collection(known).get(collection, ()):
                made = list(_versions(source, of_it))
                if made:
                    batch.versions[source.name] = made
        return batch


def _event(event: Event) -> Version:
    ref = event.ref
    return (
        event.id, event.transaction, event.subject, ref.collection, ref.key, event.sequence,
        event.kind, event.at_microseconds, event.actor, event.actor_name, event.post,
        event.on_behalf_of, event.data,
    )  # fmt: skip


def _grouped(events: Iterable[Event]) -> dict[str, dict[str, list[Event]]]:
    """collection -> key -> its events in order."""
    found: dict[str, dict[str, list[Event]]] = {}
    for event in events:
        ref = event.ref
        found.setdefault(ref.collection, {}).setdefault(ref.key, []).append(event)
    return found


def rows_of(source: Source, keys: Sequence[str]) -> Iterator[tuple[str, tuple[Any, ...]]]:
    """(key of its events, stored values) of the rows that these events tell of."""
    names = [f.name for f in source.fields]
    wanted = set(keys)
    manager = source.model._default_manager
    for first in range(0, len(keys), KEYS_A_QUERY):
        some = keys[first : first + KEYS_A_QUERY]
        rest = len(source.told_by) - 1  # a code may hold a full stop itself
        within = [key.rsplit(".", rest)[0] for key in some] if rest else some
        found = manager.filter(**{f"{source.told_by[0]}__in": within})
        for row in found.order_by("pk").values_list(*names, *source.told_by):
            key = ".".join(map(str, row[len(names) :]))
            if key in wanted:
                yield key, row[: len(names)]


def plain(source: Source, row: Sequence[Any]) -> tuple[Any, ...]:
    """Stored values as the lake takes them."""
    return tuple(f.to_lake(value) for f, value in zip(source.fields, row, strict=True))


def _versions(source: Source, told: dict[str, list[Event]]) -> Iterator[Version]:
    rows: dict[str, list[tuple[Any, ...]]] = {}
    for key, row in rows_of(source, list(told)):
        rows.setdefault(key, []).append(row)
    for key, events in told.items():
        if source.is_told:
            found = rows.get(key)
            yield from _unwound(source, key, events, found[0] if found else None)
        else:
            for row in rows.get(key, ()):
                yield (*plain(source, row), *_by(events[-1]), False)


def _by(event: Event) -> tuple[Any, ...]:
    return (event.at_microseconds, event.id, event.actor, event.sequence)


def _unwound(
    source: Source, key: str, events: Sequence[Event], row: tuple[Any, ...] | None
) -> Iterator[Version]:
    """Each event's version, the last first."""
    names = [f.name for f in source.fields]
    state = dict(zip(names, row, strict=True)) if row else None
    told = [(event, event.body) for event in events]
    version = next((b["version"] for _, b in reversed(told) if "version" in b), None)
    if state is None or state.get("version") != version:
        # The row is ahead of this batch, or gone: what happened to it since is undone as well.
        later = history(Ref(source.collection, key)).filter(sequence__gt=events[-1].sequence)
        told += [(event, event.body) for event in later]
    first = events[0].sequence
    last = events[-1].sequence
    for event, body in reversed(told):
        is_removal = body.get(DIGEST_KEY) == REMOVED
        if is_removal:
            state = None
            if event.sequence <= last:
                yield (*_only_key(source, key), *_by(event), True)
            continue
        changes = body.get("changes")
        if not isinstance(changes, dict) or "version" not in body:
            continue
        if state is None:
            state = _put_together(source, key, event.sequence)
        state["updated_at"] = state.get("updated_at") or event.at
        if first <= event.sequence <= last:
            yield (*plain(source, [state[name] for name in names]), *_by(event), False)
        _undo(source, state, changes)
        # When the version before came about, its own event tells.
        state |= {"version": body["version"] - 1, "updated_at": None}
        if body["version"] == 1:
            state = None


def _only_key(source: Source, key: str) -> list[Any]:
    return [key if f.name == source.key else None for f in source.fields]


def _undo(source: Source, state: dict[str, Any], changes: dict[str, Any]) -> None:
    for f in source.fields:
        pair = changes.get(f.name)
        if isinstance(pair, list) and len(pair) == 2:
            state[f.name] = f.from_told(pair[0])


def _put_together(source: Source, key: str, upto: int) -> dict[str, Any]:
    """The state after the event of this sequence, from the events alone."""
    state: dict[str, Any] = {}
    for event in history(Ref(source.collection, key)).filter(sequence__lte=upto):
        body = event.body
        if body.get(DIGEST_KEY) == REMOVED:
            state = {}
        changes = body.get("changes")
        if not isinstance(changes, dict) or "version" not in body:
            continue
        if not state:
            state = {f.name: _empty(source.model, f.name) for f in source.fields}
            state |= {"key": key, "created_at": event.at}
        for f in source.fields:
            pair = changes.get(f.name)
            if isinstance(pair, list) and len(pair) == 2:
                state[f.name] = f.from_told(pair[1])
        state |= {"version": body["version"], "updated_at": event.at}
    return state or {f.name: None for f in source.fields} | {"key": key}


def _empty(model: type[models.Model], name: str) -> Any:
    """What a column holds of which no event has told: events leave empty values out."""
    for column in model._meta.concrete_fields:
        if column.attname == name:
            return None if column.null or column.primary_key else column.get_default()
    return None
