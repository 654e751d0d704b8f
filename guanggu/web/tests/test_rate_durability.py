"""Counting attempts leaves the connection as durable as it found it."""

from __future__ import annotations

import pytest
from django.db import connection

from guanggu.web.models import RateWindow
from guanggu.web.rate import count

FULL = 2


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "sqlite", reason="a setting of SQLite")
def test_after_an_attempt_is_counted_commits_reach_the_disk_again():
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA synchronous=FULL")
    assert count("tests.durable", "somebody", times=5, seconds=60) == 1
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA synchronous")
        assert cursor.fetchone()[0] == FULL
    assert RateWindow.objects.get().count == 1
