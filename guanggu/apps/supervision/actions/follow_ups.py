"""Following up what is late elsewhere: a case for the answerable post, and its card.

An app that wants something followed up tells an event with ``title``, ``organisation`` and
``due_on``; nothing of supervision is known to it.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from guanggu.base import clock
from guanggu.base.actor import Actor, platform
from guanggu.base.bilingual import T
from guanggu.base.errors import Conflict, Missing, Problem
from guanggu.kernel.case.public import (
    Case,
    complete_task,
    ensure_shipped,
    may_work,
    open_case,
    task_for,
)
from guanggu.kernel.identity.public import Organisation, Post
from guanggu.kernel.journal.public import Event, action
from guanggu.kernel.register.public import save_record

from ..models import FollowUp, WatchedCase
from ..queries.follow_ups import KIND
from ..rules import Breach
from .cards import issue_card
from .watching import own_log

PROCEDURE = "supervision.follow_up"
_OPENED = T("该督办件已立案或暂不能立案。", "It has a case, or cannot have one yet.")
_NOT_HERE = T("没有这项督办任务。", "There is no such task of a follow-up.")


def take_up(event: Event) -> None:
    """Open the follow-up of a late thing and give its card, once for each due date."""
    data = event.body
    if FollowUp.objects.filter(subject=str(event.ref), due_on=str(data["due_on"])).exists():
        return
    told = open_follow_up(
        platform("supervision"), subject=str(event.ref), title=str(data.get("title") or event.ref),
        detail=_detail(data), organisation=str(data.get("organisation") or ""),
        organisation_name=str(data.get("organisation_name") or ""),
        post=str(data.get("post") or ""), due_on=str(data["due_on"]),
    )  # fmt: skip
    case, _ = WatchedCase.objects.get_or_create(
        log=own_log(), number=told["number"],
        defaults={
            "title": str(data.get("title") or "")[:200],
            "organisation": str(data.get("organisation") or "")[:120],
            "organisation_name": str(data.get("organisation_name") or "")[:120],
        },
    )  # fmt: skip
    breach = Breach("plan_task_overdue", str(data["due_on"]), detail=_detail(data))
    issue_card(breach, case, at=event.at, post=str(data.get("post") or ""))


def _detail(data: Any) -> str:
    goal, due = data.get("goal_title", ""), data.get("due_on", "")
    return f"规划目标“{goal}”，完成期限{due}，进度{data.get('percent', 0)}%"[:300]


@action("supervision.open_follow_up", allows=lambda actor, **_: actor.kind == "platform",
        title=T("督办立案", "Open a follow-up"))  # fmt: skip
def open_follow_up(
    actor: Actor, *, subject: str, title: str, detail: str, organisation: str,
    organisation_name: str, post: str, due_on: str,
) -> dict[str, Any]:  # fmt: skip
    """One follow-up for each subject and due date, which the database keeps to one; answers
    {number}: that of its case, or of the follow-up while no case can be opened."""
    row = FollowUp(
        key=_next_key(), subject=subject, title=title[:200], detail=detail[:300],
        organisation=organisation[:120], organisation_name=organisation_name[:120],
        post=post[:120], due_on=date.fromisoformat(due_on), opened_at=clock.now(),
        source="supervision",
    )  # fmt: skip
    save_record(actor, row, "supervision.follow_up_opened")
    _give_case(actor, row)
    return {"number": row.case_number or row.key}


def _next_key() -> str:
    prefix = f"DC{clock.today().year}-"
    last = FollowUp.objects.filter(key__startswith=prefix).order_by("-key").first()
    return f"{prefix}{int(last.key.removeprefix(prefix)) + 1 if last else 1:06d}"


def _host() -> str:
    """Code of the organisation that supervises: that of the first post with the role."""
    posts = Post.objects.filter(is_active=True).select_related("organisation").order_by("pk")
    return next((p.organisation.code for p in posts if "supervise" in p.roles), "")


def _give_case(actor: Actor, row: FollowUp) -> bool:
    """A case for it; False where nobody supervises, nobody answers, or its limits cannot be
    counted yet. ``open_waiting`` tries again."""
    host = _host()
    if not host or not Organisation.objects.filter(code=row.organisation).exists():
        return False
    try:
        answer = open_case(
            platform("supervision"), procedure=ensure_shipped(PROCEDURE), organisation=host,
            title=row.title, subject=str(row.ref),
            data={"follow_up": row.key, "organisation": row.organisation, "subject": row.subject,
                  "due_on": row.due_on.isoformat()},
        )  # fmt: skip
    except Problem:
        return False
    row.case_number, row.state = answer["number"], "open"
    save_record(actor, row, "supervision.follow_up_opened", case=row.case_number)
    return True


@action("supervision.open_waiting", allows=lambda actor, **_: actor.kind == "platform")
def open_waiting(actor: Actor, *, follow_up: str) -> dict[str, Any]:
    """Try again to open the case of a follow-up without one. Raises Conflict where it cannot."""
    row = FollowUp.objects.select_for_update(of=("self",)).get(key=follow_up)
    if row.case_number or not _give_case(actor, row):
        raise Conflict(_OPENED)
    return {"number": row.case_number}


def _may_advance(actor: Actor, /, task: int, **_: Any) -> bool:
    file, found = task_for(actor, task)
    if file.case.kind != KIND:
        raise Missing(_NOT_HERE)
    # One that was decided meanwhile is told as a conflict by the case itself.
    return found.state != "open" or may_work(actor, file.case, found)


@action("supervision.advance", allows=_may_advance, title=T("办理督办件", "Handle a follow-up"))
def advance(actor: Actor, *, task: int, outcome: str, data: dict[str, Any]) -> dict[str, Any]:
    """Give a task of a follow-up its outcome. Raises Conflict, Forbidden, Invalid."""
    return complete_task(actor, task=task, outcome=outcome, data=data)


def after_closing(actor: Actor, case: Case) -> None:
    row = FollowUp.objects.select_for_update(of=("self",)).get(case_number=case.number)
    row.state, row.closed_at = "closed", clock.now()
    save_record(actor, row, "supervision.follow_up_closed", outcome=case.outcome)
