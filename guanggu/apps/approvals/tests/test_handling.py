"""From the application to the certificate, and the rules of the law on the way."""

from __future__ import annotations

from typing import Any

import pytest

from guanggu.apps.approvals.actions import correct_matter, extend_limit, pause_matter, resume_matter
from guanggu.base.errors import Conflict, Forbidden, Invalid
from guanggu.kernel.case.public import CaseClock, keep_deadlines
from guanggu.kernel.document.public import documents_of, open_content, verify_pdf
from guanggu.kernel.identity.testing import an_official, an_organisation
from guanggu.kernel.journal.public import verify

from .acting import case_of, decided, event_of, granted, handed_in, kinds_of, on, open_task
from .people import House, a_received


def due(number: str, name: str = "promised") -> str:
    row = CaseClock.objects.get(case__number=number, name=name)
    return row.due_on.isoformat() if row.due_on else "paused"


def test_an_application_becomes_a_sealed_certificate(
    house: House, item: dict[str, Any], quiet: Any
) -> None:
    number = handed_in(house)
    granted(house, number)
    quiet()
    case = case_of(number)
    assert (case.state, case.outcome) == ("closed", "granted")
    papers = {p.template: p for p in documents_of(case.ref)}
    assert {"approvals.receipt_slip", "approvals.acceptance", "approvals.grant",
            "approvals.certificate"} <= set(papers)  # fmt: skip
    certificate = papers["approvals.certificate"]
    assert certificate.title == "测试经营许可证"
    assert certificate.valid_until.isoformat() == "2029-05-31"
    assert ["用途", "店铺"] in certificate.data["rows"]
    assert ["地址", "高新大道1号"] in certificate.data["rows"]
    with open_content(certificate.file) as content:
        assert verify_pdf(content.read()).valid
    assert event_of(number, "approvals.delivered")["way"] == "online"
    assert event_of(number, "approvals.decided")["same_person"] is False
    assert not verify().findings


def test_five_working_days_of_silence_mean_acceptance_from_the_day_of_receipt(
    house: House, item: dict[str, Any]
) -> None:
    number = handed_in(house)  # Monday 1 June: the five days end on Monday 8 June
    with on(6, 8):
        keep_deadlines()
        assert case_of(number).step == "acceptance"
    with on(6, 9):
        keep_deadlines()
        assert case_of(number).step == "review"
        told = event_of(number, "approvals.deemed_accepted")
        assert told["accepted_from"] == "2026-06-01"
        # Ten working days from 1 June: 15 June.
        assert due(number) == told["due_on"] == "2026-06-15"


def test_nobody_can_choose_deemed_acceptance(house: House, item: dict[str, Any]) -> None:
    number = handed_in(house)
    with pytest.raises(Forbidden):
        decided(house.clerk, number, "deemed")
    assert case_of(number).step == "acceptance"


def test_a_second_notice_is_refused_and_told_to_supervision(
    house: House, item: dict[str, Any]
) -> None:
    number = handed_in(house)
    decided(house.clerk, number, "notice", missing=["id-card"])
    correct_matter(house.person, number=number, received=[["id-card", a_received("新.pdf")]])
    assert [f["name"] for f in case_of(number).data["materials"]["id-card"]][-1] == "新.pdf"
    answer = decided(house.clerk, number, "notice", missing=["fire-report"])
    assert answer["refused"] == "second_notice"
    assert case_of(number).step == "acceptance"
    assert "approvals.second_notice_attempted" in kinds_of(number)
    assert decided(house.clerk, number, "accept")["step"] == "review"


def test_a_notice_says_what_is_missing(house: House, item: dict[str, Any]) -> None:
    number = handed_in(house)
    with pytest.raises(Invalid) as caught:
        decided(house.clerk, number, "notice")
    assert "missing" in caught.value.fields
    decided(house.clerk, number, "notice", missing=["id-card"], other="请写明经营范围")
    paper = documents_of(case_of(number).ref).get(template="approvals.one_time_notice")
    assert paper.data["items"][0][0] == "身份证明"
    assert any("经营范围" in p for p in paper.data["paragraphs"])


