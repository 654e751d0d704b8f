"""The writes on a case as a whole: its clocks, notes, withdrawal, reopening, jumps."""

from __future__ import annotations

from typing import Any

from guanggu.base.actor import Actor
from guanggu.base.bilingual import T
from guanggu.base.errors import Conflict, Forbidden, Invalid, Missing
from guanggu.kernel.journal.public import action

from . import hooks, timekeeping, walking
from .actions import is_known, require_reason, state_of
from .casefile import NO_CASE, CaseFile, read_case
from .models import Case, CaseClock, Involvement
from .opening import index_case
from .permissions import holds_role, is_holder, require_role

_NO_CLOCK = T("本件没有正在计时的“{}”。", "This case has no clock “{}” under way.")
_CLOCK_ROLE = T("您的岗位不能暂停或恢复本件计时。", "Your post may not pause or resume this clock.")
_EXTEND_ROLE = T(
    "延长期限须由本单位负责人批准。", "Only the head of the organisation may extend the limit."
)
_PAUSE_REASON = T("暂停原因仅限:{}。", "A pause is allowed only for: {}.")
_NOT_OPEN = T("本件已办结或撤回，不能再办理。", "This case is over; nothing more can be done.")
_WITHDRAW_ROLE = T("只有申请人可以撤回申请。", "Only the applicant may withdraw.")
_REOPEN_ROLE = T("您的岗位不能重新办理本件。", "Your post may not reopen this case.")
_JUMP_ROLE = T("您的岗位不能调整本件的办理步骤。", "Your post may not move this case.")
_STILL_OPEN = T("本件仍在办理中，无需重新办理。", "This case is still under way.")
_NO_STEP = T("不能转到步骤“{}”。", "The case cannot go to the step “{}”.")


def require_under_way(case: Case) -> None:
    """Raises Conflict for a case that is over."""
    if not case.is_open:
        raise Conflict(_NOT_OPEN, code="case_over")


def _clock(file: CaseFile, name: str) -> CaseClock:
    require_under_way(file.case)
    row = file.clock(name)
    if row is None or row.state == "stopped":
        raise Missing(_NO_CLOCK.format(name))
    return row


def _require_clock_role(actor: Actor, file: CaseFile, name: str) -> None:
    """Without roles of its own a clock is paused by whoever has an open task of the case."""
    roles = file.definition.clocks[name].pause_roles
    if roles and holds_role(actor, file.case, roles):
        return
    for task in file.open_tasks():
        if task.organisation_id == actor.organisation and actor.has(task.role) and not roles:
            return
    if actor.kind != "platform":
        raise Forbidden(_CLOCK_ROLE)


@action("case.pause_clock", allows=is_known, title=T("暂停计时", "Pause a clock"))
def pause_clock(actor: Actor, *, case: int, clock: str, reason: str) -> dict[str, Any]:
    """Leave time out of a limit from today. Raises Conflict when paused already or over."""
    file = read_case(case)
    row = _clock(file, clock)
    _require_clock_role(actor, file, clock)
    allowed = file.definition.clocks[clock].pause_reasons
    reason = require_reason(reason)
    if allowed and reason not in allowed:
        message = _PAUSE_REASON.format("、".join(allowed))
        raise Invalid(message, fields={"reason": message})
    timekeeping.pause(file, row, reason)
    file.save(actor)
    return state_of(file)


@action("case.resume_clock", allows=is_known, title=T("恢复计时", "Resume a clock"))
def resume_clock(actor: Actor, *, case: int, clock: str) -> dict[str, Any]:
    """End the pause; the limit runs on from the next working day."""
    file = read_case(case)
    row = _clock(file, clock)
    _require_clock_role(actor, file, clock)
    timekeeping.resume(file, row)
    file.save(actor)
    return state_of(file)


