"""Procedures as data, and the cases, tasks, clocks and timers that follow them."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import Q

from guanggu.base.bilingual import T
from guanggu.base.ids import Ref
from guanggu.kernel.identity.public import Organisation

from .json_text import JSONText

NO_LIMIT = date(9999, 12, 31)  # sorts what has no due day behind everything that has one

PROCEDURE_STATES = (
    ("draft", T("草稿", "Draft")),
    ("published", T("已发布", "Published")),
    ("retired", T("已停用", "Retired")),
)
CASE_STATES = (
    ("open", T("办理中", "Under way")),
    ("closed", T("已办结", "Closed")),
    ("withdrawn", T("已撤回", "Withdrawn")),
)
TASK_STATES = (
    ("open", T("待办", "To do")),
    ("done", T("已办", "Done")),
    ("cancelled", T("已取消", "Cancelled")),
)
CLOCK_STATES = (
    ("running", T("计时中", "Running")),
    ("paused", T("暂停计时", "Paused")),
    ("stopped", T("已停止", "Stopped")),
)


class Procedure(models.Model):
    """One version of a procedure. A published version never changes; cases stay with theirs."""

    code = models.CharField(T("流程代码", "Code"), max_length=64)
    version = models.PositiveIntegerField(T("版本", "Version"))
    kind = models.CharField(T("流程类别", "Kind"), max_length=40)
    title = models.CharField(T("流程名称", "Title"), max_length=200)
    title_en = models.CharField(T("英文名称", "English title"), max_length=200)
    definition = JSONText(T("流程定义", "Definition"))
    digest = models.CharField(T("摘要", "Digest"), max_length=64)
    state = models.CharField(T("状态", "State"), max_length=10, choices=PROCEDURE_STATES)
    published_at = models.DateTimeField(T("发布时间", "Published"), null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code", "version"], name="case_procedure_version")
        ]

    def __str__(self) -> str:
        return f"{self.title} v{self.version}"

    @property
    def ref(self) -> Ref:
        return Ref("procedures", f"{self.code}.{self.version}")


class Series(models.Model):
    """The last number given out in a year: without gaps, for the row is locked until the commit."""

    name = models.CharField(max_length=20)
    year = models.PositiveIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["name", "year"], name="case_series_year")]

    def __str__(self) -> str:
        return f"{self.name}{self.year}: {self.last}"


class Case(models.Model):
    """A matter under way. ``due_on``, ``near_on`` and ``is_paused`` mirror its clocks for lists.

    applicant, item and subject are refs ("accounts/…", "firms/…", "items/…"); ``holder`` is the
    account and ``firm`` the unified code for which the portal shows it.
    """

    number = models.CharField(T("办件编号", "Number"), max_length=40, unique=True)
    procedure = models.ForeignKey(Procedure, models.PROTECT, related_name="cases")
    procedure_digest = models.CharField(max_length=64)
    kind = models.CharField(max_length=40)
    title = models.CharField(T("标题", "Title"), max_length=200)
    subject = models.CharField(max_length=120, blank=True)
    item = models.CharField(max_length=120, blank=True)
    applicant = models.CharField(max_length=120, blank=True)
    applicant_name = models.CharField(T("申请人", "Applicant"), max_length=200, blank=True)
    holder = models.BigIntegerField(null=True)
    firm = models.CharField(T("统一社会信用代码", "Unified code"), max_length=18, blank=True)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    organisation_code = models.CharField(max_length=32)
    organisation_name = models.CharField(T("承办单位", "Department"), max_length=120)
    state = models.CharField(T("状态", "State"), max_length=10, choices=CASE_STATES)
    step = models.CharField(max_length=40)
    stage = models.CharField(T("环节", "Stage"), max_length=40)
    round = models.PositiveIntegerField(T("轮次", "Round"), default=1)
    opened_at = models.DateTimeField(T("收件时间", "Received"))
    closed_at = models.DateTimeField(T("办结时间", "Closed"), null=True)
    outcome = models.CharField(T("结果", "Outcome"), max_length=40, blank=True)
    data = JSONText(default=dict)
    due_on = models.DateField(T("到期日", "Due"), null=True)
    near_on = models.DateField(null=True)
    is_paused = models.BooleanField(T("暂停计时", "Paused"), default=False)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [
            models.Index(fields=["due_on", "id"], name="case_case_due", condition=Q(state="open")),
            models.Index(
                fields=["organisation", "due_on", "id"],
                name="case_case_org_due",
                condition=Q(state="open"),
            ),
            models.Index(fields=["holder", "-id"], name="case_case_holder"),
            models.Index(fields=["firm", "-id"], name="case_case_firm"),
            models.Index(fields=["kind", "-id"], name="case_case_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    @property
    def ref(self) -> Ref:
        return Ref("cases", self.number)

    @property
    def is_open(self) -> bool:
        return self.state == "open"


class Involvement(models.Model):
    """An organisation that has or had a task in a case, and may therefore see it."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    case = models.ForeignKey(Case, models.CASCADE, related_name="involvements")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "case"], name="case_involvement_once")
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id} – {self.case_id}"


