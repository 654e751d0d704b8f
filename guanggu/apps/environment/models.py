"""Stations, pollution sources with their outlets and permits, what was judged, and violations.

What the instruments report lies in the observation store; here is what it belongs to, and the
figures of whole days and months that are asked for again and again.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from guanggu.base.bilingual import T
from guanggu.kernel.feature.public import GeometryField
from guanggu.kernel.identity.public import Organisation
from guanggu.kernel.register.public import Record

from .rules.words import (
    GOALS,
    LEVELS,
    MEDIA,
    OPERATION,
    PERIODS,
    POLLUTANT_CHOICES,
    REPORT_STATES,
    STATION_KINDS,
    VIOLATION_KINDS,
    VIOLATION_STATES,
    ZONES,
)


def _organisation() -> models.ForeignKey:
    return models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=T("主管单位", "Organisation in charge"),
    )  # fmt: skip


class Station(Record):
    """A place where air, surface water, noise or radiation is measured.

    Its sensing side is the kernel's Thing of the same key. zone: class of the ambient air zone,
    zone of sound, or river/lake; goal: class of water quality to be reached (GB 3838).
    """

    collection = "monitoring_stations"

    name = models.CharField(T("名称", "Name"), max_length=120)
    name_en = models.CharField(T("英文名称", "English name"), max_length=120, blank=True)
    kind = models.CharField(
        T("类型", "Kind"), max_length=10, choices=list(STATION_KINDS.items()), db_index=True
    )
    organisation = _organisation()
    address = models.CharField(T("地址", "Address"), max_length=200, blank=True)
    geometry = GeometryField(T("位置", "Location"))
    zone = models.CharField(
        T("功能区类别", "Zone"), max_length=6, choices=list(ZONES.items()), blank=True
    )
    goal = models.CharField(
        T("水质目标", "Water quality goal"), max_length=3, choices=list(GOALS.items()), blank=True
    )
    water_body = models.CharField(T("所在水体", "Water body"), max_length=80, blank=True)
    state = models.CharField(
        T("运行状态", "Operation"), max_length=10, choices=list(OPERATION.items()),
        default="operating",
    )  # fmt: skip
    is_public = models.BooleanField(T("向社会公开", "Open to the public"), default=True)
    is_sample = models.BooleanField(T("示例数据", "Sample"), default=False)

    class Meta:
        verbose_name = T("监测站点", "Monitoring station")

    @property
    def title(self) -> T:
        return T(self.name, self.name_en or self.name)


class PollutionSource(Record):
    """A unit that discharges. entity: Ref of the legal entity, such as legal_entities/9142…"""

    collection = "pollution_sources"

    name = models.CharField(T("单位名称", "Name"), max_length=200)
    name_en = models.CharField(T("英文名称", "English name"), max_length=200, blank=True)
    entity = models.CharField(
        T("法人主体", "Legal entity"), max_length=120, blank=True, db_index=True
    )
    unified_code = models.CharField(
        T("统一社会信用代码", "Unified social credit code"), max_length=18, blank=True,
        db_index=True,
    )  # fmt: skip
    industry = models.CharField(T("行业", "Industry"), max_length=80, blank=True)
    level = models.CharField(
        T("管理类别", "Level"), max_length=10, choices=list(LEVELS.items()), default="key"
    )
    organisation = _organisation()
    address = models.CharField(T("地址", "Address"), max_length=200, blank=True)
    geometry = GeometryField(T("位置", "Location"))
    contact = models.CharField(T("环保联系人", "Contact"), max_length=80, blank=True)
    phone = models.CharField(T("联系电话", "Telephone"), max_length=30, blank=True)
    state = models.CharField(
        T("生产状态", "Operation"), max_length=10, choices=list(OPERATION.items()),
        default="operating",
    )  # fmt: skip
    is_sample = models.BooleanField(T("示例数据", "Sample"), default=False)

    class Meta:
        verbose_name = T("污染源", "Pollution source")

    @property
    def title(self) -> T:
        return T(self.name, self.name_en or self.name)


class Outlet(Record):
    """A monitored outlet. Its sensing side is the kernel's Thing of the same key."""

    collection = "outlets"

    source_unit = models.ForeignKey(
        PollutionSource, models.PROTECT, related_name="outlets",
        verbose_name=T("污染源", "Pollution source"),
    )  # fmt: skip
    name = models.CharField(T("排放口名称", "Name"), max_length=120)
    name_en = models.CharField(T("英文名称", "English name"), max_length=120, blank=True)
    medium = models.CharField(T("类型", "Medium"), max_length=6, choices=list(MEDIA.items()))
    code = models.CharField(T("排放口编号", "Outlet number"), max_length=10, blank=True)
    receives = models.CharField(T("排放去向", "Discharges to"), max_length=120, blank=True)
    geometry = GeometryField(T("位置", "Location"))
    is_sample = models.BooleanField(T("示例数据", "Sample"), default=False)

    class Meta:
        verbose_name = T("排放口", "Outlet")


