"""Snapshots of a DuckLake catalogue that are past their time.

DuckLake loses the files of a snapshot that is forgotten while it is read: its reader then misses
rows without a word. And over a SQLite catalogue ``ducklake_expire_snapshots(older_than => …)``
compares instants as text, of which only the day agrees: everything of the day goes. So snapshots
are named one by one.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb

LONGEST_READING = timedelta(minutes=10)  # where anybody may read, nothing younger is forgotten
AT_ONCE = 5_000


def forget_snapshots(
    connection: duckdb.DuckDBPyConnection, catalogue: str, kept: timedelta = LONGEST_READING
) -> int:
    """Answers how many went; the newest stays. catalogue: the name it is attached by. Raises
    duckdb.Error. Their files wait for ``ducklake_cleanup_old_files``."""
    rows = connection.execute(
        f"SELECT snapshot_id FROM (SELECT *, max(snapshot_id) OVER () AS newest "
        f"FROM ducklake_snapshots('{catalogue}')) WHERE snapshot_id < newest "
        f"AND snapshot_time <= now() - INTERVAL {int(kept.total_seconds())} SECOND ORDER BY 1"
    ).fetchall()
    numbers = [str(number) for (number,) in rows]
    for first in range(0, len(numbers), AT_ONCE):
        chosen = ", ".join(numbers[first : first + AT_ONCE])
        connection.execute(f"CALL ducklake_expire_snapshots('{catalogue}', versions => [{chosen}])")
    return len(numbers)
