"""Goals of the plan, tasks under them, progress reports, and evaluations.

The figures of a goal lie in the kernel of indicators: the indicator of ``Goal.indicator`` with its
baseline, targets and values, each value with its revisions.
"""

from __future__ import annotations

from django.db import models

from guanggu.base.bilingual import T
from guanggu.kernel.identity.public import Organisation
from guanggu.kernel.register.public import Record

from .rules.words import (
    COMPARATORS,
    EVALUATION_STATES,
    EVALUATIONS,
    KINDS,
    TASK_STATES,
    VERDICTS,
    section_of,
)


def _organisation() -> models.ForeignKey:
    return models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=T("责任单位", "Answerable organisation"),
    )  # fmt: skip


def _post() -> models.CharField:
    return models.CharField(T("责任岗位", "Answerable post"), max_length=60, blank=True)


def _sample() -> models.BooleanField:
    return models.BooleanField(T("示例数据", "Sample"), default=False)


class Goal(Record):
    """One goal as the plan sets it. year: by when; quote, line: the plan's own words and where they
    stand; indicator: key of its indicator, empty for deliverables; post: such as posts/12."""

    collection = "plan_goals"

    name = models.CharField(T("目标", "Goal"), max_length=120)
    name_en = models.CharField(T("英文名称", "In English"), max_length=160, blank=True)
    kind = models.CharField(T("类型", "Kind"), max_length=12, choices=list(KINDS.items()))
    section = models.CharField(T("规划章节", "Section"), max_length=12)
    year = models.PositiveSmallIntegerField(T("完成年份", "By the end of"))
    year_is_said = models.BooleanField(T("原文写明年份", "The text names the year"), default=False)
    comparator = models.CharField(
        T("目标表述", "How it is put"), max_length=10, choices=list(COMPARATORS.items()), blank=True
    )
    quote = models.TextField(T("规划原文", "Words of the plan"), max_length=400)
    line = models.PositiveSmallIntegerField(T("原文行号", "Line of the text"), default=0)
    indicator = models.CharField(T("指标编号", "Indicator"), max_length=28, blank=True)
    organisation = _organisation()
    post = _post()
    note = models.CharField(T("说明", "Note"), max_length=300, blank=True)
    is_public = models.BooleanField(T("向社会公开", "Open to the public"), default=True)

    class Meta:
        verbose_name = T("规划目标", "Goal of the plan")

    @property
    def title(self) -> T:
        return T(self.name, self.name_en or self.name)

    @property
    def part(self) -> str:
        """The section of the matrix."""
        return section_of(self.section)


class PlanTask(Record):
    """A measure under a goal. overdue_on: the due date whose passing was told already; weight:
    against the other tasks of the goal."""

    collection = "plan_tasks"

    goal = models.ForeignKey(
        Goal, models.PROTECT, related_name="tasks", verbose_name=T("规划目标", "Goal")
    )
    name = models.CharField(T("任务", "Task"), max_length=160)
    content = models.TextField(
        T("工作内容和成果要求", "What is to be done"), max_length=1000, blank=True
    )
    organisation = _organisation()
    post = _post()
    begins_on = models.DateField(T("开始日期", "Begins"))
    due_on = models.DateField(T("完成期限", "Due"))
    weight = models.PositiveSmallIntegerField(T("权重", "Weight"), default=1)
    percent = models.PositiveSmallIntegerField(T("进度(%)", "Progress (%)"), default=0)
    state = models.CharField(
        T("状态", "State"), max_length=8, choices=list(TASK_STATES.items()), default="open"
    )
    claimed_by = models.BigIntegerField(
        T("报请验收人账户", "Account of who claimed it"), null=True, blank=True
    )
    finished_on = models.DateField(T("完成日期", "Finished"), null=True, blank=True)
    overdue_on = models.DateField(T("已提示逾期的期限", "Overdue told of"), null=True, blank=True)
    is_sample = _sample()

    class Meta:
        verbose_name = T("规划任务", "Task of the plan")
        indexes = [models.Index(fields=["state", "due_on"], name="plan_task_due")]


class Progress(Record):
    """What the owner reported of a task on a day."""

    collection = "plan_progress"

    task = models.ForeignKey(
        PlanTask, models.PROTECT, related_name="reports", verbose_name=T("规划任务", "Task")
    )
    reported_on = models.DateField(T("报告日期", "Day"))
    percent = models.PositiveSmallIntegerField(T("进度(%)", "Progress (%)"))
    text = models.TextField(T("进展情况", "Progress"), max_length=1000)
    trouble = models.CharField(T("存在问题", "Difficulties"), max_length=400, blank=True)
    person = models.CharField(T("报告人", "By"), max_length=80, blank=True)
    is_sample = _sample()

    class Meta:
        verbose_name = T("任务进展", "Progress of a task")
        indexes = [models.Index(fields=["task", "reported_on"], name="plan_progress_day")]

    def __str__(self) -> str:
        return f"{self.task} {self.reported_on}"


class Evaluation(Record):
    """The mid-term or the final evaluation of the plan, on its way from draft to publication."""

    collection = "plan_evaluations"

    name = models.CharField(T("名称", "Title"), max_length=120)
    kind = models.CharField(T("类型", "Kind"), max_length=8, choices=list(EVALUATIONS.items()))
    as_of = models.DateField(T("评估截止日期", "As of"))
    organisation = _organisation()
    state = models.CharField(
        T("状态", "State"), max_length=10, choices=list(EVALUATION_STATES.items()), default="draft"
    )
    drafted_by = models.BigIntegerField(
        T("起草人账户", "Account of the drafter"), null=True, blank=True
    )
    reviewer = models.CharField(T("审核人", "Reviewed by"), max_length=80, blank=True)
    opinion = models.CharField(T("审核意见", "Opinion"), max_length=400, blank=True)
    document_key = models.CharField(T("文书编号", "Document"), max_length=64, blank=True)
    published_at = models.DateTimeField(T("发布时间", "Published"), null=True, blank=True)
    is_sample = _sample()

    class Meta:
        verbose_name = T("规划评估", "Evaluation of the plan")
        constraints = [models.UniqueConstraint(fields=["kind"], name="plan_one_of_a_kind")]


class Finding(Record):
    """What an evaluation says of one goal. proposed: by the rules; reason: why it was judged
    otherwise."""

    collection = "plan_findings"

    evaluation = models.ForeignKey(
        Evaluation,
        models.PROTECT,
        related_name="findings",
        verbose_name=T("规划评估", "Evaluation"),
    )
    goal = models.ForeignKey(
        Goal, models.PROTECT, related_name="findings", verbose_name=T("规划目标", "Goal")
    )
    proposed = models.CharField(
        T("测算结论", "Proposed"), max_length=8, choices=list(VERDICTS.items())
    )
    verdict = models.CharField(
        T("评估结论", "Verdict"), max_length=8, choices=list(VERDICTS.items())
    )
    words = models.CharField(T("完成情况", "How it stands"), max_length=400, blank=True)
    words_en = models.CharField(T("完成情况（英文）", "In English"), max_length=600, blank=True)
    reason = models.CharField(
        T("调整理由", "Reason for another verdict"), max_length=400, blank=True
    )
    is_sample = _sample()

    class Meta:
        verbose_name = T("评估结论", "Finding")
        constraints = [
            models.UniqueConstraint(fields=["evaluation", "goal"], name="plan_one_finding")
        ]

    def __str__(self) -> str:
        return f"{self.evaluation_id} {self.goal_id}"
