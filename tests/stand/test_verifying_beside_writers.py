"""Who verifies while others write sees one state and raises no false alarm."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection, transaction

from guanggu.base.actor import platform
from guanggu.kernel.journal import verifying
from guanggu.kernel.journal.public import CHECKS, one_state, verify
from guanggu.kernel.observation.models import Sensor
from guanggu.kernel.register.public import save_record


def write(key: str) -> None:
    """As another process would: on a connection of its own."""
    with transaction.atomic():
        save_record(platform("test"), Sensor(key=key, name="甲"), "observation.created")
    connection.close()


@pytest.mark.skipif(
    connection.vendor == "sqlite", reason="a database in memory has no second writer"
)
@pytest.mark.django_db(transaction=True)
def test_what_is_written_meanwhile_is_no_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    read_events = verifying._verify_events
    with ThreadPoolExecutor(1) as others:

        def read_and_let_others_write(*given: Any) -> None:
            read_events(*given)
            others.submit(write, "s-2").result()

        monkeypatch.setattr(verifying, "_verify_events", read_and_let_others_write)
        others.submit(write, "s-1").result()
        verdict = verify()
    assert verdict.findings == []
    assert verdict.records == 1
    assert Sensor.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_every_check_reads_the_one_state(monkeypatch: pytest.MonkeyPatch) -> None:
    held: list[bool] = []

    def look(verdict: object) -> None:
        with connection.cursor() as cursor:
            if connection.vendor == "sqlite":
                raw = connection.connection
                held.append(raw.in_transaction)
            else:
                cursor.execute("SHOW transaction_isolation")
                held.append(cursor.fetchone()[0] == "repeatable read")

    monkeypatch.setattr(verifying, "CHECKS", [*CHECKS, look])
    assert verify().is_sound
    assert held == [True]
    with one_state():
        pass  # and it is over afterwards: another can begin
