"""From the application to the certificate, by actions."""

from __future__ import annotations

from typing import Any

from guanggu.apps.approvals.actions import (
    attach_file,
    decide_task,
    save_draft,
    start_draft,
    submit_draft,
)
from guanggu.kernel.case.public import Case
from guanggu.kernel.document.public import documents_of, open_content, verify_pdf
from guanggu.kernel.journal.public import history, verify

from .people import ANSWERS, House, a_received


def handed_in(house: House, **more: Any) -> dict[str, Any]:
    draft = start_draft(house.person, item="test-item")["draft"]
    save_draft(house.person, draft=draft, part="form", values=ANSWERS)
    for material in ("id-card", "fire-report"):
        attach_file(house.person, draft=draft, material=material, received=a_received())
    return submit_draft(house.person, draft=draft, declared=True)


def decided(actor: Any, answer: dict[str, Any], outcome: str, **data: Any) -> dict[str, Any]:
    return decide_task(actor, task=answer["tasks"][0], outcome=outcome, data=data)


def kinds_of(case: Case) -> list[str]:
    return [event.kind for event in history(case.ref)]


def test_an_application_becomes_a_sealed_certificate(
    house: House, item: dict[str, Any], quiet: Any
) -> None:
    answer = handed_in(house)
    answer = decided(house.clerk, answer, "accept")
    answer = decided(house.reviewer, answer, "approve", opinion="符合条件")
    answer = decided(house.decider, answer, "grant")
    quiet()
    case = Case.objects.get(number=answer["number"])
    assert (case.state, case.outcome) == ("closed", "granted")
    papers = {p.template: p for p in documents_of(case.ref)}
    assert {"approvals.receipt_slip", "approvals.acceptance", "approvals.grant",
            "approvals.certificate"} <= set(papers)  # fmt: skip
    certificate = papers["approvals.certificate"]
    assert certificate.title == "测试经营许可证"
    assert certificate.valid_until.isoformat() == "2029-05-31"
    assert ["用途", "店铺"] in certificate.data["rows"]
    with open_content(certificate.file) as content:
        assert verify_pdf(content.read()).valid
    assert "approvals.delivered" in kinds_of(case)
    assert not verify().findings
