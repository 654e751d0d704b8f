"""Bring a copy back into an empty folder that a server starts from; nothing running is touched."""

from __future__ import annotations

import argparse
from datetime import datetime
from pathlib import Path

from guanggu.base.bilingual import T
from guanggu.base.clock import DISTRICT_ZONE
from guanggu.base.errors import Invalid, Unavailable
from guanggu.site.command import both

NO_FOLDER = T("请用 --to 指明空文件夹", "name an empty folder by --to")
BAD_INSTANT = T("时间应为 2026-11-25T10:30:00 的形式", "an instant looks like 2026-11-25T10:30:00")
READY = T(
    "已恢复到 {}。核对无误后，以 GUANGGU_VAR={} 启动即可；密钥在其中的 secrets.json。",
    "restored into {}. Start with GUANGGU_VAR={} once you have looked; its keys are in secrets.json.",
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--to", type=Path, help=both(T("空文件夹", "an empty folder")))
    parser.add_argument("--snapshot", default="latest", help=both(T("快照编号", "a snapshot's id")))
    parser.add_argument(
        "--at", help=both(T("恢复到这一秒(仅数据库)", "to this second (the database alone)"))
    )
    parser.add_argument("--list", action="store_true", help=both(T("列出备份", "list the copies")))


def run(options: argparse.Namespace) -> int:
    """0 where it is restored, equal to what was copied, and verified. Raises Problem."""
    from guanggu.apps.backup.connector import restic

    if options.list:
        for each in restic().snapshots():
            print(f"{each['short_id']}  {each['time'][:19]}")
        return 0
    if options.to is None:
        raise Invalid(NO_FOLDER)
    target: Path = options.to.resolve()
    if options.at:
        return _moment(target, options.at)
    return _copy(target, options.snapshot)


def _moment(target: Path, text: str) -> int:
    from guanggu.apps.backup.connector import SQLITE_NAME, check_sqlite, restore_at

    try:
        instant = datetime.fromisoformat(text)
    except ValueError as error:
        raise Invalid(BAD_INSTANT) from error
    if instant.tzinfo is None:
        instant = instant.replace(tzinfo=DISTRICT_ZONE)
    target.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = target / SQLITE_NAME
    restore_at(instant, path)
    if (said := check_sqlite(path)) != "ok":
        raise Unavailable(T(said, said))
    print(both(READY.format(path, target)))
    return 0


def _copy(target: Path, wanted: str) -> int:
    from guanggu.apps.backup.tasks import restore_copy

    restore_copy(target, wanted)
    print(both(READY.format(target, target)))
    return 0
