"""Sheets in and out: CSV and XLSX with bilingual headings.

A heading may be the field's Chinese name, its English name, or the field itself, so that a sheet
exported in one language can be taken in again in the other.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from guanggu.base.bilingual import T
from guanggu.base.errors import Invalid
from guanggu.base.limits import IMPORT_ROWS_MAX

from .declaration import Register
from .importing import Row
from .records import Record, json_value

_NOT_A_SHEET = T(
    "无法读取该文件。请上传 XLSX 或 CSV(UTF-8 或 GB18030 编码)文件。",
    "The file cannot be read. Upload XLSX, or CSV in UTF-8 or GB18030.",
)
_NO_COLUMNS = T(
    "表头中没有可识别的列。请先导出一份作模板，保留第一行表头。",
    "No heading is known. Export a sheet as a template and keep its first row.",
)
_TOO_MANY_ROWS = T("一次最多导入{}行，请分批导入。", "At most {} rows at once; split the file.")
_TOO_WIDE = T(
    "表格列数过多。请删去无关的列后重新上传。",
    "The sheet has too many columns. Delete those that do not belong and upload again.",
)
_UNPACKED_BYTES_MAX = 200 * 1024 * 1024  # what an honest sheet of the largest size takes
_COLUMN_LETTERS_MAX = 2  # up to ZZ: 702 columns
_CELL = re.compile(rb'\br\s*=\s*["\']([A-Z]{0,4})([0-9]{1,9})["\']')
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Sheet:
    """A heading row and the rows under it; ``rows`` are (row number in the file, cells)."""

    name: str
    headings: tuple[str, ...]
    rows: tuple[tuple[int, tuple[Any, ...]], ...]

    def dictionaries(self) -> Iterator[tuple[int, dict[str, Any]]]:
        """(row number, cells by heading); empty headings are left out."""
        for number, cells in self.rows:
            yield number, {h: c for h, c in zip(self.headings, cells, strict=False) if h}


def read_sheets(content: bytes, file_name: str) -> list[Sheet]:
    """Every sheet of the file. Raises Invalid for a file that is neither XLSX nor CSV."""
    if content[:4] == b"PK\x03\x04" or file_name.lower().endswith((".xlsx", ".xls")):
        return _read_xlsx(content)
    return [_read_csv(content)]


def _read_xlsx(content: bytes) -> list[Sheet]:
    from python_calamine import CalamineWorkbook

    _demand_bearable(content)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        tables = [(n, book.get_sheet_by_name(n).to_python()) for n in book.sheet_names]
    except Exception as error:  # the reader raises its own kinds for every kind of damage
        raise Invalid(_NOT_A_SHEET) from error
    return [_sheet(name, table) for name, table in tables]


def _demand_bearable(content: bytes) -> None:
    """Refuse what would fill the memory: too much when unpacked, or cells too far apart.

    The reader lays a sheet out whole, so two cells in opposite corners are enough to fell it.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            if "xl/workbook.xml" not in {part.filename for part in parts}:
                raise Invalid(_NOT_A_SHEET)
            if sum(part.file_size for part in parts) > _UNPACKED_BYTES_MAX:
                raise Invalid(_TOO_MANY_ROWS.format(IMPORT_ROWS_MAX))
            for part in parts:
                if part.filename.startswith("xl/worksheets/") and not part.is_dir():
                    _demand_near(archive.read(part))
    except (zipfile.BadZipFile, zlib.error, ValueError, OSError, RuntimeError) as error:
        raise Invalid(_NOT_A_SHEET) from error


def _demand_near(sheet: bytes) -> None:
    rows, columns = 0, 0
    for letters, digits in _CELL.findall(sheet):
        rows, columns = max(rows, int(digits)), max(columns, len(letters))
    if rows > IMPORT_ROWS_MAX + 1:
        raise Invalid(_TOO_MANY_ROWS.format(IMPORT_ROWS_MAX))
    if columns > _COLUMN_LETTERS_MAX:
        raise Invalid(_TOO_WIDE)


def _read_csv(content: bytes) -> Sheet:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise Invalid(_NOT_A_SHEET)
    if "\x00" in text:
        raise Invalid(_NOT_A_SHEET)
    try:
        return _sheet("", list(csv.reader(io.StringIO(text, newline=""))))
    except csv.Error as error:
        raise Invalid(_NOT_A_SHEET) from error


