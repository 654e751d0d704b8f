"""The table behind the working calendar: days on which the State Council departs from the week.

One row a day: ``day,kind,occasion,notice``; ``kind`` is "holiday" (休) for a day off and "working"
(班) for a weekend day that is worked; ``notice`` is the number of the notice, where known.

The shipped table is ``data/working_days_cn.csv``. An operator adds the next year's notice as a file
of the same columns (``guanggu import working-days``); it is kept where the variable
GUANGGU_WORKING_DAYS says, else under GUANGGU_VAR, and its rows hold over shipped ones.
"""

from __future__ import annotations

import csv
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from .bilingual import T
from .errors import Invalid

SHIPPED_TABLE = Path(__file__).parent / "data" / "working_days_cn.csv"
OVERRIDE_VARIABLE = "GUANGGU_WORKING_DAYS"
COLUMNS = ("day", "kind", "occasion", "notice")

_CHINESE_COLUMNS = {"日期": "day", "类型": "kind", "节日": "occasion", "文号": "notice"}
_HOLIDAY = {"holiday", "休", "放假"}
_WORKING = {"working", "班", "上班"}
_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class DayException:
    """One day of a notice; ``holiday`` is False for a day worked in exchange."""

    on: date
    holiday: bool
    occasion: str = ""
    notice: str = ""

    def as_row(self) -> dict[str, str]:
        kind = "holiday" if self.holiday else "working"
        return dict(
            zip(COLUMNS, (self.on.isoformat(), kind, self.occasion, self.notice), strict=True)
        )


@dataclass(frozen=True, slots=True)
class RowError:
    """``row`` counts as a spreadsheet does: the heading is row 1."""

    row: int
    column: str
    message: T


def parse_exceptions(
    rows: Iterable[Mapping[str, str | None]],
) -> tuple[list[DayException], list[RowError]]:
    """Rows (headings in English or Chinese) to exceptions and errors; no good row is lost."""
    good: dict[date, DayException] = {}
    errors: list[RowError] = []
    for number, raw in enumerate(rows, start=2):
        cells = {
            _CHINESE_COLUMNS.get(key.strip(), key.strip()): (value or "").strip()
            for key, value in raw.items()
            if isinstance(key, str) and not isinstance(value, list)
        }
        if not any(cells.values()):
            continue
        parsed = _parse_row(number, cells)
        if isinstance(parsed, RowError):
            errors.append(parsed)
        elif parsed.on in good and good[parsed.on].holiday != parsed.holiday:
            errors.append(
                RowError(
                    number,
                    "kind",
                    T(
                        "{on} 在本表中既是放假又是上班，请核对通知原文。",
                        "{on} is both a holiday and a working day in this file; check the notice.",
                    ).format(on=parsed.on.isoformat()),
                )
            )
        else:
            good[parsed.on] = parsed
    return list(good.values()), errors


def _parse_row(number: int, cells: Mapping[str, str]) -> DayException | RowError:
    try:
        on = date.fromisoformat(cells.get("day", "").replace("/", "-"))
    except ValueError:
        message = T(
            "日期应写成 2027-02-06，现为“{value}”。",
            "The date must be written 2027-02-06; it is “{value}”.",
        )
        return RowError(number, "day", message.format(value=cells.get("day", "")))
    kind = cells.get("kind", "").lower()
    if kind not in _HOLIDAY | _WORKING:
        message = T(
            "类型只能是“休”或“班”，现为“{value}”。",
            "The kind must be “holiday” or “working”; it is “{value}”.",
        )
        return RowError(number, "kind", message.format(value=cells.get("kind", "")))
    if kind in _WORKING and on.weekday() < _SATURDAY:
        message = T(
            "{on} 不是周末，本来就上班，请核对日期。",
            "{on} is no weekend day and is worked anyway; check the date.",
        )
        return RowError(number, "day", message.format(on=on.isoformat()))
    return DayException(on, kind in _HOLIDAY, cells.get("occasion", ""), cells.get("notice", ""))


def read_exceptions(path: Path) -> tuple[list[DayException], list[RowError]]:
    """Read a CSV file (UTF-8 with or without a mark, or GB18030 as spreadsheets here save it)."""
    raw = path.read_bytes()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("gb18030", errors="replace")
    return parse_exceptions(csv.DictReader(text.splitlines()))


def write_exceptions(path: Path, rows: Iterable[DayException]) -> None:
    """Write the rows by date, in the form :func:`read_exceptions` reads; whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(path.name + ".new")
    with unfinished.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(row.as_row() for row in sorted(rows, key=lambda row: row.on))
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)


def import_notice(notice: Path, target: Path) -> tuple[list[DayException], list[RowError]]:
    """Add the good rows of a notice to the operator's file; answers them and the errors.

    What the file holds for other days stays; for the same day the notice holds. Raises Invalid
    where the operator's file itself has a wrong row, rather than lose it.
    """
    good, errors = read_exceptions(notice)
    kept, broken = read_exceptions(target) if target.exists() else ([], [])
    if broken:
        raise Invalid(
            T("{path} 第 {row} 行有误，请先改正：", "Mend row {row} of {path} first: ").format(
                path=target, row=broken[0].row
            )
            + broken[0].message
        )
    if good:
        write_exceptions(target, {row.on: row for row in [*kept, *good]}.values())
    return good, errors
