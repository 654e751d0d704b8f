"""Every address of a matter, asked by everybody who has no business with it."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from guanggu.apps.approvals.actions import start_draft
from guanggu.kernel.document.public import documents_of
from guanggu.kernel.identity.testing import a_firm_agent, a_person, an_official, sign_in

from .acting import case_of, decided, handed_in, open_task
from .people import House

MATTER = ("", "receipt/", "qr.svg", "correct/", "withdraw/", "appeal/", "rate/")
CASE = ("", "extend/", "pause/", "resume/", "charge/", "payment/", "correct/", "move/", "note/")


def _addresses(number: str) -> list[str]:
    case = case_of(number)
    file = case.data["materials"]["id-card"][0]["file"]
    paper = documents_of(case.ref).first()
    assert paper is not None
    own = [f"/approvals/matters/{number}/{rest}" for rest in MATTER]
    own += [f"/approvals/matters/{number}/files/{file}/"]
    own += [f"/approvals/matters/{number}/papers/{paper.key}/"]
    work = [f"/approvals/work/cases/{number}/{rest}" for rest in CASE]
    return own + work


def _strangers(house: House) -> dict[str, Client]:
    return {
        "visitor": Client(),
        "person": sign_in(a_person()),
        "firm": sign_in(a_firm_agent("914403001922038216")),
        "agent for himself": sign_in(house.firm),
        "official": sign_in(an_official(None, ("accept", "review", "decide", "head", "deliver"))),
    }


def test_no_stranger_opens_any_page_of_a_matter(
    house: House, item: dict[str, Any], quiet: Any
) -> None:
    number = handed_in(house)
    quiet()
    for who, client in _strangers(house).items():
        for address in _addresses(number):
            answer = client.get(address)
            assert answer.status_code in (403, 404), (who, address, answer.status_code)
            assert "张光谷" not in answer.content.decode(), (who, address)


def test_no_stranger_acts_on_a_matter(house: House, item: dict[str, Any]) -> None:
    number = handed_in(house)
    before = case_of(number).version
    task = f"/approvals/work/cases/{number}/tasks/{open_task(number)}/"
    writes = [task, f"{task}claim/", f"{task}release/",
              *(f"/approvals/matters/{number}/{r}/" for r in ("withdraw", "appeal", "rate")),
              *(f"/approvals/work/cases/{number}/{r}/" for r in ("note", "extend", "move"))]  # fmt: skip
    for who, client in _strangers(house).items():
        for address in writes:
            data = {
                "outcome": "accept",
                "reason": "x",
                "level": "5",
                "text": "x",
                "request_key": "k",
            }
            assert client.post(address, data).status_code in (403, 404, 405), (who, address)
    assert case_of(number).version == before


def test_a_task_is_not_reached_through_another_case(house: House, item: dict[str, Any]) -> None:
    mine, other = handed_in(house), handed_in(house)
    address = f"/approvals/work/cases/{mine}/tasks/{open_task(other)}/"
    assert sign_in(house.clerk).post(address, {"outcome": "accept"}).status_code == 404
    assert case_of(other).step == "acceptance"


def test_a_draft_is_its_owners_only(house: House, item: dict[str, Any]) -> None:
    draft = start_draft(house.person, item="test-item")["draft"]
    for who, client in _strangers(house).items():
        for step in ("applicant", "form-1", "materials", "check"):
            answer = client.get(f"/approvals/apply/test-item/{draft}/{step}/")
            assert answer.status_code in (403, 404), (who, step)


def test_the_colleague_of_another_step_sees_but_does_not_decide(
    house: House, item: dict[str, Any]
) -> None:
    number = handed_in(house)
    client = sign_in(house.decider)
    assert client.get(f"/approvals/work/cases/{number}/").status_code == 200
    address = f"/approvals/work/cases/{number}/tasks/{open_task(number)}/"
    assert client.post(address, {"outcome": "accept", "request_key": "z"}).status_code == 403
    decided(house.clerk, number, "accept")


@pytest.mark.parametrize("code", ["", "00000000", "'; drop table", "é" * 30])
def test_progress_needs_the_check_code(house: House, item: dict[str, Any], code: str) -> None:
    number = handed_in(house)
    answer = Client().get("/approvals/progress/", {"number": number, "code": code})
    assert answer.status_code == 404
    assert "测试市场监管局" not in answer.content.decode()


def test_progress_is_limited(house: House, item: dict[str, Any]) -> None:
    client = Client()
    answers = [client.get("/approvals/progress/").status_code for _ in range(61)]
    assert answers[-1] == 429
