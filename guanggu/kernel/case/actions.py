"""The writes of cases: open, decide, claim, assign."""

from __future__ import annotations

from typing import Any

from guanggu.base.actor import Actor
from guanggu.base.bilingual import T
from guanggu.base.errors import Conflict, Forbidden, Invalid
from guanggu.base.limits import TEXT_CHARACTERS_MAX
from guanggu.kernel.identity.public import Account, Appointment, in_force
from guanggu.kernel.journal.public import action

from . import hooks, walking
from .casefile import CaseFile, read_case_of_task
from .models import Task
from .opening import index_case, open_file
from .permissions import NOT_YOURS, is_head, require_work
from .procedures import published

DECIDED = T(
    "该任务已由{}于{}办结(结果:{})。请刷新页面查看。",
    "{} decided this task at {} (outcome: {}). Reload the page.",
)
CANCELLED = T("该任务已取消，无需办理。", "This task was cancelled; nothing is left to do.")
_NOT_OPEN_TO_VISITORS = T("请先登录。", "Sign in first.")
_ASSIGN = T(
    "只有本单位负责人或管理员可以指派任务。",
    "Only the head or an administrator of the organisation may assign tasks.",
)
_UNFIT = T(
    "该人员在本单位没有办理此任务的岗位。请另选人员。",
    "This person has no post here that may do the task. Choose another.",
)


def is_known(actor: Actor, **_: Any) -> bool:
    """Signed in. What exactly he may do is asked of the case itself, under its lock."""
    return actor.is_known


def require_reason(reason: str) -> str:
    """Raises Invalid for an empty or overlong reason."""
    reason = reason.strip()
    if not reason or len(reason) > TEXT_CHARACTERS_MAX:
        message = T("请填写理由(不超过{}字)。", "Give a reason (at most {} characters).")
        message = message.format(TEXT_CHARACTERS_MAX)
        raise Invalid(message, fields={"reason": message})
    return reason


def state_of(file: CaseFile) -> dict[str, Any]:
    """What actions answer: the case and its open tasks."""
    case = file.case
    return {
        "case": case.pk, "number": case.number, "state": case.state, "step": case.step,
        "outcome": case.outcome, "tasks": [task.pk for task in file.open_tasks()],
    }  # fmt: skip


@action("case.open", allows=is_known, title=T("收件", "Open a case"))
def open_case(
    actor: Actor,
    *,
    procedure: str,
    organisation: str,
    title: str,
    data: dict[str, Any],
    subject: str = "",
    item: str = "",
    applicant: str = "",
    applicant_name: str = "",
    holder: int | None = None,
    firm: str = "",
) -> dict[str, Any]:
    """Open a case by the published version of the procedure.

    organisation: code of the responsible one. Whether this actor may apply is for the calling
    app's own action to decide; people and firms open cases only for themselves. Answers
    {case, number, state, step, outcome, tasks}. Raises Missing, Conflict, Invalid, Forbidden.
    """
    if actor.kind in ("person", "firm") and (firm, holder) != (actor.firm, actor.account):
        raise Forbidden(T("只能为本人或本企业申请。", "You can apply only for yourself."))
    file = open_file(
        actor, published(procedure), organisation, title=title[:200], data=data, subject=subject,
        item=item, applicant=applicant, applicant_name=applicant_name[:200], holder=holder,
        firm=firm,
    )  # fmt: skip
    file.save(actor)
    index_case(file)
    hooks.run_opened(actor, file.case)
    return state_of(file)


def require_open(file: CaseFile, task: Task) -> None:
    """Raises Conflict that says who decided the task, when and how."""
    if task.state == "open":
        return
    if task.state == "cancelled":
        raise Conflict(CANCELLED, code="task_cancelled")
    from guanggu.base.clock import local

    outcome = file.definition.steps[task.step].outcomes.get(task.outcome)
    at = local(task.done_at).strftime("%Y-%m-%d %H:%M") if task.done_at else ""
    title = outcome.title if outcome else task.outcome
    raise Conflict(DECIDED.format(task.done_by_name, at, title), code="task_decided")


