"""A row of a file with several sheets: its errors are told by their place in the file."""

from __future__ import annotations

import pytest

from guanggu.base.actor import platform
from guanggu.base.bilingual import T
from guanggu.kernel.register.public import Row, import_rows

pytestmark = pytest.mark.django_db


def test_a_row_read_with_errors_waits_in_quarantine_with_its_sheet() -> None:
    row = Row(7, {"item": "x"}, "材料", errors={"材料!A7": T("没有这个事项。", "No such item.")})
    run = import_rows(
        platform("test"), key="k", collection="service_items", rows=[row], file_name="items.xlsx"
    )
    waiting = run.rows.get()
    assert (run.quarantined, waiting.sheet, waiting.row) == (1, "材料", 7)
    assert waiting.errors == {"材料!A7": {"zh": "没有这个事项。", "en": "No such item."}}


def test_a_problem_is_told_at_the_place_where_the_value_stands() -> None:
    row = Row(2, {"key": "a", "promised_days": "ten"}, "事项", {"promised_days": "事项!P2"})
    run = import_rows(platform("test"), key="k", collection="service_items", rows=[row])
    # What is missing is told by its field: it stands nowhere in the file.
    assert list(run.rows.get().errors) == ["事项!P2", "organisation"]
