"""What is exported can be edited and imported again; what is wrong is told by its cell."""

from __future__ import annotations

import io

import openpyxl
import pytest

from guanggu.apps.powers.management.source import DATA
from guanggu.apps.powers.models import ServiceItem
from guanggu.apps.powers.register import SERVICE_ITEMS
from guanggu.apps.powers.register.reading import letter_of, rows_of_sheets
from guanggu.apps.powers.register.shipped import SHIPPED, take_in_shipped_items
from guanggu.apps.powers.register.workbook import sheet_rows, workbook_bytes
from guanggu.base.errors import Invalid
from guanggu.kernel.journal.public import verify
from guanggu.kernel.register.public import (
    import_rows,
    read_sheets,
    rows_of,
    rows_to_import,
    workbook_of,
    write_csv,
)

pytestmark = pytest.mark.django_db


def taken_in(officer, content, key="again"):
    rows = rows_to_import(SERVICE_ITEMS, read_sheets(content, "items.xlsx"))
    return import_rows(officer, key=key, collection="service_items", rows=rows)


def edited(content, change):
    book = openpyxl.load_workbook(io.BytesIO(content))
    change(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def exported() -> bytes:
    return workbook_of(SERVICE_ITEMS, ServiceItem.objects.select_related("organisation"))


def test_the_shipped_workbook_says_what_its_source_says(shipped) -> None:
    rows = rows_of_sheets(read_sheets(SHIPPED.read_bytes(), SHIPPED.name))
    assert [row.errors for row in rows if row.errors] == []
    assert {row.values["key"]: row.values for row in rows} == {
        item["key"]: item for item in shipped
    }


def test_every_shipped_item_is_taken_in(officer, shipped) -> None:
    run = take_in_shipped_items(officer)
    waiting = {row.values["key"]: row.errors for row in run.rows.all()}
    assert waiting == {}
    assert run.created == len(shipped) >= 30


def test_an_export_imported_again_changes_nothing(officer) -> None:
    take_in_shipped_items(officer)
    content = exported()
    run = taken_in(officer, content)
    assert (run.created, run.changed, run.quarantined) == (0, 0, 0)
    assert run.unchanged == ServiceItem.objects.count()
    assert exported() == content


def test_the_shipped_items_taken_in_twice_stay_at_their_version(officer, bodies) -> None:
    body = bodies["wehdz-scj"]
    body.unified_code = "91350100M000100Y43"
    body.save()
    take_in_shipped_items(officer)
    again = take_in_shipped_items(officer, key="twice")
    assert again.unchanged == ServiceItem.objects.count()
    item = ServiceItem.objects.get(key="food-operation")
    assert item.implementation_code == f"{body.unified_code}0{item.basic_code}"


def test_an_edit_in_the_sheet_changes_that_item_and_no_other(officer) -> None:
    take_in_shipped_items(officer)

    def shorten(book) -> None:
        sheet = book["事项"]
        heads = [cell.value for cell in sheet[1]]
        row = next(r for r in sheet.iter_rows(min_row=2) if r[0].value == "food-operation")
        row[heads.index("承诺时限")].value = 5

    run = taken_in(officer, edited(exported(), shorten))
    assert (run.changed, run.quarantined) == (1, 0)
    item = ServiceItem.objects.get(key="food-operation")
    assert (item.promised_days, item.version) == (5, 2)


def test_a_bad_row_is_told_by_sheet_row_and_column_and_the_good_items_go_in(
    officer, shipped
) -> None:
    def spoil(book) -> None:
        materials = book["材料"]
        heads = [cell.value for cell in materials[1]]
        materials.cell(3, heads.index("份数") + 1).value = "两份"
        book["收费"].append(["no-such-item", "工本费", "Fee", "10", "某文件"])

    run = taken_in(officer, edited(SHIPPED.read_bytes(), spoil))
    assert run.created == len(shipped) - 1
    by_sheet = {row.sheet: row for row in run.rows.all()}
    place = f"材料!{letter_of(7)}3"
    assert list(by_sheet["事项"].errors) == [place]
    assert "两份" in by_sheet["事项"].errors[place]["zh"]
    assert len(by_sheet["事项"].values["materials"]) > 1
    assert next(iter(by_sheet["收费"].errors)).startswith("收费!A")


def test_a_rule_broken_in_a_sheet_is_told_at_its_cell(officer) -> None:
    def promise_too_much(book) -> None:
        sheet = book["事项"]
        heads = [cell.value for cell in sheet[1]]
        row = next(r for r in sheet.iter_rows(min_row=2) if r[0].value == "food-operation")
        row[heads.index("承诺时限")].value = 99

    run = taken_in(officer, edited(SHIPPED.read_bytes(), promise_too_much))
    (place,) = run.rows.get().errors
    assert place.startswith("事项!R") or place.startswith("事项!")
    assert "超过法定时限" in run.rows.get().errors[place]["zh"]


def test_the_flat_part_goes_out_and_in_as_csv(officer) -> None:
    take_in_shipped_items(officer)
    items = ServiceItem.objects.select_related("organisation")
    content = b"".join(write_csv(rows_of(SERVICE_ITEMS, items)))
    rows = rows_to_import(SERVICE_ITEMS, read_sheets(content, "items.csv"))
    run = import_rows(officer, key="csv", collection="service_items", rows=rows)
    assert (run.changed, run.quarantined) == (0, 0)


def test_a_file_without_items_is_refused_with_its_mend() -> None:
    with pytest.raises(Invalid) as refused:
        rows_of_sheets(read_sheets(b"a,b\n1,2\n", "x.csv"))
    assert "事项" in refused.value.message.zh


def test_headings_may_be_english(shipped) -> None:
    from guanggu.apps.powers.register.layout import ITEMS

    rows = list(sheet_rows(ITEMS, shipped))
    rows[0] = [column.title.en for column in ITEMS.columns]
    content = b"".join(write_csv(rows))
    read = rows_of_sheets(read_sheets(content, "items.csv"))
    assert [row.values["key"] for row in read] == [item["key"] for item in shipped]


def test_the_workbook_on_disk_is_built_from_the_source(shipped) -> None:
    assert (DATA / "service_items.xlsx").read_bytes() == workbook_bytes(shipped)


def test_what_was_imported_is_held_against_the_journal(officer) -> None:
    take_in_shipped_items(officer)
    ServiceItem.objects.filter(key="food-operation").update(promised_days=1)
    findings = [str(f) for f in verify().findings]
    assert any("food-operation" in finding for finding in findings)
