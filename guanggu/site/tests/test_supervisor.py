"""Children that fall are started again with growing waits, and end with their parent."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

from guanggu.site import supervisor
from guanggu.site.supervisor import Child, end, watch

LIVES = [sys.executable, "-c", "import signal; signal.pause()"]


def eventually(holds: Callable[[], object], seconds: float = 10) -> bool:
    tick = threading.Event()
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if holds():
            return True
        tick.wait(0.02)
    return False


def watching(*children: Child) -> tuple[threading.Event, threading.Thread]:
    stop = threading.Event()
    thread = threading.Thread(target=watch, args=(children, stop))
    thread.start()
    return stop, thread


def test_a_killed_child_is_started_again_and_all_end_together() -> None:
    child = Child("server", LIVES)
    stop, thread = watching(child)
    try:
        assert eventually(child.is_running)
        first = child.process
        assert first is not None
        os.kill(first.pid, signal.SIGKILL)
        assert eventually(lambda: child.is_running() and child.process is not first)
        assert child.falls == 1
    finally:
        stop.set()
        thread.join(20)
    assert child.process is not None
    assert child.process.returncode == -signal.SIGTERM


def test_waits_grow_with_every_fall_and_a_steady_child_starts_afresh(monkeypatch) -> None:
    waits = []
    child = Child("server", [sys.executable, "-c", "raise SystemExit(3)"])
    for _ in range(8):
        child.start()
        assert child.process is not None
        child.process.wait()
        before = time.monotonic()
        child.fell()
        waits.append(round(child.start_again_at_s - before, 1))
    assert waits == [0.2, 1, 2, 5, 10, 30, 30, 30]
    monkeypatch.setattr(supervisor, "STEADY_SECONDS", -1)
    child.start()
    assert child.process is not None
    child.process.wait()
    child.fell()
    assert child.falls == 1


def test_what_a_child_has_started_ends_with_it(tmp_path: Path) -> None:
    """A granian whose parent part is killed must not leave a part that holds the port."""
    note = tmp_path / "pid"
    code = (
        "import subprocess, sys, signal, pathlib;"
        "inner = subprocess.Popen([sys.executable, '-c', 'import signal; signal.pause()']);"
        f"pathlib.Path({str(note)!r}).write_text(str(inner.pid)); signal.pause()"
    )
    child = Child("server", [sys.executable, "-c", code])
    child.start()
    assert eventually(lambda: note.exists() and note.read_text())
    inner = int(note.read_text())
    end([child])
    assert eventually(lambda: not _is_alive(inner))


def test_a_killed_parent_takes_its_children_along(tmp_path: Path) -> None:
    note = tmp_path / "pid"
    code = (
        "from guanggu.site.supervisor import Child; import pathlib, signal, sys;"
        "c = Child('a', [sys.executable, '-c', 'import signal; signal.pause()']); c.start();"
        f"pathlib.Path({str(note)!r}).write_text(str(c.process.pid)); signal.pause()"
    )
    parent = subprocess.Popen([sys.executable, "-c", code])
    assert eventually(lambda: note.exists() and note.read_text())
    inner = int(note.read_text())
    parent.kill()
    parent.wait()
    assert eventually(lambda: not _is_alive(inner))


def _is_alive(pid: int) -> bool:
    """A zombie that nobody has collected yet is not alive."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"
