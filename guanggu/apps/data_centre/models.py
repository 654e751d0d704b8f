"""What the data centre keeps: resources, grants, saved queries, rules of quality and their runs."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from guanggu.base.bilingual import T
from guanggu.kernel.identity.public import Organisation
from guanggu.kernel.register.public import Record
from guanggu.standards.gb_t_21063 import FORMATS, ITEMS, SHARING, SHARING_WAYS, UPDATE_CYCLES

from .rules.describing import SENSITIVITY
from .rules.masking import PURPOSES
from .rules.quality import KINDS
from .rules.sharing import STATES as GRANT_STATES


class Resource(Record):
    """An information resource: a table of the lake, or something described by hand.

    ``items`` is a list of {name, title, title_en, type, mask, sensitivity, is_shared, is_open};
    ``table`` names the table of the lake, "" where there is none; the key is ``code`` without its
    stroke, so that it can stand in an address.
    """

    collection: ClassVar[str] = "data_resources"

    code = models.CharField(T("信息资源代码", "Code of the resource"), max_length=40, unique=True)
    name = models.CharField(T("信息资源名称", "Name of the resource"), max_length=120)
    name_en = models.CharField(T("英文名称", "English name"), max_length=160, blank=True)
    summary = models.TextField(T("信息资源摘要", "Abstract"), max_length=2000)
    keywords = models.CharField(T("关键字", "Keywords"), max_length=200, blank=True)
    category = models.CharField(
        T("信息资源分类", "Classification"),
        max_length=6,
        choices=list(ITEMS.items()),
        db_index=True,
    )
    provider = models.ForeignKey(
        Organisation, models.PROTECT, verbose_name=T("信息资源提供方", "Provider"),
        related_name="+", null=True, blank=True,
    )  # fmt: skip
    format = models.CharField(
        T("信息资源格式", "Format"), max_length=10, choices=list(FORMATS.items()), default="table"
    )
    table = models.CharField(
        T("数据湖表", "Table of the lake"), max_length=80, blank=True, db_index=True
    )
    items = models.JSONField(T("信息项", "Items"), default=list, blank=True)
    sharing = models.CharField(
        T("共享类型", "Sharing class"), max_length=14, choices=list(SHARING.items()),
        default="conditional",
    )  # fmt: skip
    sharing_condition = models.CharField(
        T("共享条件", "Condition of sharing"), max_length=400, blank=True
    )
    basis = models.CharField(T("不予共享依据", "Why it is not shared"), max_length=400, blank=True)
    sharing_way = models.CharField(
        T("共享方式", "Way of sharing"), max_length=10, choices=list(SHARING_WAYS.items()),
        default="query",
    )  # fmt: skip
    is_open = models.BooleanField(T("是否向社会开放", "Open to the public"), default=False)
    open_condition = models.CharField(
        T("开放条件", "Condition of openness"), max_length=200, blank=True
    )
    update_cycle = models.CharField(
        T("更新周期", "Update cycle"), max_length=10, choices=list(UPDATE_CYCLES.items()),
        default="realtime",
    )  # fmt: skip
    sensitivity = models.CharField(
        T("敏感级", "Sensitivity"), max_length=10, choices=list(SENSITIVITY.items()),
        default="internal",
    )  # fmt: skip
    published_on = models.DateField(T("发布日期", "Published"), null=True, blank=True)
    related = models.CharField(T("关联资源代码", "Related resources"), max_length=200, blank=True)
    is_provided = models.BooleanField(T("正在提供", "Provided at present"), default=True)
    is_sample = models.BooleanField(T("示例数据", "Sample data"), default=False)

    class Meta:
        verbose_name = T("信息资源", "Information resource")
        indexes = [models.Index(fields=["provider", "category"], name="data_resource_of")]

    def __str__(self) -> str:
        return self.name

    @property
    def title(self) -> T:
        return T(self.name, self.name_en or self.name)


class DataGrant(Record):
    """A request for a resource and what came of it; in force while granted and within its days."""

    collection: ClassVar[str] = "data_grants"

    resource = models.ForeignKey(
        Resource, models.PROTECT, verbose_name=T("信息资源", "Resource"), related_name="grants"
    )
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, verbose_name=T("使用部门", "Used by"), related_name="+"
    )
    applicant = models.BigIntegerField(T("申请账户", "Account of the applicant"))
    applicant_name = models.CharField(T("申请人", "Applicant"), max_length=80)
    purpose = models.CharField(
        T("使用目的", "Purpose"), max_length=14, choices=list(PURPOSES.items())
    )
    reason = models.TextField(T("履职依据与用途说明", "Duty and use"), max_length=2000)
    from_on = models.DateField(T("使用期限自", "From"))
    until_on = models.DateField(T("使用期限至", "Until"))
    columns = models.JSONField(T("申请的信息项", "Items"), default=list, blank=True)
    cleared = models.JSONField(
        T("申请提供原值的信息项", "Items unmasked"), default=list, blank=True
    )
    state = models.CharField(
        T("状态", "State"), max_length=10, choices=list(GRANT_STATES.items()), default="requested",
        db_index=True,
    )  # fmt: skip
    case_number = models.CharField(T("办理编号", "Case"), max_length=40, blank=True, db_index=True)
    answer = models.TextField(T("答复意见", "Answer"), max_length=2000, blank=True)
    answered_by = models.CharField(T("答复人", "Answered by"), max_length=80, blank=True)
    answered_at = models.DateTimeField(T("答复时间", "Answered"), null=True, blank=True)
    is_sample = models.BooleanField(T("示例数据", "Sample data"), default=False)

    class Meta:
        verbose_name = T("共享申请与授权", "Request and grant")
        indexes = [
            models.Index(fields=["organisation", "state", "-id"], name="data_grant_of"),
            models.Index(fields=["state", "until_on"], name="data_grant_until"),
        ]

    def __str__(self) -> str:
        return f"{self.resource.name}（{self.organisation.short_name or self.organisation.name}）"


class SavedQuery(Record):
    """A query of the workbench under a name, its owner's or shared with his organisation."""

    collection: ClassVar[str] = "data_queries"

    name = models.CharField(T("名称", "Name"), max_length=120)
    sql = models.TextField(T("查询语句", "Query"), max_length=20_000)
    purpose = models.CharField(
        T("使用目的", "Purpose"), max_length=14, choices=list(PURPOSES.items()), blank=True
    )
    owner = models.BigIntegerField(T("所有者账户", "Account of the owner"), db_index=True)
    owner_name = models.CharField(T("所有者", "Owner"), max_length=80)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, verbose_name=T("单位", "Organisation"), related_name="+"
    )
    is_shared = models.BooleanField(T("本单位共用", "Shared here"), default=False)
    tables = models.JSONField(T("引用的表", "Tables"), default=list, blank=True)
    chart = models.JSONField(T("图表", "Chart"), default=dict, blank=True)
    is_sample = models.BooleanField(T("示例数据", "Sample data"), default=False)

    class Meta:
        verbose_name = T("查询", "Saved query")

    def __str__(self) -> str:
        return self.name


