"""Reading events in an order in which nothing can appear behind the reader's back.

On SQLite writers take turns, so ids rise in the order of commits. On PostgreSQL a transaction
with a lower id may commit later: readers therefore order by (transaction, id) and stop short of
the oldest transaction still running.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from fnmatch import fnmatchcase
from typing import NamedTuple

from django.db import connection, transaction
from django.db.models import QuerySet

from guanggu.base.ids import Ref

from .models import Event

_COLUMNS = (
    'id, "transaction", subject, sequence, kind, at_microseconds, actor, actor_name, post, '
    "on_behalf_of, data, previous, hash"
)
_OLDEST = "pg_snapshot_xmin(pg_current_snapshot())"
_SETTLED = {
    "sqlite": "",
    # A transaction that is itself the oldest may read its own events: nothing can slip before them.
    "postgresql": (
        f'AND "transaction" < {_OLDEST}::text::bigint + CASE WHEN {_OLDEST} = '
        "pg_current_xact_id_if_assigned() THEN 1 ELSE 0 END "
    ),
}


class Cursor(NamedTuple):
    transaction: int = 0
    event_id: int = 0


START = Cursor()


def read_events(after: Cursor = START, limit: int = 500) -> list[Event]:
    """The next settled events after the cursor, at most ``limit``, in the order of the journal."""
    sql = (
        f"SELECT {_COLUMNS} FROM journal_event "
        f'WHERE ("transaction", id) > (%s, %s) {_SETTLED[connection.vendor]}'
        'ORDER BY "transaction", id LIMIT %s'
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [after.transaction, after.event_id, limit])
        return [Event(*row) for row in cursor.fetchall()]


def journal_end() -> Cursor:
    """Behind the newest settled event: where a reader begins who wants only what comes."""
    sql = (
        f'SELECT "transaction", id FROM journal_event WHERE id > 0 {_SETTLED[connection.vendor]}'
        'ORDER BY "transaction" DESC, id DESC LIMIT 1'
    )
    with connection.cursor() as cursor:
        cursor.execute(sql)
        row = cursor.fetchone()
    return Cursor(*row) if row else START


def history(subject: Ref | str) -> QuerySet[Event]:
    """Every event of one subject, oldest first."""
    return Event.objects.filter(subject=str(subject)).order_by("sequence")


def matches(kind: str, patterns: Sequence[str]) -> bool:
    return any(fnmatchcase(kind, pattern) for pattern in patterns)


@contextmanager
def one_state() -> Iterator[None]:
    """Reads within see one state of the database and keep no writer waiting."""
    if connection.in_atomic_block:
        yield
    elif connection.vendor == "sqlite":
        # Not ``atomic``: that would take the lock of writers.
        with connection.cursor() as cursor:
            cursor.execute("BEGIN DEFERRED")
            try:
                yield
            finally:
                cursor.execute("ROLLBACK")
    else:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield
