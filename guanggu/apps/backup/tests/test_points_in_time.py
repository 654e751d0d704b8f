"""PostgreSQL is brought back to a moment by pgBackRest, set up as the page and the command say it."""

from __future__ import annotations

import os
import pwd
import re
import shutil
import socket
import subprocess
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from guanggu.apps.backup.connector import pgbackrest
from guanggu.base.errors import Unavailable
from guanggu.kernel.connector.public import Access

Run = Callable[..., str]


def programs() -> Path | None:
    found = shutil.which("initdb")
    if found:
        return Path(found).resolve().parent
    return next(iter(sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)), None)


def account() -> str | None:
    """PostgreSQL refuses to run as root: its own account does it then."""
    return pwd.getpwnam("postgres").pw_name if os.geteuid() == 0 else None


@pytest.fixture
def place() -> Iterator[Path]:
    """The database server's account has no way into pytest's own folders."""
    folder = Path(tempfile.mkdtemp(prefix="guanggu-points-"))
    if name := account():
        shutil.chown(folder, name, name)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def run(place: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    """Runs a program of a cluster of its own, as its account; answers what it printed."""
    if shutil.which("pgbackrest") is None or programs() is None:
        pytest.skip("pgBackRest or PostgreSQL is not installed")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    written = place / "pgbackrest.conf"
    told = pgbackrest.configuration(str(place / "data"), str(place / "copies"), "秘密")
    written.write_text(re.sub(r"pg1-port=\d+", f"pg1-port={port}", told))
    monkeypatch.setenv("PGBACKREST_CONFIG", str(written))
    monkeypatch.setenv("PGBACKREST_LOCK_PATH", str(place / "lock"))
    monkeypatch.setenv("PGBACKREST_LOG_PATH", str(place))
    monkeypatch.setenv("PGBACKREST_PG1_SOCKET_PATH", str(place))

    def of_cluster(*command: str) -> str:
        path = f"{programs()}{os.pathsep}{os.environ['PATH']}"
        with tempfile.TemporaryFile() as said:  # a server keeps a pipe open
            done = subprocess.run(
                command, env={**os.environ, "PATH": path, "PGHOST": str(place), "PGPORT": port},
                user=account(), group=account(), extra_groups=[] if account() else None,
                cwd=place, stdout=said, stderr=subprocess.STDOUT, check=False,
            )  # fmt: skip
            said.seek(0)
            text = said.read().decode(errors="replace")
        assert done.returncode == 0, f"{command[0]}: {text[-1000:]}"
        return text

    options = f"-p {port} -c listen_addresses='' -c unix_socket_directories={place}"
    of_cluster("initdb", "-D", "data", "-A", "trust", "-U", "postgres", "--no-sync")
    (place / "start").write_text(options)
    yield of_cluster
    if (place / "data" / "postmaster.pid").exists():
        of_cluster("pg_ctl", "-D", "data", "-m", "immediate", "-w", "stop")


def archiving() -> str:
    """The lines for postgresql.conf, out of the steps that the command prints."""
    mode, command = re.search(
        r"(archive_mode=on), (archive_command='[^']+')", pgbackrest.STEPS.en
    ).groups()  # type: ignore[union-attr]
    return f"{mode}\n{command}\n"


def start(run: Run, place: Path) -> None:
    run("pg_ctl", "-D", "data", "-l", "log", "-o", (place / "start").read_text(), "-w", "start")


def ask(run: Run, sql: str) -> str:
    return run("psql", "-U", "postgres", "-At", "-c", sql, "postgres").strip()


def test_a_moment_is_brought_back_and_the_page_knows_of_the_copies(run: Run, place: Path) -> None:
    access = Access("", {}, {}, 10.0)
    of_ours = ("pgbackrest", f"--stanza={pgbackrest.STANZA}")
    with (place / "data" / "postgresql.conf").open("a") as told:
        told.write(archiving())
    start(run, place)
    run(*of_ours, "stanza-create")
    with pytest.raises(Unavailable, match="还没有任何备份"):
        pgbackrest.prove(access)
    ask(run, "CREATE TABLE notes (what text); INSERT INTO notes VALUES ('收到申请')")
    run(*of_ours, "--type=full", "backup")
    assert "共 1 份" in pgbackrest.prove(access).told.zh

    ask(run, "INSERT INTO notes VALUES ('受理')")
    # A moment is brought back from a copy that ended in an earlier second.
    pause, stopped = threading.Event(), ask(run, "SELECT floor(extract(epoch FROM now()))")
    while ask(run, "SELECT floor(extract(epoch FROM now()))") == stopped:
        pause.wait(0.05)
    moment = ask(run, "SELECT clock_timestamp()")
    ask(run, "DELETE FROM notes")
    ask(run, "SELECT pg_switch_wal()")
    run("pg_ctl", "-D", "data", "-m", "fast", "-w", "stop")
    run(*of_ours, "--delta", "--type=time", f"--target={moment}", "--target-action=promote",
        "restore")  # fmt: skip
    start(run, place)
    assert ask(run, "SELECT string_agg(what, ',' ORDER BY what) FROM notes") == "受理,收到申请"


def test_what_lies_in_the_repository_cannot_be_read_without_its_passphrase(
    run: Run, place: Path
) -> None:
    with (place / "data" / "postgresql.conf").open("a") as told:
        told.write(archiving())
    start(run, place)
    run("pgbackrest", f"--stanza={pgbackrest.STANZA}", "stanza-create")
    kept = b"".join(p.read_bytes() for p in (place / "copies").rglob("*") if p.is_file())
    assert kept.startswith(b"Salted__")
    assert b"db-system-id" not in kept
