"""A year's notice by command, and what the desk sees while there is none."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import pytest

from guanggu.base.calendar import operator_table, working_calendar
from guanggu.kernel.identity.public import Account
from guanggu.kernel.identity.testing import an_official, an_organisation
from guanggu.kernel.journal.public import Event, verify
from guanggu.site import command

pytestmark = pytest.mark.django_db(transaction=True)
NOTICE = "日期,类型,节日,文号\n2027-01-01,休,元旦,样例\n2027-10-01,休,国庆节,样例\n"


@pytest.fixture
def notice(tmp_path: Path) -> Path:
    path = tmp_path / "notice.csv"
    path.write_text(NOTICE, encoding="utf-8")
    return path


def test_a_notice_is_taken_in_and_holds_at_once(notice: Path, capsys) -> None:
    assert working_calendar().last_on == date(2026, 12, 31)
    assert command.main(["import", "working-days", str(notice)]) == 0
    assert "2027-12-31" in capsys.readouterr().out
    assert working_calendar().last_on == date(2027, 12, 31)
    assert operator_table() == Path(os.environ["GUANGGU_VAR"]) / "working_days.csv"
    event = Event.objects.get(kind="site.working_days_imported")
    assert [day["day"] for day in event.body["days"]] == ["2027-01-01", "2027-10-01"]
    assert verify().is_sound


def test_wrong_rows_are_named_and_the_good_ones_kept(notice: Path, capsys) -> None:
    notice.write_text(NOTICE + "2027-13-01,休,,\n2027-02-07,放鸽子,,\n", encoding="utf-8")
    assert command.main(["import", "working-days", str(notice)]) == 3
    said = capsys.readouterr().err
    assert "!4 day" in said
    assert "!5 kind" in said
    assert working_calendar().last_on == date(2027, 12, 31)


@pytest.mark.parametrize("content", [b"", b"\x00\x01\x02", b"PK\x03\x04junk", b"a,b\n1,2\n"])
def test_what_is_no_notice_is_refused_and_says_how_one_looks(
    notice: Path, capsys, content: bytes
) -> None:
    notice.write_bytes(content)
    assert command.main(["import", "working-days", str(notice)]) == 1
    assert capsys.readouterr().err
    assert working_calendar().last_on == date(2026, 12, 31)
    assert not Event.objects.exists()


def test_only_an_administrator_may_in_his_own_name(notice: Path, capsys) -> None:
    office = an_organisation()
    for roles, status in ((("accept",), 1), (("administer",), 0)):
        actor = an_official(office, roles=roles)
        username = Account.objects.get(pk=actor.account).username
        assert command.main(["import", "working-days", str(notice), "--as", username]) == status
