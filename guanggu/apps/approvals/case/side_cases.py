"""Appeals and follow-ups: what their outcome does to the matter that they are about."""

from __future__ import annotations

from typing import Any

from guanggu.base.actor import Actor, platform
from guanggu.base.bilingual import T
from guanggu.base.errors import Invalid
from guanggu.kernel.case.public import Case, Task, file_of, on_complete, reopen_case, validate
from guanggu.kernel.journal.public import append

from .. import rules
from ..actions.answering import facts, matter_of
from ..actions.steering import withdraw_papers

NO_STEP = T("请选择从哪一环节重新办理。", "Choose where the matter is taken up again.")


@validate(rules.APPEAL_KIND, "examine", "reopen")
def _step_exists(actor: Actor, case: Case, task: Task, outcome: str, data: dict[str, Any]) -> None:
    if data.get("step") not in file_of(matter_of(case)).definition.reopen_to:
        raise Invalid(NO_STEP, fields={"step": NO_STEP})


@on_complete(rules.APPEAL_KIND, "examine")
def _examined(actor: Actor, case: Case, task: Task) -> None:
    matter = matter_of(case)
    upheld = task.outcome == "reopen"
    reason = str(task.data.get("reason") or "").strip()
    if upheld:
        reopen_case(
            platform("approvals"), case=matter.pk, step=task.data["step"],
            reason=f"申诉{case.number}成立：{reason}",
        )  # fmt: skip
        withdraw_papers(actor, matter, f"申诉{case.number}成立，重新办理")
    told = {**facts(matter), "appeal": case.number, "upheld": upheld, "reason": reason}
    append(matter.ref, "approvals.appeal_answered", actor, told)
    if upheld:
        append(matter.ref, "approvals.reopened", actor, {**told, "step": task.data["step"]})


@on_complete(rules.FOLLOW_UP_KIND, "contact")
def _followed_up(actor: Actor, case: Case, task: Task) -> None:
    matter = matter_of(case)
    answer = str(task.data.get("measures") or task.data.get("reason") or "").strip()
    append(
        matter.ref, "approvals.follow_up_answered", actor,
        {**facts(matter), "follow_up": case.number, "outcome": task.outcome, "answer": answer},
    )  # fmt: skip
