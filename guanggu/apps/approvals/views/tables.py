"""Tables of matters and tasks as lists show them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.urls import reverse

from guanggu.base import clock
from guanggu.base.bilingual import T
from guanggu.kernel.case.public import Case, Task
from guanggu.web.dates import day_text
from guanggu.web.table import Cell, Column, Table

from ..models import Draft
from ..rules import STAGES
from .presenting import state_badge, title_of

NUMBER = T("办件编号", "Number")
ITEM = T("事项", "Item")
STATE = T("状态", "State")


def matters_table(cases: Iterable[Case]) -> Table:
    table = Table(
        T("我的办件", "My matters"),
        [Column(ITEM), Column(NUMBER), Column(T("承办单位", "Department")),
         Column(T("环节", "Stage")), Column(T("收件日期", "Received")), Column(STATE)],
    )  # fmt: skip
    for case in cases:
        title, tone = state_badge(case)
        table.add(
            title_of(case), Cell(case.number), case.organisation_name,
            STAGES.get(case.stage, "") if case.is_open else T("办结", "Closed"),
            day_text(case.opened_at), Cell(title, tone=tone or "info"),
            href=reverse("approvals:matter", args=[case.number]),
        )  # fmt: skip
    return table


def drafts_table(drafts: Iterable[Draft]) -> Table:
    table = Table(
        T("未提交的申请", "Applications not yet submitted"),
        [Column(ITEM), Column(T("上次保存", "Saved"))],
    )
    for draft in drafts:
        href = reverse("approvals:resume", args=[draft.item, draft.key])
        table.add(draft.item_name, day_text(draft.updated_at), href=href)
    return table


def due_cell(row: Any, near_on: Any = None) -> Cell:
    """The due day with its tone: overdue bad, near warn."""
    today = clock.today()
    if row.due_on is None:
        return Cell(T("暂停或不限", "Paused or none"))
    tone = ""
    if row.due_on < today:
        tone = "bad"
    elif (near_on and near_on <= today) or (row.due_on - today).days <= 1:
        tone = "warn"
    return Cell(day_text(row.due_on), tone=tone) if tone else Cell(day_text(row.due_on))


def tasks_table(tasks: Iterable[Task], account: int | None, steps: dict[int, T]) -> Table:
    table = Table(
        T("待办任务", "Worklist"),
        [Column(ITEM), Column(NUMBER), Column(T("申请人", "Applicant")),
         Column(T("任务", "Task")), Column(T("转入时间", "Since")),
         Column(T("到期日", "Due")), Column(T("领取", "Claimed"))],
    )  # fmt: skip
    for task in tasks:
        case = task.case
        claimed: Any = T("未领取", "Nobody")
        if task.assignee:
            claimed = T("我", "Me") if task.assignee == account else task.assignee_name
        table.add(
            case.title, case.number, case.applicant_name or "—", steps[task.pk],
            day_text(task.opened_at), due_cell(task, case.near_on), claimed,
            href=reverse("approvals:case", args=[case.number]),
        )  # fmt: skip
    return table


def cases_table(caption: T, cases: Iterable[Case]) -> Table:
    table = Table(
        caption,
        [Column(ITEM), Column(NUMBER), Column(T("申请人", "Applicant")),
         Column(T("环节", "Stage")), Column(T("到期日", "Due"))],
    )  # fmt: skip
    for case in cases:
        table.add(
            case.title, case.number, case.applicant_name or "—", STAGES.get(case.stage, "—"),
            due_cell(case, case.near_on), href=reverse("approvals:case", args=[case.number]),
        )  # fmt: skip
    return table
