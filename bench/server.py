"""A real `guanggu serve` for benchmarks: a database of its own, a free port, its processes."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
COMMAND = (sys.executable, "-m", "guanggu.site.command")
HOST = "127.0.0.1"
READY_SECONDS_MAX = 60


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return probe.getsockname()[1]


def prepare(var: Path) -> None:
    """Keys and compressed assets, as `make up` leaves them; the database is made already."""
    environment = {**os.environ, "GUANGGU_VAR": str(var)}
    subprocess.run([*COMMAND, "keys"], env=environment, cwd=ROOT, check=True, capture_output=True)
    subprocess.run(
        [sys.executable, "-m", "django", "collectstatic", "--noinput", "--clear"],
        env={**environment, "GUANGGU_COLLECTED": "1",
             "DJANGO_SETTINGS_MODULE": "guanggu.site.settings"},
        cwd=ROOT, check=True, capture_output=True,
    )  # fmt: skip


def get(port: int, path: str, headers: str = "") -> tuple[int, bytes]:
    """Status and whole answer (head and body as sent) of one request; 0 where nobody answers."""
    asked = f"GET {path} HTTP/1.1\r\nHost: {HOST}:{port}\r\nConnection: close\r\n{headers}\r\n"
    try:
        with socket.create_connection((HOST, port), timeout=30) as connection:
            connection.sendall(asked.encode())
            answer = b"".join(iter(lambda: connection.recv(65536), b""))
    except OSError:
        return 0, b""
    return (int(answer[9:12]) if answer.startswith(b"HTTP/1.") else 0), answer


def wait_for(port: int, path: str) -> float:
    """Seconds until the path answers 200. Raises TimeoutError after READY_SECONDS_MAX."""
    started = time.perf_counter()
    while get(port, path)[0] != 200:
        if time.perf_counter() - started > READY_SECONDS_MAX:
            raise TimeoutError(f"{path} did not answer 200")
        time.sleep(0.005)
    return time.perf_counter() - started


@contextmanager
def serving(var: Path, port: int, *arguments: str) -> Iterator[subprocess.Popen]:
    """`guanggu serve` in a session of its own, ended by SIGTERM."""
    command = [*COMMAND, "serve", "--port", str(port), *arguments]
    environment = {**os.environ, "GUANGGU_VAR": str(var), "GUANGGU_LOG": "WARNING"}
    environment.pop("GUANGGU_COLLECTED", None)
    server = subprocess.Popen(
        command, env=environment, cwd=ROOT, stdout=subprocess.DEVNULL, start_new_session=True
    )
    try:
        yield server
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(30)


def family(process: int) -> list[int]:
    """The process and all that it has started, by /proc."""
    found = [process]
    for task in Path(f"/proc/{process}/task").glob("*/children"):
        for child in task.read_text().split():
            found += family(int(child))
    return found


def cpu_seconds(process: int) -> float:
    """Processor time that the process has used so far."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
