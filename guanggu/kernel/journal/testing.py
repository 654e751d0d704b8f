"""A private nats-server with JetStream, for tests and benchmarks: started, killed, started again."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import threading
import time
from pathlib import Path

from .relaying.bus import Bus

READY_SECONDS_MAX = 10
_FOLDERS = ("/usr/sbin", "/usr/local/bin", "/usr/local/sbin")


def nats_server() -> str | None:
    """Path of the program, or None."""
    return shutil.which("nats-server", path=os.pathsep.join([os.environ["PATH"], *_FOLDERS]))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class PrivateBus:
    """One server on 127.0.0.1 whose streams lie in ``folder``; the port stays over restarts."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self.process: subprocess.Popen[bytes] | None = None

    def bus(self, stream: str) -> Bus:
        return Bus((f"nats://127.0.0.1:{self.port}",), stream)

    def start(self) -> None:
        program = nats_server()
        assert program is not None, "nats-server is not installed"
        self.folder.mkdir(parents=True, exist_ok=True)
        self.process = subprocess.Popen(
            [program, "-js", "-a", "127.0.0.1", "-p", str(self.port), "-sd", str(self.folder)],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        pause, until_s = threading.Event(), time.monotonic() + READY_SECONDS_MAX
        while not self._greets():
            if time.monotonic() > until_s:
                raise TimeoutError("nats-server does not answer")
            pause.wait(0.02)

    def _greets(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1) as line:
                return line.recv(4) == b"INFO"
        except OSError:
            return False

    def kill(self) -> None:
        """kill -9: what was acknowledged must be there after the next start."""
        if self.process is not None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()
            self.process = None
