"""Whoever changes or removes a row behind the platform's back is found out: `verify` names it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, transaction

from guanggu.apps.approvals.tests.people import House, a_house
from guanggu.apps.approvals.tests.test_pages import submitted
from guanggu.kernel.document.public import Document, StoredFile
from guanggu.kernel.identity.testing import sign_in
from guanggu.kernel.journal.public import Event, run_until_quiet, verify

from .world import a_service_item

pytestmark = pytest.mark.django_db

# table, what is changed, and how the row is chosen; each is altered, then removed
ROWS = [
    ("journal_event", "data = '{}'", "subject = 'cases/{number}' AND sequence = 1"),
    ("journal_event", "actor_name = '别人'", "kind = 'approvals.submitted'"),
    ("powers_serviceitem", "promised_days = promised_days + 1", "key = 'test-item'"),
    ("case_case", "applicant_name = '别人'", "number = '{number}'"),
    ("case_task", "role = 'deliver'", "state = 'open'"),
    ("case_caseclock", "due_on = '2030-01-01'", "1 = 1"),
    ("document_document", "holder_name = '别人'", "key = '{paper}'"),
    ("document_storedfile", "name = '别的.pdf'", "key = '{file}'"),
    ("identity_account", "is_active = NOT is_active", "name = '张光谷'"),
    ("identity_post", "roles = '[\"decide\"]'", "CAST(roles AS text) LIKE '%accept%'"),
]


@pytest.fixture
def house(db: Any) -> House:
    return a_house()


@pytest.fixture
def named(house: House) -> dict[str, str]:
    a_service_item(house)
    number = submitted(sign_in(house.person))
    run_until_quiet()
    paper = Document.objects.get(subject=f"cases/{number}")
    file = StoredFile.objects.exclude(pk=paper.file_id).first()
    assert file is not None
    assert verify().is_sound
    return {"number": number, "paper": paper.key, "file": file.key, "sha256": file.sha256}


def told_after(sql: str) -> set[str]:
    """Where verify finds something after the statement, which is then taken back."""
    mark = transaction.savepoint()
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA defer_foreign_keys = ON")
        cursor.execute(sql)
        assert cursor.rowcount > 0, f"nothing was touched by {sql}"
    places = {finding.place for finding in verify().findings}
    transaction.savepoint_rollback(mark)
    return places


def test_a_row_altered_by_sql_is_named(named: dict[str, str]) -> None:
    silent = []
    for table, change, where in ROWS:
        where = where.format(**named)
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT count(*) FROM {table} WHERE {where}")
            if not cursor.fetchone()[0]:
                continue
        if not told_after(f"UPDATE {table} SET {change} WHERE {where}"):
            silent.append(f"{table}: {change}")
    assert silent == []
    assert verify().is_sound


def test_a_row_removed_by_sql_is_named(named: dict[str, str]) -> None:
    case = f"cases/{named['number']}"
    first = Event.objects.filter(subject=case).order_by("sequence").first()
    last = Event.objects.order_by("-pk").first()
    assert first is not None
    assert last is not None
    assert case in told_after(f"DELETE FROM journal_event WHERE id = {first.pk}")
    assert told_after(f"DELETE FROM journal_event WHERE id = {last.pk}")
    assert "service_items/test-item" in told_after("DELETE FROM powers_serviceitem")
    if connection.vendor == "sqlite":  # PostgreSQL's foreign keys refuse these by themselves
        assert case in told_after(f"DELETE FROM case_case WHERE number = '{named['number']}'")
        assert told_after(f"DELETE FROM document_document WHERE key = '{named['paper']}'")
        assert told_after(f"DELETE FROM document_storedfile WHERE key = '{named['file']}'")
        assert told_after("DELETE FROM case_task WHERE state = 'open'")
        assert told_after("DELETE FROM identity_appointment")


def test_the_content_of_a_file_altered_or_removed_is_named(named: dict[str, str]) -> None:
    path = next(Path(settings.GUANGGU_FILES).rglob(named["sha256"]))
    before = path.read_bytes()
    path.chmod(0o640)
    path.write_bytes(before.replace(b"PDF", b"PDf", 1))
    assert any(named["file"] in finding.place for finding in verify().findings)
    path.unlink()
    assert any(named["file"] in finding.place for finding in verify().findings)
    path.write_bytes(before)
    assert verify().is_sound
