"""The judge's queue kept short while no judge is there: many data become few stretches of time.

The data themselves are in the store before they are queued, so nothing is lost by remembering only
of which stream and from when until when; the judge reads them there (``judge_spans``).
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence

from django.db import connection, transaction

from ..models import SpanToJudge, ToJudge

log = logging.getLogger(__name__)

QUEUE_MAX = 50_000
TAKEN_MAX = 200_000  # in one go, by the memory it takes
# Data so near to each other are one stretch: reading what lies between costs less than a row.
NEAR_US = 26 * 3_600_000_000
_LOCK = 0x6A75646765  # PostgreSQL: one judge at a time
_AT_ONCE = 500


def is_alone() -> bool:
    """Within a transaction: that no other judge is at work. SQLite has one writer anyhow."""
    if connection.vendor != "postgresql":
        return True
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
        return bool(cursor.fetchone()[0])


def compact_queue() -> int:
    """Make a queue longer than QUEUE_MAX into stretches; answers how many data it was.

    A judge at work shortens the queue himself: then nothing is done.
    """
    if ToJudge.objects.count() <= QUEUE_MAX:
        return 0
    with transaction.atomic():
        if not is_alone():
            return 0
        rows = list(
            ToJudge.objects.order_by("pk").values_list("stream", "time", "queued_at", "pk")[
                :TAKEN_MAX
            ]
        )
        streams: dict[int, list[tuple[int, int, int]]] = {}
        for stream, time, queued_at, _ in rows:
            streams.setdefault(stream, []).append((time, time, queued_at))
        numbers = list(streams)
        for first in range(0, len(numbers), _AT_ONCE):
            _join(streams, numbers[first : first + _AT_ONCE])
        # Deleted by key: what came meanwhile was not looked at.
        pks = [row[3] for row in rows]
        for first in range(0, len(pks), _AT_ONCE):
            ToJudge.objects.filter(pk__in=pks[first : first + _AT_ONCE]).delete()
    log.warning("the queue of alarms was long: %s data became stretches of time", len(rows))
    return len(rows)


def _join(streams: dict[int, list[tuple[int, int, int]]], numbers: Sequence[int]) -> None:
    """Stretches of these streams, with those that stood, as few as may be."""
    standing = SpanToJudge.objects.filter(stream__in=numbers)
    for span in standing:
        streams[span.stream].append((span.start, span.end, span.queued_at))
    made = [
        SpanToJudge(stream=number, start=start, end=end, queued_at=queued_at)
        for number in numbers
        for start, end, queued_at in joined(streams[number])
    ]
    standing.delete()
    SpanToJudge.objects.bulk_create(made, batch_size=_AT_ONCE)


def joined(spans: Iterable[tuple[int, int, int]]) -> list[tuple[int, int, int]]:
    """Stretches (start, end, queued since) that overlap or are NEAR_US to each other made one."""
    found: list[tuple[int, int, int]] = []
    for start, end, queued_at in sorted(spans):
        if found and start - found[-1][1] <= NEAR_US:
            before = found[-1]
            found[-1] = (before[0], max(before[1], end), min(before[2], queued_at))
        else:
            found.append((start, end, queued_at))
    return found
