"""A row whose relation is missing is told so at its field; the register's rules do not see it."""

from __future__ import annotations

import pytest

from guanggu.base.actor import platform
from guanggu.base.errors import Invalid
from guanggu.kernel.register.public import create_record, import_rows

pytestmark = pytest.mark.django_db


def test_a_missing_relation_is_named_before_any_rule_follows_it():
    values = {"name": "一号", "address": "a-1"}
    with pytest.raises(Invalid) as refused:
        create_record(platform("test"), collection="fleet_devices", values=values)
    assert set(refused.value.fields) == {"profile", "fleet"}


def test_such_a_row_of_a_sheet_waits_in_quarantine():
    run = import_rows(
        platform("test"), key="r", collection="fleet_devices", rows=[(2, {"name": "一号"})]
    )
    assert (run.created, run.quarantined) == (0, 1)
