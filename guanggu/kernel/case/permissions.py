"""Who sees which cases and tasks, and who may act on them."""

from __future__ import annotations

from django.db.models import Q

from guanggu.base.actor import Actor
from guanggu.base.bilingual import T
from guanggu.base.errors import Forbidden
from guanggu.kernel.identity.public import Post, permission

from .definition import APPLICANT, HEAD, PLATFORM
from .models import Case, Task

NOT_YOURS = T(
    "该任务由其他单位或岗位办理，您当前岗位不能办理。请切换岗位。",
    "This task belongs to another organisation or post. Switch post.",
)
CLAIMED = T(
    "该任务已由{}领取。请联系其退回后再办理。",
    "{} has claimed this task. Ask for it to be released first.",
)
NOT_HOLDER = T(
    "只有申请人本人(或其代表的企业)可以办理。",
    "Only the applicant, or who acts for the firm, may do this.",
)


def _cases(actor: Actor) -> Q | bool:
    if actor.kind == "platform" or actor.has("supervise"):
        return True
    if actor.kind == "official":
        return Q(involvements__organisation=actor.organisation) if actor.organisation else False
    return _held(actor)


def _held(actor: Actor, prefix: str = "") -> Q | bool:
    if actor.firm:
        return Q(**{f"{prefix}firm": actor.firm})
    if actor.account and actor.kind == "person":
        return Q(**{f"{prefix}holder": actor.account, f"{prefix}firm": ""})
    return False


def _tasks(actor: Actor) -> Q | bool:
    if actor.kind == "platform" or actor.has("supervise"):
        return True
    if actor.kind == "official":
        return Q(organisation=actor.organisation) if actor.organisation else False
    held = _held(actor, "case__")
    return held & Q(role=APPLICANT) if isinstance(held, Q) else False


VIEW_CASES = permission("case.view", scope=_cases)
VIEW_TASKS = permission("case.view_tasks", scope=_tasks)
VIEW_PROCEDURES = permission("case.view_procedures", scope=lambda actor: actor.kind == "official")


def is_holder(actor: Actor, case: Case) -> bool:
    if actor.firm:
        return case.firm == actor.firm
    return (
        actor.kind == "person"
        and bool(actor.account)
        and (case.holder == actor.account and not case.firm)
    )


def may_work(actor: Actor, case: Case, task: Task) -> bool:
    """True where the task is the actor's to decide (claimed by nobody else)."""
    return _refusal(actor, case, task) is None


def require_work(actor: Actor, case: Case, task: Task) -> None:
    """Raises Forbidden where the task is not the actor's to decide."""
    refusal = _refusal(actor, case, task)
    if refusal is not None:
        raise Forbidden(refusal)


def _refusal(actor: Actor, case: Case, task: Task) -> T | None:
    if actor.kind == "platform":
        return None
    if task.role == APPLICANT:
        return None if is_holder(actor, case) else NOT_HOLDER
    if (
        actor.kind != "official"
        or task.role == PLATFORM
        or task.organisation_id != actor.organisation
        or task.role not in actor.roles
    ):
        return NOT_YOURS
    taken = task.assignee is not None and task.assignee != actor.account
    if taken and (task.assignee_post is None or task.assignee_post != actor.post):
        return CLAIMED.format(task.assignee_name)
    return None


def is_head(actor: Actor, organisation: int) -> bool:
    """True for who sits in a head's post of the organisation."""
    if actor.kind != "official" or actor.organisation != organisation or actor.post is None:
        return False
    return Post.objects.filter(pk=actor.post, is_head=True).exists()


def holds_role(actor: Actor, case: Case, roles: tuple[str, ...]) -> bool:
    """True where the actor has one of the procedure's roles in the case's own organisation.

    "applicant" and "head" are understood as such.
    """
    if actor.kind == "platform":
        return True
    if APPLICANT in roles and is_holder(actor, case):
        return True
    if actor.kind != "official" or actor.organisation != case.organisation_id:
        return False
    return actor.has(*roles) or (HEAD in roles and is_head(actor, case.organisation_id))


def require_role(actor: Actor, case: Case, roles: tuple[str, ...], message: T) -> None:
    if not holds_role(actor, case, roles):
        raise Forbidden(message)