def test_after_correction_the_five_days_begin_anew(house: House, item: dict[str, Any]) -> None:
    number = handed_in(house)
    with on(6, 5):
        decided(house.clerk, number, "notice", missing=["id-card"])
    with on(6, 10):
        correct_matter(house.person, number=number, received=[["id-card", a_received()]])
    with on(6, 17):
        keep_deadlines()
        assert case_of(number).step == "acceptance"
    with on(6, 18):
        keep_deadlines()
        assert event_of(number, "approvals.deemed_accepted")["accepted_from"] == "2026-06-10"


def test_an_inspection_stops_the_clock(house: House, item: dict[str, Any]) -> None:
    item["procedure"] = "with_inspection"
    number = handed_in(house)
    decided(house.clerk, number, "accept")
    assert due(number) == "2026-06-15"
    with pytest.raises(Invalid):  # the inspection must not be skipped
        decided(house.reviewer, number, "approve", opinion="符合")
    with on(6, 3):
        decided(house.reviewer, number, "inspection", reason="核查场所", planned_days=3)
        assert due(number) == "paused"
    with on(6, 8):  # left out: 4, 5 and 8 June
        decided(house.reviewer, number, "done", conclusion="pass", report="符合")
        assert due(number) == "2026-06-18"
        assert decided(house.reviewer, number, "approve", opinion="符合")["step"] == "decision"
    papers = documents_of(case_of(number).ref)
    assert papers.filter(template="approvals.excluded_time").count() == 1


def test_a_hearing_is_told_seven_days_before(house: House, item: dict[str, Any]) -> None:
    item["procedure"] = "with_hearing"
    number = handed_in(house)
    decided(house.clerk, number, "accept")
    told = {"reason": "涉及重大利益", "planned_days": 10, "place": "三楼会议室"}
    with pytest.raises(Invalid) as caught:
        decided(house.reviewer, number, "hearing", held_on="2026-06-05", **told)
    assert "held_on" in caught.value.fields
    assert decided(house.reviewer, number, "hearing", held_on="2026-06-15", **told)
    assert case_of(number).step == "hearing"


def test_an_official_pauses_only_for_what_the_law_names(house: House, item: dict[str, Any]) -> None:
    number = handed_in(house)
    decided(house.clerk, number, "accept")
    with pytest.raises(Invalid):
        pause_matter(house.reviewer, number=number, reason="busy", planned_days=5, note="忙")
    pause_matter(house.reviewer, number=number, reason="testing", planned_days=5, note="送检")
    assert due(number) == "paused"
    with on(6, 4):
        resume_matter(house.reviewer, number=number)
    assert due(number) == "2026-06-18"
    assert due(number, "statutory") == "2026-07-03"  # 20 days, 19 June is a holiday, 3 left out


def test_the_head_extends_once_with_a_reason(house: House, item: dict[str, Any]) -> None:
    number = handed_in(house)
    decided(house.clerk, number, "accept")
    with pytest.raises(Forbidden):
        extend_limit(house.reviewer, number=number, days=10, reason="案情复杂")
    with pytest.raises(Invalid):
        extend_limit(house.head, number=number, days=11, reason="案情复杂")
    extend_limit(house.head, number=number, days=10, reason="案情复杂")
    assert event_of(number, "approvals.extended")["reason"] == "案情复杂"
    with pytest.raises(Conflict):
        extend_limit(house.head, number=number, days=1, reason="还不够")
    paper = documents_of(case_of(number).ref).get(template="approvals.extension")
    assert any("案情复杂" in p for p in paper.data["paragraphs"])


