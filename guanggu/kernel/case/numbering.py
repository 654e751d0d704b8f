"""Case numbers by year, without gaps: a rolled-back case gives its number back."""

from __future__ import annotations

from django.db import connection

from guanggu.base import clock

_NEXT = (
    "INSERT INTO case_series (name, year, last) VALUES (%s, %s, 1) "
    "ON CONFLICT (name, year) DO UPDATE SET last = case_series.last + 1 RETURNING last"
)


def next_number(prefix: str) -> str:
    """ "XK" in 2026 gives XK2026000001 and so on. The series stays locked until the commit."""
    year = clock.local(clock.now()).year
    with connection.cursor() as cursor:
        cursor.execute(_NEXT, [prefix, year])
        return f"{prefix}{year}{cursor.fetchone()[0]:06d}"
