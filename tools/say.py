"""What the tools tell the person who runs them: Chinese first, English beside it."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn


def say(zh: str, en: str) -> None:
    print(f"{zh}  ·  {en}", flush=True)


def stop(zh: str, en: str) -> NoReturn:
    """End with what is missing and what to do about it."""
    print(f"\n{zh}\n{en}", file=sys.stderr, flush=True)
    raise SystemExit(1)


@contextmanager
def working(zh: str, en: str) -> Iterator[None]:
    """Show a step, how long it has been going on a terminal, and how long it took."""
    started = time.monotonic()
    done = threading.Event()
    text = f"  {zh}  ·  {en}"

    def count() -> None:
        while not done.wait(1):
            print(f"\r{text} … {time.monotonic() - started:.0f} s", end="", flush=True)

    on_terminal = sys.stdout.isatty()
    if on_terminal:
        threading.Thread(target=count, daemon=True).start()
    else:
        print(f"{text} …", flush=True)
    try:
        yield
    finally:
        done.set()
        start = "\r" if on_terminal else ""
        print(f"{start}{text}: {time.monotonic() - started:.1f} s   ", flush=True)