class DischargePermit(Record):
    """A discharge permit (排污许可管理条例, State Council decree 736)."""

    collection = "discharge_permits"

    source_unit = models.ForeignKey(
        PollutionSource, models.PROTECT, related_name="permits",
        verbose_name=T("排污单位", "Holder"),
    )  # fmt: skip
    number = models.CharField(T("许可证编号", "Number"), max_length=40)
    issued_on = models.DateField(T("发证日期", "Issued"), null=True, blank=True)
    is_sample = models.BooleanField(T("示例数据", "Sample"), default=False)

    class Meta:
        verbose_name = T("排污许可证", "Discharge permit")

    def __str__(self) -> str:
        return self.number


class PermittedAmount(Record):
    """How much of one pollutant a permit allows: tonnes a year, and the concentration."""

    collection = "permitted_amounts"

    permit = models.ForeignKey(
        DischargePermit, models.PROTECT, related_name="amounts",
        verbose_name=T("排污许可证", "Discharge permit"),
    )  # fmt: skip
    outlet = models.ForeignKey(
        Outlet, models.PROTECT, related_name="amounts", verbose_name=T("排放口", "Outlet")
    )
    pollutant = models.CharField(T("污染物", "Pollutant"), max_length=12, choices=POLLUTANT_CHOICES)
    annual_t = models.FloatField(T("许可年排放量(t/a)", "Tonnes a year"), null=True, blank=True)
    limit = models.FloatField(
        T("许可排放浓度限值", "Limit of concentration"), null=True, blank=True
    )

    class Meta:
        verbose_name = T("许可排放量", "Permitted amount")
        constraints = [
            models.UniqueConstraint(
                fields=["permit", "outlet", "pollutant"], name="environment_amount_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.outlet} {self.get_pollutant_display()}"


class Assessment(models.Model):
    """What one day or month of a station was judged to be, by the standard of its date.

    subject: Ref of the station; value: AQI, number of the water class, Ldn or dose rate;
    figures: what the judgement was made from; decided_by: factors that decided it.
    """

    subject = models.CharField(max_length=120)
    kind = models.CharField(max_length=10)
    period = models.CharField(max_length=6, choices=list(PERIODS.items()))
    on = models.DateField()
    value = models.FloatField(null=True)
    grade = models.CharField(max_length=12, blank=True)
    decided_by = models.JSONField(default=list)
    standard = models.CharField(max_length=80, blank=True)
    standard_en = models.CharField(max_length=160, blank=True)
    figures = models.JSONField(default=dict)
    valid_count = models.PositiveIntegerField(default=0)
    expected_count = models.PositiveIntegerField(default=0)
    meets = models.BooleanField(null=True)
    computed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["subject", "period", "on"], name="environment_assessed_once"
            )
        ]
        indexes = [
            models.Index(fields=["kind", "period", "on"], name="environment_assessed_on"),
        ]

    @property
    def basis(self) -> T:
        return T(self.standard, self.standard_en or self.standard)

    def __str__(self) -> str:
        return f"{self.subject} {self.on}: {self.value}"


