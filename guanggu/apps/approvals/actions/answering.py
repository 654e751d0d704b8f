"""What the applicant does on a matter: correct, withdraw, appeal, rate."""

from __future__ import annotations

from typing import Any

from guanggu.base.actor import Actor, platform
from guanggu.base.bilingual import T
from guanggu.base.errors import Conflict, Invalid, Missing
from guanggu.base.limits import FILES_A_CASE_MAX
from guanggu.kernel.case.public import (
    VIEW_CASES,
    Case,
    amend_case,
    complete_task,
    ensure_shipped,
    file_of,
    open_case,
    withdraw_case,
)
from guanggu.kernel.document.public import Received, keep_file
from guanggu.kernel.identity.public import get
from guanggu.kernel.journal.public import action, append
from guanggu.standards.gb_t_39735_2020 import LEVELS, check_level, opens_follow_up

from ..rules import KIND
from .drafting import NO_MATERIAL, TOO_MANY_FILES, check_type, is_applicant, stored_files

NOT_ASKED = T(
    "本件目前没有需要补正的内容。请刷新页面查看最新进度。",
    "Nothing is to be corrected in this matter now. Reload the page.",
)
NOT_OVER = T("办件办结后才能评价或申诉。", "Only a closed matter can be rated or appealed.")
RATED = T("您已评价过本件，每件只能评价一次。", "You have rated this matter; once is all.")
APPEALED = T(
    "本件的申诉正在处理，请等待答复。", "An appeal on this matter is being examined already."
)
REASON = T("请写明理由。", "Give your reasons.")


def own_matter(actor: Actor, number: str) -> Case:
    """The applicant's own matter. Raises Missing."""
    return get(actor, Case, VIEW_CASES, number=number, kind=KIND)


def facts(case: Case) -> dict[str, Any]:
    """What every event of this app says of its matter."""
    return {
        "item": case.item, "item_name": case.title, "organisation": case.organisation_code,
        "organisation_name": case.organisation_name, "round": case.round,
        "applicant": case.applicant,
    }  # fmt: skip


@action("approvals.correct", allows=is_applicant, title=T("提交补正", "Submit corrections"))
def correct_matter(
    actor: Actor, *, number: str, received: list[list[Any]], note: str = ""
) -> dict[str, Any]:
    """Answer the one-time notice. received: pairs of material key and received file.

    Raises Missing, Conflict where nothing was asked, Invalid.
    """
    case = own_matter(actor, number)
    file = file_of(case)
    task = next((t for t in file.open_tasks() if t.step == "correction"), None)
    if task is None:
        raise Conflict(NOT_ASKED, code="nothing_to_correct")
    if not received and not note.strip():
        message = T("请上传补正的材料或写明补正内容。", "Upload what was asked, or explain it.")
        raise Invalid(message, fields={"note": message})
    held = dict(case.data.get("materials") or {})
    known = {m["key"]: m for m in case.data["item"]["materials"]}
    if sum(map(len, held.values())) + len(received) > FILES_A_CASE_MAX:
        raise Invalid(TOO_MANY_FILES.format(FILES_A_CASE_MAX))
    for material, each in received:
        if material not in known:
            raise Invalid(NO_MATERIAL)
        check_type(known[material], str(each["name"]))
        stored = keep_file(actor, Received(**each), case.ref, purpose=material)
        entry = {**stored_files([stored.key])[0], "round": case.round, "corrected": True}
        held[material] = [*held.get(material, []), entry]
    if received:
        amend_case(platform("approvals"), case=case.pk, data={"materials": held})
    return complete_task(actor, task=task.pk, outcome="supplied", data={"note": note.strip()})


@action("approvals.withdraw", allows=is_applicant, title=T("撤回申请", "Withdraw"))
def withdraw_matter(actor: Actor, *, number: str, reason: str) -> dict[str, Any]:
    """Take the application back before it is decided. Raises Missing, Conflict, Invalid."""
    case = own_matter(actor, number)
    if case.stage == "delivery":
        raise Conflict(
            T("本件已作出决定，不能撤回。", "This matter is decided; it cannot be withdrawn.")
        )
    answer = withdraw_case(actor, case=case.pk, reason=reason)
    append(case.ref, "approvals.withdrawn", actor, {**facts(case), "reason": reason.strip()})
    return answer


def _closed(actor: Actor, number: str) -> Case:
    case = own_matter(actor, number)
    if case.is_open:
        raise Conflict(NOT_OVER, code="not_over")
    return case


@action("approvals.rate", allows=is_applicant, title=T("评价", "Rate"))
def rate_matter(actor: Actor, *, number: str, level: int, text: str = "") -> dict[str, Any]:
    """Rate a closed matter from 5 to 1; the two lowest open a follow-up case. Once a round."""
    case = _closed(actor, number)
    check_level(level)
    rated = case.data.get("rating") or {}
    if rated.get("round") == case.round:
        raise Conflict(RATED, code="rated")
    rating = {"level": level, "text": text.strip()[:2000], "round": case.round}
    amend_case(platform("approvals"), case=case.pk, data={"rating": rating})
    follow_up = ""
    if opens_follow_up(level):
        ensure_shipped("approvals.follow_up")
        answer = open_case(
            platform("approvals"), procedure="approvals.follow_up",
            organisation=case.organisation_code, title=f"差评回访：{case.title}"[:200],
            data={"matter": case.number, "level": level, "text": rating["text"]},
            subject=str(case.ref), item=case.item, applicant_name=case.applicant_name,
        )  # fmt: skip
        follow_up = answer["number"]
    append(
        case.ref, "approvals.rated", actor,
        {**facts(case), "level": level, "level_name": LEVELS[level].zh, "text": rating["text"],
         "follow_up": follow_up},
    )  # fmt: skip
    return {"number": number, "follow_up": follow_up}


@action("approvals.appeal", allows=is_applicant, title=T("申诉", "Appeal"))
def appeal_matter(actor: Actor, *, number: str, reason: str) -> dict[str, Any]:
    """Ask the head of the department to examine a closed matter. Answers {number} of the appeal."""
    case = _closed(actor, number)
    if case.state == "withdrawn":
        raise Conflict(T("申请已撤回，无可申诉的决定。", "The application was withdrawn."))
    if not reason.strip():
        raise Invalid(REASON, fields={"reason": REASON})
    pending = Case.objects.filter(kind="approval_appeal", subject=str(case.ref), state="open")
    if pending.exists():
        raise Conflict(APPEALED, code="appealed")
    ensure_shipped("approvals.appeal")
    answer = open_case(
        actor, procedure="approvals.appeal", organisation=case.organisation_code,
        title=f"申诉：{case.title}"[:200],
        data={"matter": case.number, "reason": reason.strip()[:5000]}, subject=str(case.ref),
        item=case.item, applicant=case.applicant, applicant_name=case.applicant_name,
        holder=actor.account, firm=actor.firm,
    )  # fmt: skip
    append(case.ref, "approvals.appealed", actor, {**facts(case), "appeal": answer["number"]})
    return {"number": number, "appeal": answer["number"]}


def matter_of(case: Case) -> Case:
    """The matter that an appeal or follow-up is about. Raises Missing."""
    found = Case.objects.filter(number=str(case.data.get("matter") or "")).first()
    if found is None:
        raise Missing(T("没有找到原办件。", "The matter itself was not found."))
    return found
