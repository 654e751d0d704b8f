"""The only door of the register."""

from .declaration import REGISTERS, Link, Register, Section, Workbook, register, register_of
from .importing import Row, drop_row, import_rows, retry_row
from .long_importing import LONG_FROM_ROWS, import_later
from .models import ImportRun, QuarantinedRow
from .records import (
    Record,
    after_save,
    after_save_new,
    guard_records,
    json_value,
    messages_of,
    remove_record,
    save_new_records,
    save_record,
)
from .resolving import Snapshot, brief, held_snapshots, snapshot, snapshots
from .search import Found, find, index, index_new, scopes_of, unindex
from .sheets import (
    Sheet,
    column_names,
    read_sheets,
    rows_of,
    rows_to_import,
    workbook_of,
    write_csv,
    write_xlsx,
)
from .writing import assign, change_record, create_record, declared, delete_record

__all__ = [
    "LONG_FROM_ROWS",
    "REGISTERS",
    "Found",
    "ImportRun",
    "Link",
    "QuarantinedRow",
    "Record",
    "Register",
    "Row",
    "Section",
    "Sheet",
    "Snapshot",
    "Workbook",
    "after_save",
    "after_save_new",
    "assign",
    "brief",
    "change_record",
    "column_names",
    "create_record",
    "declared",
    "delete_record",
    "drop_row",
    "find",
    "guard_records",
    "held_snapshots",
    "import_later",
    "import_rows",
    "index",
    "index_new",
    "json_value",
    "messages_of",
    "read_sheets",
    "register",
    "register_of",
    "remove_record",
    "retry_row",
    "rows_of",
    "rows_to_import",
    "save_new_records",
    "save_record",
    "scopes_of",
    "snapshot",
    "snapshots",
    "unindex",
    "workbook_of",
    "write_csv",
    "write_xlsx",
]  # fmt: skip
