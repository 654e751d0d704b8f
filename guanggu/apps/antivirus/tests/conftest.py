"""A real clamd for the session, with small limits, in a short folder (a socket's path is short)."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from guanggu.apps.antivirus.connector import KEY, ping
from guanggu.apps.antivirus.connector.clamd import screen_content
from guanggu.apps.antivirus.connector.program import configuration, write_signatures
from guanggu.kernel.connector.public import Access, gate_of
from guanggu.kernel.document.public import screen_by

STREAM_BYTES_MAX = 2 * 1024 * 1024
# In two halves, so that no scanner takes this file for what it tests.
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-" + b"ANTIVIRUS-TEST-FILE!$H+H*"


def clamd() -> str | None:
    return shutil.which("clamd", path=os.pathsep.join([os.environ["PATH"], "/usr/sbin"]))


class Clamd:
    """``start`` and ``stop`` it; ``access`` for calls that go by the address."""

    def __init__(self, where: Path) -> None:
        self.where = where
        self.process: subprocess.Popen[bytes] | None = None
        self.address = f"unix:{where / 'clamd.sock'}"
        self.access = Access(self.address, {}, {}, 30)

    def start(self) -> None:
        program = clamd()
        assert program is not None
        path = self.where / "clamd.conf"
        path.write_text(configuration(self.where, stream_bytes_max=STREAM_BYTES_MAX))
        quiet = subprocess.DEVNULL
        command = [program, "--config-file", str(path)]
        self.process = subprocess.Popen(command, stdout=quiet, stderr=quiet)
        waiting = threading.Event()
        for _ in range(400):
            if self.is_up():
                return
            waiting.wait(0.05)
        raise RuntimeError("clamd did not start")

    def is_up(self) -> bool:
        from guanggu.base.errors import Unavailable

        try:
            return ping(self.access)
        except (Unavailable, OSError):
            return False

    def stop(self, number: int = signal.SIGKILL) -> None:
        if self.process is not None:
            self.process.send_signal(number)
            self.process.wait(20)
            self.process = None


@pytest.fixture(scope="session")
def running_clamd() -> Iterator[Clamd]:
    if clamd() is None:
        pytest.skip("clamd is not installed")
    where = Path(tempfile.mkdtemp(prefix="gg-clamd-"))
    write_signatures(where, [])
    made = Clamd(where)
    made.start()
    yield made
    made.stop()
    shutil.rmtree(where)


@pytest.fixture
def engine(running_clamd: Clamd, settings: Any) -> Iterator[Clamd]:
    """The engine as the site sees it, scanning required."""
    if running_clamd.process is None:
        running_clamd.start()
    settings.GUANGGU_ANTIVIRUS = "required"
    settings.GUANGGU_CLAMD = running_clamd.address
    screen_by(screen_content)
    gate = gate_of(KEY)
    gate.failures = gate.in_flight = 0
    yield running_clamd
    write_signatures(running_clamd.where, [])
