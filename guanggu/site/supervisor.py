"""Watching over child processes: started again when they fall, stopped together."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from guanggu.base.bilingual import T

STOP_SECONDS_MAX = 15
BACK_OFF_SECONDS = (0.2, 1, 2, 5, 10, 30)
# A child that lived this long had started well: the next fall counts as the first.
STEADY_SECONDS = 60
_PR_SET_PDEATHSIG = 1


def _die_with_parent() -> None:
    """On Linux: a killed parent leaves no server behind that holds the port."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


@dataclass
class Child:
    """One process to keep alive. ``command`` is an argument list."""

    name: str
    command: Sequence[str]
    process: subprocess.Popen[bytes] | None = None
    falls: int = 0
    started_at_s: float = 0.0
    start_again_at_s: float = field(default=0.0)

    def start(self) -> None:
        on_linux = sys.platform.startswith("linux")
        # A group of its own: what it has started ends with it, and Ctrl+C reaches only the parent.
        self.process = subprocess.Popen(
            self.command,
            start_new_session=True,
            preexec_fn=_die_with_parent if on_linux else None,
        )
        self.started_at_s = time.monotonic()

    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def signal_group(self, number: int) -> None:
        if self.process is None:
            return
        try:
            os.killpg(self.process.pid, number)
        except ProcessLookupError:
            return

    def fell(self) -> None:
        """Note the fall, end what is left of its group, and say when to start again."""
        assert self.process is not None
        self.signal_group(signal.SIGKILL)
        now = time.monotonic()
        self.falls = 0 if now - self.started_at_s > STEADY_SECONDS else self.falls
        wait_s = BACK_OFF_SECONDS[min(self.falls, len(BACK_OFF_SECONDS) - 1)]
        self.falls += 1
        self.start_again_at_s = now + wait_s
        text = T(
            "{} 意外退出(状态 {}),{} 秒后重新启动",
            "{} ended (status {}); it starts again in {} s",
        ).format(self.name, self.process.returncode, wait_s)
        print(f"{text.zh} · {text.en}", file=sys.stderr, flush=True)
        self.process = None


def _tend(child: Child) -> None:
    if child.process is not None and not child.is_running():
        child.fell()
    if child.process is None and time.monotonic() >= child.start_again_at_s:
        child.start()


def watch(children: Sequence[Child], stop: threading.Event) -> None:
    """Keep all of them running until ``stop`` is set, then end them together."""
    try:
        while not stop.is_set():
            for child in children:
                _tend(child)
            stop.wait(0.1)
    finally:
        end(children)


def end(children: Sequence[Child]) -> None:
    """SIGTERM to all, then SIGKILL to what is left after STOP_SECONDS_MAX."""
    for child in children:
        child.signal_group(signal.SIGTERM)
    deadline_s = time.monotonic() + STOP_SECONDS_MAX
    for child in children:
        if child.process is None:
            continue
        try:
            child.process.wait(max(0.0, deadline_s - time.monotonic()))
        except subprocess.TimeoutExpired:
            child.signal_group(signal.SIGKILL)
            child.process.wait()
