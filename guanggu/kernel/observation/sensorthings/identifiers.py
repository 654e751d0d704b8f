"""The @iot.id of an observation says where it is: stream and phenomenon time.

``7-1777593600000000`` is a datum of datastream 7, ``m3-…`` an observation of multi-datastream 3.
So it needs no table, stays the same when a datum is sent again, and sorts like the store.
"""

from __future__ import annotations

import re

from guanggu.base.bilingual import T
from guanggu.base.errors import Missing

_FORM = re.compile(r"(m?)(\d{1,10})-(-?\d{1,17})")
NO_OBSERVATION = T("没有这条观测数据。", "There is no such observation.")


def observation_id(number: int, time: int, *, multi: bool = False) -> str:
    return f"{'m' if multi else ''}{number}-{time}"


def place_of(identifier: object) -> tuple[bool, int, int]:
    """(is of a multi-datastream, its number, phenomenon time in microseconds). Raises Missing."""
    found = _FORM.fullmatch(str(identifier))
    if found is None:
        raise Missing(NO_OBSERVATION)
    return bool(found[1]), int(found[2]), int(found[3])
