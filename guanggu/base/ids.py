"""Identifiers: time-ordered UUIDs, short codes people can read aloud, and references."""

from __future__ import annotations

import os
import secrets
import time
from typing import NamedTuple
from uuid import UUID

# Crockford's alphabet: no I, L, O or U, so that a code survives a telephone call.
_READABLE = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_id() -> UUID:
    """A UUID version 7 (RFC 9562 5.7): sorts by the millisecond of its making."""
    value = int(time.time() * 1000) << 80 | int.from_bytes(os.urandom(10), "big")
    value = value & ~(0xF << 76) | 0x7 << 76
    return UUID(int=value & ~(0x3 << 62) | 0x2 << 62)


def readable_code(length: int = 12) -> str:
    """A random code of 5 bits a character; 12 characters cannot be guessed by trying."""
    return "".join(secrets.choice(_READABLE) for _ in range(length))


class Ref(NamedTuple):
    """A pointer to a thing of another system: ``Ref("lakes", "L-0007")``, written lakes/L-0007."""

    collection: str
    key: str

    def __str__(self) -> str:
        return f"{self.collection}/{self.key}"

    @classmethod
    def parse(cls, text: str) -> Ref:
        """Raises ValueError where the text has no collection or no key."""
        collection, slash, key = text.partition("/")
        if not (collection and slash and key):
            raise ValueError(f"not a reference: {text!r}")
        return cls(collection, key)
