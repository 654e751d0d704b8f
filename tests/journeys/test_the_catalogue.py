"""An officer changes items in a spreadsheet: the good row is in force, the bad one is told by cell."""

from __future__ import annotations

import io
from typing import Any

import openpyxl

from .town import Town, handed_in
from .walking import Walker

ITEMS = "/powers/service_items/"


def changed(content: bytes, limits: dict[str, int]) -> bytes:
    """The workbook with other promised limits, by item."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    sheet = book["事项"]
    heads = [str(cell.value) for cell in sheet[1]]
    key, limit = heads.index("事项标识"), heads.index("承诺时限")
    for row in sheet.iter_rows(min_row=2):
        if row[key].value in limits:
            row[limit].value = limits[row[key].value]
    saved = io.BytesIO()
    book.save(saved)
    return saved.getvalue()


def test_an_officer_edits_items_in_a_spreadsheet(town: Town, walker: Any) -> None:
    number = handed_in(town.resident("李明"), "food-operation", town=town)
    officer = walker(town.official("zwb", ["catalogue"], "郑目录"))
    officer.go(ITEMS).follow("导入")
    content = officer.download("下载现有数据作为模板")
    sheet = changed(content, {"food-operation": 5, "drainage-permit": 99})
    officer.attach("文件", "事项.xlsx", sheet).press("上传并预览")
    told_of_the_bad_row(officer)
    officer.press("确认导入", 0)
    told_of_the_bad_row(officer)
    visitor = walker()
    visitor.go("/powers/items/food-operation/").sees("承诺时限 5 个工作日")
    visitor.go("/powers/items/drainage-permit/").sees("承诺时限 7 个工作日")
    clerk = walker(town.official("scj", ["accept", "head"], "陈窗口"))
    clerk.go(f"/approvals/work/cases/{number}/")
    clerk.press("提交办理结果").sees("已办理。")
    assert "共 7 个工作日" in clerk.text


def told_of_the_bad_row(officer: Walker) -> None:
    officer.sees("事项", "承诺时限", "超过法定时限 20 个工作日")
