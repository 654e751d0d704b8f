"""Many observations at once, as columns: the one form in which they enter the store."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(slots=True)
class Batch:
    """Columns of equal length.

    streams: int32, id of the datastream
    times: int64, phenomenon time (its start, for an interval) in microseconds UTC
    results: float64; NaN where the result is not a number and stands in ``extras``
    marks: uint8, see :class:`marks.Mark`
    result_times: int64, when the result came about, in microseconds UTC; the newest wins
    extras: JSON text or None for each, what does not fit the columns (SensorThings parameters,
        a result that is text or an object); None where no row has any
    """

    streams: np.ndarray
    times: np.ndarray
    results: np.ndarray
    marks: np.ndarray
    result_times: np.ndarray
    extras: list[str | None] | None = None

    def __len__(self) -> int:
        return len(self.streams)

    @classmethod
    def of(
        cls,
        streams: Sequence[int] | np.ndarray,
        times: Sequence[int] | np.ndarray,
        results: Sequence[float] | np.ndarray,
        marks: Sequence[int] | np.ndarray | int = 0,
        result_times: Sequence[int] | np.ndarray | None = None,
        extras: list[str | None] | None = None,
    ) -> Batch:
        """From sequences; raises ValueError where their lengths differ."""
        at = np.asarray(times, dtype=np.int64)
        count = len(at)
        mark = np.full(count, marks) if isinstance(marks, int) else marks
        made = cls(
            np.asarray(streams, dtype=np.int32),
            at,
            np.asarray(results, dtype=np.float64),
            np.asarray(mark, dtype=np.uint8),
            at if result_times is None else np.asarray(result_times, dtype=np.int64),
            extras,
        )
        columns = [made.streams, made.results, made.marks, made.result_times]
        if any(len(c) != count for c in columns) or (extras is not None and len(extras) != count):
            raise ValueError("columns of different lengths")
        return made

    def where(self, chosen: np.ndarray) -> Batch:
        """The rows of a boolean mask or of positions."""
        extras = None
        if self.extras is not None:
            places = np.flatnonzero(chosen) if chosen.dtype == bool else chosen
            extras = [self.extras[place] for place in places]
        return Batch(
            self.streams[chosen], self.times[chosen], self.results[chosen], self.marks[chosen],
            self.result_times[chosen], extras,
        )  # fmt: skip

    @classmethod
    def joined(cls, batches: Sequence[Batch]) -> Batch:
        """One after the other. Raises ValueError for none."""
        if len(batches) == 1:
            return batches[0]
        extras: list[str | None] | None = None
        if any(batch.extras is not None for batch in batches):
            extras = [e for b in batches for e in (b.extras or [None] * len(b))]
        streams, times, results, marks, result_times = (
            np.concatenate([getattr(batch, name) for batch in batches])
            for name in ("streams", "times", "results", "marks", "result_times")
        )
        return cls(streams, times, results, marks, result_times, extras)
