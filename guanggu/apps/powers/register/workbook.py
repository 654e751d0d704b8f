"""Items as a workbook of several sheets that a clerk can edit and import again."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from guanggu.base.bilingual import T
from guanggu.kernel.register.public import Row, Sheet, json_value

from ..models import ServiceItem
from ..rules import form_rows
from .layout import DETAILS, FORM, ITEMS, NOTES_TITLE, Layout
from .reading import rows_of_sheets

_ROWS_CHECKED = 2000  # rows for which a drop-down list is laid
_LIST_CHARACTERS_MAX = 255  # of a drop-down list, by the file format
_GENERAL = (
    T("每个工作表第一行是列名，请勿改动；列的次序可以调整，不用的列可以删除。",
      "The first row of each sheet names its columns: leave it. Columns may be moved or deleted."),
    T("“事项”表一行一个事项；其他表一行一条，用“事项标识”对应到事项，次序即显示次序。",
      "Sheet “事项” has a row an item; the others a row an entry, led by the item key, in the order shown."),
    T("导入时按事项标识新增或修改；有误的事项整件进入隔离区，并指出工作表、行和列，其他事项照常导入。",
      "Import creates or changes items by key. An item with a mistake waits in quarantine, told by sheet, row and column; the others go in."),
    T("文件中没有的工作表，其内容保持不变；文件中有某工作表而某事项没有行的，该内容清空。",
      "A sheet that is left out changes nothing; a sheet without rows for an item empties that part."),
)  # fmt: skip


def _plain(item: ServiceItem) -> dict[str, Any]:
    values = {f.name: json_value(getattr(item, f.attname)) for f in item._meta.concrete_fields}
    values["organisation"] = item.organisation.code
    return values


def sheet_rows(layout: Layout, items: Iterable[dict[str, Any]]) -> Iterator[list[Any]]:
    """Heading row and rows of one sheet, from items as plain values."""
    yield [column.title.zh for column in layout.columns]
    for item in items:
        if layout is ITEMS:
            rows: Iterable[dict[str, Any]] = [item]
        elif layout is FORM:
            rows = form_rows(item["form_schema"] or {})
        else:
            rows = item[layout.field] or []
        for row in rows:
            row = {"item": item["key"], **row} if layout is not ITEMS else row
            yield [column.spelling.write(row.get(column.name)) for column in layout.columns]


def workbook_bytes(items: list[dict[str, Any]]) -> bytes:
    """The XLSX of items given as plain values; the same items give the same bytes."""
    import xlsxwriter  # 13 MB that only an export needs

    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"created": datetime(2026, 1, 1)})  # noqa: DTZ001 - a mark, not a time
    head = book.add_format(
        {"bold": True, "bg_color": "#dbe7f5", "text_wrap": True, "border": 1, "valign": "top"}
    )
    body = book.add_format({"text_wrap": True, "valign": "top"})
    for layout in (ITEMS, *DETAILS):
        sheet = book.add_worksheet(layout.title.zh)
        for number, row in enumerate(sheet_rows(layout, items)):
            sheet.write_row(number, 0, row, body if number else head)
        _dress(sheet, layout)
    _write_notes(book, head, body)
    book.close()
    return target.getvalue()


def _dress(sheet: Any, layout: Layout) -> None:
    """Widths, frozen heading, and drop-down lists for what is chosen from few."""
    sheet.freeze_panes(1, 2 if layout is ITEMS else 1)
    for index, column in enumerate(layout.columns):
        sheet.set_column(index, index, column.width)
        if column.note:
            sheet.write_comment(0, index, f"{column.note.zh}\n{column.note.en}")
        names = ["是", "否"] if column.spelling.read.__name__ == "_read_flag" else []
        names = names or [text.zh for text in (column.spelling.choices or {}).values()]
        if names and len(",".join(names)) <= _LIST_CHARACTERS_MAX:
            sheet.data_validation(1, index, _ROWS_CHECKED, index, {
                "validate": "list", "source": names,
                "error_title": "请选择 · Choose", "error_message": "请从列表中选择。Choose from the list.",
            })  # fmt: skip


def _write_notes(book: Any, head: Any, body: Any) -> None:
    sheet = book.add_worksheet(NOTES_TITLE.zh)
    sheet.write_row(0, 0, ["工作表", "列", "说明", "Sheet", "Column", "Note"], head)
    rows: list[list[str]] = [["", "", text.zh, "", "", text.en] for text in _GENERAL]
    for layout in (ITEMS, *DETAILS):
        for column in layout.columns:
            choices = (column.spelling.choices or {}).values()
            zh = column.note.zh + "、".join(text.zh for text in choices)
            en = column.note.en + ", ".join(text.en for text in choices)
            rows.append([layout.title.zh, column.title.zh, zh,
                         layout.title.en, column.title.en, en])  # fmt: skip
    for number, row in enumerate(rows, 1):
        sheet.write_row(number, 0, row, body)
    for index, width in enumerate((12, 18, 60, 16, 26, 70)):
        sheet.set_column(index, index, width)


class ItemWorkbook:
    """The workbook as the register kernel asks for it."""

    def write(self, records: Iterable[ServiceItem]) -> bytes:
        return workbook_bytes([_plain(record) for record in records])

    def flat(self, records: Iterable[ServiceItem]) -> Iterator[list[Any]]:
        """The sheet of items alone: what fits a CSV file."""
        return sheet_rows(ITEMS, (_plain(record) for record in records))

    def rows(self, sheets: list[Sheet]) -> list[Row]:
        return rows_of_sheets(sheets)
