"""From when until when there are observations: phenomenonTime and resultTime of a datastream."""

from __future__ import annotations

from collections.abc import Sequence

from ..store import observations
from .times import EARLIEST, LATEST, text_of


def extent_of(streams: Sequence[int], which: str) -> str | None:
    """``start/end`` of column ``which`` ("time" or "result_time"); None without any datum.

    The result times are those of the first and the last datum."""
    if not streams:
        return None
    store, ids = observations(), list(streams)
    last = store.latest(ids).column(which).to_pylist()
    if not last:
        return None
    first = [
        store.series([each], EARLIEST, LATEST, limit=1).column(which).to_pylist() for each in ids
    ]
    start = min(value for rows in first for value in rows)
    return text_of(start, max(max(last), start))
