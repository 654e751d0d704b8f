"""Giving a task its outcome, with the rules of the licensing law around the case kernel's."""

from __future__ import annotations

from typing import Any

from guanggu.base import clock
from guanggu.base.actor import Actor
from guanggu.base.bilingual import T
from guanggu.base.calendar import working_calendar
from guanggu.base.errors import Forbidden, Invalid
from guanggu.kernel.case.public import complete_task, may_work, task_for
from guanggu.kernel.journal.public import action, append
from guanggu.standards.administrative_licensing_law import hearing_earliest_on

SECOND_NOTICE = T(
    "本件已经一次性告知过补正内容，依法不得再次告知（行政许可法第三十二条）。"
    "材料仍不符合要求的，请作出受理或不予受理的决定。本次操作已报告电子监察。",
    "The one-time notice of this case was given; the law allows no second one. Accept or decline. "
    "This attempt has been told to supervision.",
)
NOTICE_EMPTY = T(
    "请选择需要补正的材料，或写明其他需要补正的内容。",
    "Choose the materials to be corrected, or say what else is.",
)
ONLY_BY_TIME = T(
    "“视为受理”只能由平台在期限届满后自动作出。", "Only the platform gives this, once time is over."
)
UNPAID = T(
    "本件尚有未缴费用，请先登记缴费再送达证件。", "A fee is still unpaid; record its payment first."
)
WITHOUT_FEE = ("refusal_delivery",)


def is_worker(actor: Actor, **_: Any) -> bool:
    """Officials and the platform; the task itself says which of them."""
    return actor.kind in ("official", "platform")


@action("approvals.decide_task", allows=is_worker, title=T("办理", "Decide a task"))
def decide_task(actor: Actor, *, task: int, outcome: str, data: dict[str, Any]) -> dict[str, Any]:
    """Give the task its one outcome. Answers what the kernel's complete_task does.

    A second one-time notice is refused: the answer is then {"refused": "second_notice"} and the
    attempt is told in the journal. Raises as complete_task does.
    """
    file, row = task_for(actor, task)
    case = file.case
    if outcome == "notice" and file.entries("correction") and row.state == "open":
        if not may_work(actor, case, row):
            raise Forbidden(T("该任务不由您办理。", "This task is not yours."))
        append(
            case.ref, "approvals.second_notice_attempted", actor,
            {
                "item": case.item, "item_name": case.title,
                "organisation": case.organisation_code,
                "organisation_name": case.organisation_name, "step": row.step,
                "round": case.round,
            },
        )  # fmt: skip
        return {"refused": "second_notice", "case": case.pk, "number": case.number}
    return complete_task(actor, task=task, outcome=outcome, data=data)


def check_outcome(actor: Actor, case: Any, step: str, outcome: str, data: dict[str, Any]) -> None:
    """The law's own demands on an outcome, besides its schema. Raises Invalid, Forbidden."""
    if outcome == "deemed" and actor.kind != "platform":
        raise Forbidden(ONLY_BY_TIME)
    if outcome == "notice" and not (data.get("missing") or str(data.get("other") or "").strip()):
        raise Invalid(NOTICE_EMPTY, fields={"missing": NOTICE_EMPTY})
    if outcome == "notice":
        known = {m["key"] for m in case.data["item"]["materials"]}
        if not set(data.get("missing") or ()) <= known:
            raise Invalid(NOTICE_EMPTY, fields={"missing": NOTICE_EMPTY})
    if outcome == "hearing":
        _check_hearing(data)
    if step == "delivery" and any(f["state"] == "due" for f in case.data.get("fees") or ()):
        raise Invalid(UNPAID, fields={"": UNPAID}, code="unpaid")


def _check_hearing(data: dict[str, Any]) -> None:
    """第四十八条: time and place are told seven days before."""
    earliest = hearing_earliest_on(clock.today(), working_calendar())
    held_on = str(data.get("held_on") or "")
    if held_on < earliest.isoformat():
        message = T(
            "听证的时间、地点须提前七日通知，最早可定于 {on}。",
            "A hearing is told seven days before: on {on} at the earliest.",
        ).format(on=earliest.isoformat())
        raise Invalid(message, fields={"held_on": message})
    if not str(data.get("place") or "").strip():
        message = T("请填写听证地点。", "Enter the place of the hearing.")
        raise Invalid(message, fields={"place": message})


__all__ = ["SECOND_NOTICE", "check_outcome", "decide_task", "is_worker"]
