"""Data older than their stream keeps them, removed once a day with an event of how many.

What an officer reviewed stays: it is evidence of a decision, and goes only by a decision.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db import transaction

from guanggu.base import clock
from guanggu.base.actor import Actor, platform
from guanggu.base.bilingual import T
from guanggu.base.clock import to_microseconds
from guanggu.kernel.journal.public import action, append

from .models import Datastream, Review
from .store import observations

EARLIEST = -(2**52)
ACTOR = platform("retention")


def spans_between(kept: Iterable[int], until: int) -> list[tuple[int, int]]:
    """From the beginning until before ``until``, leaving out each of the kept times."""
    spans, start = [], EARLIEST
    for time in sorted({time for time in kept if time < until}):
        if time > start:
            spans.append((start, time))
        start = time + 1
    if start < until:
        spans.append((start, until))
    return spans


def cutoff(stream: Datastream) -> int:
    """Midnight of the district, ``retention_days`` ago: microseconds UTC."""
    today = clock.local(clock.now()).replace(hour=0, minute=0, second=0, microsecond=0)
    return to_microseconds(today - timedelta(days=stream.retention_days))


def remove_expired_data() -> int:
    """Every stream with a limit; answers how many data went. Raises Unavailable."""
    removed = 0
    for stream in Datastream.objects.filter(retention_days__gt=0).order_by("pk").iterator():
        until = cutoff(stream)
        reviewed = Review.objects.filter(datastream=stream, time__lt=until)
        spans = spans_between(reviewed.values_list("time", flat=True), until)
        count = sum(observations().count([stream.pk], *span) for span in spans)
        if count:
            expire_data(ACTOR, datastream=stream.key, spans=[list(s) for s in spans], count=count)
            removed += count
    return removed


@action(
    "observation.expire_data",
    allows=lambda actor, **_: actor.kind == "platform",
    title=T("清除到期数据", "Remove expired data"),
)
def expire_data(
    actor: Actor, *, datastream: str, spans: list[list[int]], count: int
) -> dict[str, Any]:
    """The event first; the store follows the commit. Killed in between, the next day's round finds
    the data still there and removes them."""
    stream = Datastream.objects.get(key=datastream)
    until = max(end for _, end in spans)
    append(
        stream.ref, "observation.data_expired", actor,
        {"until": clock.from_microseconds(until).isoformat(), "count": count,
         "retention_days": stream.retention_days},
    )  # fmt: skip
    transaction.on_commit(
        lambda: [observations().remove([stream.pk], start, end) for start, end in spans]
    )
    return {"removed": count}
