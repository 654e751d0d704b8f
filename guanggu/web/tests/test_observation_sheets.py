"""The page for observations in sheets: who may, what is told, and the wrong rows to mend."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from guanggu.base.actor import platform
from guanggu.base.clock import fixed_at
from guanggu.kernel.identity.testing import an_official, sign_in
from guanggu.kernel.observation.public import StreamSpec, declare_station

ADDRESS = "/sensing/upload/"


@pytest.fixture(autouse=True)
def _now():
    with fixed_at(datetime(2026, 5, 2, tzinfo=UTC)):
        yield


@pytest.fixture
def keeper(client, db):
    specs = [StreamSpec("w01018", "hour", "mg/L", name="化学需氧量")]
    declare_station(platform("test"), key="S-01", name="一号排口", kind="outlet", streams=specs)
    return sign_in(an_official(roles=["devices"]), client)


def send(client, text: str):
    return client.post(ADDRESS, {"file": SimpleUploadedFile("a.csv", text.encode())})


def test_good_rows_are_stored_and_the_others_given_back(keeper) -> None:
    answer = send(keeper, "监测设施,时间,w01018\nS-01,2026-05-01 08:00,1\nS-01,nie,2\n")
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "nie" in page
    address = page.split('href="/sensing/upload/wrong/')[1].split('"')[0]
    sheet = keeper.get(f"/sensing/upload/wrong/{address}").content.decode("utf-8-sig")
    assert sheet.splitlines()[1].startswith("S-01,nie,2,3,")


def test_a_foreign_file_is_told_beside_the_field(keeper) -> None:
    answer = send(keeper, "a,b\n1,2\n")
    assert answer.status_code == 422
    assert "时间" in answer.content.decode()


def test_the_template_is_a_workbook_that_can_be_sent(keeper) -> None:
    answer = keeper.get(f"{ADDRESS}template.xlsx")
    assert answer.content[:2] == b"PK"


def test_others_may_not(client, db) -> None:
    sign_in(an_official(roles=["accept"]), client)
    assert client.get(ADDRESS).status_code == 403
    assert client.get(f"{ADDRESS}wrong/{'0' * 32}.csv").status_code == 403
