"""Orders out: to a department, on its way as a case, answered by the clock."""

from __future__ import annotations

from typing import Any

from guanggu.base import clock
from guanggu.base.actor import Actor
from guanggu.base.bilingual import T
from guanggu.base.errors import Invalid, Missing
from guanggu.kernel.case.public import Case, Task, complete_task, ensure_shipped, open_case
from guanggu.kernel.document.public import take_number
from guanggu.kernel.identity.public import Organisation
from guanggu.kernel.journal.public import action
from guanggu.kernel.register.public import save_record

from ..models import CommandOrder
from ..queries.desk import KIND, shift_on_duty
from ..queries.scopes import keeps_desk
from ..rules import URGENCIES, answer_by
from .duty import new_entry

PROCEDURE = "command.order"
_EMPTY = T("请填写。", "Fill this in.")
_WHOM = T("请选择承办单位。", "Choose who is to carry it out.")
HOURS_MAX = 240


def _may_give(actor: Actor, /, **_: Any) -> bool:
    return keeps_desk(actor)


@action("command.give_order", allows=_may_give, title=T("下达指令", "Give an order"))
def give_order(
    actor: Actor, *, organisation: str, title: str, content: str, urgency: str = "normal",
    hours: int | None = None, subject: str = "",
) -> dict[str, Any]:  # fmt: skip
    """Give an order to a department (its code); it stands in the log of the present shift as well.

    hours: within which it is to be answered, by the clock. Answers {order, case}. Raises Invalid.
    """
    whom = Organisation.objects.filter(code=organisation, is_active=True).first()
    fields = {
        name: _EMPTY for name, text in (("title", title), ("content", content)) if not text.strip()
    }
    if whom is None:
        fields["organisation"] = _WHOM
    if urgency not in URGENCIES:
        fields["urgency"] = T("请选择紧急程度。", "Choose how urgent it is.")
    if hours is not None and not 1 <= hours <= HOURS_MAX:
        fields["hours"] = T("反馈时限为 1 至 240 小时。", "Between 1 and 240 hours.")
    if fields or whom is None:
        raise Invalid(T("指令内容不完整。", "The order is not complete."), fields=fields)
    now = clock.now()
    issuer = Organisation.objects.get(pk=actor.organisation)
    row = CommandOrder(
        key=f"DD{now.year}-{take_number('command.orders', now.year):05d}", title=title.strip()[:200],
        content=content.strip()[:4000], urgency=urgency, issuer=issuer, organisation=whom,
        subject=subject[:200], given_at=now, given_by_name=actor.name, source="command",
        answer_by=answer_by(urgency, now, hours),
    )  # fmt: skip
    save_record(actor, row, "command.order_given")
    told = open_case(
        actor, procedure=ensure_shipped(PROCEDURE), organisation=issuer.code, title=row.title,
        subject=str(row.ref), data={"order": row.key, "organisation": whom.code},
    )  # fmt: skip
    row.case_number = told["number"]
    save_record(actor, row, "command.order_assigned", case=row.case_number)
    shift = shift_on_duty(actor.organisation)
    if shift is not None:
        text = f"向{whom.name}下达：{row.title}"
        save_record(
            actor, new_entry(actor, shift, "order", text, str(row.ref)), "command.entry_written"
        )
    return {"order": row.key, "case": row.case_number}


@action("command.advance", allows=lambda actor, **_: actor.kind == "official",
        title=T("办理指令", "Handle an order"))  # fmt: skip
def advance(actor: Actor, *, task: int, outcome: str, data: dict[str, Any]) -> dict[str, Any]:
    """Give a task of an order its outcome. Raises Conflict, Forbidden, Invalid, Missing."""
    if not Task.objects.filter(pk=task, case__kind=KIND).exists():
        raise Missing(T("没有这项任务。", "There is no such task."))
    return complete_task(actor, task=task, outcome=outcome, data=data)


def after_closing(actor: Actor, case: Case) -> None:
    """The end of the case is the end of the order."""
    row = (
        CommandOrder.objects.select_for_update(of=("self",)).filter(case_number=case.number).first()
    )
    if row is None or row.state != "open":
        return
    row.state, row.outcome, row.closed_at = "closed", case.outcome or case.state, clock.now()
    save_record(actor, row, "command.order_closed")
