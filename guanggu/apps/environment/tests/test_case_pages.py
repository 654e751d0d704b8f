"""The pages of enforcement, as an officer walks them."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from guanggu.apps.environment.actions.enforcing import open_violation
from guanggu.apps.environment.models import Violation
from guanggu.base import clock
from guanggu.base.actor import platform
from guanggu.kernel.identity.testing import a_person, sign_in

from .people import Bureau, report


@pytest.fixture(autouse=True)
def _in_may():
    with clock.fixed_at(datetime(2026, 5, 11, 2, tzinfo=UTC)):
        yield


@pytest.fixture
def violation(bureau: Bureau) -> Violation:
    report("PS-01-DW001", "w01018", "2026-05-10 00:00", [45.0] * 10 + [81.5, 77.0])
    open_violation(
        platform("alarms"), subject="outlets/PS-01-DW001", kind="exceedance", factor="w01018",
        value="81.5", limit="50", at="2026-05-10T02:00:00+00:00",
    )  # fmt: skip
    return Violation.objects.get()


def test_an_officer_walks_a_case_from_the_list_to_its_next_step(bureau, violation):
    client = sign_in(bureau.enforcer)
    listed = client.get("/environment/cases/").content.decode()
    assert violation.title in listed
    address = f"/environment/cases/{violation.key}/"
    page = client.get(address).content.decode()
    assert "线索核查" in page
    assert "属实，转现场检查" in page
    assert '<figure class="chart curve"' in page
    key = re.search(r'name="request_key" value="(\w+)"', page)[1]
    answer = client.post(address, {"outcome": "dismissed", "request_key": key})
    assert answer.status_code == 200
    assert "不属实的理由" in answer.content.decode()
    assert Violation.objects.get().state == "open"
    answer = client.post(address, {"outcome": "confirmed", "confirmed-opinion": "核实超标"})
    assert answer.status_code == 302
    page = client.get(address).content.decode()
    assert "核实超标" in page
    assert "责令改正" in page


def test_evidence_is_frozen_and_papers_are_added_on_the_page(bureau, violation):
    client = sign_in(bureau.enforcer)
    address = f"/environment/cases/{violation.key}/"
    client.post(address, {"freeze": "1"})
    photo = SimpleUploadedFile("现场笔录.txt", "现场检查笔录".encode())
    client.post(address, {"paper": photo})
    page = client.get(address).content.decode()
    assert f"{violation.key}-evidence.csv" in page
    assert "现场笔录.txt" in page
    link = re.search(r'href="(/environment/cases/[^"]+/papers/\w+/)"', page)[1]
    assert b"w01018" in b"".join(client.get(link).streaming_content)


def test_residents_see_no_enforcement(bureau, violation):
    client = sign_in(a_person())
    assert client.get("/environment/cases/").status_code == 403
    assert client.get(f"/environment/cases/{violation.key}/").status_code == 404


def test_one_who_monitors_sees_the_case_and_cannot_decide_it(bureau, violation):
    client = sign_in(bureau.monitor)
    page = client.get(f"/environment/cases/{violation.key}/").content.decode()
    assert violation.title in page
    assert "属实，转现场检查" not in page