def test_joint_review_waits_for_every_department(house: House, item: dict[str, Any]) -> None:
    others = [
        an_organisation("测试城管局", code="test-cg"),
        an_organisation("测试消防", code="test-xf"),
    ]
    item |= {"procedure": "joint_review", "statutory_days": 45, "promised_days": 30}
    item["joint_organisations"] = [o.code for o in others]
    number = handed_in(house)
    decided(house.clerk, number, "accept")
    assert due(number, "statutory") > "2026-08-01"
    first, second = (an_official(o, ("review",)) for o in others)
    with pytest.raises(Forbidden):
        decided(second, number, "agree", branch="test-cg", opinion="越权")
    decided(first, number, "agree", branch="test-cg", opinion="同意")
    assert case_of(number).step == "joint"
    decided(second, number, "disagree", branch="test-xf", opinion="消防不达标")
    assert case_of(number).step == "review"
    decided(house.reviewer, number, "reject", opinion="消防不同意")
    decided(house.decider, number, "refuse", reason="消防条件不符合《消防法》第十五条")
    assert case_of(number).step == "refusal_delivery"
    paper = documents_of(case_of(number).ref).get(template="approvals.refusal")
    assert any("行政复议" in p for p in paper.data["paragraphs"])


def test_whoever_accepted_and_decides_is_marked(house: House, item: dict[str, Any]) -> None:
    one = an_official(house.organisation, ("accept", "review", "decide"))
    number = handed_in(house)
    decided(one, number, "accept")
    decided(one, number, "approve", opinion="符合")
    decided(one, number, "grant")
    assert event_of(number, "approvals.decided")["same_person"] is True


def test_an_immediate_item_is_granted_at_the_window(
    house: House, item: dict[str, Any], quiet: Any
) -> None:
    item |= {"procedure": "immediate", "item_kind": "immediate", "promised_days": 0}
    number = handed_in(house)
    decided(house.clerk, number, "grant")
    quiet()
    assert case_of(number).outcome == "granted"


def test_declining_names_reasons_and_remedies(house: House, item: dict[str, Any]) -> None:
    number = handed_in(house)
    with pytest.raises(Invalid):
        decided(house.clerk, number, "decline", ground="not_competent")
    decided(house.clerk, number, "decline", ground="not_competent", reason="不属本局职权")
    assert case_of(number).outcome == "declined"
    paper = documents_of(case_of(number).ref).get(template="approvals.non_acceptance")
    assert any("行政诉讼" in p for p in paper.data["paragraphs"])


def test_the_second_of_two_officials_reads_who_decided_what(
    house: House, item: dict[str, Any]
) -> None:
    number = handed_in(house)
    task = open_task(number)
    decided(house.clerk, number, "accept")
    from guanggu.apps.approvals.actions import decide_task

    other = an_official(house.organisation, ("accept",))
    with pytest.raises(Conflict) as caught:
        decide_task(other, task=task, outcome="accept", data={})
    assert "收件员" in caught.value.message.zh
    assert "予以受理" in caught.value.message.zh


def test_delivery_at_the_counter_is_signed_for(
    house: House, item: dict[str, Any], quiet: Any
) -> None:
    from guanggu.apps.approvals.actions import apply

    made = apply(
        house.person, item="test-item", form={"site": {"address": "路1号", "area": 10},
        "purpose": "office"}, delivery={"way": "window"}, materials={"id-card": [_file(house)]},
    )  # fmt: skip
    number = made["number"]
    granted(house, number)
    quiet()
    assert case_of(number).step == "delivery"
    with pytest.raises(Invalid):
        decided(house.deliverer, number, "window")
    decided(house.deliverer, number, "window", receiver="张光谷", received_on="2026-06-01")
    assert case_of(number).outcome == "granted"
    assert documents_of(case_of(number).ref).filter(template="approvals.delivery_receipt").exists()


def _file(house: House) -> str:
    from guanggu.apps.approvals.actions import attach_file, start_draft

    draft = start_draft(house.person, item="test-item")["draft"]
    return attach_file(house.person, draft=draft, material="id-card", received=a_received())["file"]
