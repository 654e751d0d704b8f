"""Tying rows to the journal: a changed row's event ends with the digest of the row's state.

``~digest`` sorts behind every other key, so it stands at the very end of the canonical text and
cannot be confused with anything a user wrote. ``verify`` compares it with the row as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any
from uuid import UUID

import orjson

from guanggu.base import clock

DIGEST_KEY = "~digest"
REMOVED = "0" * 64
_OPENING = f'"{DIGEST_KEY}":"'
STATE_ENDING = b'"}'  # how the text of an event that carries a digest ends

# collection -> the state digest of every row it keeps now, by key
Rows = Callable[[], Iterator[tuple[str, str]]]
GUARDED: dict[str, Rows] = {}


def guard(collection: str, rows: Rows) -> None:
    """Have ``verify`` compare the collection's rows with the journal.

    ``rows()`` yields (key, state digest) of every row. A row that the journal does not know, one
    that differs, and one that is gone are named.
    """
    GUARDED[collection] = rows


def state_digest(values: Mapping[str, Any]) -> str:
    """SHA-256 in hex over the values by name; the same before and after a trip to the database."""
    plain = {name: _plain(value) for name, value in values.items()}
    return sha256(orjson.dumps(plain, option=orjson.OPT_SORT_KEYS)).hexdigest()


def _plain(value: Any) -> Any:
    if isinstance(value, bool | int | str) or value is None:
        return str(value) if isinstance(value, int) and abs(value) >= 2**63 else value
    if isinstance(value, datetime):
        return clock.to_microseconds(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        # One spelling for 1, 1.0 and 1.00: databases differ in the zeros they keep.
        return format(value.normalize(), "f")
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, Mapping):
        return {str(name): _plain(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, float):
        return repr(value)
    return str(value)


def digest_in(text: str) -> str:
    """The state digest at the end of an event's text; empty where it carries none."""
    if text.endswith('"}') and text[-66 - len(_OPENING) : -66] == _OPENING:
        return text[-66:-2]
    return ""
