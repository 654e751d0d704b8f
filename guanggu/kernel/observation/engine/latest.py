"""The latest datum of every stream, in memory: columns indexed by the stream's number."""

from __future__ import annotations

import threading
from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from ..batch import Batch

NEVER = np.iinfo(np.int64).min
STREAM_MAX = 2**24  # the columns grow to the greatest number: some 25 bytes each

SERIES_SCHEMA = pa.schema(
    [
        ("stream", pa.int32()), ("time", pa.int64()), ("result", pa.float64()),
        ("mark", pa.uint8()), ("result_time", pa.int64()), ("raw", pa.float64()),
        ("extra", pa.string()),
    ]
)  # fmt: skip


class Latest:
    """Written after each commit, read at any time; ``raw`` and ``extra`` are kept where set."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._times = np.full(1024, NEVER)
        self._results = np.full(1024, np.nan)
        self._marks = np.zeros(1024, dtype=np.uint8)
        self._result_times = np.zeros(1024, dtype=np.int64)
        self._raws: dict[int, float] = {}
        self._extras: dict[int, str] = {}

    def times(self, streams: np.ndarray) -> np.ndarray:
        """The latest phenomenon time of each, NEVER for a stream without data."""
        with self._lock:
            self._reach(streams)
            return self._times[streams]

    def _reach(self, streams: np.ndarray) -> None:
        most = int(streams.max()) if len(streams) else 0
        have = len(self._times)
        if most < have:
            return
        more = max(most + 1, have * 2) - have
        self._times = np.concatenate([self._times, np.full(more, NEVER)])
        self._results = np.concatenate([self._results, np.full(more, np.nan)])
        self._marks = np.concatenate([self._marks, np.zeros(more, dtype=np.uint8)])
        self._result_times = np.concatenate([self._result_times, np.zeros(more, dtype=np.int64)])

    def take(self, batch: Batch, raws: Sequence[float | None] | None = None) -> None:
        """Rows that were committed, each stream's in rising time; older ones change nothing."""
        with self._lock:
            self._reach(batch.streams)
            newer = batch.times >= self._times[batch.streams]
            streams = batch.streams[newer]
            # Of one stream's rows the last assignment stands: that of the latest time.
            self._times[streams] = batch.times[newer]
            self._results[streams] = batch.results[newer]
            self._marks[streams] = batch.marks[newer]
            self._result_times[streams] = batch.result_times[newer]
            if not (self._raws or self._extras or raws or batch.extras):
                return
            for place in np.flatnonzero(newer).tolist():
                stream = int(batch.streams[place])
                _keep(self._raws, stream, raws[place] if raws else None)
                _keep(self._extras, stream, batch.extras[place] if batch.extras else None)

    def forget(self, streams: Sequence[int]) -> None:
        """Their data were removed; what is left is taken again by the caller."""
        with self._lock:
            gone = np.asarray(list(streams), dtype=np.int64)
            gone = gone[(gone >= 0) & (gone < len(self._times))]
            self._times[gone] = NEVER
            for stream in gone.tolist():
                self._raws.pop(stream, None)
                self._extras.pop(stream, None)

    def table(self, streams: Sequence[int] | None = None) -> pa.Table:
        """As ``ObservationStore.latest``."""
        with self._lock:
            if streams is None:
                chosen = np.flatnonzero(self._times != NEVER)
            else:
                chosen = np.unique(np.asarray(streams, dtype=np.int64))
                chosen = chosen[(chosen >= 0) & (chosen < len(self._times))]
                chosen = chosen[self._times[chosen] != NEVER]
            columns = [
                pa.array(chosen.astype(np.int32)),
                pa.array(self._times[chosen]),
                pa.array(self._results[chosen]),
                pa.array(self._marks[chosen]),
                pa.array(self._result_times[chosen]),
                _sparse(self._raws, chosen, pa.float64()),
                _sparse(self._extras, chosen, pa.string()),
            ]
        return pa.table(columns, schema=SERIES_SCHEMA)


def _keep(kept: dict, stream: int, value: object) -> None:
    if value is None:
        kept.pop(stream, None)
    else:
        kept[stream] = value


def _sparse(kept: dict, chosen: np.ndarray, kind: pa.DataType) -> pa.Array:
    if not kept:
        return pa.nulls(len(chosen), kind)
    return pa.array([kept.get(stream) for stream in chosen.tolist()], kind, from_pandas=False)
