"""The plan is followed, the overdue told, and any second of SQLite comes back."""

from __future__ import annotations

import sqlite3
import subprocess
import threading
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from guanggu.apps.backup.actions import change_plan, record_run
from guanggu.apps.backup.connector import litestream, pgbackrest
from guanggu.apps.backup.models import BackupPlan
from guanggu.apps.backup.queries import plan
from guanggu.apps.backup.tasks import KEEPER, follow_the_plan, watch_age
from guanggu.base import clock
from guanggu.base.errors import Conflict, Forbidden, Invalid, Unavailable
from guanggu.kernel.connector.public import probe_one
from guanggu.kernel.identity.testing import a_person, an_official, sign_in
from guanggu.kernel.journal.public import Event, LongJob

pytestmark = pytest.mark.django_db
NIGHT = datetime(2026, 11, 25, 18, 30, tzinfo=UTC)  # 02:30 in Wuhan


@pytest.fixture
def present() -> None:
    if probe_one("backup.restic") != "present":
        pytest.skip("restic is not installed")


def ended(kind: str, at: datetime, state: str = "ok") -> None:
    with clock.fixed_at(at):
        record_run(KEEPER, kind=kind, state=state, began_at=at.isoformat(), figures={},
                   proof=["好", "good"])  # fmt: skip


def started(at: datetime) -> list[str]:
    with clock.fixed_at(at):
        follow_the_plan()
    names = list(LongJob.objects.values_list("name", flat=True))
    LongJob.objects.all().delete()
    return sorted(names)


def test_the_plan_starts_a_copy_a_day_and_a_drill_a_week(present: None) -> None:
    assert started(NIGHT) == ["backup.make"]
    ended("backup", NIGHT)
    assert started(NIGHT + timedelta(minutes=5)) == ["backup.drill"]  # never proven yet
    ended("drill", NIGHT)
    assert started(NIGHT + timedelta(hours=3)) == []
    assert started(NIGHT + timedelta(days=1)) == ["backup.make"]
    ended("backup", NIGHT + timedelta(days=7))
    assert started(NIGHT + timedelta(days=7, minutes=5)) == ["backup.drill"]


def test_what_is_under_way_is_not_started_twice(present: None) -> None:
    with clock.fixed_at(NIGHT):
        assert follow_the_plan() == 1
        assert follow_the_plan() == 0


def test_a_plan_that_is_off_starts_and_tells_nothing(present: None) -> None:
    change_plan(an_official(roles=["administer"]), values={"is_active": False})
    assert started(NIGHT) == []
    assert watch_age() == 0


def test_without_the_tool_nothing_is_started() -> None:
    assert started(NIGHT) == []


def test_overdue_copies_and_proofs_are_told_once_a_day() -> None:
    ended("backup", NIGHT - timedelta(hours=30))
    ended("backup", NIGHT, state="failed")  # no proof of anything
    ended("drill", NIGHT - timedelta(days=1))
    with clock.fixed_at(NIGHT):
        assert watch_age() == 1
        assert watch_age() == 0
    with clock.fixed_at(NIGHT + timedelta(days=1, minutes=1)):
        assert watch_age() == 1
    assert Event.objects.filter(kind="backup.overdue").count() == 2


def test_only_the_administrator_changes_the_plan_within_its_bounds() -> None:
    with pytest.raises(Forbidden):
        change_plan(an_official(roles=["security"]), values={"hour": 3})
    officer = an_official(roles=["administer"])
    change_plan(officer, values={"hour": 3, "keep_daily": 30})
    assert (plan().hour, plan().keep_daily) == (3, 30)
    with pytest.raises(Invalid) as refused:
        change_plan(officer, values={"hour": 24})
    assert "hour" in refused.value.fields
    assert BackupPlan.objects.count() == 1


def test_the_page_shows_ages_and_starts_a_job(present: None) -> None:
    ended("backup", clock.now() - timedelta(hours=3))
    officer = sign_in(an_official(roles=["administer"]))
    page = officer.get("/backup/").content.decode()
    assert "3 小时" in page
    assert "从未" in page
    answer = officer.post("/backup/", {"do": "drill", "request_key": "k1"})
    assert answer["Location"] == f"/jobs/{LongJob.objects.get().key}/"
    assert sign_in(a_person()).get("/backup/").status_code == 403
    auditor = sign_in(an_official(roles=["audit"]))
    assert "立即备份" not in auditor.get("/backup/").content.decode()
    assert auditor.post("/backup/", {"do": "backup"}).status_code == 403


def a_second_after_it_was_shipped(replica: Path, written_at: datetime) -> datetime:
    """A moment whose second began after what was written then had reached the replica."""
    pause, shipped = threading.Event(), 0.0
    while shipped < int(written_at.timestamp() * 1_000) / 1_000:  # it stamps milliseconds
        assert clock.now() < written_at + timedelta(minutes=1), "nothing was shipped"
        pause.wait(0.05)
        shipped = max((p.stat().st_mtime for p in replica.rglob("*.ltx")), default=0.0)
    while int(clock.now().timestamp()) <= shipped:
        pause.wait(0.05)
    return clock.now()


def test_any_second_of_sqlite_comes_back(tmp_path: Path, settings: Any) -> None:
    program = litestream.program()
    if program is None:
        pytest.skip("litestream is not installed")
    live, replica = tmp_path / "live.sqlite3", tmp_path / "replica"
    settings.GUANGGU_LITESTREAM = str(replica)
    told = tmp_path / "litestream.yml"
    told.write_text(litestream.configuration(live, str(replica)))
    with closing(sqlite3.connect(live, isolation_level=None)) as database:
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("CREATE TABLE a (n INTEGER)")
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        shipping = subprocess.Popen([program, "replicate", "-config", str(told)], **quiet)
        try:
            instants = []
            for number in range(3):
                database.execute("INSERT INTO a VALUES (?)", [number])
                instants.append(a_second_after_it_was_shipped(replica, clock.now()))
        finally:
            shipping.terminate()
            shipping.wait(20)
    for number, instant in enumerate(instants):
        target = tmp_path / f"at{number}.sqlite3"
        litestream.restore_at(instant, target)
        with closing(sqlite3.connect(target)) as restored:
            assert restored.execute("SELECT max(n) FROM a").fetchone() == (number,)
    with pytest.raises(Conflict):
        litestream.restore_at(None, target)
    with pytest.raises(Unavailable):
        litestream.restore_at(instants[0] - timedelta(days=1), tmp_path / "before.sqlite3")


def test_pgbackrest_is_told_its_places_and_what_it_answers_is_read(settings: Any) -> None:
    told = pgbackrest.configuration("/data", "/copies", "s3cret")
    assert "[guanggu]\npg1-path=/data\n" in told
    assert "repo1-cipher-pass=s3cret\n" in told
    info = [{"backup": [{"timestamp": {"stop": 1_764_000_000}}, {"timestamp": {"stop": 5}}]}]
    found = pgbackrest.newest(info)
    assert found is not None
    assert (found[0].timestamp(), found[1]) == (1_764_000_000, 2)
    assert pgbackrest.newest([{"backup": []}]) is None
