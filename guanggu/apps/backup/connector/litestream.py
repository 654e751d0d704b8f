"""Points in time of SQLite: litestream ships every change within a second and restores any moment.

``guanggu serve`` runs it as a child where GUANGGU_LITESTREAM names a folder or an address.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings

from guanggu.base import clock
from guanggu.base.bilingual import T
from guanggu.base.errors import Conflict, Unavailable
from guanggu.kernel.connector.public import Absent, Access, Proof, declare_connector

from .databases import is_sqlite
from .restic import folder

KEY = "backup.litestream"
ABSENT = T(
    "未启用时间点恢复。设置 GUANGGU_LITESTREAM 为副本所在的文件夹或对象存储地址后重新启动。",
    "Points in time are not kept. Set GUANGGU_LITESTREAM to a folder or an object store and start "
    "again.",
)
NO_PROGRAM = T("找不到 litestream 程序。", "The program litestream is missing.")
FAILED = T("litestream 未完成：{}", "litestream did not finish: {}")
IN_THE_WAY = T("目标文件已存在：{}", "The file is there already: {}")
STALE = T("副本最近更新于 {} 秒前", "The replica was renewed {} s ago")
STALE_SECONDS_MAX = 24 * 3600


def replica() -> str:
    return settings.GUANGGU_LITESTREAM


def is_wanted() -> bool:
    return bool(replica()) and is_sqlite()


def program() -> str | None:
    """Installed with our packages, beside python; or anywhere on the path."""
    beside = Path(sys.executable).with_name("litestream")
    return str(beside) if beside.exists() else shutil.which("litestream")


def configuration(database: Path, where: str) -> str:
    """litestream.yml: changes every second, whole copies every day, a week of moments."""
    target = f"path: {where}" if where.startswith("/") else f"url: {where}"
    return (
        "snapshot:\n  interval: 24h\n  retention: 168h\n"
        f"dbs:\n  - path: {database}\n    replica:\n      {target}\n      sync-interval: 1s\n"
    )


def write_configuration() -> Path:
    path = folder() / "litestream.yml"
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    database = Path(settings.DATABASES["default"]["NAME"])
    path.write_text(configuration(database, replica()), encoding="utf-8")
    return path


def restore_at(instant: datetime | None, target: Path, where: str | None = None) -> None:
    """The database as it was at the instant (the newest without one), into a new file.

    Raises Absent, Conflict where the file is there, Unavailable.
    """
    found = program()
    if found is None:
        raise Absent(NO_PROGRAM)
    if target.exists():
        raise Conflict(IN_THE_WAY.format(target))
    where = where or replica()
    if not where:
        raise Absent(ABSENT)
    address = f"file://{where}" if where.startswith("/") else where
    command = [found, "restore", "-o", str(target)]
    if instant is not None:
        stamp = instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        command += ["-timestamp", stamp]
    done = subprocess.run([*command, address], capture_output=True, text=True, check=False)
    if done.returncode and instant is not None and _is_quiet_since(where, instant):
        # Nothing was written after that moment: the newest state is the state of then.
        return restore_at(None, target, where)
    if done.returncode or not target.exists():
        said = (done.stderr or done.stdout)[-400:].strip()
        raise Unavailable(FAILED.format(said), code="litestream_failed")


def _is_quiet_since(where: str, instant: datetime) -> bool:
    """Whether a local replica has nothing younger; litestream knows no moment after its last."""
    files = [path for path in Path(where).rglob("*") if path.is_file()]
    return bool(files) and max(p.stat().st_mtime for p in files) <= instant.timestamp()


def _prove(access: Access) -> Proof:
    if not replica():
        raise Absent(ABSENT)
    found = program()
    if found is None:
        raise Absent(NO_PROGRAM)
    said = subprocess.run([found, "version"], capture_output=True, text=True, check=True,
                          timeout=access.timeout_s)  # fmt: skip
    return Proof(f"litestream {said.stdout.strip()}", _freshness())


def _freshness() -> T:
    """Of a local replica: when its newest file was written."""
    where = Path(replica())
    if not replica().startswith("/") or not where.is_dir():
        return T(replica(), replica())
    newest = max((p.stat().st_mtime for p in where.rglob("*") if p.is_file()), default=0.0)
    age_s = int(clock.now().timestamp() - newest)
    if age_s > STALE_SECONDS_MAX:
        raise Unavailable(STALE.format(age_s))
    return STALE.format(age_s)


if not settings.DATABASES["default"]["ENGINE"].endswith("postgresql"):
    declare_connector(
        KEY, T("时间点恢复 litestream", "Points in time (litestream)"), "program", check=_prove,
        help=T(
            "把 SQLite 的每次变更在一秒内送到副本，可恢复到任一秒。",
            "Ships every change of SQLite within a second; any second can be restored.",
        ),
    )  # fmt: skip
