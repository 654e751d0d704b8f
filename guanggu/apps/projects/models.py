"""Projects with their milestones, money, permits and reports, the warnings about them, bulletins.

Money is in 万元 (10,000 yuan). Other systems are named by references: the owner
``legal_entities/<code>``, a permit's case ``cases/<number>``, the goal ``plan…/<key>``.
"""

from __future__ import annotations

from decimal import Decimal

from django.db import models
from django.db.models import Q

from guanggu.base.bilingual import T
from guanggu.kernel.feature.public import GeometryField
from guanggu.kernel.identity.public import Organisation
from guanggu.kernel.register.public import Record

from .rules.words import (
    BULLETIN_STATES,
    FUNDING,
    LEVELS,
    MILESTONE_KINDS,
    REPORT_STATES,
    STAGES,
    WARNING_KINDS,
    WARNING_STATES,
    choices,
)

_PROJECT = T("项目", "Project")
_MONTH = T("月份（填当月1日）", "Month (its first day)")


def _money(title: T) -> models.DecimalField:
    return models.DecimalField(title, max_digits=14, decimal_places=2, default=Decimal(0))


def _sample() -> models.BooleanField:
    return models.BooleanField(T("示例数据", "Sample"), default=False)


def _of_project(name: str) -> models.ForeignKey:
    return models.ForeignKey(
        "projects.Project", models.PROTECT, related_name=name, verbose_name=_PROJECT
    )


class Project(Record):
    """An investment project from the first idea to production.

    lead: 牵头单位, reviews its reports; checker: 督查单位, checks the remedy of a delay; post:
    reference of the answerable post; industry: class of GB/T 4754; geometry: the parcel.
    """

    collection = "projects"

    code = models.CharField(T("项目代码", "Project code"), max_length=24, blank=True, db_index=True)
    name = models.CharField(T("项目名称", "Name"), max_length=160)
    name_en = models.CharField(T("英文名称", "English name"), max_length=200, blank=True)
    stage = models.CharField(
        T("阶段", "Stage"), max_length=14, choices=choices(STAGES), default="reserve", db_index=True
    )
    industry = models.CharField(
        T("行业代码（GB/T 4754）", "Industry (GB/T 4754)"), max_length=5, blank=True
    )
    content = models.TextField(
        T("建设内容和规模", "Content and scale"), max_length=2000, blank=True
    )
    place = models.CharField(T("建设地点", "Place"), max_length=200, blank=True)
    owner = models.CharField(
        T("项目单位（统一社会信用代码）", "Owner (unified code)"), max_length=80, blank=True,
        db_index=True,
    )  # fmt: skip
    owner_name = models.CharField(
        T("项目单位名称", "Name of the owner"), max_length=200, blank=True
    )
    lead = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=T("牵头单位", "Lead unit"),
    )  # fmt: skip
    checker = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=T("督查单位", "Checking unit"),
    )  # fmt: skip
    post = models.CharField(
        T("责任岗位（机构代码/岗位名称）", "Answerable post (code of unit/post)"), max_length=120,
        blank=True,
    )  # fmt: skip
    investment = _money(T("总投资（万元）", "Total investment (10,000 yuan)"))
    funding = models.CharField(
        T("资金来源", "Funding"), max_length=12, choices=choices(FUNDING), default="enterprise"
    )
    starts_on = models.DateField(T("计划开工", "Planned start"), null=True, blank=True)
    ends_on = models.DateField(T("计划竣工", "Planned completion"), null=True, blank=True)
    reports_from = models.DateField(T("月报起始月", "Reports from"), null=True, blank=True)
    goal = models.CharField(
        T("对应规划目标", "Goal of the plan"), max_length=120, blank=True, db_index=True
    )
    is_major = models.BooleanField(T("重点项目", "Major project"), default=False)
    geometry = GeometryField(T("用地范围", "Parcel"))
    is_sample = _sample()

    class Meta:
        verbose_name = _PROJECT
        constraints = [
            models.UniqueConstraint(
                fields=["code"], condition=~Q(code=""), name="projects_one_of_a_code",
                violation_error_message=T("该项目代码已登记。", "This project code is registered already."),
            )
        ]  # fmt: skip


