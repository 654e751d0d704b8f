"""What a reader sees: the views of ``main``, observations beside them, as they are or were."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from guanggu.base import clock
from guanggu.base.errors import Unavailable

from .place import ALIAS, NO_LAKE, SENSED, Place, named
from .sources import EVENTS, OBSERVATIONS

if TYPE_CHECKING:
    import duckdb

STREAMS = "datastreams"
STREAMS_FROM = "observation_datastreams"


def raw_views(
    connection: duckdb.DuckDBPyConnection, place: Place, instant: datetime | None
) -> dict[str, str]:
    """name -> the SELECT that gives it, over the attached catalogues."""
    names = [
        row[0]
        for row in connection.execute(
            "SELECT view_name FROM duckdb_views() WHERE schema_name = 'main' AND "
            f"database_name = '{ALIAS}'"
        ).fetchall()
    ]
    if EVENTS not in names:
        raise Unavailable(NO_LAKE)  # its writer is just about to make it
    found = {name: f"SELECT * FROM {ALIAS}.main.{named(name)}" for name in names}
    stamp = None if instant is None else f"make_timestamp({clock.to_microseconds(instant)})"
    if stamp is not None:
        found = {name: _as_of(name, names, query, stamp) for name, query in found.items()}
    if STREAMS_FROM in found:
        found[STREAMS] = f"SELECT id AS stream, * EXCLUDE (id) FROM ({found[STREAMS_FROM]})"
    found[OBSERVATIONS] = _observations(place, stamp)
    return found


def _as_of(name: str, names: list[str], query: str, stamp: str) -> str:
    """From the history, which is kept for ever."""
    if f"{name}_history" in names:
        return (
            f"SELECT * EXCLUDE (known_from, known_to, event_id, event_actor) FROM "
            f"{ALIAS}.main.{named(name + '_history')} WHERE known_from <= {stamp} "
            f"AND (known_to IS NULL OR known_to > {stamp})"
        )
    if name.endswith("_history"):
        return (
            f"SELECT * REPLACE (CASE WHEN known_to > {stamp} THEN NULL ELSE known_to END AS "
            f"known_to) FROM ({query}) WHERE known_from <= {stamp}"
        )
    if name == EVENTS:
        return f"{query} WHERE happened_at <= {stamp}"
    return query


def _observations(place: Place, stamp: str | None) -> str:
    """The sealed days, and after them what the store has taken in since."""
    # Streams are numbered in 32 bits there: cast on that side, a question for some of them would
    # read every file instead of those that hold them.
    columns = "stream, time, result, mark, raw, extra"
    late = columns.replace("stream", "stream::INTEGER AS stream", 1)
    recent = f"{ALIAS}.recent.{OBSERVATIONS}"
    if place.sensed_catalogue:
        sealed = f"{SENSED}.observations"
        query = (
            f"SELECT {columns} FROM {sealed} UNION ALL SELECT {late} FROM {recent} "
            f"WHERE time > coalesce((SELECT max(time) FROM {sealed}), '-infinity'::TIMESTAMP)"
        )
    else:
        query = f"SELECT {late} FROM {recent}"
    return query if stamp is None else f"SELECT * FROM ({query}) WHERE time <= {stamp}"
