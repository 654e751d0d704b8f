"""How an event is hashed: pure, so that anyone can check a journal without this software.

hash = SHA-256(previous ‖ subject LF sequence LF kind LF at LF actor LF name LF post LF behalf LF data)
where ``at`` is microseconds since 1970 in decimal and ``data`` is canonical JSON (sorted keys, no
spaces, UTF-8). The columns before ``data`` hold no line feed, so the text is unambiguous.
"""

from __future__ import annotations

import json
from hashlib import sha256

NOTHING = bytes(32)  # what the first event of a subject follows


def canonical(data: object) -> str:
    """Canonical JSON. Raises ValueError for a float: it prints differently elsewhere."""
    _refuse_floats(data)
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _refuse_floats(value: object) -> None:
    if isinstance(value, float):
        raise ValueError("a journal holds no floats: write decimals as text")
    if isinstance(value, dict):
        for item in value.values():
            _refuse_floats(item)
    elif isinstance(value, list | tuple):
        for item in value:
            _refuse_floats(item)


def link(previous: bytes, text: str) -> bytes:
    return sha256(previous + text.encode()).digest()


def text_of(
    subject: str,
    sequence: int,
    kind: str,
    at_microseconds: int,
    actor: str,
    actor_name: str,
    post: str,
    on_behalf_of: str,
    data: str,
) -> str:
    return (
        f"{subject}\n{sequence}\n{kind}\n{at_microseconds}\n{actor}\n{actor_name}\n"
        f"{post}\n{on_behalf_of}\n{data}"
    )
