"""Import a CSV or XLSX file into a register; bad rows are named and wait in quarantine."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from guanggu.base.bilingual import T
from guanggu.base.errors import Invalid
from guanggu.base.ids import new_id
from guanggu.site.command import both
from guanggu.site.commands import working_days
from guanggu.site.commands.capacity import acting, add_account_argument, known_register

if TYPE_CHECKING:
    from guanggu.kernel.register.public import ImportRun

SOME_ROWS_WAIT = 3
SHOWN_ROWS_MAX = 50


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("collection")
    parser.add_argument("file", type=Path)
    add_account_argument(parser)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        text = T("无法读取文件 {}:{}", "The file {} cannot be read: {}")
        raise Invalid(text.format(path, error.strerror or error)) from error


def _tell(run: ImportRun) -> None:
    text = T(
        "新增 {},更新 {},未变 {},待修正 {}",
        "{} created, {} changed, {} unchanged, {} waiting in quarantine",
    )
    print(both(text.format(run.created, run.changed, run.unchanged, run.quarantined)))
    for row in run.rows.order_by("pk")[:SHOWN_ROWS_MAX]:
        for field, message in row.errors.items():
            place = f"{row.sheet or '-'}!{row.row} {field}".strip()
            print(f"  {place}: {message['zh']} · {message['en']}", file=sys.stderr)


def run(options: argparse.Namespace) -> int:
    """0 where every row went in, 3 where some wait. Raises Invalid, Missing or Forbidden."""
    from guanggu.kernel.register.public import import_rows, read_sheets, rows_to_import

    if options.collection == working_days.NAME:
        return working_days.run(options)
    register = known_register(options.collection)
    if register.change is None:
        raise Invalid(T("该登记册只读。", "This register is read only."))
    actor = acting(options.account, register.change)
    content = _read(options.file)
    # A key of its own each time: rows that are in already are found unchanged, so the same file
    # again finishes an import that was cut off, and takes rows whose hindrance is gone.
    done = import_rows(
        actor, key=f"import:{new_id().hex}",
        collection=options.collection,
        rows=rows_to_import(register, read_sheets(content, options.file.name)),
        file_name=options.file.name,
    )  # fmt: skip
    _tell(done)
    return SOME_ROWS_WAIT if done.quarantined else 0
