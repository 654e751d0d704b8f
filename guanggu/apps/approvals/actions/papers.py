"""What the applicant is told in writing: each paper is drafted and numbered with the decision.

The document kernel typesets and seals it after the commit.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from guanggu.base import clock
from guanggu.base.actor import Actor
from guanggu.kernel.case.public import Case
from guanggu.kernel.document.public import Document, prepare_document
from guanggu.kernel.identity.public import Organisation
from guanggu.kernel.journal.public import append

from .. import rules
from ..queries import facts_of

# template -> the word of its numbers: 武新市监受〔2026〕12号
WORDS = {
    "receipt_slip": "收", "one_time_notice": "补", "acceptance": "受", "non_acceptance": "不受",
    "excluded_time": "特", "extension": "延", "grant": "准", "refusal": "不准",
    "termination": "终", "fee_notice": "费", "delivery_receipt": "送", "certificate": "证",
}  # fmt: skip


def day(value: date) -> str:
    return f"{value.year}年{value.month}月{value.day}日"


def _pattern(case: Case, template: str) -> str:
    organisation = Organisation.objects.get(pk=case.organisation_id)
    word = organisation.document_word or organisation.short_name or organisation.code
    word = word.replace("{", "").replace("}", "")
    return f"{word}{WORDS[template]}〔{{year}}〕{{number}}号"


def write(
    actor: Actor, case: Case, template: str, data: Mapping[str, Any], **more: Any
) -> Document | None:
    """Draft and number a paper of the case; None where the case goes without papers."""
    if case.data.get("without_papers"):
        return None
    return prepare_document(
        actor, template=f"approvals.{template}", data=data, subject=case.ref,
        organisation=case.organisation_id, pattern=_pattern(case, template),
        holders=[case.applicant] if case.applicant else [], holder_name=case.applicant_name,
        **more,
    )  # fmt: skip


def notice(
    actor: Actor, case: Case, template: str, paragraphs: Iterable[str],
    items: Iterable[tuple[str, str]] = (), closing: Iterable[str] = (),
) -> Document | None:  # fmt: skip
    """A notice to the applicant; empty paragraphs are left out."""
    data: dict[str, Any] = {
        "addressee": case.applicant_name or "申请人",
        "paragraphs": [p for p in paragraphs if p],
    }
    if rows := [list(pair) for pair in items]:
        data["items"] = rows
    if lines := [line for line in closing if line]:
        data["closing"] = lines
    return write(actor, case, template, data)


def _received_materials(case: Case) -> list[list[str]]:
    names = {m["key"]: m["name"] for m in case.data["item"]["materials"]}
    files = case.data.get("materials") or {}
    return [[names.get(k, k), f"{len(v)}"] for k, v in files.items()]


def give_receipt(actor: Actor, case: Case) -> None:
    """收件凭证, dated and sealed, whatever is decided later (行政许可法第三十二条第二款)."""
    data = case.data
    rows = [
        ["办件编号", case.number],
        ["查询码", f"{data['check_code'][:4]}-{data['check_code'][4:]}"],
        ["申请事项", case.title],
        ["申请人", case.applicant_name or "—"],
        ["收件单位", case.organisation_name],
        ["收件日期", day(clock.local(case.opened_at).date())],
        [
            "办理时限",
            f"法定{data['statutory_days']}个工作日，承诺{data['promised_days']}个工作日"
            "（自受理之日起）",
        ],
    ]
    paper: dict[str, Any] = {
        "rows": rows,
        "closing": [
            "收到申请后五个工作日内作出受理、不予受理或者一次性告知补正的处理；逾期不告知的，"
            "自收到申请材料之日起即为受理。",
            "凭办件编号和查询码可在平台“办件进度”查询办理情况。",
        ],
    }
    if received := _received_materials(case):
        paper["items"] = received
    write(actor, case, "receipt_slip", paper)


def give_certificate(actor: Actor, case: Case) -> str:
    """The certificate as the item declares it; answers the key of the document, "" for none."""
    item = case.data["item"]
    if not item.get("certificate_title"):
        return ""
    today, months = clock.today(), item.get("certificate_months")
    until = rules.months_after(today, int(months)) if months else None
    rows = rules.certificate_rows(item, facts_of(case))
    span = f"{day(today)}至{day(until)}" if until else f"自{day(today)}起"
    made = write(
        actor, case, "certificate", {"rows": [*rows, ["有效期限", span]]},
        title=str(item["certificate_title"]), valid_from=today, valid_until=until,
    )  # fmt: skip
    if made is None:
        return ""
    append(
        case.ref, "approvals.certificate_issued", actor,
        {
            "item": case.item, "item_name": case.title, "organisation": case.organisation_code,
            "organisation_name": case.organisation_name, "document": made.key,
            "number": made.number, "title": made.title,
            "valid_until": until.isoformat() if until else "",
        },
    )  # fmt: skip
    return made.key