@action("case.extend_clock", allows=is_known, title=T("延长期限", "Extend a limit"))
def extend_clock(actor: Actor, *, case: int, clock: str, days: int, reason: str) -> dict[str, Any]:
    """Lengthen a limit once, by at most what the law lets. Raises Conflict, Invalid, Forbidden."""
    file = read_case(case)
    row = _clock(file, clock)
    require_role(actor, file.case, file.definition.clocks[clock].extend_roles, _EXTEND_ROLE)
    timekeeping.extend(file, row, days, require_reason(reason))
    file.save(actor)
    return state_of(file)


@action("case.withdraw", allows=is_known, title=T("撤回申请", "Withdraw"))
def withdraw_case(actor: Actor, *, case: int, reason: str) -> dict[str, Any]:
    """End a case at the applicant's wish: open tasks are taken back, clocks stop."""
    file = read_case(case)
    require_role(actor, file.case, file.definition.withdraw_roles, _WITHDRAW_ROLE)
    require_under_way(file.case)
    reason = require_reason(reason)
    walking.cancel_open(file)
    file.case.version += 1
    file.touch(file.case)
    file.tell("case.withdrawal_asked", reason=reason)
    walking.close(file, "withdrawn", "withdrawn")
    file.save(actor)
    hooks.run_closed(actor, file.case)
    return state_of(file)


@action("case.reopen", allows=is_known, title=T("重新办理", "Reopen"))
def reopen_case(actor: Actor, *, case: int, step: str, reason: str) -> dict[str, Any]:
    """Take a closed case up again (an appeal, an error found) at a step, as a new round."""
    file = read_case(case)
    require_role(actor, file.case, file.definition.reopen_roles, _REOPEN_ROLE)
    if file.case.is_open:
        raise Conflict(_STILL_OPEN, code="case_open")
    if step not in file.definition.reopen_to:
        message = _NO_STEP.format(step)
        raise Invalid(message, fields={"step": message})
    row = file.case
    row.round += 1
    row.state, row.outcome, row.closed_at = "open", "", None
    file.tell("case.reopened", reason=require_reason(reason), round=row.round, step=step)
    walking.enter(file, step, actor)
    file.save(actor)
    index_case(file)
    hooks.run_opened(actor, file.case)
    return state_of(file)


@action("case.jump", allows=is_known, title=T("调整步骤", "Move a case"))
def jump_case(actor: Actor, *, case: int, step: str, reason: str) -> dict[str, Any]:
    """Bring a case to another step against its procedure; told, so that supervision sees it."""
    file = read_case(case)
    require_under_way(file.case)
    require_role(actor, file.case, file.definition.jump_roles, _JUMP_ROLE)
    if step not in file.definition.steps or step == file.case.step:
        message = _NO_STEP.format(step)
        raise Invalid(message, fields={"step": message})
    walking.cancel_open(file)
    file.tell("case.jumped", reason=require_reason(reason), left=file.case.step, step=step)
    walking.enter(file, step, actor)
    file.save(actor)
    index_case(file)
    if not file.case.is_open:
        hooks.run_closed(actor, file.case)
    return state_of(file)


@action("case.add_note", allows=is_known, title=T("添加备注", "Add a note"))
def add_note(actor: Actor, *, case: int, text: str) -> dict[str, Any]:
    """Note something for those who see the case; it stands in the journal."""
    file = read_case(case)
    seen = actor.kind == "platform" or actor.has("supervise") or is_holder(actor, file.case)
    if not seen and not (
        actor.organisation
        and Involvement.objects.filter(case=file.case, organisation=actor.organisation).exists()
    ):
        raise Missing(NO_CASE)
    file.tell("case.noted", text=require_reason(text))
    file.save(actor)
    return state_of(file)


@action("case.amend", allows=lambda actor, **_: actor.kind == "platform")
def amend_case(actor: Actor, *, case: int, data: dict[str, Any]) -> dict[str, Any]:
    """Put values into the case's data, for an app's own actions and hooks. Platform only."""
    file = read_case(case)
    file.case.data = {**file.case.data, **data}
    file.case.version += 1
    file.touch(file.case)
    file.tell("case.amended", names=sorted(data))
    file.save(actor)
    return state_of(file)
