"""The lake as plain Parquet files, for engines that know nothing of DuckLake.

A publication names, of one snapshot, the files that hold each table whole: everything folded, and
no file with rows that only DuckLake knows to be deleted. It stays good for as long as its snapshot
is kept, whatever is written meanwhile; the newest stands in ``published.json`` beside the data.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from guanggu.base import clock
from guanggu.base.bilingual import T
from guanggu.base.errors import Missing

from .place import ALIAS, Place, connect, quoted
from .sources import EVENTS, OBSERVATIONS

if TYPE_CHECKING:
    import duckdb

    from .intake import Intake

NOTHING = T(
    "数据湖尚未发布供其他引擎读取的文件。",
    "The lake has not published files for other engines yet.",
)


@dataclass(frozen=True)
class Publication:
    """files: of each table, the Parquet files that together are it; columns: what to read of them
    (a file may hold more, or lack what was declared later). ``snapshot`` can be gone back to with
    ``lake().at`` to ask the embedded engine the same."""

    snapshot: int
    at: datetime
    files: dict[str, tuple[str, ...]]
    columns: dict[str, tuple[str, ...]]


def _file(place: Place) -> Path:
    return place.data.parent / "published.json"


def publish(intake: Intake) -> Publication:
    """Fold everything, write files with deleted rows anew, and name what stands then."""
    intake.fold_due(everything=True)
    connection = intake.connection
    connection.execute(f"CALL ducklake_rewrite_data_files('{ALIAS}', delete_threshold => 0.0)")
    row: Any = connection.execute(
        f"SELECT max(snapshot_id) FROM ducklake_snapshots('{ALIAS}')"
    ).fetchone()
    files: dict[str, tuple[str, ...]] = {}
    columns: dict[str, tuple[str, ...]] = {}
    for name in [*intake.known, EVENTS]:
        past = _files(connection, "past", name, row[0])
        now = () if name == EVENTS else _files(connection, "now", name, row[0])
        files[name] = past if name == EVENTS else now
        columns[name] = _columns(connection, name)
        if name != EVENTS:
            files[f"{name}_history"] = (*past, *now)
            columns[f"{name}_history"] = _columns(connection, f"{name}_history")
    files[OBSERVATIONS] = _sealed(intake.place)
    columns[OBSERVATIONS] = ("stream", "time", "result", "mark", "raw", "extra")
    made = Publication(int(row[0]), clock.now(), files, columns)
    _write(intake.place, made)
    return made


def _files(
    connection: duckdb.DuckDBPyConnection, schema: str, name: str, snapshot: int
) -> tuple[str, ...]:
    found = connection.execute(
        f"SELECT data_file, delete_file FROM ducklake_list_files('{ALIAS}', '{quoted(name)}', "
        f"schema => '{schema}', snapshot_version => {snapshot})"
    ).fetchall()
    left = [data for data, deletions in found if deletions]
    if left:
        raise RuntimeError(f"rows of {name} are still deleted beside their files: {left[0]}")
    return tuple(str(data) for data, _ in found)


def _columns(connection: duckdb.DuckDBPyConnection, name: str) -> tuple[str, ...]:
    asked = connection.execute(f'SELECT * FROM {ALIAS}.main."{name}" LIMIT 0')
    return tuple(str(column[0]) for column in asked.description or ())


def _sealed(place: Place) -> tuple[str, ...]:
    """Of the observations: the sealed days."""
    if place.sensed_catalogue is None:
        return ()
    with connect(place, read_only=True) as connection:
        found = connection.execute(
            "SELECT data_file FROM ducklake_list_files('sensed', 'observations')"
        ).fetchall()
    return tuple(str(data) for (data,) in found)


def _write(place: Place, made: Publication) -> None:
    """Whole or not at all: a reader never finds half a list."""
    told = {
        "snapshot": made.snapshot, "at": clock.to_microseconds(made.at),
        "files": made.files, "columns": made.columns,
    }  # fmt: skip
    path = _file(place)
    fresh = path.with_suffix(".new")
    with fresh.open("w", encoding="utf-8") as out:
        json.dump(told, out)
        out.flush()
        os.fsync(out.fileno())
    fresh.replace(path)


def published(place: Place) -> Publication:
    """The newest publication. Raises Missing where there is none."""
    try:
        told = json.loads(_file(place).read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise Missing(NOTHING) from error
    return Publication(
        told["snapshot"], clock.from_microseconds(told["at"]),
        {name: tuple(files) for name, files in told["files"].items()},
        {name: tuple(columns) for name, columns in told["columns"].items()},
    )  # fmt: skip
