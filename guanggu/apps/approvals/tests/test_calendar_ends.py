"""The working days of the next year are not announced yet: who is at the desk is told what to do."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from guanggu.base import clock
from guanggu.base.calendar import operator_table
from guanggu.base.working_days import import_notice
from guanggu.kernel.case.public import Case, keep_deadlines
from guanggu.kernel.identity.testing import sign_in

from .people import House
from .test_pages import post, submitted

NOTICE = "日期,类型,节日,文号\n2027-01-01,休,元旦,样例\n2027-10-01,休,国庆节,样例\n"


def announce(folder: Path) -> None:
    """As ``guanggu import working-days`` does."""
    notice = folder / "notice.csv"
    notice.write_text(NOTICE, encoding="utf-8")
    import_notice(notice, operator_table())


def accept(client: Client, number: str, language: str) -> Any:
    client.cookies["language"] = language
    page = client.get(f"/approvals/work/cases/{number}/?outcome=accept").content.decode()
    address = re.search(r'action="(/approvals/work/cases/\w+/tasks/\d+/)#task"', page)[1]
    return post(client, address, {"outcome": "accept"})


@pytest.fixture
def december(house: House) -> Any:
    with clock.fixed_at(datetime(2026, 12, 10, 2, tzinfo=UTC)):
        yield


def test_a_clerk_is_told_to_have_the_notice_imported_and_goes_on_after_it(
    house: House, item: dict[str, Any], december: None, tmp_path: Path
) -> None:
    number = submitted(sign_in(house.person))
    client = sign_in(house.clerk)
    for language, words in (
        ("zh", "请联系系统管理员导入国务院办公厅关于 2027 年"),
        ("en", "Ask the administrator to import the State Council"),
    ):
        answer = accept(client, number, language)
        assert answer.status_code == 422
        assert words in re.sub(r"&#x27;", "'", answer.content.decode())
    assert Case.objects.get(number=number).stage == "acceptance"
    announce(tmp_path)
    assert accept(client, number, "zh").status_code == 302
    assert Case.objects.get(number=number).due_on.year == 2026  # promised in ten days
    assert client.get(f"/approvals/work/cases/{number}/").status_code == 200


def test_silence_counts_as_acceptance_once_the_notice_is_there(
    house: House, item: dict[str, Any], december: None, tmp_path: Path
) -> None:
    number = submitted(sign_in(house.person))
    with clock.fixed_at(datetime(2026, 12, 21, 2, tzinfo=UTC)):
        keep_deadlines()
        assert Case.objects.get(number=number).stage == "acceptance"
        announce(tmp_path)
        keep_deadlines()
        assert Case.objects.get(number=number).stage != "acceptance"


def test_an_applicant_of_the_last_days_is_told_and_keeps_the_draft(
    house: House, item: dict[str, Any], december: None, tmp_path: Path
) -> None:
    with clock.fixed_at(datetime(2026, 12, 30, 2, tzinfo=UTC)):
        client = sign_in(house.person)
        with pytest.raises(AssertionError, match="2027"):
            submitted(client)
        (base,) = re.findall(
            r"/approvals/apply/test-item/[\w-]+/",
            client.get("/approvals/apply/test-item/").content.decode(),
        )[:1]
        announce(tmp_path)
        assert post(client, f"{base}check/", {"declared": "on"}).status_code == 302


def test_every_page_of_a_case_opens_in_a_year_without_notice(
    house: House, item: dict[str, Any]
) -> None:
    number = submitted(sign_in(house.person))
    accept(sign_in(house.clerk), number, "zh")
    with clock.fixed_at(datetime(2027, 1, 5, 2, tzinfo=UTC)):
        keep_deadlines()
        for actor, pages in (
            (house.person, (f"/approvals/matters/{number}/", "/approvals/matters/", "/mine/")),
            (house.head, (f"/approvals/work/cases/{number}/", "/approvals/work/",
                          "/approvals/work/overview/", f"/approvals/work/cases/{number}/extend/",
                          f"/approvals/work/cases/{number}/move/")),
        ):  # fmt: skip
            client = sign_in(actor)
            for page in pages:
                assert client.get(page).status_code == 200, page