def _sheet(name: str, table: Sequence[Sequence[Any]]) -> Sheet:
    if len(table) > IMPORT_ROWS_MAX + 1:
        raise Invalid(_TOO_MANY_ROWS.format(IMPORT_ROWS_MAX))
    headings = tuple(str(cell).strip() for cell in table[0]) if table else ()
    rows = tuple(
        (number, tuple(_cell(cell) for cell in cells))
        for number, cells in enumerate(table[1:], start=2)
        if any(cell not in ("", None) for cell in cells)
    )
    return Sheet(name, headings, rows)


def _cell(value: Any) -> Any:
    """Spreadsheets keep every number as a float and every date as an instant."""
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == value.min.time() else value.isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return value.strip() if isinstance(value, str) else value


def column_names(register: Register) -> dict[str, str]:
    """Every accepted heading → field name."""
    names: dict[str, str] = {}
    for name in ("key", *(field.name for field in register.fields)):
        label = register.label(name)
        names.update({name: name, label.zh: name, label.en: name})
    return names


def rows_to_import(register: Register, sheets: list[Sheet]) -> list[Row]:
    """What the file holds for this register: its own workbook, or the sheet that fits best.

    Columns that are no field are left out. Raises Invalid where no heading is known.
    """
    if register.workbook is not None:
        return register.workbook.rows(sheets)
    known = column_names(register)
    best = max(sheets, key=lambda sheet: len(known.keys() & set(sheet.headings)), default=None)
    if best is None or not known.keys() & set(best.headings):
        raise Invalid(_NO_COLUMNS)
    return [
        Row(number, {known[h]: cell for h, cell in cells.items() if h in known}, best.name)
        for number, cells in best.dictionaries()
    ]


def workbook_of(register: Register, records: Iterable[Record]) -> bytes:
    """The records as XLSX."""
    if register.workbook is not None:
        return register.workbook.write(records)
    return write_xlsx([(str(register.title), rows_of(register, records))])


def rows_of(register: Register, records: Iterable[Record]) -> Iterator[list[Any]]:
    """The heading row, then a row a record, as they go into a sheet."""
    if register.workbook is not None:
        yield from register.workbook.flat(records)
        return
    names = list(dict.fromkeys(["key", *(field.name for field in register.fields)]))
    yield [str(register.label(name)) for name in names]
    for record in records:
        yield [cell_of(record, name) for name in names]


def cell_of(record: Record, name: str) -> Any:
    field = record._meta.get_field(name)
    value = getattr(record, name)
    if field.is_relation:
        return getattr(value, "key", None) or getattr(value, "code", "") if value else ""
    value = json_value(value)
    if isinstance(value, dict | list):
        import json

        return json.dumps(value, ensure_ascii=False) if value else ""
    return "" if value is None else value


def write_csv(rows: Iterable[Sequence[Any]]) -> Iterator[bytes]:
    """CSV in pieces, UTF-8 with a mark so that spreadsheets read the Chinese."""
    yield "\ufeff".encode()
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    for row in rows:
        writer.writerow([_harmless(cell) for cell in row])
        yield buffer.getvalue().encode()
        buffer.seek(0)
        buffer.truncate()


def _harmless(cell: Any) -> Any:
    """A text that a spreadsheet would run as a formula is led by an apostrophe."""
    if isinstance(cell, str) and cell.startswith(_FORMULA_STARTS):
        return "'" + cell
    return cell


def write_xlsx(sheets: Iterable[tuple[str, Iterable[Sequence[Any]]]]) -> bytes:
    """A workbook of (sheet name, rows); the first row of each is its heading."""
    import xlsxwriter

    target = io.BytesIO()
    options = {"strings_to_formulas": False, "strings_to_urls": False, "constant_memory": True}
    book = xlsxwriter.Workbook(target, options)
    heading = book.add_format({"bold": True, "bg_color": "#dbe7f5", "text_wrap": True})
    for name, rows in sheets:
        sheet = book.add_worksheet(name[:31])
        sheet.freeze_panes(1, 0)
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row, None if number else heading)
        sheet.set_column(0, 30, 18)
    book.close()
    return target.getvalue()