class Milestone(Record):
    """A point on the way of a project. weight: its share of the whole, in percent or any unit."""

    collection = "project_milestones"

    project = _of_project("milestones")
    kind = models.CharField(T("节点", "Milestone"), max_length=20, choices=choices(MILESTONE_KINDS))
    name = models.CharField(T("说明", "Note"), max_length=120, blank=True)
    planned_on = models.DateField(T("计划完成", "Planned"), null=True, blank=True)
    forecast_on = models.DateField(T("预计完成", "Forecast"), null=True, blank=True)
    actual_on = models.DateField(T("实际完成", "Actual"), null=True, blank=True)
    weight = models.PositiveSmallIntegerField(T("权重", "Weight"), default=10)
    is_sample = _sample()

    class Meta:
        verbose_name = T("项目节点", "Milestone")

    def __str__(self) -> str:
        return f"{self.project} {MILESTONE_KINDS[self.kind].zh}"


class InvestmentPlan(Record):
    """What is to be invested in a month; years are sums."""

    collection = "project_investment_plans"

    project = _of_project("plans")
    month = models.DateField(_MONTH)
    amount = _money(T("计划投资（万元）", "Planned investment (10,000 yuan)"))
    is_sample = _sample()

    class Meta:
        verbose_name = T("投资计划", "Investment plan")
        constraints = [
            models.UniqueConstraint(fields=["project", "month"], name="projects_one_plan_a_month")
        ]

    def __str__(self) -> str:
        return f"{self.project} {self.month:%Y-%m}"


class PermitLink(Record):
    """A permit that the project needs. case: number of its case, item: reference of its item."""

    collection = "project_permits"

    project = _of_project("permits")
    title = models.CharField(T("手续名称", "Permit"), max_length=120)
    item = models.CharField(T("事项", "Service item"), max_length=120, blank=True)
    case = models.CharField(T("办件编号", "Case number"), max_length=40, blank=True, db_index=True)
    expected_on = models.DateField(T("计划办结", "Expected by"), null=True, blank=True)
    granted_on = models.DateField(T("办结日期", "Granted on"), null=True, blank=True)
    is_sample = _sample()

    class Meta:
        verbose_name = T("项目手续", "Permit of a project")

    def __str__(self) -> str:
        return self.title


class MonthlyReport(Record):
    """What a month brought, as the owner or the lead unit tells it.

    invested: within the month; distance_m: of the place of writing from the parcel, None where
    one of them is not known; steps: milestones as told, {key: [forecast, actual]}.
    """

    collection = "project_reports"

    project = _of_project("reports")
    month = models.DateField(_MONTH)
    invested = _money(T("本月完成投资（万元）", "Invested this month (10,000 yuan)"))
    progress = models.TextField(T("形象进度", "Progress of the works"), max_length=2000)
    problems = models.TextField(T("存在问题", "Problems"), max_length=2000, blank=True)
    steps = models.JSONField(T("节点进展", "Milestones"), default=dict, blank=True)
    geometry = GeometryField(T("填报位置", "Place of writing"))
    distance_m = models.PositiveIntegerField(
        T("距用地范围（米）", "From the parcel (m)"), null=True, blank=True
    )
    reporter = models.CharField(T("填报人", "Written by"), max_length=80)
    account = models.BigIntegerField(T("填报人账户", "Account"), null=True, blank=True)
    reported_at = models.DateTimeField(T("填报时间", "Written"))
    state = models.CharField(
        T("状态", "State"), max_length=10, choices=choices(REPORT_STATES), default="submitted",
        db_index=True,
    )  # fmt: skip
    reviewer = models.CharField(T("审核人", "Reviewed by"), max_length=80, blank=True)
    reviewed_at = models.DateTimeField(T("审核时间", "Reviewed"), null=True, blank=True)
    opinion = models.CharField(T("审核意见", "Opinion"), max_length=400, blank=True)
    is_sample = _sample()

    class Meta:
        verbose_name = T("项目月报", "Monthly report")
        constraints = [
            models.UniqueConstraint(fields=["project", "month"], name="projects_one_report_a_month")
        ]

    def __str__(self) -> str:
        return f"{self.project} {self.month:%Y-%m}"


