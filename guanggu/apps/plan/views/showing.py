"""What several screens of the plan show alike: states, owners, tables of tasks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from guanggu.base import clock
from guanggu.base.bilingual import T
from guanggu.kernel.identity.public import Organisation, Post
from guanggu.web.dates import day_text
from guanggu.web.table import Cell, Column, Table

from ..models import Goal, PlanTask
from ..rules.standing import Stand
from ..rules.words import OPEN, STATES, SYMBOLS, TASK_STATES, TASK_TONES, TONES

PLAN = (T("规划目标", "The plan"), "/plan/")
SAMPLE_NOTE = T(
    "目标、数字和年份摘自规划原文（武政〔2017〕11号）。责任单位和岗位由本平台按职责分配，规划原文未列。"
    "任务、进展和数值为示例数据，不代表真实完成情况。",
    "Goals, figures and years are those of the plan (Wu Zheng [2017] No. 11). Who answers for them "
    "was allotted here by duty; the plan does not say. Tasks, progress and values are samples and "
    "tell nothing of what was really achieved.",
)
TRUE_NOTE = T(
    "目标、数字和年份摘自规划原文（武政〔2017〕11号）。责任单位和岗位由本平台按职责分配，规划原文未列。",
    "Goals, figures and years are those of the plan (Wu Zheng [2017] No. 11). Who answers for them "
    "was allotted here by duty; the plan does not say.",
)


def source_note() -> T:
    return SAMPLE_NOTE if PlanTask.objects.filter(is_sample=True).exists() else TRUE_NOTE


def state_text(state: str) -> T:
    return T("{} {}", "{} {}").format(SYMBOLS[state], STATES[state])


def state_cell(stand: Stand) -> Cell:
    return Cell(state_text(stand.state), tone=TONES[stand.state])


def owner_title(body: Organisation | None) -> Any:
    if body is None:
        return T("未分配", "Not allotted")
    return T(body.short_name or body.name, body.name_en or body.name)


def post_titles(posts: Iterable[str]) -> dict[str, T]:
    """Titles of posts by what records call them, such as posts/12."""
    numbers = {text: text.removeprefix("posts/") for text in set(posts) if text}
    wanted = [int(n) for n in numbers.values() if n.isdecimal() and len(n) < 18]
    found = Post.objects.filter(pk__in=wanted).select_related("organisation")
    titles = {str(post.pk): post.title for post in found}
    return {text: titles[n] for text, n in numbers.items() if n in titles}


def year_text(goal: Goal) -> T:
    if goal.year_is_said:
        return T(f"{goal.year}年", str(goal.year))
    return T(f"{goal.year}年（规划期末）", f"{goal.year} (end of the plan)")


def due_cell(task: PlanTask) -> Cell:
    late = task.state == OPEN and task.due_on < clock.today()
    text = day_text(task.due_on)
    return Cell(text + T("（逾期）", " (late)") if late else text, tone="bad" if late else "")


def task_table(title: T, tasks: Sequence[PlanTask], with_goal: bool = True) -> Table:
    columns = [Column(T("任务", "Task"))]
    if with_goal:
        columns.append(Column(T("所属目标", "Goal")))
    columns += [
        Column(T("责任单位", "Answerable")), Column(T("完成期限", "Due")),
        Column(T("进度", "Progress"), numeric=True), Column(T("状态", "State")),
    ]  # fmt: skip
    table = Table(title, columns)
    for task in tasks:
        cells: list[Any] = [task.name]
        if with_goal:
            cells.append(Cell(task.goal.title, href=f"/plan/goals/{task.goal.key}/"))
        cells += [
            owner_title(task.organisation), due_cell(task), f"{task.percent}%",
            Cell(TASK_STATES[task.state], tone=TASK_TONES[task.state]),
        ]  # fmt: skip
        table.add(*cells, href=f"/plan/tasks/{task.key}/")
    return table
