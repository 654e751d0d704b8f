"""With a real restic: a copy is proven by restoring it, and a rotten one is found out."""

from __future__ import annotations

import json
import shutil
import sqlite3
import stat
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from guanggu.apps.backup import tasks
from guanggu.apps.backup.connector import restic
from guanggu.apps.backup.connector.databases import copy_sqlite, tables_of_sqlite
from guanggu.apps.backup.models import BackupRun
from guanggu.apps.backup.tasks import BACKUP, DRILL, KEEPER, restore_copy
from guanggu.base.errors import Invalid
from guanggu.kernel.identity.testing import an_official
from guanggu.kernel.journal.public import LongJob, cancel_job, run_due_here, start_job, verify

pytestmark = pytest.mark.skipif(shutil.which("restic") is None, reason="restic is not installed")


def done(name: str) -> BackupRun:
    job = start_job(KEEPER, name)
    assert run_due_here() == 1
    return BackupRun.objects.get(job=job)


def rot(repository: Path) -> None:
    """One byte in the middle of the largest pack."""
    pack = max((p for p in (repository / "data").rglob("*") if p.is_file()),
               key=lambda p: p.stat().st_size)  # fmt: skip
    content = bytearray(pack.read_bytes())
    content[len(content) // 2] ^= 1
    pack.chmod(0o600)
    pack.write_bytes(content)


def test_a_copy_is_restored_proven_brought_back_and_a_rotten_one_found_out(
    house: Path, settings: Any, tmp_path: Path
) -> None:
    assert done(DRILL).told.zh.startswith("备份库中还没有备份")
    first = done(BACKUP)
    assert first.state == "ok", first.proof
    assert first.figures["rows"] > 0
    assert (first.figures["files"], first.figures["lake_files"]) == (1, 1)
    assert not (house / "backup" / "stage").exists()
    proven = done(DRILL)
    assert proven.state == "ok", proven.proof
    assert proven.figures["rows"] == first.figures["rows"]
    assert not list((house / "backup").glob("drill-*"))
    target = tmp_path / "restored"
    if connection.vendor == "sqlite":
        assert restore_copy(target).rows == first.figures["rows"]
        assert (target / "keys" / "seal.pem").read_text() == "a key"
        assert stat.S_IMODE((target / "secrets.json").stat().st_mode) == 0o600
        assert (target / "observations" / "hot.duckdb").exists()
        with pytest.raises(Invalid):
            restore_copy(target)  # no longer empty
        with pytest.raises(Invalid):
            restore_copy(tmp_path / "other", "nothing")
    rot(Path(settings.GUANGGU_BACKUP))
    found = done(DRILL)
    assert found.state == "failed"
    assert LongJob.objects.get(key=found.job).state == "failed"
    assert verify().is_sound


@pytest.fixture
def quick_tool(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What restic does, without its half second a command: for what is not about restic."""

    class Tool:
        kept: Path

        def make(self) -> None:
            """There is nothing to make."""

        def is_there(self) -> bool:
            return True

        def check(self) -> None:
            """Every byte is as it was."""

        def backup(self, places: list[Path], tag: str) -> dict[str, Any]:
            shutil.rmtree(Tool.kept, ignore_errors=True)
            for place in places:
                shutil.copytree(place, Tool.kept / str(place).lstrip("/"))
            return {"snapshot_id": "s1", "data_added": 1, "total_bytes_processed": 1}

        def forget(self, keep: Any) -> int:
            return 1

        def snapshots(self) -> list[dict[str, Any]]:
            return [{"id": "s1"}]

        def restore(self, snapshot: str, target: Path) -> None:
            shutil.copytree(Tool.kept, target, dirs_exist_ok=True)

    import tempfile

    Tool.kept = Path(tempfile.mkdtemp(prefix="gg-tool-"))
    monkeypatch.setattr(tasks, "restic", lambda step: Tool())
    yield
    shutil.rmtree(Tool.kept, ignore_errors=True)


def test_a_restored_row_that_differs_is_told(
    house: Path, quick_tool: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("the dump of PostgreSQL is not altered by hand")
    assert done(BACKUP).state == "ok"
    bring_back = tasks.bring_back

    def altered(tool: Any, snapshot: str, place: Path) -> Any:
        manifest = bring_back(tool, snapshot, place)
        with closing(sqlite3.connect(place / "var" / "guanggu.sqlite3")) as database:
            database.execute("UPDATE journal_event SET actor_name = 'another'")
            database.commit()
        return manifest

    monkeypatch.setattr(tasks, "bring_back", altered)
    found = done(DRILL)
    assert found.state == "failed"
    assert "journal_event" in found.proof


def test_a_lost_file_and_a_lost_part_of_the_lake_are_told(
    house: Path, quick_tool: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert done(BACKUP).state == "ok"
    bring_back = tasks.bring_back

    def lost(tool: Any, snapshot: str, place: Path) -> Any:
        manifest = bring_back(tool, snapshot, place)
        shutil.rmtree(place / "var" / "files")
        shutil.rmtree(place / "var" / "observations" / "lake")
        return manifest

    monkeypatch.setattr(tasks, "bring_back", lost)
    found = done(DRILL)
    assert found.state == "failed"
    assert "文件：应有 1 个，实有 0 个" in found.proof
    assert "part.parquet" in found.proof


def test_a_lake_that_puts_files_together_meanwhile_is_copied_again(
    house: Path, quick_tool: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    lay_stage, laid = tasks.lay_stage, []

    def compacted(step: Any) -> Any:
        told = lay_stage(step)
        laid.append(told)
        if len(laid) == 1:
            parts = house / "observations" / "lake"
            (parts / "part.parquet").rename(parts / "together.parquet")
        return told

    monkeypatch.setattr(tasks, "lay_stage", compacted)
    assert done(BACKUP).state == "ok"
    assert len(laid) == 2
    assert list(laid[1][1].lake) == ["observations/lake/together.parquet"]
    monkeypatch.setattr(tasks, "lost_parts", lambda manifest: ["a"])
    assert done(BACKUP).state == "failed"


def test_a_cancelled_copy_leaves_no_secret_in_clear(
    house: Path, quick_tool: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    officer = an_official(roles=["administer"])
    key = start_job(officer, BACKUP)
    lay_stage = tasks.lay_stage

    def cancelled(step: Any) -> Any:
        laid = lay_stage(step)
        cancel_job(officer, job=key)
        return laid

    monkeypatch.setattr(tasks, "lay_stage", cancelled)
    run_due_here()
    assert LongJob.objects.get(key=key).state == "cancelled"
    assert not (house / "backup" / "stage" / "secrets.json").exists()
    assert not BackupRun.objects.exists()


def test_a_copy_of_a_database_that_is_written_to_is_of_one_instant(tmp_path: Path) -> None:
    live, stop = tmp_path / "live.sqlite3", threading.Event()
    with closing(sqlite3.connect(live)) as database:
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("CREATE TABLE a (n INTEGER)")
        database.execute("CREATE TABLE b (n INTEGER)")
        database.commit()

    def write() -> None:
        with closing(sqlite3.connect(live)) as database:
            number = 0
            while not stop.is_set():
                number += 1
                database.execute("INSERT INTO a VALUES (?)", [number])
                database.execute("INSERT INTO b VALUES (?)", [number])
                database.commit()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        copies = []
        for number in range(5):
            target = tmp_path / f"copy{number}.sqlite3"
            copy_sqlite(live, target)
            copies.append(tables_of_sqlite(target))
    finally:
        stop.set()
        writer.join()
    for copy in copies:
        assert copy["a"] == copy["b"]
    assert copies[-1]["a"][0] > 0


def test_the_passphrase_stands_in_no_argument(house: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import subprocess

    asked: list[Any] = []
    popen = subprocess.Popen

    def noted(command: Any, **given: Any) -> Any:
        asked.append((command, given["env"]["RESTIC_PASSWORD"]))
        return popen(["true"], **given)

    monkeypatch.setattr(subprocess, "Popen", noted)
    restic().check()
    [(command, passphrase)] = asked
    assert passphrase
    assert passphrase not in json.dumps(command)