class WarningRule(Record):
    """One line of the open table: a kind, a level, and the limit at which it warns."""

    collection = "project_warning_rules"

    kind = models.CharField(T("预警类型", "Kind"), max_length=20, choices=choices(WARNING_KINDS))
    level = models.CharField(T("预警等级", "Level"), max_length=8, choices=choices(LEVELS))
    limit = models.PositiveIntegerField(T("阈值（天或%）", "Limit (days or %)"))
    is_active = models.BooleanField(T("启用", "In force"), default=True)

    class Meta:
        verbose_name = T("预警规则", "Warning rule")
        constraints = [
            models.UniqueConstraint(fields=["kind", "level"], name="projects_one_rule_a_level")
        ]

    def __str__(self) -> str:
        return f"{WARNING_KINDS[self.kind].zh} {LEVELS[self.level].zh}"


class ProjectWarning(Record):
    """What gives rise to concern. cause: the milestone, month or permit that it is about.

    promised_on: the day of the remedy that was accepted; once it passes, a new case is opened.
    """

    collection = "project_warnings"

    project = _of_project("warnings")
    kind = models.CharField(T("预警类型", "Kind"), max_length=20, choices=choices(WARNING_KINDS))
    level = models.CharField(
        T("预警等级", "Level"), max_length=8, choices=choices(LEVELS), db_index=True
    )
    cause = models.CharField(T("起因", "Cause"), max_length=80)
    measured = models.IntegerField(T("实测值", "Measured"))
    limit = models.IntegerField(T("阈值", "Limit"))
    text = models.CharField(T("预警内容", "What it says"), max_length=300)
    text_en = models.CharField(T("预警内容（英文）", "What it says (English)"), max_length=300)
    found_at = models.DateTimeField(T("预警时间", "Found"))
    closed_at = models.DateTimeField(T("解除时间", "Closed"), null=True, blank=True)
    state = models.CharField(
        T("状态", "State"), max_length=10, choices=choices(WARNING_STATES), default="open",
        db_index=True,
    )  # fmt: skip
    case_number = models.CharField(T("督办编号", "Case"), max_length=40, blank=True, db_index=True)
    promised_on = models.DateField(T("承诺完成", "Promised for"), null=True, blank=True)
    is_sample = _sample()

    class Meta:
        verbose_name = T("项目预警", "Warning")
        constraints = [
            # The database itself keeps a second standing warning of one cause away.
            models.UniqueConstraint(
                fields=["project", "kind", "cause"], name="projects_one_standing_warning",
                condition=~Q(state="closed"),
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.text

    @property
    def words(self) -> T:
        return T(self.text, self.text_en)


class Bulletin(Record):
    """The monthly bulletin on all projects; its text lies in the document of ``document_key``."""

    collection = "project_bulletins"

    month = models.DateField(_MONTH, unique=True)
    title = models.CharField(T("标题", "Title"), max_length=200)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", verbose_name=T("编制单位", "Drafted by")
    )
    state = models.CharField(
        T("状态", "State"), max_length=10, choices=choices(BULLETIN_STATES), default="draft"
    )
    document_key = models.CharField(T("公文", "Document"), max_length=64, blank=True)
    published_at = models.DateTimeField(T("印发时间", "Published"), null=True, blank=True)
    is_sample = _sample()

    class Meta:
        verbose_name = T("项目通报", "Bulletin")

    def __str__(self) -> str:
        return self.title
