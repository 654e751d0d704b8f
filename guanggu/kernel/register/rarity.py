"""Which tokens are rare, estimated from a sample, so that a search begins where few entries match.

Names of firms share most of their characters (武汉…科技有限公司). Walking a million entries for each
shared pair costs a fifth of a second; the two or three pairs that are the firm's own cost a few ms.
"""

from __future__ import annotations

import random
import time
from collections import Counter

from django.db import connection

SAMPLE = 1_500
FROM_ENTRIES = 20_000  # below this every search is quick as it is
KEPT_SECONDS = 900
COMMON_SHARE = 0.05
RAREST = 3

_sample: tuple[float, Counter[str]] = (-KEPT_SECONDS, Counter())


def rare_tokens(phrase: list[str]) -> list[str]:
    """The phrase's rarest tokens but its last (which may be a beginning); none for a short one."""
    if len(phrase) < 4:
        return []
    counts = _counts()
    if not counts:
        return []
    known = sorted(dict.fromkeys(phrase[:-1]), key=lambda token: counts[token])
    return [token for token in known[:RAREST] if counts[token] < COMMON_SHARE * SAMPLE]


def _counts() -> Counter[str]:
    global _sample
    now = time.monotonic()
    if now - _sample[0] > KEPT_SECONDS:
        _sample = (now, _take_sample())
    return _sample[1]


def _take_sample() -> Counter[str]:
    counts: Counter[str] = Counter()
    with connection.cursor() as cursor:
        cursor.execute("SELECT max(id) FROM register_searchentry")
        last = cursor.fetchone()[0] or 0
        if last < FROM_ENTRIES:
            return counts
        ids = random.sample(range(1, last + 1), SAMPLE)
        for first in range(0, SAMPLE, 500):
            some = ids[first : first + 500]
            places = ", ".join(["%s"] * len(some))
            cursor.execute(f"SELECT tokens FROM register_searchentry WHERE id IN ({places})", some)
            for (tokens,) in cursor.fetchall():
                counts.update(set(tokens.split()))
    return counts
