"""Copies and drills as long jobs, started by the plan or by an officer; overdue ones are told."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from django.conf import settings

from guanggu.base import clock
from guanggu.base.actor import Actor, platform
from guanggu.base.bilingual import T
from guanggu.base.errors import Invalid, Problem, Unavailable
from guanggu.base.ids import new_id
from guanggu.kernel.connector.public import connection_of
from guanggu.kernel.journal.public import (
    Event,
    LongJob,
    Progress,
    long_job,
    recurring,
    start_job,
)

from .actions import record_run, tell_overdue
from .connector import (
    KEY,
    POSTGRES_NAME,
    SQLITE_NAME,
    check_sqlite,
    drop_stage,
    files_of,
    folder,
    lay_out,
    lay_stage,
    lost_parts,
    places,
    restic,
    rows_of_parquet,
    tables_of_sqlite,
)
from .connector.databases import ROWS_AT_ONCE, restored_postgres
from .connector.staging import LAKES
from .queries import age_hours, keeps, last_good, last_run, plan
from .rules import (
    BACKUP_HOURS_MAX,
    DRILL_HOURS_MAX,
    Manifest,
    differences,
    is_due,
    keep_arguments,
)

KEEPER = platform("backup")
COPY_TRIES = 3
BACKUP, DRILL = "backup.make", "backup.drill"
COPYING = T("取得一致的副本", "Taking a consistent copy")
SENDING = T("加密并写入备份库", "Encrypting into the repository")
THINNING = T("清理过期备份", "Letting old copies go")
CHECKING = T("逐字节核对备份库", "Reading every byte of the repository")
RESTORING = T("恢复到空目录", "Restoring into an empty place")
COMPARING = T("逐表、逐文件比对", "Comparing table by table, file by file")
PROVING = T("核验日志链和全部记录", "Verifying the journal and every record")
BACKUP_TOLD = T(
    "已备份 {:,} 张表 {:,} 行、{:,} 个文件、{:,} 个数据湖文件；新增 {:.1f} MB，保留 {} 份。",
    "{:,} tables of {:,} rows, {:,} files and {:,} lake files copied; {:.1f} MB new, {} kept.",
)
DRILL_TOLD = T(
    "快照 {} 已恢复并证明相等：{:,} 张表 {:,} 行、{:,} 个文件、{:,} 个数据湖文件，日志链核验通过。",
    "Snapshot {} was restored and is equal: {:,} tables of {:,} rows, {:,} files, {:,} lake files; the "
    "journal verifies.",
)
UNEQUAL = T("恢复出的副本与备份时不符：{}", "What was restored differs: {}")
UNSOUND = T("恢复出的数据库核验未通过：{}", "The restored database does not verify: {}")
NOT_EMPTY = T("目标文件夹必须为空：{}", "the folder must be empty: {}")
NO_SUCH = T("备份库中没有这份快照：{}", "there is no such copy: {}")
RESTLESS_LAKE = T(
    "备份期间数据湖一直在整理文件，未能取得一致的副本。稍后再试。",
    "The lake kept putting files together while it was copied. Try again later.",
)
NO_COPY = T("备份库中还没有备份。", "There is no copy in the repository yet.")


def _keeps(actor: Actor, /, **_: Any) -> bool:
    return keeps(actor)


@long_job(BACKUP, T("备份", "Make a copy"), allows=_keeps)
def make_backup(progress: Progress) -> dict[str, Any]:
    """Database, files, lake and keys into the repository; old copies go by the plan."""
    return _recorded(progress, "backup", _backup)


@long_job(DRILL, T("恢复演练", "Restore drill"), allows=_keeps)
def drill(progress: Progress) -> dict[str, Any]:
    """Restore the newest copy into an empty place and prove it equal to what was copied."""
    return _recorded(progress, "drill", _drill)


def _recorded(progress: Progress, kind: str, work: Any) -> dict[str, Any]:
    """A failure is a run as well: its page shows it, and it does not count as a proof."""
    began_at = clock.now().isoformat()
    given: dict[str, Any] = {"kind": kind, "began_at": began_at, "job": progress.key}
    try:
        snapshot, figures, told = work(progress)
    except Problem as problem:
        record_run(KEEPER, **given, state="failed", figures={},
                   proof=[problem.message.zh, problem.message.en])  # fmt: skip
        raise
    record_run(KEEPER, **given, state="ok", snapshot=snapshot, figures=figures,
               proof=[told.zh, told.en])  # fmt: skip
    progress.log(told)
    return {"text": told.as_dict(), "address": "/backup/"}


def _share(progress: Progress) -> Any:
    """What restic tells of its way becomes hundredths of the present phase."""

    def step(share: float) -> None:
        if share >= 0:
            progress.step(int(share * 100))
        else:
            progress.step(progress.done)

    return step


def _backup(progress: Progress) -> tuple[str, dict[str, Any], T]:
    progress.phase(COPYING)
    tool, wanted = restic(_share(progress)), plan()
    try:
        tool.make()
        for _ in range(COPY_TRIES):
            stage, manifest = lay_stage(progress.step)
            progress.phase(SENDING, 100)
            summary = tool.backup([stage, *(place.path for place in places())], progress.key)
            # A lake that put files together meanwhile has lost what its catalogue names.
            if not lost_parts(manifest):
                break
            progress.phase(COPYING)
        else:
            raise Unavailable(RESTLESS_LAKE, code="restless")
    finally:
        drop_stage()  # secrets in clear stay no longer than needed, cancelled or not
    progress.phase(THINNING)
    kept = tool.forget(keep_arguments(wanted.keep_daily, wanted.keep_weekly, wanted.keep_monthly))
    figures = {
        "tables": len(manifest.tables), "rows": manifest.rows, "files": len(manifest.files),
        "lake_files": len(manifest.lake), "lake_rows": sum(manifest.lake.values()),
        "bytes_added": summary["data_added"], "bytes_whole": summary["total_bytes_processed"],
        "copies": kept,
    }  # fmt: skip
    told = BACKUP_TOLD.format(
        figures["tables"], figures["rows"], figures["files"], figures["lake_files"],
        summary["data_added"] / 1e6, kept,
    )  # fmt: skip
    return str(summary["snapshot_id"])[:64], figures, told


def _drill(progress: Progress) -> tuple[str, dict[str, Any], T]:
    tool = restic(_share(progress))
    copies = tool.snapshots() if tool.is_there() else []
    if not copies:
        raise Unavailable(NO_COPY, code="no_copy")
    snapshot = copies[-1]["id"]
    place = folder() / f"drill-{progress.key}"
    shutil.rmtree(place, ignore_errors=True)  # an interrupted one begins anew
    try:
        progress.phase(CHECKING)
        tool.check()
        progress.phase(RESTORING, 100)
        manifest = bring_back(tool, snapshot, place)
        # A step is a batch of rows, and a last one for each table.
        progress.phase(COMPARING, manifest.rows // ROWS_AT_ONCE + len(manifest.tables))
        prove_equal(manifest, place / "var", progress)
    finally:
        shutil.rmtree(place, ignore_errors=True)
    figures = {
        "tables": len(manifest.tables), "rows": manifest.rows, "files": len(manifest.files),
        "lake_files": len(manifest.lake), "lake_rows": sum(manifest.lake.values()),
        "taken_at": manifest.taken_at,
    }  # fmt: skip
    told = DRILL_TOLD.format(
        snapshot[:8], figures["tables"], figures["rows"], figures["files"], figures["lake_files"]
    )
    return snapshot, figures, told


def bring_back(tool: Any, snapshot: str, place: Path) -> Manifest:
    """Restore into ``place``, an empty folder; ``place/var`` is what a site starts from."""
    raw = place / "raw"
    raw.mkdir(parents=True, mode=0o700)
    tool.restore(snapshot, raw)
    told = lay_out(raw, place / "var")
    shutil.rmtree(raw, ignore_errors=True)
    return Manifest.from_json(told)


def restore_copy(target: Path, wanted: str = "latest") -> Manifest:
    """Bring a copy back into an empty folder that a server starts from, and prove it equal.

    wanted: the beginning of a snapshot's id. Raises Invalid where the folder is not empty or there
    is no such copy, Unavailable where what came back is not what was copied.
    """
    if target.exists() and any(target.iterdir()):
        raise Invalid(NOT_EMPTY.format(target))
    tool = restic()
    found = [s for s in tool.snapshots() if wanted == "latest" or s["id"].startswith(wanted)]
    if not found:
        raise Invalid(NO_SUCH.format(wanted))
    place = target / ".restoring"
    try:
        manifest = bring_back(tool, found[-1]["id"], place)
        for path in sorted((place / "var").iterdir()):
            shutil.move(path, target / path.name)
    finally:
        shutil.rmtree(place, ignore_errors=True)
    prove_equal(manifest, target)
    return manifest


def prove_equal(manifest: Manifest, var: Path, progress: Progress | None = None) -> None:
    """Rows, digests, files, lake and the journal of what was restored. Raises Unavailable."""
    lake: dict[str, int] = {}
    for name in LAKES:
        lake |= rows_of_parquet(var / name, name) if (var / name).is_dir() else {}
    files = dict(files_of(var / "files"))
    if manifest.engine == "sqlite":
        path = var / SQLITE_NAME
        if (said := check_sqlite(path)) != "ok":
            raise Unavailable(UNSOUND.format(said))
        tables = tables_of_sqlite(path, progress.step if progress else lambda: None)
        _demand_equal(manifest, Manifest("", "sqlite", tables, files, lake))
        if progress:
            progress.phase(PROVING)
        _verify(var, f"sqlite:///{path}")
        return
    name = f"guanggu_drill_{new_id().hex[:12]}"
    with restored_postgres(var / POSTGRES_NAME, name) as tables:
        _demand_equal(manifest, Manifest("", "postgresql", tables, files, lake))
        if progress:
            progress.phase(PROVING)
        _verify(var, _address_of(name))


def _demand_equal(copied: Manifest, found: Manifest) -> None:
    told = differences(copied, found)
    if told:
        both = T("；".join(t.zh for t in told[:5]), "; ".join(t.en for t in told[:5]))
        raise Unavailable(UNEQUAL.format(both), code="unequal")


def _address_of(name: str) -> str:
    told = settings.DATABASES["default"]
    return f"postgresql://{told['USER']}:{told['PASSWORD']}@{told['HOST']}:{told['PORT'] or 5432}/{name}"


def _verify(var: Path, database: str) -> None:
    """``guanggu verify`` in a process that knows only what was restored."""
    dropped = ("GUANGGU_FILES", "GUANGGU_KEYS", "GUANGGU_ROOTS_LOG")
    environment = {k: v for k, v in os.environ.items() if k not in dropped}
    environment |= {"GUANGGU_VAR": str(var), "GUANGGU_DATABASE": database, "GUANGGU_LOG": "ERROR"}
    # What a running site was given otherwise than by its environment.
    environment["GUANGGU_SECRET_KEY"] = settings.SECRET_KEY
    environment["GUANGGU_JOURNAL_KEY"] = settings.GUANGGU_JOURNAL_KEY
    done = subprocess.run(
        [sys.executable, "-m", "guanggu.site.command", "verify", "--quiet"],
        env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        said = (done.stdout + done.stderr)[-400:].strip()
        raise Unavailable(UNSOUND.format(said), code="unsound")


@recurring("backup.by_plan", every_seconds=300, lane="slow")
def follow_the_plan() -> int:
    """Start what is due, unless one is under way or restic is not there."""
    wanted = plan()
    if not wanted.is_active or connection_of(KEY).state != "present":
        return 0
    now, started = clock.local(clock.now()), 0
    for name, kind, days in ((BACKUP, "backup", 1), (DRILL, "drill", wanted.drill_days)):
        last = last_run(kind)
        last_at = clock.local(last.began_at) if last else None
        if kind == "drill" and last_good("backup") is None:
            continue
        under_way = LongJob.objects.filter(name=name, state__in=LongJob.UNDER_WAY).exists()
        if not under_way and is_due(now, wanted.hour, last_at, days):
            start_job(KEEPER, name)
            started += 1
    return started


@recurring("backup.overdue", every_seconds=3600, lane="slow")
def watch_age() -> int:
    """Once a day: no good copy, or no proven one, for too long."""
    if not plan().is_active:
        return 0
    told = 0
    since = clock.to_microseconds(clock.now()) - 24 * 3600 * 1_000_000
    for kind, hours_max in (("backup", BACKUP_HOURS_MAX), ("drill", DRILL_HOURS_MAX)):
        hours = age_hours(last_good(kind))
        if hours is not None and hours <= hours_max:
            continue
        lately = Event.objects.filter(kind="backup.overdue", at_microseconds__gt=since)
        if any(json.loads(event.data)["kind"] == kind for event in lately):
            continue
        tell_overdue(KEEPER, kind=kind, hours=-1 if hours is None else int(hours))
        told += 1
    return told
