"""From sheets to items: every row finds its item, every unreadable cell is named by its place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from guanggu.base.bilingual import T
from guanggu.base.errors import Invalid
from guanggu.kernel.register.public import Row, Sheet

from ..rules import schema_of_rows
from .cells import Unreadable
from .layout import DETAILS, FORM, ITEMS, Column, Layout

_NO_ITEMS = T(
    "没有找到“事项”工作表或“事项标识”列。请以导出的文件为模板。",
    "There is no sheet “事项” or no column “事项标识”. Use an exported file as the template.",
)
_NO_KEY = T("请填写事项标识。", "Enter the item key.")
_TWICE = T("事项标识“{}”重复，请合并为一行。", "The item key “{}” stands twice; make it one row.")
_ORPHAN = T(
    "“事项”表中没有标识为“{}”的事项，请更正标识。",
    "Sheet “事项” has no item with key “{}”; correct the key.",
)
_NO_PARENT = T(
    "字段路径“{}”的上级不是分节或表格，请先列出上级。",
    "What “{}” lies in is no section or table; list that first.",
)
_PATH_TWICE = T("字段路径“{}”重复。", "The path “{}” stands twice.")


@dataclass
class Draft:
    """One item as it is gathered from the sheets."""

    number: int
    sheet: str
    values: dict[str, Any]
    places: dict[str, str]
    errors: dict[str, T]
    form: list[tuple[dict[str, Any], dict[str, str]]] = field(default_factory=list)

    def as_row(self) -> Row:
        return Row(self.number, self.values, self.sheet, self.places, self.errors)


def letter_of(index: int) -> str:
    """The letters of a column, as a spreadsheet shows them: 0 is A, 26 is AA."""
    letters = ""
    while index >= 0:
        letters = chr(ord("A") + index % 26) + letters
        index = index // 26 - 1
    return letters


def _read_row(
    layout: Layout, sheet: Sheet, number: int, cells: tuple[Any, ...]
) -> tuple[dict[str, Any], dict[str, str], dict[str, T]]:
    """(values by name, places by name, errors by place) of one row."""
    values: dict[str, Any] = {}
    places: dict[str, str] = {}
    errors: dict[str, T] = {}
    names = layout.names()
    for index, heading in enumerate(sheet.headings):
        column: Column | None = names.get(heading)
        if column is None:
            continue
        raw = cells[index] if index < len(cells) else ""
        text = str(raw).strip() if raw is not None else ""
        place = f"{sheet.name or layout.title.zh}!{letter_of(index)}{number}"
        places[column.name] = place
        try:
            values[column.name] = column.spelling.read(text) if text else column.spelling.empty
        except Unreadable as problem:
            values[column.name] = text
            errors[place] = problem.message
    return values, places, errors


def _sheet_of(layout: Layout, sheets: list[Sheet]) -> Sheet | None:
    wanted = {layout.title.zh, layout.title.en}
    return next((sheet for sheet in sheets if sheet.name in wanted), None)


def _items_sheet(sheets: list[Sheet]) -> Sheet:
    found = _sheet_of(ITEMS, sheets)
    if found is None and len(sheets) == 1:
        found = sheets[0]  # a CSV file has no name for its sheet
    names = ITEMS.names()
    headings = {names[h].name for h in found.headings if h in names} if found else set()
    if found is None or "key" not in headings:
        raise Invalid(_NO_ITEMS)
    return found


def rows_of_sheets(sheets: list[Sheet]) -> list[Row]:
    """A row to take in for each item, and one for each row that belongs to none.

    Raises Invalid where the sheet of items is missing.
    """
    main = _items_sheet(sheets)
    drafts, rest = _drafts(main)
    for layout in DETAILS:
        sheet = _sheet_of(layout, sheets)
        if sheet is not None:
            rest += list(_add_details(layout, sheet, drafts))
    return [*(draft.as_row() for draft in drafts.values()), *rest]


def _drafts(sheet: Sheet) -> tuple[dict[str, Draft], list[Row]]:
    drafts: dict[str, Draft] = {}
    rest: list[Row] = []
    for number, cells in sheet.rows:
        values, places, errors = _read_row(ITEMS, sheet, number, cells)
        key = values["key"]
        name = sheet.name or ITEMS.title.zh
        if not key or key in drafts:
            errors[places["key"]] = _TWICE.format(key) if key else _NO_KEY
            rest.append(Row(number, values, name, places, errors))
        else:
            drafts[key] = Draft(number, name, values, places, errors)
    return drafts, rest


def _add_details(layout: Layout, sheet: Sheet, drafts: dict[str, Draft]) -> Iterator[Row]:
    """Put the rows of a sheet into their items; yields those whose item is not there."""
    if layout is not FORM:
        for draft in drafts.values():
            draft.values[layout.field] = []
            draft.places[layout.field] = sheet.name
    for number, cells in sheet.rows:
        values, places, errors = _read_row(layout, sheet, number, cells)
        key = values.pop("item", "")
        draft = drafts.get(key)
        if draft is None:
            place = places.get("item", sheet.name)
            errors[place] = _ORPHAN.format(key) if key else _NO_KEY
            yield Row(number, {"item": key, **values}, sheet.name, places, errors)
            continue
        draft.errors |= errors
        if layout is FORM:
            draft.form.append((values, places))
            continue
        path = f"{layout.field}.{len(draft.values[layout.field])}"
        draft.values[layout.field].append(values)
        draft.places |= {f"{path}.{name}": place for name, place in places.items()}
    if layout is FORM:
        for draft in drafts.values():
            _add_form(draft, sheet)


def _add_form(draft: Draft, sheet: Sheet) -> None:
    rows = [row for row, _ in draft.form]
    draft.places["form_schema"] = sheet.name
    holders, seen = {""}, set()
    for index, (row, places) in enumerate(draft.form):
        path = str(row.get("path") or "")
        parent = path.rpartition(".")[0]
        place = places.get("path", sheet.name)
        if path in seen:
            draft.errors[place] = _PATH_TWICE.format(path)
        elif not path or parent not in holders:
            draft.errors[place] = _NO_PARENT.format(path)
        if not row.get("kind"):
            draft.errors.setdefault(
                places.get("kind", sheet.name), T("请选择字段类型。", "Choose the kind of field.")
            )
        seen.add(path)
        if row.get("kind") in ("section", "table"):
            holders.add(path)
        draft.places |= {f"form_schema.{index}.{name}": at for name, at in places.items()}
    if any(place.startswith(f"{sheet.name}!") for place in draft.errors):
        draft.values["form_schema"] = {"rows": rows}  # kept whole for whoever mends it
    else:
        draft.values["form_schema"] = schema_of_rows(rows) if rows else {}