class Task(models.Model):
    """What one post of an organisation, the applicant or the platform has to do.

    ``entry`` counts how often the case came to the step; ``branch`` is the code of the
    organisation in a parallel step. ``urgent_on`` is ``due_on``, or the end of time where there
    is none. ``role`` "applicant" waits for the holder, "platform" for an event or a timer.
    """

    case = models.ForeignKey(Case, models.CASCADE, related_name="tasks")
    step = models.CharField(T("步骤", "Step"), max_length=40)
    stage = models.CharField(T("环节", "Stage"), max_length=40)
    round = models.PositiveIntegerField(default=1)
    entry = models.PositiveIntegerField(default=1)
    branch = models.CharField(max_length=32, blank=True)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    organisation_code = models.CharField(max_length=32)
    organisation_name = models.CharField(T("承办单位", "Department"), max_length=120)
    role = models.CharField(T("职责", "Role"), max_length=40)
    assignee = models.BigIntegerField(T("经办人", "Assignee"), null=True)
    assignee_post = models.BigIntegerField(null=True)
    assignee_name = models.CharField(T("经办人", "Assignee"), max_length=80, blank=True)
    state = models.CharField(T("状态", "State"), max_length=10, choices=TASK_STATES)
    opened_at = models.DateTimeField(T("转入时间", "Opened"))
    done_at = models.DateTimeField(T("办理时间", "Done"), null=True)
    done_by = models.BigIntegerField(null=True)
    done_by_name = models.CharField(T("办理人", "Done by"), max_length=80, blank=True)
    done_post = models.BigIntegerField(null=True)
    outcome = models.CharField(T("办理结果", "Outcome"), max_length=40, blank=True)
    data = JSONText(default=dict)
    limit_on = models.DateField(null=True)
    due_on = models.DateField(T("到期日", "Due"), null=True)
    urgent_on = models.DateField(default=NO_LIMIT)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            # The database itself keeps a second open task of one step away.
            models.UniqueConstraint(
                fields=["case", "step", "branch"],
                name="case_task_one_open",
                condition=Q(state="open"),
            )
        ]
        indexes = [
            models.Index(
                fields=["organisation", "urgent_on", "id", "role"],
                name="case_task_worklist",
                condition=Q(state="open"),
            ),
            models.Index(
                fields=["assignee", "urgent_on", "id"],
                name="case_task_mine",
                condition=Q(state="open"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id}/{self.step}"


class CaseClock(models.Model):
    """A limit of a case. ``definition`` is the Clock value; the other columns follow from it.

    ``notify_on``: the day on which the next crossing (near, then overdue) is to be told.
    """

    case = models.ForeignKey(Case, models.CASCADE, related_name="clocks")
    name = models.CharField(max_length=40)
    round = models.PositiveIntegerField(default=1)
    definition = JSONText()
    state = models.CharField(T("状态", "State"), max_length=10, choices=CLOCK_STATES)
    near_on = models.DateField(null=True)
    due_on = models.DateField(T("到期日", "Due"), null=True)
    told = models.CharField(max_length=10, blank=True)
    notify_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "name", "round"], name="case_clock_round")
        ]
        indexes = [
            models.Index(
                fields=["notify_on"], name="case_clock_notify", condition=Q(state="running")
            )
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.name}: {self.due_on}"


class Timer(models.Model):
    """What happens by itself on a day: an outcome of the task, or with none a reminder.

    state: "waiting", "fired" or "cancelled".
    """

    case = models.ForeignKey(Case, models.CASCADE, related_name="timers")
    task = models.ForeignKey(Task, models.CASCADE, related_name="timers")
    fires_on = models.DateField()
    outcome = models.CharField(max_length=40, blank=True)
    state = models.CharField(max_length=10, default="waiting")

    class Meta:
        indexes = [
            models.Index(
                fields=["fires_on"], name="case_timer_waiting", condition=Q(state="waiting")
            )
        ]

    def __str__(self) -> str:
        return f"{self.task_id} → {self.outcome} {self.fires_on}"
