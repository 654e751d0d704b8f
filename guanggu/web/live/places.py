"""Places in the journal, as streams name them and as a page remembers the one it was made at."""

from __future__ import annotations

from django.db import connection

from guanggu.kernel.journal.public import Cursor, Event


def cursor_of(text: str) -> Cursor | None:
    """``7.1234`` as a place of the journal; None for anything else."""
    first, dot, second = text.partition(".")
    if not dot or not (first.isdecimal() and second.isdecimal()) or len(text) > 40:
        return None
    return Cursor(int(first), int(second))


def journal_end() -> Cursor:
    """Behind the newest settled event."""
    newest = Event.objects.order_by("-transaction", "-pk").values_list("transaction", "pk").first()
    if newest is None:
        return Cursor()
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
            oldest = cursor.fetchone()[0]
        settled = Event.objects.filter(transaction__lt=oldest).order_by("-transaction", "-pk")
        newest = settled.values_list("transaction", "pk").first() or (0, 0)
    return Cursor(*newest)