class EmissionTotal(models.Model):
    """How much of a pollutant left an outlet in a month; see ``rules.emissions.Amount``."""

    outlet = models.ForeignKey(Outlet, models.PROTECT, related_name="totals")
    pollutant = models.CharField(max_length=12)
    month = models.DateField()
    amount_kg = models.FloatField()
    mean = models.FloatField(null=True)
    valid_hours = models.PositiveIntegerField(default=0)
    over_hours = models.PositiveIntegerField(default=0)
    expected_hours = models.PositiveIntegerField(default=0)
    reported_kg = models.FloatField(default=0.0)
    reported_hours = models.PositiveIntegerField(default=0)
    taken_hours = models.PositiveIntegerField(default=0)
    difference = models.FloatField(null=True)
    computed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["outlet", "pollutant", "month"], name="environment_total_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.outlet_id} {self.pollutant} {self.month}"


class Violation(Record):
    """A breach that is being dealt with: one open for each subject and kind.

    subject: Ref of the outlet or station; evidence: the frozen window of observations, a stored
    file with its digest.
    """

    collection = "violations"

    title = models.CharField(T("标题", "Title"), max_length=200)
    kind = models.CharField(T("类型", "Kind"), max_length=12, choices=list(VIOLATION_KINDS.items()))
    subject = models.CharField(T("对象", "Subject"), max_length=120, db_index=True)
    source_unit = models.ForeignKey(
        PollutionSource, models.PROTECT, null=True, blank=True, related_name="violations",
        verbose_name=T("污染源", "Pollution source"),
    )  # fmt: skip
    organisation = _organisation()
    factor = models.CharField(T("监测因子", "Factor"), max_length=40, blank=True)
    begun_at = models.DateTimeField(T("开始时间", "Since"))
    last_at = models.DateTimeField(T("最近时间", "Last"))
    peak = models.FloatField(T("最高值", "Peak"), null=True, blank=True)
    limit = models.FloatField(T("限值", "Limit"), null=True, blank=True)
    clause = models.CharField(T("依据", "Basis"), max_length=200, blank=True)
    alarms = models.JSONField(T("关联报警", "Alarms"), default=list, blank=True)
    case_number = models.CharField(T("案件编号", "Case"), max_length=40, blank=True, db_index=True)
    evidence_file = models.CharField(T("证据文件", "Evidence"), max_length=64, blank=True)
    evidence_sha256 = models.CharField(T("证据摘要", "Digest"), max_length=64, blank=True)
    evidence_from = models.DateTimeField(T("固证起", "Evidence from"), null=True, blank=True)
    evidence_until = models.DateTimeField(T("固证止", "Evidence until"), null=True, blank=True)
    state = models.CharField(
        T("状态", "State"), max_length=10, choices=list(VIOLATION_STATES.items()), default="open"
    )
    outcome = models.CharField(T("处理结果", "Outcome"), max_length=40, blank=True)

    class Meta:
        verbose_name = T("环境违法线索", "Violation")
        constraints = [
            # The database itself keeps a second open case of one subject and kind away.
            models.UniqueConstraint(
                fields=["subject", "kind"], name="environment_one_open_violation",
                condition=Q(state="open"),
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.title


class MonthlyReport(Record):
    """The report of one month: drafted from the figures, sealed and numbered, then public."""

    collection = "environment_reports"

    title = models.CharField(T("标题", "Title"), max_length=120)
    month = models.DateField(T("月份", "Month"), unique=True)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+",
        verbose_name=T("发布单位", "Published by"),
    )  # fmt: skip
    document_key = models.CharField(T("文书", "Document"), max_length=40, blank=True)
    state = models.CharField(
        T("状态", "State"), max_length=10, choices=list(REPORT_STATES.items()), default="draft"
    )
    published_at = models.DateTimeField(T("发布时间", "Published"), null=True, blank=True)
    is_sample = models.BooleanField(T("示例数据", "Sample"), default=False)

    class Meta:
        verbose_name = T("环境质量月报", "Monthly report")

    def __str__(self) -> str:
        return self.title
