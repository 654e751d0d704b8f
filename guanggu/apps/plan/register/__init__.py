"""Registers of the plan, its ways in, and the words of its events."""

from typing import Any

from guanggu.base.bilingual import T
from guanggu.base.errors import Invalid
from guanggu.base.ids import readable_code
from guanggu.kernel.indicator.public import post_named
from guanggu.kernel.register.public import Link, Register, Section, register
from guanggu.web import addresses, event_words, navigation

from ..models import Evaluation, Finding, Goal, PlanTask, Progress
from ..queries.scopes import (
    CHANGE_GOALS,
    CHANGE_TASKS,
    VIEW_EVALUATIONS,
    VIEW_FINDINGS,
    VIEW_GOALS,
    VIEW_TASKS,
    is_official,
)

_NO_POST = T(
    "没有这个岗位。请写岗位编号，如 posts/12，或写“机构代码/岗位名称”。",
    "There is no such post. Write its number, such as posts/12, or “code of the body/name”.",
)
_ORDER = T("完成期限应晚于开始日期。", "The due date has to be later than the begin.")
_WEIGHT = T("权重为 1 至 100。", "The weight is from 1 to 100.")
_WORKED_ON = T(
    "任务已有进展报告，期限请在任务页面办理调整。",
    "Progress was reported already; extend the task on its own page.",
)


def _post_of(record: Any) -> dict[str, T]:
    """Puts the post into its usual form; answers what is wrong with it."""
    if not record.post:
        return {}
    found = post_named(record.post)
    if found is None:
        return {"post": _NO_POST}
    record.post = str(found.ref)
    record.organisation = record.organisation or found.organisation
    return {}


def check_goal(goal: Goal) -> None:
    """Raises Invalid by field."""
    if errors := _post_of(goal):
        raise Invalid(_NO_POST, fields=errors)


def check_task(task: PlanTask) -> None:
    """Raises Invalid by field. A task without an owner is its goal's owner's."""
    errors = _post_of(task)
    if not task.post and task.organisation is None:
        task.post, task.organisation = task.goal.post, task.goal.organisation
    if task.begins_on and task.due_on and task.due_on <= task.begins_on:
        errors["due_on"] = _ORDER
    if not 1 <= (task.weight or 0) <= 100:
        errors["weight"] = _WEIGHT
    if task.pk is not None and task.reports.exists():
        before = PlanTask.objects.filter(pk=task.pk).values_list("due_on", flat=True).first()
        if before != task.due_on:
            errors["due_on"] = _WORKED_ON
    if errors:
        raise Invalid(next(iter(errors.values())), fields=errors)


def _post_title(record: Any) -> Any:
    found = post_named(record.post) if record.post else None
    return found.title if found else record.post


