"""Holding the lake against the database, and making it anew from the journal."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from guanggu.base.bilingual import T
from guanggu.base.errors import Unavailable
from guanggu.kernel.observation.public import LONGEST_READING

from . import upkeep
from .intake import Intake
from .place import Place, connect
from .sources import Source, sources

TRIES = 4  # a row changed while it was compared is compared again
WAIT_S = 3.0
NOT_HERE = T(
    "目录由 PostgreSQL 保存的数据湖不能在此重建，请先清空其目录库与数据目录。",
    "A lake whose catalogue is kept by PostgreSQL is not rebuilt here; empty its catalogue "
    "database and its data folder first.",
)


@dataclass(frozen=True)
class Compared:
    """A table held against the database: how many rows it has there, and what differs."""

    name: str
    rows: int
    differences: tuple[upkeep.Difference, ...]


def compare_all(place: Place, wait: Callable[[float], object] = time.sleep) -> Iterator[Compared]:
    """Every table of the lake that follows one of the database. While the lake is being written,
    what differs is looked at again some seconds later. Raises Unavailable without a lake."""
    connection = connect(place, read_only=True)
    try:
        there = {
            row[0]
            for row in connection.execute(
                "SELECT view_name FROM duckdb_views() WHERE database_name = 'lake'"
            ).fetchall()
        }
        for name, source in sources().items():
            if name in there:
                found = _settled(lambda s=source: _differing(connection, s), wait)  # type: ignore[misc]
                yield Compared(name, source.model._default_manager.count(), found)
    finally:
        connection.close()


def _differing(connection: object, source: Source) -> tuple[upkeep.Difference, ...]:
    return tuple(upkeep.differences(connection, source))  # type: ignore[arg-type]


def _settled(
    ask: Callable[[], tuple[upkeep.Difference, ...]], wait: Callable[[float], object]
) -> tuple[upkeep.Difference, ...]:
    """What stays different."""
    found = ask()
    for _ in range(TRIES - 1):
        if not found:
            break
        wait(WAIT_S)
        again = {(d.table, d.key): d for d in ask()}
        found = tuple(again[d.table, d.key] for d in found if (d.table, d.key) in again)
    return found


def rebuild(
    place: Place, progress: Callable[[int], object] = lambda done: None, *,
    only: Sequence[str] | None = None,
) -> int:  # fmt: skip
    """Drop the lake and take everything in again; answers how many events. Raises Conflict while
    another process writes it. Observations that are not sealed follow with the next round."""
    if place.file is None:
        raise Unavailable(NOT_HERE)
    Intake(place, only=()).close()  # nobody writes it
    for suffix in ("", "-wal", "-shm"):
        place.file.with_name(place.file.name + suffix).unlink(missing_ok=True)
    shutil.rmtree(place.data, ignore_errors=True)
    done = 0
    with Intake(place, only=only) as intake:
        while (taken := intake.step()).events:
            done += taken.events
            progress(done)
            intake.fold_due()
        intake.fold_due(everything=True)
        upkeep.tidy(intake, LONGEST_READING)
    return done
