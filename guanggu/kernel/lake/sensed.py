"""Observations that are not sealed yet, brought beside the sealed days minute by minute.

The observation store seals a day into Parquet when it is over; what came since is copied here as
it arrives and dropped once it is sealed. A datum that arrives late for a minute copied already is
seen with the sealing. The view ``observations`` takes from here only what lies behind the newest
sealed time, so nothing is there twice whenever it is read.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from guanggu.base import clock
from guanggu.base.errors import Unavailable
from guanggu.kernel.observation.public import Datastream, observations

from .layout import table
from .place import SENSED, quoted
from .sources import OBSERVATIONS

if TYPE_CHECKING:
    from .intake import Intake

log = logging.getLogger(__name__)

SETTLED_US = 60_000_000  # most data of a minute are there a minute later
FIRST_US = 3 * 86_400_000_000  # as far back as days may be open
SLICE_US = 3_600_000_000
ROWS_A_SLICE_MAX = 2_000_000
_RECENT = table("recent", OBSERVATIONS)


class SensedRows:
    """Copies for one intake, in its thread."""

    def __init__(self, intake: Intake) -> None:
        self._intake = intake
        found: Any = intake.connection.execute(
            f"SELECT epoch_us(max(time)) FROM {_RECENT}"
        ).fetchone()
        self._until = found[0] + 1 if found and found[0] is not None else None

    def take(self) -> int:
        """What came since the last time; answers how many. Nothing where the store is not there:
        it is taken the next time."""
        now = clock.to_microseconds(clock.now()) - SETTLED_US
        sealed = self._sealed()
        start = max(self._until or now - FIRST_US, (sealed or 0) + 1)
        streams = list(Datastream.objects.order_by("pk").values_list("pk", flat=True))
        taken = 0
        try:
            while start < now and streams:
                end = min(start + SLICE_US, now)
                taken += self._copy(streams, start, end)
                self._until = start = end
        except Unavailable as problem:
            log.info("observations are copied later: %s", problem)
        self._drop(sealed)
        return taken

    def _copy(self, streams: list[int], start: int, end: int) -> int:
        import pyarrow as pa
        import pyarrow.compute as pc

        rows = observations().series(streams, start, end, limit=ROWS_A_SLICE_MAX)
        if not rows.num_rows:
            return 0
        if rows.num_rows == ROWS_A_SLICE_MAX and end - start > 1:
            middle = (start + end) // 2
            return self._copy(streams, start, middle) + self._copy(streams, middle, end)
        made = pa.table(
            {
                "stream": rows["stream"].cast(pa.int64()),
                "time": rows["time"].cast(pa.timestamp("us")),
                "result": rows["result"], "mark": rows["mark"],
                "raw": rows["raw"], "extra": rows["extra"].cast(pa.string()),
            }
        )  # fmt: skip
        made = made.take(pc.sort_indices(made, [("stream", "ascending"), ("time", "ascending")]))
        with self._intake.transaction([("recent", OBSERVATIONS)]):
            self._intake.append(OBSERVATIONS, made)
        return rows.num_rows

    def _sealed(self) -> int | None:
        """The newest time in the sealed days; None where nothing is sealed."""
        catalogue = self._intake.place.sensed_catalogue
        if catalogue is None:
            return None
        connection = self._intake.connection
        connection.execute(f"ATTACH 'ducklake:sqlite:{quoted(catalogue)}' AS {SENSED} (READ_ONLY)")
        try:
            found: Any = connection.execute(
                f"SELECT epoch_us(max(time)) FROM {SENSED}.observations"
            ).fetchone()
        finally:
            connection.execute(f"DETACH {SENSED}")
        return found[0] if found else None

    def _drop(self, sealed: int | None) -> None:
        if sealed is None:
            return
        connection = self._intake.connection
        found: Any = connection.execute(
            f"SELECT count(*) FROM {_RECENT} WHERE time <= make_timestamp({sealed})"
        ).fetchone()
        if found[0]:
            with self._intake.transaction([("recent", OBSERVATIONS)]):
                connection.execute(f"DELETE FROM {_RECENT} WHERE time <= make_timestamp({sealed})")
