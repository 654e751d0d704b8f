"""Export a register as CSV or XLSX, as far as the account may see it."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from guanggu.base.bilingual import T
from guanggu.base.errors import Invalid
from guanggu.base.limits import EXPORT_ROWS_MAX
from guanggu.site.commands.capacity import acting, add_account_argument, known_register


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("collection")
    parser.add_argument("file", type=Path, help=".csv / .xlsx; - = CSV")
    add_account_argument(parser)


def run(options: argparse.Namespace) -> int:
    """Raises Invalid for another kind of file, Missing and Forbidden."""
    from guanggu.kernel.identity.public import visible
    from guanggu.kernel.register.public import rows_of, workbook_of, write_csv

    register = known_register(options.collection)
    actor = acting(options.account, register.view)
    found = visible(actor, register.model._default_manager.order_by("key"), register.view)
    records = found[:EXPORT_ROWS_MAX].iterator(chunk_size=2000)
    name = str(options.file)
    if name == "-":
        for piece in write_csv(rows_of(register, records)):
            sys.stdout.buffer.write(piece)
        sys.stdout.flush()
    elif name.lower().endswith(".csv"):
        with options.file.open("wb") as file:
            file.writelines(write_csv(rows_of(register, records)))
    elif name.lower().endswith(".xlsx"):
        options.file.write_bytes(workbook_of(register, records))
    else:
        raise Invalid(T("文件名应以 .csv 或 .xlsx 结尾。", "The name ends in .csv or .xlsx."))
    return 0
