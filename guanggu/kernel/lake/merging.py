"""Many small files of a table become one, and what was deleted goes from half-empty ones.

By a transaction like any other, not by the engine's own calls: ``ducklake_merge_adjacent_files``
takes the files it puts together from a reader under way, who then misses their rows without a word
(tested with DuckLake 1.5; see test_intake), and neither it nor ``ducklake_rewrite_data_files``
brings the new file to the disk before the old one goes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .layout import table
from .place import ALIAS, named, quoted
from .sources import EVENTS

if TYPE_CHECKING:
    from .intake import Intake

SMALL_BYTES = 8 * 2**20  # a larger file is left as it is
SMALL_AT_ONCE = 8
HALF_EMPTY = 0.2  # so much of a file is deleted
_META = f"__ducklake_metadata_{ALIAS}"


def merge(intake: Intake) -> int:
    """Answers how many files went. Raises duckdb.Error; a table is merged whole or not at all."""
    done = 0
    for name, source in intake.known.items():
        order = f"{named(source.key)}, event_sequence"
        done += sum(_merge(intake, schema, name, order) for schema in ("now", "past"))
    return done + _merge(intake, "past", EVENTS, "event_id")


def _merge(intake: Intake, schema: str, name: str, order: str) -> int:
    files = _worth_it(intake, schema, name)
    if not files:
        return 0
    place, chosen = table(schema, name), ", ".join(f"'{quoted(file)}'" for file in files)
    with intake.transaction([(schema, name)]):
        # What this transaction adds has another file name already: nothing is held in memory.
        intake.connection.execute(
            f"INSERT INTO {place} SELECT * FROM {place} WHERE filename IN ({chosen}) ORDER BY {order}"
        )
        intake.connection.execute(f"DELETE FROM {place} WHERE filename IN ({chosen})")
    return len(files)


def _worth_it(intake: Intake, schema: str, name: str) -> list[str]:
    rows = intake.connection.execute(
        "SELECT files.data_file, known.file_size_bytes, "
        "coalesce(gone.delete_count, 0) / greatest(known.record_count, 1) "
        f"FROM ducklake_list_files('{ALIAS}', '{quoted(name)}', schema => '{schema}') AS files "
        f"JOIN {_META}.ducklake_data_file AS known "
        "ON known.end_snapshot IS NULL AND ends_with(files.data_file, known.path) "
        f"LEFT JOIN {_META}.ducklake_delete_file AS gone "
        "ON gone.data_file_id = known.data_file_id AND gone.end_snapshot IS NULL"
    ).fetchall()
    half_empty = [file for file, _, share in rows if share >= HALF_EMPTY]
    small = [file for file, size, share in rows if size < SMALL_BYTES and share < HALF_EMPTY]
    return [*half_empty, *(small if len(small) >= SMALL_AT_ONCE else [])]
