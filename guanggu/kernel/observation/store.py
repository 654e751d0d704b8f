"""What every observation store promises, whichever engine stands behind it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from guanggu.base.bilingual import T
from guanggu.base.errors import Unavailable

if TYPE_CHECKING:
    import pyarrow as pa

    from .batch import Batch

EVERY = ("minute", "hour", "day", "month")
SERIES_COLUMNS = ("stream", "time", "result", "mark", "result_time", "raw", "extra")
AGGREGATE_COLUMNS = (
    "stream", "start", "count", "valid", "mean", "minimum", "maximum", "total",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Appended:
    """new: stored; repeated: the same datum stood there already (a re-send), nothing changed;
    replaced: a newer result of a datum not yet reviewed or sealed took its place;
    held: a different value for a reviewed or sealed datum, kept apart for an officer."""

    new: int
    repeated: int = 0
    replaced: int = 0
    held: int = 0


class ObservationStore(Protocol):
    """A datum is one (stream, phenomenon time). Times are microseconds UTC throughout;
    ``start`` is within, ``end`` is not. Tables are ordered by stream, then time."""

    def append(self, batch: Batch) -> Appended:
        """Store observations; they are durable when this returns. Idempotent: of one datum the
        newest result wins, and the same batch again changes nothing."""

    def revise(self, batch: Batch) -> int:
        """Lay reviewed values (marks of the review group) over what was received; the received
        value stays readable as ``raw``. Answers how many data were revised. Only actions call
        this: the reason is in the journal."""

    def remove(self, streams: Sequence[int], start: int, end: int) -> int:
        """Drop data (retention, deletion by the owner); answers how many."""

    def latest(self, streams: Sequence[int] | None = None) -> pa.Table:
        """The datum of the latest phenomenon time of each stream, columns as ``series``."""

    def series(
        self, streams: Sequence[int], start: int, end: int, *,
        limit: int | None = None, newest_first: bool = False,
    ) -> pa.Table:  # fmt: skip
        """Columns SERIES_COLUMNS. ``raw`` is null where nobody revised the datum. With
        ``newest_first`` ordered by time falling, over all streams."""

    def aggregate(
        self, streams: Sequence[int], start: int, end: int, every: str,
    ) -> pa.Table:  # fmt: skip
        """Columns AGGREGATE_COLUMNS: for each stream and period of the district's clock (EVERY;
        ``start`` of the period in microseconds UTC) how many data, how many of them valid
        (marks.VALID and a finite result), and figures over the valid ones (null without any).
        Raises Invalid for another period."""

    def count(self, streams: Sequence[int], start: int, end: int) -> int:
        """How many data."""

    def held(self, streams: Sequence[int] | None = None) -> pa.Table:
        """Values that wait for an officer (see Appended.held), columns as ``series``."""

    def release(self, stream: int, time: int, *, accept: bool) -> None:
        """Take the held value of a datum over (as a revision) or drop it."""


NOT_A_PERIOD = T(
    "统计周期只能是分钟、小时、日或月。", "The period must be minute, hour, day or month."
)
NOT_RUNNING = T(
    "采集服务未运行，暂时读不到监测数据；已存数据不受影响。请启动 guanggu serve 或 guanggu ingest。",
    "The ingest service is not running, so observations cannot be read now; nothing stored is "
    "lost. Start guanggu serve or guanggu ingest.",
)

_made: list[ObservationStore] = []
_maker: list[Callable[[], ObservationStore]] = []


def bind(maker: Callable[[], ObservationStore] | None) -> None:
    """Say how this process reaches the store; None forgets it. Made at the first use."""
    _made.clear()
    _maker[:] = [maker] if maker else []


def observations() -> ObservationStore:
    """The store of this process: the engine itself in ``guanggu ingest``, a client of it in the
    web and the worker. Raises Unavailable where it cannot be reached."""
    if not _made:
        if not _maker:
            raise Unavailable(NOT_RUNNING)
        _made.append(_maker[0]())
    return _made[0]
