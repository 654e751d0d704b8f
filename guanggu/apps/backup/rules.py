"""When a backup or a drill is due, how old is too old, and whether a copy equals what was copied."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from guanggu.base.bilingual import T

# A copy every day with two hours to spare, a drill every week with a day to spare.
BACKUP_HOURS_MAX, DRILL_HOURS_MAX = 26, 8 * 24
LOST = T("缺少数据表 {}", "table {} is missing")
ROWS = T("{}：应有 {} 行，实有 {} 行", "{}: {} rows were copied, {} came back")
CONTENT = T("{}：内容摘要不符", "{}: the digest of its content differs")
FILES = T("文件：应有 {} 个，实有 {} 个", "files: {} were copied, {} came back")
PARTS = T("数据湖文件 {}：应有 {} 行，实有 {} 行", "lake file {}: {} rows copied, {} came back")


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a copy holds, taken from the copy itself.

    tables: name -> (rows, digest of all rows); files: name of the file -> bytes (its name is the
    digest of its content); lake: path of a Parquet file -> rows
    """

    taken_at: str
    engine: str
    tables: Mapping[str, tuple[int, str]]
    files: Mapping[str, int] = field(default_factory=dict)
    lake: Mapping[str, int] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        return {
            "taken_at": self.taken_at, "engine": self.engine,
            "tables": {name: list(pair) for name, pair in self.tables.items()},
            "files": dict(self.files), "lake": dict(self.lake),
        }  # fmt: skip

    @classmethod
    def from_json(cls, given: Mapping[str, Any]) -> Manifest:
        tables = {name: (int(rows), str(digest)) for name, (rows, digest) in
                  given["tables"].items()}  # fmt: skip
        return cls(given["taken_at"], given["engine"], tables, given["files"], given["lake"])

    @property
    def rows(self) -> int:
        return sum(rows for rows, _ in self.tables.values())


def differences(copied: Manifest, found: Manifest) -> list[T]:
    """What came back otherwise than it was copied; [] where all is equal.

    More files than the manifest names are no fault: some came while the copy was made.
    """
    told: list[T] = []
    for name, (rows, digest) in copied.tables.items():
        if name not in found.tables:
            told.append(LOST.format(name))
        elif found.tables[name][0] != rows:
            told.append(ROWS.format(name, rows, found.tables[name][0]))
        elif found.tables[name][1] != digest:
            told.append(CONTENT.format(name))
    lost = [name for name, size in copied.files.items() if found.files.get(name) != size]
    if lost:
        told.append(FILES.format(len(copied.files), len(copied.files) - len(lost)))
    for name, rows in copied.lake.items():
        if found.lake.get(name) != rows:
            told.append(PARTS.format(name, rows, found.lake.get(name, 0)))
    return told


def is_due(now: datetime, hour: int, last_at: datetime | None, every_days: int = 1) -> bool:
    """Whether work that is done at that hour, every so many days, is due; all on one clock.

    Missed hours are made up for as soon as the worker is back.
    """
    slot = now.replace(hour=hour, minute=0, second=0, microsecond=0)
    if slot > now:
        slot -= timedelta(days=1)
    if last_at is None:
        return True
    return last_at < slot - timedelta(days=every_days - 1)


def age_tone(hours: float | None, hours_max: int) -> str:
    if hours is None or hours > hours_max * 2:
        return "bad"
    return "warn" if hours > hours_max else "ok"


def keep_arguments(daily: int, weekly: int, monthly: int) -> Sequence[str]:
    """For ``restic forget``: at least one copy is always kept."""
    return (
        "--keep-last", "1", "--keep-daily", str(daily), "--keep-weekly", str(weekly),
        "--keep-monthly", str(monthly),
    )  # fmt: skip
