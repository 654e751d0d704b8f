"""The SQL of aggregates: from the rows, and from hourly figures that sealing has laid beside them.

Sums, counts and extremes of hours add up to those of days and months, so a year's curve reads a
fraction of the data. Rows not in the lake yet are added; where anything was revised since the
sealing, and for the hours at the edges, the rows themselves are read.
"""

from __future__ import annotations

from pathlib import Path

from guanggu.base.errors import Invalid

from ..marks import VALID
from ..store import EVERY, NOT_A_PERIOD
from .planning import HOUR_US
from .reading import DISTRICT_US, Wanted, lake_source, parts_within, source, stamp
from .state import State

WORTH = 3  # rows an hour, from which on the hours are written
_ROWS = "stream, time, result, mark"
_PERIOD_US = {"minute": 60_000_000, "hour": HOUR_US, "day": 24 * HOUR_US}
# The multiple of days keeps what is divided above zero, where // would not round down.
_SHIFT_US = DISTRICT_US + 1_000_000 * 24 * HOUR_US


def _period(time: str, every: str) -> str:
    if every == "month":
        local = f"make_timestamp({time} + {DISTRICT_US})"
        return f"epoch_us(date_trunc('month', {local})) - {DISTRICT_US}"
    size = _PERIOD_US[every]
    return f"(({time} + {_SHIFT_US}) // {size}) * {size} - {_SHIFT_US}"


def _of_rows(rows: str, period: str, name: str) -> str:
    """Figures of each stream and period, out of rows of _ROWS."""
    valid = ", ".join(str(int(mark)) for mark in VALID)
    return (
        f"SELECT stream, {name}, count(*) AS count, count(figure) AS valid, "
        "sum(figure) AS total, min(figure) AS minimum, max(figure) AS maximum FROM ("
        f"SELECT stream, {period} AS {name}, "
        f"CASE WHEN mark IN ({valid}) AND isfinite(result) THEN result END AS figure "
        f"FROM ({rows})) GROUP BY stream, {name}"
    )


def hours_of(file: str) -> str:
    """Of a file of the lake, for one beside it."""
    rows = f"SELECT stream, epoch_us(time) AS time, result, mark FROM read_parquet('{file}')"
    figures = _of_rows(rows, f"time - ((time % {HOUR_US}) + {HOUR_US}) % {HOUR_US}", "hour")
    return (
        "SELECT stream, make_timestamp(hour) AS hour, count::INTEGER AS count, "
        f"valid::INTEGER AS valid, total, minimum, maximum FROM ({figures}) AS f "
        "ORDER BY stream, f.hour"
    )


def aggregate_sql(
    state: State, lake: Path, wanted: Wanted, start: int, end: int, every: str
) -> str:
    """Raises Invalid for a period that is not one of ``store.EVERY``."""
    if every not in EVERY:
        raise Invalid(NOT_A_PERIOD, fields={"every": NOT_A_PERIOD})
    period = _period("time", every)
    up, down = -(-start // HOUR_US) * HOUR_US, end // HOUR_US * HOUR_US
    summed = []
    if every != "minute" and not state.is_revised(wanted.streams.tolist(), start, end):
        summed = [part for part in parts_within(state.parts, wanted, up, down) if part.has_hours]
    if not summed:
        figures = _of_rows(source(state, lake, wanted, start, end, _ROWS), period, "start")
        return _ordered(f"SELECT *, total / valid AS mean FROM ({figures})")
    others = [part for part in state.parts if part not in summed]
    pieces = [source(state, lake, wanted, start, end, _ROWS, others)]
    pieces += [
        piece
        for low, high in ((start, up), (down, end))
        if low < high and (piece := lake_source(summed, lake, wanted, low, high, _ROWS))
    ]
    files = ", ".join(f"'{lake.parent / 'hours' / part.name}'" for part in summed)
    by_hour = (
        f"SELECT stream, {_period('epoch_us(hour)', every)} AS start, count, valid, total, "
        f"minimum, maximum FROM read_parquet([{files}]) WHERE {wanted.condition} "
        f"AND hour >= make_timestamp({stamp(up)}) AND hour < make_timestamp({stamp(down)})"
    )
    both = f"{_of_rows(' UNION ALL '.join(pieces), period, 'start')} UNION ALL {by_hour}"
    return _ordered(
        "SELECT stream, start, sum(count)::BIGINT AS count, sum(valid)::BIGINT AS valid, "
        "sum(total) / sum(valid) AS mean, min(minimum) AS minimum, max(maximum) AS maximum, "
        f"sum(total) AS total FROM ({both}) GROUP BY stream, start"
    )


def _ordered(figures: str) -> str:
    return f"{figures} ORDER BY stream, start"
