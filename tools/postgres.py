"""A private PostgreSQL for one run of the suite: in a temporary folder, gone at the end."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from debian import postgres_folder
from say import stop

# Durability costs time and proves nothing in tests whose data is thrown away.
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "100",
    "shared_buffers": "128MB",
    "timezone": "UTC",
    # Its transactions would hold back readers of the journal while a test waits for them.
    "autovacuum": "off",
}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _account() -> str | None:
    """PostgreSQL refuses to run as root: its own account does it then."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            pwd.getpwnam(name)
        except KeyError:
            continue
        return name
    stop(
        "以 root 运行时需要系统账户 postgres(随 postgresql 软件包建立)。",
        "As root, the account postgres is needed (the package postgresql makes it).",
    )


def _run(account: str | None, *command: str | Path) -> None:
    # Output goes to a file: the server keeps an inherited pipe open and a reader would wait for it.
    with tempfile.TemporaryFile() as said:
        status = subprocess.run(
            [str(part) for part in command],
            user=account, group=account, extra_groups=[] if account else None,
            stdout=said, stderr=subprocess.STDOUT, cwd="/", check=False,
        ).returncode  # fmt: skip
        if status:
            said.seek(0)
            end = said.read().decode(errors="replace")[-2_000:]
            stop(f"PostgreSQL 没有启动:\n{end}", "PostgreSQL did not start; the reason is above.")


@contextmanager
def private_postgres() -> Iterator[str]:
    """Yields the address: ``postgresql://guanggu@127.0.0.1:<port>/guanggu``."""
    programs = postgres_folder()
    if programs is None:
        stop("没有找到 PostgreSQL。", "PostgreSQL was not found.")
    account = _account()
    folder = Path(tempfile.mkdtemp(prefix="guanggu-pg-"))
    try:
        if account:
            shutil.chown(folder, account, account)
        data, port = folder / "data", _free_port()
        _run(account, programs / "initdb", "-D", data, "-U", "guanggu", "-A", "trust",
             "-E", "UTF8", "--locale=C", "--no-sync")  # fmt: skip
        options = " ".join(f"-c {name}={value}" for name, value in SETTINGS.items())
        options += f" -c unix_socket_directories={folder} -p {port}"
        _run(account, programs / "pg_ctl", "-D", data, "-l", folder / "log", "-o", options,
             "-w", "start")  # fmt: skip
        try:
            _run(account, programs / "createdb", "-h", "127.0.0.1", "-p", str(port),
                 "-U", "guanggu", "guanggu")  # fmt: skip
            yield f"postgresql://guanggu@127.0.0.1:{port}/guanggu"
        finally:
            _run(account, programs / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