@action("case.complete_task", allows=is_known, title=T("办理", "Decide a task"))
def complete_task(actor: Actor, *, task: int, outcome: str, data: dict[str, Any]) -> dict[str, Any]:
    """Give the task its one outcome and bring the case on.

    Answers {case, number, state, step, outcome, tasks}. Raises Conflict where the task was decided
    already, Forbidden where it is not the actor's, Invalid where outcome or data do not fit.
    """
    file = read_case_of_task(task)
    found = file.task(task)
    if not _may_see(actor, file, found):
        raise Forbidden(NOT_YOURS)
    require_open(file, found)
    require_work(actor, file.case, found)
    return finish(actor, file, found, outcome, data)


def _may_see(actor: Actor, file: CaseFile, task: Task) -> bool:
    """Whether the answer may name who decided the task."""
    from .permissions import is_holder

    if actor.kind == "official":
        return actor.organisation == task.organisation_id
    return actor.kind == "platform" or is_holder(actor, file.case)


def finish(
    actor: Actor, file: CaseFile, task: Task, outcome: str, data: dict[str, Any]
) -> dict[str, Any]:
    """Decide a task that is open and the actor's; the inside of several actions."""
    chosen = walking.outcome_of(file, task, outcome, data, actor)
    hooks.run_validate(actor, file.case, task, outcome, data)
    organisations = {each.organisation_id for each in file.tasks}
    walking.decide(file, task, chosen, data, actor)
    file.save(actor)
    if {each.organisation_id for each in file.tasks} != organisations:
        index_case(file)
    hooks.run_complete(actor, file.case, task)
    if not file.case.is_open:
        hooks.run_closed(actor, file.case)
    return state_of(file)


@action("case.claim_task", allows=is_known, title=T("领取任务", "Claim a task"))
def claim_task(actor: Actor, *, task: int) -> dict[str, Any]:
    """Take a task so that colleagues leave it. Raises Conflict, Forbidden, Missing."""
    file = read_case_of_task(task)
    found = file.task(task)
    require_work(actor, file.case, found)
    require_open(file, found)
    return _assign(actor, file, found, actor.account, actor.post, actor.name, "case.task_claimed")


@action("case.release_task", allows=is_known, title=T("退回任务", "Release a task"))
def release_task(actor: Actor, *, task: int) -> dict[str, Any]:
    """Give a claimed task back to the post's colleagues."""
    file = read_case_of_task(task)
    found = file.task(task)
    if not is_head(actor, found.organisation_id):
        require_work(actor, file.case, found)
    require_open(file, found)
    return _assign(actor, file, found, None, None, "", "case.task_released")


@action("case.assign_task", allows=is_known, title=T("指派任务", "Assign a task"))
def assign_task(actor: Actor, *, task: int, account: int) -> dict[str, Any]:
    """Give the task to a colleague whose post has its role; for heads and administrators."""
    file = read_case_of_task(task)
    found = file.task(task)
    own = actor.kind == "official" and actor.organisation == found.organisation_id
    if not own or not (actor.has("administer") or is_head(actor, found.organisation_id)):
        raise Forbidden(_ASSIGN)
    require_open(file, found)
    held = Appointment.objects.filter(
        in_force(), account=account, account__is_active=True, post__is_active=True,
        post__organisation=found.organisation_id,
    ).select_related("post", "account")  # fmt: skip
    for appointment in held:
        if found.role in appointment.post.roles:
            person: Account = appointment.account
            return _assign(
                actor, file, found, person.pk, appointment.post_id, person.name,
                "case.task_assigned",
            )  # fmt: skip
    raise Invalid(_UNFIT, fields={"account": _UNFIT})


def _assign(
    actor: Actor,
    file: CaseFile,
    task: Task,
    account: int | None,
    post: int | None,
    name: str,
    kind: str,
) -> dict[str, Any]:
    task.assignee, task.assignee_post, task.assignee_name = account, post, name[:80]
    task.version += 1
    file.touch(task)
    file.tell(kind, **walking.told_of(task), assignee=name, assignee_post=post)
    file.save(actor)
    return state_of(file)
