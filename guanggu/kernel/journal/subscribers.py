"""Who listens: each with a durable cursor, at least once, none lost."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction

from guanggu.base import clock

from .models import DeadLetter, Event, Subscription
from .reading import Cursor, matches, read_events

log = logging.getLogger(__name__)

BATCH = 500
TRIES_A_SINGLE_EVENT = 8  # then it is set aside, named, and the rest goes on

Handler = Callable[[Sequence[Event]], None]


@dataclass(frozen=True)
class Subscriber:
    name: str
    kinds: tuple[str, ...]
    handler: Handler


SUBSCRIBERS: dict[str, Subscriber] = {}


def subscribe(name: str, kinds: Sequence[str] = ("*",)) -> Callable[[Handler], Handler]:
    """Have the worker call the function with new events whose kind fits one of the patterns.

    The function's writes and the cursor commit together; a failure is tried again with growing
    pauses, first as a batch and then event by event.
    """

    def declare(handler: Handler) -> Handler:
        SUBSCRIBERS[name] = Subscriber(name, tuple(kinds), handler)
        return handler

    return declare


def deliver(subscriber: Subscriber, limit: int = BATCH) -> int:
    """Hand over the next batch; answers how many events were read (0: nothing new)."""
    Subscription.objects.get_or_create(name=subscriber.name)
    position = Subscription.objects.get(name=subscriber.name)
    if position.retry_at and position.retry_at > clock.now():
        return 0
    size = 1 if position.failures else limit
    try:
        return _deliver_batch(subscriber, size)
    except Exception:
        log.exception("subscriber %s failed", subscriber.name)
        _note_failure(subscriber, traceback.format_exc(limit=8))
        return 0


def _deliver_batch(subscriber: Subscriber, size: int) -> int:
    if not read_events(_cursor_of(Subscription.objects.get(name=subscriber.name)), 1):
        return 0  # looked at without the write lock: idle polling must not stop writers
    with transaction.atomic():
        position = Subscription.objects.select_for_update().get(name=subscriber.name)
        events = read_events(_cursor_of(position), size)
        if not events:
            return 0
        wanted = [event for event in events if matches(event.kind, subscriber.kinds)]
        if wanted:
            subscriber.handler(wanted)
        _advance(position, events[-1])
    return len(events)


def _cursor_of(position: Subscription) -> Cursor:
    return Cursor(position.transaction, position.event_id)


def _advance(position: Subscription, event: Event) -> None:
    position.transaction, position.event_id = event.transaction, event.id
    position.failures, position.error, position.retry_at = 0, "", None
    position.updated_at = clock.now()
    position.save()


def _note_failure(subscriber: Subscriber, error: str) -> None:
    with transaction.atomic():
        position = Subscription.objects.select_for_update().get(name=subscriber.name)
        position.failures += 1
        position.error = error
        position.retry_at = clock.now() + timedelta(seconds=min(2**position.failures, 60) * 0.1)
        if position.failures > TRIES_A_SINGLE_EVENT:
            event = read_events(_cursor_of(position), 1)[0]
            DeadLetter.objects.create(
                subscription=subscriber.name, event=event, error=error, at=clock.now()
            )
            _advance(position, event)
        else:
            position.save()


def redeliver(letter: DeadLetter) -> None:
    """Try a set-aside event again; raises what the subscriber raises."""
    with transaction.atomic():
        SUBSCRIBERS[letter.subscription].handler([letter.event])
        letter.delivered_at = clock.now()
        letter.save()


def lag(name: str) -> int:
    """How many events the subscriber has yet to read, counted up to 10,000."""
    position = Subscription.objects.filter(name=name).first() or Subscription(name=name)
    return len(read_events(_cursor_of(position), 10_000))