class QualityRule(Record):
    """What every row of a resource should fulfil."""

    collection: ClassVar[str] = "quality_rules"

    resource = models.ForeignKey(
        Resource, models.PROTECT, verbose_name=T("信息资源", "Resource"), related_name="rules"
    )
    name = models.CharField(T("规则名称", "Rule"), max_length=120)
    kind = models.CharField(T("类别", "Kind"), max_length=14, choices=list(KINDS.items()))
    column = models.CharField(T("信息项", "Item"), max_length=80, blank=True)
    parameter = models.CharField(
        T("参数", "Parameter"), max_length=400, blank=True,
        help_text=T(
            "完整性、唯一性不填；有效性填 uscc、citizen_id、正则表达式或以竖线分隔的取值；一致性填条件；"
            "及时性填小时数；引用完整性填“表.列”。",
            "Validity: uscc, citizen_id, a pattern or values parted by strokes; consistency: a "
            "condition; timeliness: hours; referential: table.column.",
        ),
    )  # fmt: skip
    weight = models.PositiveSmallIntegerField(T("权重", "Weight"), default=1)
    threshold = models.DecimalField(
        T("合格线（%）", "Passing share (%)"), max_digits=5, decimal_places=2, default=95
    )
    is_active = models.BooleanField(T("启用", "In use"), default=True)
    case_number = models.CharField(T("整改办件", "Case"), max_length=40, blank=True)
    is_sample = models.BooleanField(T("示例数据", "Sample data"), default=False)

    class Meta:
        verbose_name = T("数据质量规则", "Rule of quality")

    def __str__(self) -> str:
        return self.name


class QualityRun(models.Model):
    """All rules of all resources, judged at one time. ``score``: of all tables, 0 to 100."""

    at = models.DateTimeField(T("核查时间", "Checked"), db_index=True)
    score = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    rules = models.PositiveIntegerField(default=0)
    failing = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}"


class QualityResult(models.Model):
    """One rule in one run: rows looked at, rows failing; ``error`` where it could not be judged."""

    run = models.ForeignKey(QualityRun, models.CASCADE, related_name="results")
    rule = models.ForeignKey(QualityRule, models.CASCADE, related_name="results")
    rows = models.BigIntegerField(default=0)
    failed = models.BigIntegerField(default=0)
    score = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    error = models.CharField(max_length=400, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "rule"], name="data_quality_result_once")
        ]

    def __str__(self) -> str:
        return f"{self.rule}: {self.score}"
