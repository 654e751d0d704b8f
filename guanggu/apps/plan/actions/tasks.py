"""Tasks under the goals: reported by their owner, accepted by the keeper of the plan, told when late."""

from __future__ import annotations

from datetime import date
from typing import Any

from guanggu.base import clock
from guanggu.base.actor import Actor
from guanggu.base.bilingual import T
from guanggu.base.errors import Conflict, Forbidden, Invalid
from guanggu.base.ids import readable_code
from guanggu.kernel.document.public import Received, files_of, keep_file
from guanggu.kernel.identity.public import get
from guanggu.kernel.journal.public import action
from guanggu.kernel.register.public import save_record

from ..models import PlanTask, Progress
from ..queries.scopes import CHANGE_TASKS, REPORT_TASKS, VIEW_TASKS, keeps_plan
from ..rules.words import CLAIMED, DONE, DROPPED, LIVE, OPEN

FILES_MAX = 10
_TYPES = (
    "application/pdf", "image/jpeg", "image/png", "image/webp",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
)  # fmt: skip
_PERCENT = T("请填写 0 至 100 的整数。", "Enter a whole number from 0 to 100.")
_TEXT = T("请填写进展情况（不超过1000字）。", "Say how far it is, in at most 1,000 characters.")
_REASON = T("请填写理由（不超过400字）。", "Give a reason, in at most 400 characters.")
_CLOSED = T("该任务已完成或已终止，不能再办理。", "This task is done or was dropped.")
_NOT_CLAIMED = T("该任务尚未报请验收。", "Nobody has claimed that this task is done.")
_SAME = T(
    "报请验收的人不能自己验收。请由另一位规划管理人员办理。",
    "Who claimed that it is done cannot accept it; another keeper of the plan has to.",
)
_BACK = T("进度低于上次报告（{}%），请在进展情况中说明后再填写。",
          "This is less than was reported before ({}%).")  # fmt: skip
_LATER = T(
    "新的期限应晚于原期限和今天。", "The new date has to be later than the old one and today."
)
_NO_TYPE = T("佐证材料应为 PDF、图片、Word 或 Excel 文件。",
             "Evidence is a PDF, a picture, a Word or an Excel file.")  # fmt: skip
_ENOUGH = T("一次进展最多附 {} 个文件。", "At most {} files for one report.")


def _may_report(actor: Actor, /, task: str, **_: Any) -> bool:
    return bool(get(actor, PlanTask, REPORT_TASKS, key=task))


def _may_keep(actor: Actor, /, task: str, **_: Any) -> bool:
    return keeps_plan(actor) and bool(get(actor, PlanTask, CHANGE_TASKS, key=task))


def _may_add(actor: Actor, /, report: str, **_: Any) -> bool:
    row = Progress.objects.select_related("task").filter(key=report).first()
    return row is not None and bool(get(actor, PlanTask, REPORT_TASKS, key=row.task.key))


def _locked(key: str) -> PlanTask:
    return PlanTask.objects.select_for_update(of=("self",)).select_related(
        "goal", "organisation"
    ).get(key=key)  # fmt: skip


def _text(text: str, field: str, message: T, most: int) -> str:
    text = text.strip()
    if not 0 < len(text) <= most:
        raise Invalid(message, fields={field: message})
    return text


@action("plan.report_progress", allows=_may_report, title=T("报告进展", "Report progress"))
def report_progress(
    actor: Actor, *, task: str, percent: int, text: str, trouble: str = ""
) -> dict[str, Any]:
    """The owner says how far the task is; 100 claims that it is done and asks for acceptance.

    Answers {report, state}. Raises Invalid by field, Conflict once it is done or dropped.
    """
    row = _locked(task)
    if row.state not in LIVE:
        raise Conflict(_CLOSED)
    if isinstance(percent, bool) or not isinstance(percent, int) or not 0 <= percent <= 100:
        raise Invalid(_PERCENT, fields={"percent": _PERCENT})
    said = _text(text, "text", _TEXT, 1000)
    if percent < row.percent and not trouble.strip():
        message = _BACK.format(row.percent)
        raise Invalid(message, fields={"trouble": message})
    report = Progress(
        key=f"JZ-{readable_code(10)}", task=row, reported_on=clock.today(), percent=percent,
        text=said, trouble=trouble.strip()[:400], person=actor.name[:80], source="plan",
        is_sample=row.is_sample,
    )  # fmt: skip
    save_record(actor, report, "plan.progress_reported", task=row.key, goal=row.goal.key)
    row.percent, row.state = percent, CLAIMED if percent == 100 else OPEN
    row.claimed_by = actor.account if percent == 100 else None
    kind = "plan.task_claimed" if percent == 100 else "plan.progress_reported"
    save_record(actor, row, kind, percent=percent, report=report.key)
    return {"report": report.key, "state": row.state}


