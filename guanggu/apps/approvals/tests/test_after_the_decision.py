"""Withdrawal, appeal, rating, fees, correction; versions; what cannot be done twice or by others."""

from __future__ import annotations

from typing import Any

import pytest

from guanggu.apps.approvals.actions import (
    appeal_matter,
    attach_file,
    correct_certificate,
    move_matter,
    notify_fee,
    rate_matter,
    record_payment,
    start_draft,
    submit_draft,
    withdraw_matter,
)
from guanggu.base.actor import platform
from guanggu.base.errors import Conflict, Forbidden, Invalid, Missing
from guanggu.kernel.case.public import (
    Procedure,
    definition_for,
    publish_procedure,
    publish_shipped,
    shipped_procedure,
)
from guanggu.kernel.document.public import documents_of
from guanggu.kernel.identity.testing import a_person, an_official

from .acting import case_of, decided, event_of, granted, handed_in, kinds_of
from .people import House, a_received


def test_every_shipped_procedure_has_no_fault(db: Any) -> None:
    published = publish_shipped()
    assert "approvals.general" in published
    assert publish_shipped() == []
    assert set(Procedure.objects.values_list("code", flat=True)) == set(published)


def test_an_applicant_withdraws_before_the_decision(house: House, item: dict[str, Any]) -> None:
    number = handed_in(house)
    with pytest.raises(Invalid):
        withdraw_matter(house.person, number=number, reason="  ")
    withdraw_matter(house.person, number=number, reason="不办了")
    assert case_of(number).state == "withdrawn"
    assert "approvals.withdrawn" in kinds_of(number)


def test_nobody_withdraws_another_persons_matter(house: House, item: dict[str, Any]) -> None:
    number = handed_in(house)
    with pytest.raises(Missing):
        withdraw_matter(a_person(), number=number, reason="不办了")
    assert case_of(number).is_open


def test_an_upheld_appeal_reopens_the_matter_in_a_new_round(
    house: House, item: dict[str, Any], quiet: Any
) -> None:
    number = handed_in(house)
    decided(house.clerk, number, "accept")
    decided(house.reviewer, number, "reject", opinion="不符合")
    decided(house.decider, number, "refuse", reason="不符合条件")
    quiet()
    assert case_of(number).outcome == "refused"
    appeal = appeal_matter(house.person, number=number, reason="材料齐全")["appeal"]
    with pytest.raises(Conflict):
        appeal_matter(house.person, number=number, reason="再来一次")
    decided(house.head, appeal, "reopen", step="review", reason="确有错误")
    case = case_of(number)
    assert (case.state, case.round, case.step) == ("open", 2, "review")
    refusal = documents_of(case.ref).get(template="approvals.refusal")
    assert refusal.state == "withdrawn"
    assert event_of(number, "approvals.appeal_answered")["upheld"] is True
    decided(house.reviewer, number, "approve", opinion="重新审查符合")
    decided(house.decider, number, "grant")
    quiet()
    assert case_of(number).outcome == "granted"


def test_a_dismissed_appeal_leaves_the_matter_closed(
    house: House, item: dict[str, Any], quiet: Any
) -> None:
    number = handed_in(house)
    decided(house.clerk, number, "decline", ground="not_competent", reason="不属本局")
    appeal = appeal_matter(house.person, number=number, reason="属于")["appeal"]
    decided(house.head, appeal, "dismiss", reason="确不属本局")
    assert not case_of(number).is_open
    assert event_of(number, "approvals.appeal_answered")["upheld"] is False


def test_a_bad_rating_opens_a_follow_up(house: House, item: dict[str, Any], quiet: Any) -> None:
    number = handed_in(house)
    with pytest.raises(Conflict):
        rate_matter(house.person, number=number, level=1)
    granted(house, number)
    quiet()
    follow_up = rate_matter(house.person, number=number, level=2, text="太慢")["follow_up"]
    assert case_of(follow_up).data["matter"] == number
    with pytest.raises(Conflict):
        rate_matter(house.person, number=number, level=5)
    decided(house.head, follow_up, "mended", measures="已致电道歉并改进")
    assert event_of(number, "approvals.follow_up_answered")["outcome"] == "mended"


