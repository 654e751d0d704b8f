"""Fees: only as the item states them, and openly where not (行政许可法第五十八条、第五十九条)."""

from __future__ import annotations

from typing import Any

from guanggu.base import clock
from guanggu.base.actor import Actor, platform
from guanggu.base.bilingual import T
from guanggu.base.errors import Conflict, Forbidden, Missing
from guanggu.kernel.case.public import VIEW_CASES, Case, amend_case
from guanggu.kernel.identity.public import get
from guanggu.kernel.journal.public import action, append

from ..rules import KIND, check_fee
from .answering import facts
from .deciding import is_worker
from .papers import notice

_ROLE = T("您的岗位不能办理收费。", "Your post may not handle fees.")


def _own(actor: Actor, number: str) -> Case:
    case = get(actor, Case, VIEW_CASES, number=number, kind=KIND)
    mine = actor.organisation == case.organisation_id and actor.has("accept", "decide", "deliver")
    if not (mine or actor.kind == "platform"):
        raise Forbidden(_ROLE)
    return case


@action("approvals.notify_fee", allows=is_worker, title=T("通知缴费", "Give notice of a fee"))
def notify_fee(
    actor: Actor, *, number: str, name: str, amount_fen: int, outside_item: bool = False,
    reason: str = "",
) -> dict[str, Any]:  # fmt: skip
    """Charge a fee of the item; one outside it only with a reason, and supervision is told."""
    case = _own(actor, number)
    if not case.is_open:
        raise Conflict(T("本件已办结，不能再收费。", "This matter is over."), code="case_over")
    outside = check_fee(case.data["item"], name, amount_fen, outside_item, reason)
    fees = list(case.data.get("fees") or ())
    if any(f["name"] == name and f["state"] == "due" for f in fees):
        raise Conflict(T("该费用已通知，尚未缴纳。", "Notice of this fee was given."))
    fee = {"name": name, "amount_fen": amount_fen, "state": "due", "outside_item": outside,
           "noticed_on": clock.today().isoformat()}  # fmt: skip
    amend_case(platform("approvals"), case=case.pk, data={"fees": [*fees, fee]})
    yuan = f"{amount_fen // 100}.{amount_fen % 100:02d}"
    listed = next((f for f in case.data["item"]["fees"] or () if f.get("name") == name), {})
    ground = reason.strip() if outside else str(listed.get("basis") or "")
    notice(
        actor, case, "fee_notice",
        [f"办理“{case.title}”（办件编号：{case.number}）应缴纳{name}人民币{yuan}元。",
         f"收费依据：{ground}" if ground else ""],
    )  # fmt: skip
    told = {**facts(case), "fee": name, "amount_fen": amount_fen, "reason": reason.strip()}
    append(case.ref, "approvals.fee_noticed", actor, {**told, "outside_item": outside})
    if outside:
        append(case.ref, "approvals.fee_outside_item", actor, told)
    return {"number": number, "outside_item": outside}


@action("approvals.record_payment", allows=is_worker, title=T("登记缴费", "Record a payment"))
def record_payment(
    actor: Actor, *, number: str, name: str, voucher: str, waived: bool = False
) -> dict[str, Any]:
    """A fee was paid (number of the voucher) or waived (its ground). Raises Missing."""
    case = _own(actor, number)
    fees = [dict(f) for f in case.data.get("fees") or ()]
    found = next((f for f in fees if f["name"] == name and f["state"] == "due"), None)
    if found is None:
        raise Missing(T("没有这笔待缴费用。", "There is no such fee to be paid."))
    found.update(
        state="waived" if waived else "paid", voucher=voucher.strip()[:80],
        paid_on=clock.today().isoformat(),
    )  # fmt: skip
    amend_case(platform("approvals"), case=case.pk, data={"fees": fees})
    append(
        case.ref, "approvals.fee_paid", actor,
        {**facts(case), "fee": name, "amount_fen": found["amount_fen"], "state": found["state"]},
    )  # fmt: skip
    return {"number": number}
