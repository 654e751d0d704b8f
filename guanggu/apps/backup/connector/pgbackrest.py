"""Points in time of PostgreSQL: pgBackRest, which runs beside the database server as its user.

We write its configuration and show what it answers; the database server calls it by itself
(``archive_command``), so nothing of it runs in our processes.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings

from guanggu.base import clock
from guanggu.base.bilingual import T
from guanggu.base.errors import Unavailable
from guanggu.kernel.connector.public import Absent, Access, Proof, declare_connector

KEY, STANZA = "backup.pgbackrest", "guanggu"
AGE_HOURS_MAX = 26
ABSENT = T(
    "本机没有 pgBackRest。请在数据库服务器上安装并配置（guanggu backup --pgbackrest 数据目录 给出配置）。",
    "pgBackRest is not on this machine. Install it beside the database server; guanggu backup "
    "--pgbackrest DATA_FOLDER writes its configuration.",
)
NO_BACKUP = T("pgBackRest 还没有任何备份", "pgBackRest holds no backup yet")
OLD = T("pgBackRest 最近备份在 {} 小时前", "the newest backup of pgBackRest is {} h old")
GOOD = T("最近备份在 {} 小时前，共 {} 份", "newest backup {} h ago, {} in all")
FAILED = T("pgBackRest 未完成：{}", "pgBackRest did not finish: {}")


def configuration(data_folder: str, repository: str, passphrase: str) -> str:
    """pgbackrest.conf: encrypted, two full backups kept, every moment since the older of them."""
    told = settings.DATABASES["default"]
    return (
        "[global]\n"
        f"repo1-path={repository}\n"
        "repo1-retention-full=2\n"
        "repo1-cipher-type=aes-256-cbc\n"
        f"repo1-cipher-pass={passphrase}\n"
        "start-fast=y\ncompress-type=zst\n\n"
        f"[{STANZA}]\n"
        f"pg1-path={data_folder}\n"
        f"pg1-port={told.get('PORT') or 5432}\n"
    )


STEPS = T(
    "写入 /etc/pgbackrest/pgbackrest.conf（属主 postgres，属组 postgres 含运行平台的账户，权限 640）后：\n"
    "1. postgresql.conf: archive_mode=on, archive_command='pgbackrest --stanza=guanggu archive-push %p',"
    " 重启数据库\n"
    "2. sudo -u postgres pgbackrest --stanza=guanggu stanza-create\n"
    "3. sudo -u postgres pgbackrest --stanza=guanggu --type=full backup（每周；每日 --type=diff）\n"
    "4. 恢复到某一时刻：停库后 pgbackrest --stanza=guanggu --delta --type=time"
    " --target='2026-11-25 10:30:00+08' restore",
    "After writing it to /etc/pgbackrest/pgbackrest.conf (owner postgres, group postgres with the account that runs the platform, mode 640):\n"
    "1. postgresql.conf: archive_mode=on, archive_command='pgbackrest --stanza=guanggu archive-push %p',"
    " then restart\n"
    "2. sudo -u postgres pgbackrest --stanza=guanggu stanza-create\n"
    "3. sudo -u postgres pgbackrest --stanza=guanggu --type=full backup (weekly; --type=diff daily)\n"
    "4. to a moment: stop the server, then pgbackrest --stanza=guanggu --delta --type=time"
    " --target='2026-11-25 10:30:00+08' restore",
)


def newest(told: list[dict[str, Any]]) -> tuple[datetime, int] | None:
    """When the newest backup of ``pgbackrest info`` ended, and how many there are."""
    backups = [each for stanza in told for each in stanza.get("backup", [])]
    if not backups:
        return None
    stop = max(int(each["timestamp"]["stop"]) for each in backups)
    return datetime.fromtimestamp(stop, UTC), len(backups)


def prove(access: Access) -> Proof:
    """Raises Absent where the program is not here, Unavailable without a backup of the last day."""
    program = shutil.which("pgbackrest")
    if program is None:
        raise Absent(ABSENT)
    command = [program, f"--stanza={STANZA}", "--output=json", "info"]
    done = subprocess.run(command, capture_output=True, text=True, check=False,
                          timeout=access.timeout_s)  # fmt: skip
    if done.returncode:
        raise Unavailable(FAILED.format(done.stderr[-300:].strip()))
    found = newest(json.loads(done.stdout))
    if found is None:
        raise Unavailable(NO_BACKUP)
    hours = int((clock.now() - found[0]).total_seconds() / 3600)
    if hours > AGE_HOURS_MAX:
        raise Unavailable(OLD.format(hours))
    return Proof("pgBackRest", GOOD.format(hours, found[1]))


def repository() -> str:
    """Beside the copies of restic where those lie in a folder."""
    place = settings.GUANGGU_BACKUP
    return (
        str(Path(place).parent / "pgbackrest") if place.startswith("/") else "/var/lib/pgbackrest"
    )


if settings.DATABASES["default"]["ENGINE"].endswith("postgresql"):
    declare_connector(
        KEY, T("时间点恢复 pgBackRest", "Points in time (pgBackRest)"), "program", check=prove,
        help=T(
            "连续归档 PostgreSQL 的变更，可恢复到任一时刻；在数据库服务器上运行。",
            "Archives every change of PostgreSQL and restores any moment; runs beside the server.",
        ),
    )  # fmt: skip
