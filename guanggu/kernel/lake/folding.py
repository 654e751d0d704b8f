"""From the small files of the last minutes into the tables that are read: each row's versions that
are over go to ``past``, the row as it stands to ``now``. One transaction a source, so a crash
leaves it folded or not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .layout import listed, table
from .place import named
from .sources import EVENT_COLUMNS, EVENTS, VERSION_COLUMNS, Source

if TYPE_CHECKING:
    import duckdb

_CHAIN = "folded_chain"


def fold(connection: duckdb.DuckDBPyConnection, source: Source) -> None:
    """Inside the caller's transaction."""
    key = named(source.key)
    now, past, recent = (table(s, source.name) for s in ("now", "past", "recent"))
    names = [name for name, _ in source.columns]
    versions = [name for name, _ in VERSION_COLUMNS if name != "known_to"]
    whole = listed([*names, *versions])
    # Rows of cases are told again whenever their case changes: what is the same is no version.
    repeated = (
        f"QUALIFY is_removed OR version IS DISTINCT FROM lag(version) OVER ("
        f"PARTITION BY {key} ORDER BY event_sequence, known_from)"
        if "version" in names and not source.is_told
        else ""
    )
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE {_CHAIN} AS SELECT *, lead(known_from) OVER "
        f"(PARTITION BY {key} ORDER BY event_sequence, known_from) AS next_from FROM ("
        f"SELECT * FROM (SELECT {whole}, false AS is_removed FROM {now} "
        f"WHERE {key} IN (SELECT {key} FROM {recent}) UNION ALL "
        f"SELECT {whole}, is_removed FROM {recent}) {repeated})"
    )
    connection.execute(
        f"INSERT INTO {past} ({whole}, known_to) SELECT {whole}, next_from FROM {_CHAIN} "
        f"WHERE next_from IS NOT NULL AND NOT is_removed ORDER BY {key}, event_sequence"
    )
    connection.execute(f"DELETE FROM {now} WHERE {key} IN (SELECT {key} FROM {recent})")
    connection.execute(
        f"INSERT INTO {now} ({whole}) SELECT {whole} FROM {_CHAIN} "
        f"WHERE next_from IS NULL AND NOT is_removed ORDER BY {key}"
    )
    connection.execute(f"DELETE FROM {recent}")
    connection.execute(f"DROP TABLE {_CHAIN}")


def fold_events(connection: duckdb.DuckDBPyConnection) -> None:
    """Inside the caller's transaction."""
    whole = listed(name for name, *_ in EVENT_COLUMNS)
    recent = table("recent", EVENTS)
    connection.execute(
        f"INSERT INTO {table('past', EVENTS)} ({whole}) SELECT {whole} FROM {recent} ORDER BY event_id"
    )
    connection.execute(f"DELETE FROM {recent}")