def test_a_fee_outside_the_item_needs_a_reason_and_is_told(
    house: House, item: dict[str, Any], quiet: Any
) -> None:
    number = handed_in(house)
    assert not notify_fee(house.clerk, number=number, name="工本费", amount_fen=1000)[
        "outside_item"
    ]
    with pytest.raises(Invalid):
        notify_fee(house.clerk, number=number, name="服务费", amount_fen=5000)
    notify_fee(
        house.clerk, number=number, name="服务费", amount_fen=5000, outside_item=True, reason="加急"
    )
    assert event_of(number, "approvals.fee_outside_item")["amount_fen"] == 5000
    granted(house, number)
    quiet()
    assert case_of(number).step == "delivery"  # unpaid: not delivered by itself
    with pytest.raises(Invalid):
        decided(house.deliverer, number, "online")
    for name in ("工本费", "服务费"):
        record_payment(house.deliverer, number=number, name=name, voucher="No.1")
    decided(house.deliverer, number, "online")
    assert case_of(number).outcome == "granted"


def test_a_corrected_certificate_takes_back_the_first(
    house: House, item: dict[str, Any], quiet: Any
) -> None:
    number = handed_in(house)
    granted(house, number)
    quiet()
    with pytest.raises(Forbidden):
        correct_certificate(house.clerk, number=number, reason="地址写错")
    correct_certificate(house.decider, number=number, reason="地址写错")
    decided(house.decider, number, "grant")
    quiet()
    states = documents_of(case_of(number).ref).filter(template="approvals.certificate")
    assert [p.state for p in states] == ["withdrawn", "issued"]


def test_a_skipped_stage_is_told(house: House, item: dict[str, Any]) -> None:
    number = handed_in(house)
    with pytest.raises(Forbidden):
        move_matter(house.clerk, number=number, step="decision", reason="急")
    move_matter(house.head, number=number, step="decision", reason="急")
    assert event_of(number, "approvals.stage_skipped")["skipped"] == ["review"]


def test_a_case_stays_with_its_version_of_the_procedure(house: House, item: dict[str, Any]) -> None:
    number = handed_in(house)
    changed = shipped_procedure("approvals.general")
    changed["title"] = "一般程序（新）"
    publish_procedure(platform("test"), code="approvals.general", definition=changed)
    newer = handed_in(house)
    assert definition_for(case_of(number)).version == 1
    assert definition_for(case_of(newer)).version == 2
    assert decided(house.clerk, number, "accept")["step"] == "review"


def test_a_double_submission_makes_one_matter(house: House, item: dict[str, Any]) -> None:
    item["materials"], item["form_schema"] = [], {"type": "object", "properties": {}}
    draft = start_draft(house.person, item="test-item")["draft"]
    once = submit_draft(house.person, key="one", draft=draft, declared=True)
    again = submit_draft(house.person, key="one", draft=draft, declared=True)
    assert once == again


def test_what_is_missing_is_named(house: House, item: dict[str, Any]) -> None:
    draft = start_draft(house.person, item="test-item")["draft"]
    with pytest.raises(Invalid) as caught:
        submit_draft(house.person, draft=draft, declared=True)
    assert "form.purpose" in caught.value.fields
    with pytest.raises(Invalid):
        submit_draft(house.person, draft=draft, declared=False)


def test_a_material_takes_only_its_formats(house: House, item: dict[str, Any]) -> None:
    draft = start_draft(house.person, item="test-item")["draft"]
    with pytest.raises(Invalid) as caught:
        attach_file(house.person, draft=draft, material="fire-report", received=a_received("a.txt"))
    assert "pdf" in caught.value.message.zh
    with pytest.raises(Missing):
        attach_file(a_person(), draft=draft, material="id-card", received=a_received())


def test_an_item_for_firms_is_closed_to_persons(house: House, item: dict[str, Any]) -> None:
    item["subjects"] = ["legal_entity"]
    with pytest.raises(Invalid):
        start_draft(house.person, item="test-item")
    assert start_draft(house.firm, item="test-item")["draft"]


def test_a_suspended_item_cannot_be_applied_for(house: House, item: dict[str, Any]) -> None:
    item["status"] = "suspended"
    with pytest.raises(Conflict):
        start_draft(house.person, item="test-item")


def test_an_official_of_another_body_cannot_decide(house: House, item: dict[str, Any]) -> None:
    number = handed_in(house)
    with pytest.raises(Missing):
        decided(an_official(None, ("accept",)), number, "accept")
    assert case_of(number).step == "acceptance"