@action("plan.add_evidence", allows=_may_add, title=T("上传佐证材料", "Add evidence"))
def add_evidence(actor: Actor, *, report: str, received: dict[str, Any]) -> dict[str, Any]:
    """Keep a received file with a progress report. Raises Invalid for other files and too many."""
    row = Progress.objects.select_for_update(of=("self",)).select_related("task").get(key=report)
    if received.get("media_type") not in _TYPES:
        raise Invalid(_NO_TYPE, fields={"evidence": _NO_TYPE})
    if len(files_of(row.ref)) >= FILES_MAX:
        message = _ENOUGH.format(FILES_MAX)
        raise Invalid(message, fields={"evidence": message})
    kept = keep_file(actor, Received(**received), row.ref, purpose="evidence")
    save_record(actor, row, "plan.evidence_added", file=kept.key, sha256=kept.sha256)
    return {"report": row.key, "file": kept.key}


@action("plan.accept_task", allows=_may_keep, title=T("验收任务", "Accept a task"))
def accept_task(actor: Actor, *, task: str, opinion: str = "") -> dict[str, Any]:
    """The keeper of the plan takes the task for done. Raises Conflict, Forbidden."""
    row = _claimed(actor, task)
    row.state, row.finished_on = DONE, clock.today()
    save_record(actor, row, "plan.task_accepted", opinion=opinion.strip()[:400])
    return {"task": row.key}


@action("plan.return_task", allows=_may_keep, title=T("退回任务", "Send a task back"))
def return_task(actor: Actor, *, task: str, opinion: str, percent: int) -> dict[str, Any]:
    """Not done yet, with the reason and the progress that was found instead."""
    row = _claimed(actor, task)
    said = _text(opinion, "opinion", _REASON, 400)
    if not 0 <= percent < 100:
        raise Invalid(_PERCENT, fields={"percent": _PERCENT})
    row.state, row.percent, row.claimed_by = OPEN, percent, None
    save_record(actor, row, "plan.task_returned", opinion=said)
    return {"task": row.key}


def _claimed(actor: Actor, task: str) -> PlanTask:
    row = _locked(task)
    if row.state != CLAIMED:
        raise Conflict(_NOT_CLAIMED)
    if actor.kind == "official" and row.claimed_by == actor.account:
        raise Forbidden(_SAME, code="same_person")
    return row


@action("plan.extend_task", allows=_may_keep, title=T("调整期限", "Extend a task"))
def extend_task(actor: Actor, *, task: str, due_on: str, reason: str) -> dict[str, Any]:
    """A later due date, with the reason. Passing it will be told anew."""
    row = _locked(task)
    if row.state not in LIVE:
        raise Conflict(_CLOSED)
    said = _text(reason, "reason", _REASON, 400)
    try:
        new = date.fromisoformat(due_on)
    except ValueError as error:
        raise Invalid(_LATER, fields={"due_on": _LATER}) from error
    if new <= row.due_on or new < clock.today():
        raise Invalid(_LATER, fields={"due_on": _LATER})
    before, row.due_on = row.due_on, new
    save_record(actor, row, "plan.task_extended", reason=said, before=before.isoformat())
    return {"task": row.key, "due_on": new.isoformat()}


@action("plan.drop_task", allows=_may_keep, title=T("终止任务", "Drop a task"))
def drop_task(actor: Actor, *, task: str, reason: str) -> dict[str, Any]:
    row = _locked(task)
    if row.state not in LIVE:
        raise Conflict(_CLOSED)
    row.state = DROPPED
    save_record(actor, row, "plan.task_dropped", reason=_text(reason, "reason", _REASON, 400))
    return {"task": row.key}


@action("plan.tell_overdue", allows=lambda actor, **_: actor.kind == "platform")
def tell_overdue(actor: Actor, *, task: str) -> dict[str, Any]:
    """Say once for each due date that it has passed: supervision hears it and takes it up."""
    row = _locked(task)
    if row.state != OPEN or row.due_on >= clock.today() or row.overdue_on == row.due_on:
        raise Conflict(_CLOSED)
    row.overdue_on = row.due_on
    body = row.organisation or row.goal.organisation
    save_record(
        actor, row, "plan.task_overdue", title=row.name, goal=row.goal.key,
        goal_title=row.goal.name, organisation=body.code if body else "",
        organisation_name=body.name if body else "", post=row.post or row.goal.post,
        due_on=row.due_on.isoformat(), percent=row.percent, is_sample=row.is_sample,
    )  # fmt: skip
    return {"task": row.key}


def sees_task(actor: Actor, key: str) -> PlanTask:
    """Raises Missing."""
    rows = PlanTask.objects.select_related("goal__organisation", "organisation")
    return get(actor, rows, VIEW_TASKS, key=key)
