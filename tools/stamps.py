"""Which steps are done: a stamp in var/stamps holds the digest of what the step was made from."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VAR = ROOT / "var"
STAMPS = VAR / "stamps"


def digest(paths: Iterable[Path], *extra: str) -> str:
    """Of names and contents, so that a changed, added or removed file is seen."""
    total = hashlib.sha256("\0".join(extra).encode())
    for path in sorted(paths):
        total.update(str(path.relative_to(ROOT)).encode() + b"\0")
        total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def is_done(step: str, made_from: str) -> bool:
    stamp = STAMPS / step
    return stamp.exists() and stamp.read_text() == made_from


def mark_done(step: str, made_from: str) -> None:
    STAMPS.mkdir(parents=True, exist_ok=True)
    (STAMPS / step).write_text(made_from)


def forget(*steps: str) -> None:
    for step in steps:
        (STAMPS / step).unlink(missing_ok=True)