_WORDS = {"words": {"post": _post_title}}
navigation.area("plan", T("规划与项目", "Plan and projects"), 57)
register(
    Register(
        model=Goal,
        title=T("规划目标库", "Goals of the plan"),
        one=T("规划目标", "Goal"),
        view=VIEW_GOALS,
        change=CHANGE_GOALS,
        columns=("key", "name", "kind", "section", "year", "organisation"),
        filters=("kind", "year", "organisation"),
        sections=(
            Section(
                T("目标", "Goal"),
                (
                    "name",
                    "name_en",
                    "kind",
                    "section",
                    "year",
                    "year_is_said",
                    "comparator",
                    "indicator",
                    "quote",
                    "line",
                    "note",
                ),
            ),
            Section(T("责任", "Who answers"), ("organisation", "post")),
            Section(T("公开", "Openness"), ("is_public",)),
        ),
        search=("key", "name", "name_en", "quote"),
        scopes=lambda goal: ("public",) if goal.is_public else ("staff",),
        check=check_goal,
        new_key=lambda goal: f"G-{readable_code(6)}",
        links=(Link(T("目标页面", "Page of the goal"), lambda goal: f"/plan/goals/{goal.key}/"),),
        extra={"area": "plan", "order": 60, "allows": is_official, **_WORDS},
    )
)
register(
    Register(
        model=PlanTask,
        title=T("规划任务", "Tasks of the plan"),
        one=T("规划任务", "Task"),
        view=VIEW_TASKS,
        change=CHANGE_TASKS,
        columns=("key", "name", "goal", "organisation", "due_on", "percent", "state"),
        filters=("state", "organisation"),
        sections=(
            Section(T("任务", "Task"), ("goal", "name", "content", "weight")),
            Section(T("责任", "Who answers"), ("organisation", "post")),
            Section(T("期限", "Dates"), ("begins_on", "due_on")),
        ),
        search=("key", "name"),
        scopes=lambda task: ("staff",),
        check=check_task,
        new_key=lambda task: f"RW-{readable_code(8)}",
        order="due_on",
        extra={"area": "plan", "order": 50, "allows": is_official, **_WORDS},
    )
)
register(
    Register(
        model=Progress,
        title=T("任务进展", "Progress of tasks"),
        one=T("任务进展", "Progress"),
        view=VIEW_TASKS,
        columns=("reported_on", "task", "percent", "person"),
        sections=(
            Section(
                T("进展", "Progress"),
                ("task", "reported_on", "percent", "text", "trouble", "person", "is_sample"),
            ),
        ),
        order="-reported_on",
        in_menu=False,
        extra={"area": "plan"},
    )
)
register(
    Register(
        model=Evaluation,
        title=T("规划评估", "Evaluations"),
        one=T("规划评估", "Evaluation"),
        view=VIEW_EVALUATIONS,
        columns=("name", "kind", "as_of", "state", "published_at"),
        sections=(
            Section(
                T("评估", "Evaluation"),
                (
                    "name",
                    "kind",
                    "as_of",
                    "organisation",
                    "state",
                    "reviewer",
                    "opinion",
                    "published_at",
                    "is_sample",
                ),
            ),
        ),
        order="as_of",
        in_menu=False,
        extra={"area": "plan"},
    )
)
register(
    Register(
        model=Finding,
        title=T("评估结论", "Findings"),
        one=T("评估结论", "Finding"),
        view=VIEW_FINDINGS,
        columns=("key", "goal", "evaluation", "verdict"),
        filters=("evaluation", "verdict"),
        sections=(
            Section(
                T("结论", "Finding"),
                (
                    "evaluation",
                    "goal",
                    "proposed",
                    "verdict",
                    "words",
                    "words_en",
                    "reason",
                    "is_sample",
                ),
            ),
        ),
        in_menu=False,
        extra={"area": "plan"},
    )
)

addresses.declare("plan_goals", "/plan/goals/{key}/")
addresses.declare("plan_tasks", "/plan/tasks/{key}/")
addresses.declare("plan_evaluations", "/plan/evaluations/{key}/")
navigation.entry("plan", T("规划目标总览", "The plan at a glance"), "/plan/", order=10)
navigation.entry(
    "plan", T("我的规划任务", "My part of the plan"), "/plan/desk/", order=20,
    allows=navigation.officials,
)  # fmt: skip
navigation.entry("plan", T("数值目标与增速", "Figures and growth"), "/plan/figures/", order=30)
navigation.entry("plan", T("规划评估", "Evaluations"), "/plan/evaluations/", order=40)
for kind, title, tone in (
    ("plan.progress_reported", T("报告进展", "Progress reported"), ""),
    ("plan.evidence_added", T("上传佐证材料", "Evidence added"), ""),
    ("plan.task_claimed", T("报请验收", "Claimed as done"), "warn"),
    ("plan.task_accepted", T("验收通过", "Accepted"), "ok"),
    ("plan.task_returned", T("验收退回", "Sent back"), "bad"),
    ("plan.task_extended", T("调整期限", "Extended"), "warn"),
    ("plan.task_dropped", T("终止任务", "Dropped"), "bad"),
    ("plan.task_overdue", T("任务逾期，转电子监察", "Overdue, handed to supervision"), "bad"),
    ("plan.evaluation_drafted", T("起草评估", "Drafted"), ""),
    ("plan.goal_judged", T("核定结论", "Judged"), ""),
    ("plan.evaluation_reviewed", T("审核通过", "Reviewed"), "ok"),
    ("plan.evaluation_returned", T("退回起草", "Sent back"), "bad"),
    ("plan.evaluation_published", T("编号用印并发布", "Published"), "ok"),
):
    event_words.say(kind, title, tone)
