"""restic as an engine outside: encrypted, deduplicated copies in a repository anywhere.

The passphrase goes by the environment, never by an argument that every process can read.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from django.conf import settings

from guanggu.base.bilingual import T
from guanggu.base.errors import Unavailable
from guanggu.kernel.connector.public import Absent, Access, Proof, access_of, declare_connector

KEY = "backup.restic"
ABSENT = T(
    "未安装备份工具 restic。Debian、Ubuntu 上执行：sudo apt-get install restic",
    "The backup tool restic is not installed. On Debian or Ubuntu: sudo apt-get install restic",
)
FAILED = T("restic 未完成（{}）：{}", "restic did not finish ({}): {}")
NO_KEY = T(
    "未设置备份口令 GUANGGU_BACKUP_KEY。请设置并另行妥善保管：没有它，备份无法恢复。",
    "GUANGGU_BACKUP_KEY, the passphrase of the copies, is not set. Set it and keep it elsewhere "
    "too: nothing is restored without it.",
)
NO_REPOSITORY = T("尚未备份过", "No copy was made yet")
IN_ORDER = T("备份库可读", "The repository can be read")
_BYTES_OF_AN_ERROR = 600


def repository() -> str:
    """Where copies lie: a folder, or an address as restic takes it (s3:…, sftp:…, rest:…)."""
    return settings.GUANGGU_BACKUP


def folder() -> Path:
    """What the backups keep on this machine: stage, caches, configurations."""
    return Path(settings.GUANGGU_VAR) / "backup"


class Restic:
    """Commands on one repository; ``step`` is called while they run and may raise to stop them."""

    def __init__(self, access: Access, step: Callable[[float], None] = lambda share: None) -> None:
        self.repository, self._step = access.address, step
        names = {"access_key": "AWS_ACCESS_KEY_ID", "secret_key": "AWS_SECRET_ACCESS_KEY"}
        self._environment = {
            **os.environ,
            "RESTIC_PASSWORD": settings.GUANGGU_BACKUP_KEY,
            "RESTIC_CACHE_DIR": str(folder() / "cache"),
            "RESTIC_PROGRESS_FPS": "2",
            **{names[name]: value for name, value in access.credentials.items() if name in names},
        }

    def run(self, *arguments: str, cwd: Path | None = None) -> list[dict[str, Any]]:
        """Its JSON messages but for those of the progress. Raises Absent, Unavailable."""
        program = _program()
        command = [program, "--repo", self.repository, "--json", *arguments]
        with tempfile.TemporaryFile() as errors:
            process = subprocess.Popen(
                command, env=self._environment, cwd=cwd, stdout=subprocess.PIPE, stderr=errors,
                stdin=subprocess.DEVNULL,
            )  # fmt: skip
            try:
                assert process.stdout is not None
                told = list(self._messages(process.stdout))
                status = process.wait()
            finally:
                if process.poll() is None:
                    process.terminate()  # restic lets its lock go
                    process.wait()
            if status:
                raise Unavailable(FAILED.format(status, _end_of(errors)), code="restic_failed")
        return told

    def _messages(self, output: IO[bytes]) -> Iterator[dict[str, Any]]:
        for line in output:
            with suppress(ValueError):
                message = json.loads(line)
                if isinstance(message, dict) and message.get("message_type") == "status":
                    self._step(float(message.get("percent_done", 0)))
                    continue
                self._step(-1)
                yield from message if isinstance(message, list) else [message]

    def is_there(self) -> bool:
        """Whether the repository was made."""
        if self.repository.startswith("/"):
            return (Path(self.repository) / "config").exists()
        try:
            self.run("cat", "config")
        except Absent:
            raise
        except Unavailable:
            return False
        return True

    def make(self) -> None:
        if not self.is_there():
            self.run("init", "--repository-version", "2")

    def backup(self, places: Sequence[Path], tag: str) -> dict[str, Any]:
        """One snapshot of the places; answers restic's summary (snapshot_id, data_added, …)."""
        told = self.run("backup", "--tag", tag, "--host", "guanggu", *map(str, places))
        return next(m for m in reversed(told) if m.get("message_type") == "summary")

    def snapshots(self) -> list[dict[str, Any]]:
        """Oldest first: id, time, tags."""
        return sorted(self.run("snapshots"), key=lambda each: each["time"])

    def restore(self, snapshot: str, target: Path) -> None:
        self.run("restore", snapshot, "--target", str(target))

    def check(self) -> None:
        """Every byte is read and compared: a plain check passes over a pack that has rotted."""
        self.run("check", "--read-data")

    def forget(self, keep: Sequence[str]) -> int:
        """Let old copies go; answers how many are kept."""
        told = self.run("forget", "--prune", "--group-by", "host", *keep)
        return sum(len(group.get("keep") or []) for group in told)


def _end_of(errors: IO[bytes]) -> str:
    size = errors.seek(0, os.SEEK_END)
    errors.seek(max(0, size - _BYTES_OF_AN_ERROR))
    return errors.read().decode("utf-8", "replace").strip() or "-"


def _program() -> str:
    """Raises Absent where it or its passphrase is missing."""
    found = shutil.which("restic")
    if found is None:
        raise Absent(ABSENT)
    if not settings.GUANGGU_BACKUP_KEY:
        raise Absent(NO_KEY)
    return found


def restic(step: Callable[[float], None] = lambda share: None) -> Restic:
    return Restic(access_of(KEY), step)


def _prove(access: Access) -> Proof:
    program = _program()
    said = subprocess.run([program, "version"], capture_output=True, text=True, check=True,
                          timeout=access.timeout_s)  # fmt: skip
    version = " ".join(said.stdout.split()[:2])
    is_local = access.address.startswith("/")
    if is_local and not (Path(access.address) / "config").exists():
        return Proof(version, NO_REPOSITORY)
    return Proof(version, IN_ORDER if is_local else T(access.address, access.address))


declare_connector(
    KEY, T("备份工具 restic", "Backup tool restic"), "storage", check=_prove,
    default_address=repository, takes_address=True,
    credentials={
        "access_key": T("对象存储访问键", "Access key of the object store"),
        "secret_key": T("对象存储密钥", "Secret key of the object store"),
    },
    help=T(
        "加密、去重地备份数据库、文件、数据湖和密钥。备份库应放在另一台机器或对象存储上。",
        "Encrypted, deduplicated copies of database, files, lake and keys. The repository belongs "
        "on another machine or in an object store.",
    ),
)  # fmt: skip
