"""Lakes with what flows into them, their stations, patrols and problems, and what was judged.

What the instruments report lies in the observation store; figures of whole days and forecasts,
asked for again and again, are kept here.
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
    INFLOW_KINDS,
    INSPECTION_RESULTS,
    ISSUE_KINDS,
    ISSUE_STATES,
    OPEN_STATES,
    OPERATION,
    ORIGINS,
    OUTFALL_KINDS,
    OUTFALL_STATES,
    PATROL_STATES,
    QUANTITIES,
    SEVERITIES,
    STATION_KINDS,
)

_IN_CHARGE = T("主管单位", "Organisation in charge")


def _organisation(title: T = _IN_CHARGE) -> models.ForeignKey:
    return models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=title
    )


def _sample() -> models.BooleanField:
    return models.BooleanField(T("示例数据", "Sample"), default=False)


class Lake(Record):
    """A lake. Levels are metres over ``datum``; basin: heights of its bed and banks, see
    ``rules.basins``, empty where nobody surveyed it; goal: class of GB 3838-2002 to be reached."""

    collection = "lakes"

    name = models.CharField(T("湖泊名称", "Name"), max_length=80)
    name_en = models.CharField(T("英文名称", "English name"), max_length=80, blank=True)
    functions = models.CharField(T("主要功能", "Functions"), max_length=200, blank=True)
    organisation = _organisation()
    chief = models.CharField(T("湖长", "Lake chief"), max_length=80, blank=True)
    chief_post = models.CharField(T("湖长职务", "Post of the chief"), max_length=80, blank=True)
    phone = models.CharField(T("监督电话", "Telephone"), max_length=30, blank=True)
    goal = models.CharField(
        T("水质目标", "Water quality goal"), max_length=1, choices=list(GOALS.items()), blank=True
    )
    area_km2 = models.FloatField(T("水面面积(km²)", "Area (km²)"), null=True, blank=True)
    catchment_km2 = models.FloatField(T("汇水面积(km²)", "Catchment (km²)"), null=True, blank=True)
    datum = models.CharField(T("高程基准", "Height datum"), max_length=40, blank=True)
    normal_m = models.FloatField(T("常水位(m)", "Normal level (m)"), null=True, blank=True)
    limit_m = models.FloatField(T("汛限水位(m)", "Flood limit level (m)"), null=True, blank=True)
    warning_m = models.FloatField(T("警戒水位(m)", "Warning level (m)"), null=True, blank=True)
    low_m = models.FloatField(T("最低生态水位(m)", "Ecological minimum (m)"), null=True, blank=True)
    geometry = GeometryField(T("湖泊范围", "Shore"))
    basin = models.JSONField(T("湖盆高程格网", "Grid of heights"), default=dict, blank=True)
    is_public = models.BooleanField(T("向社会公开", "Open to the public"), default=True)
    is_sample = _sample()

    class Meta:
        verbose_name = T("湖泊", "Lake")


class Inflow(Record):
    """A river, channel, pump or gate through which water comes in."""

    collection = "lake_inflows"

    lake = models.ForeignKey(
        Lake, models.PROTECT, related_name="inflows", verbose_name=T("湖泊", "Lake")
    )
    name = models.CharField(T("名称", "Name"), max_length=80)
    name_en = models.CharField(T("英文名称", "English name"), max_length=80, blank=True)
    kind = models.CharField(T("类型", "Kind"), max_length=8, choices=list(INFLOW_KINDS.items()))
    geometry = GeometryField(T("线位", "Course"))
    is_sample = _sample()

    class Meta:
        verbose_name = T("入湖水系", "Inflow")


class Outfall(Record):
    """A place where water is discharged into a lake. owner: Ref of the responsible legal entity."""

    collection = "lake_outfalls"

    lake = models.ForeignKey(
        Lake, models.PROTECT, related_name="outfalls", verbose_name=T("湖泊", "Lake")
    )
    inflow = models.ForeignKey(
        Inflow, models.PROTECT, null=True, blank=True, related_name="outfalls",
        verbose_name=T("所在水系", "On the inflow"),
    )  # fmt: skip
    name = models.CharField(T("排口名称", "Name"), max_length=120)
    name_en = models.CharField(T("英文名称", "English name"), max_length=120, blank=True)
    kind = models.CharField(T("类型", "Kind"), max_length=12, choices=list(OUTFALL_KINDS.items()))
    owner = models.CharField(
        T("责任主体", "Responsible entity"), max_length=120, blank=True, db_index=True
    )
    owner_name = models.CharField(T("责任主体名称", "Its name"), max_length=200, blank=True)
    permit_number = models.CharField(
        T("许可或备案号", "Permit or filing"), max_length=60, blank=True
    )
    state = models.CharField(
        T("整治状态", "State"), max_length=8, choices=list(OUTFALL_STATES.items()), default="kept"
    )
    diameter_mm = models.PositiveIntegerField(T("管径(mm)", "Diameter (mm)"), null=True, blank=True)
    geometry = GeometryField(T("位置", "Location"))
    is_public = models.BooleanField(T("向社会公开", "Open to the public"), default=False)
    is_sample = _sample()

    class Meta:
        verbose_name = T("入湖排口", "Outfall")


class OutfallInspection(Record):
    """What somebody found at an outfall on a day."""

    collection = "outfall_inspections"

    outfall = models.ForeignKey(
        Outfall, models.PROTECT, related_name="inspections", verbose_name=T("排口", "Outfall")
    )
    inspected_on = models.DateField(T("检查日期", "Day"))
    inspector = models.CharField(T("检查人", "Inspector"), max_length=80, blank=True)
    result = models.CharField(
        T("检查结果", "Result"), max_length=10, choices=list(INSPECTION_RESULTS.items())
    )
    note = models.CharField(T("情况说明", "Note"), max_length=400, blank=True)
    is_sample = _sample()

    class Meta:
        verbose_name = T("排口检查", "Inspection of an outfall")

    def __str__(self) -> str:
        return f"{self.outfall} {self.inspected_on}"


class OutfallSample(Record):
    """A water sample taken at an outfall and what the laboratory found, in mg/L."""

    collection = "outfall_samples"

    outfall = models.ForeignKey(
        Outfall, models.PROTECT, related_name="samples", verbose_name=T("排口", "Outfall")
    )
    sampled_on = models.DateField(T("采样日期", "Day"))
    laboratory = models.CharField(T("检测单位", "Laboratory"), max_length=120, blank=True)
    flow_l_s = models.FloatField(T("流量(L/s)", "Flow (L/s)"), null=True, blank=True)
    ph = models.FloatField(T("pH", "pH"), null=True, blank=True)
    codmn = models.FloatField(
        T("高锰酸盐指数(mg/L)", "Permanganate index (mg/L)"), null=True, blank=True
    )
    ammonia = models.FloatField(T("氨氮(mg/L)", "Ammonia nitrogen (mg/L)"), null=True, blank=True)
    phosphorus = models.FloatField(
        T("总磷(mg/L)", "Total phosphorus (mg/L)"), null=True, blank=True
    )
    nitrogen = models.FloatField(T("总氮(mg/L)", "Total nitrogen (mg/L)"), null=True, blank=True)
    is_sample = _sample()

    class Meta:
        verbose_name = T("排口采样结果", "Sample of an outfall")

    def __str__(self) -> str:
        return f"{self.outfall} {self.sampled_on}"


class LakeStation(Record):
    """An automatic station. Its sensing side is the kernel's Thing of the same key."""

    collection = "lake_stations"

    lake = models.ForeignKey(
        Lake, models.PROTECT, related_name="stations", verbose_name=T("湖泊", "Lake")
    )
    name = models.CharField(T("站点名称", "Name"), max_length=120)
    name_en = models.CharField(T("英文名称", "English name"), max_length=120, blank=True)
    kind = models.CharField(T("类型", "Kind"), max_length=6, choices=list(STATION_KINDS.items()))
    geometry = GeometryField(T("位置", "Location"))
    state = models.CharField(
        T("运行状态", "Operation"), max_length=10, choices=list(OPERATION.items()),
        default="operating",
    )  # fmt: skip
    is_public = models.BooleanField(T("向社会公开", "Open to the public"), default=True)
    is_sample = _sample()

    class Meta:
        verbose_name = T("湖泊自动监测站", "Lake station")


class PatrolPlan(Record):
    """Who walks round a lake, and how often a week."""

    collection = "patrol_plans"

    lake = models.ForeignKey(
        Lake, models.PROTECT, related_name="plans", verbose_name=T("湖泊", "Lake")
    )
    name = models.CharField(T("巡查段", "Stretch"), max_length=120)
    organisation = _organisation(T("巡查单位", "Patrolled by"))
    times_a_week = models.PositiveSmallIntegerField(T("每周次数", "Times a week"), default=1)
    begins_on = models.DateField(T("开始执行", "In force from"), null=True, blank=True)
    geometry = GeometryField(T("路线", "Route"))
    is_active = models.BooleanField(T("执行中", "In force"), default=True)
    is_sample = _sample()

    class Meta:
        verbose_name = T("巡湖计划", "Patrol plan")


class Patrol(Record):
    """One walk round a lake. track: [longitude, latitude, seconds of Unix time] in 1e-6 degrees."""

    collection = "patrols"

    lake = models.ForeignKey(
        Lake, models.PROTECT, related_name="patrols", verbose_name=T("湖泊", "Lake")
    )
    plan = models.ForeignKey(
        PatrolPlan, models.PROTECT, null=True, blank=True, related_name="patrols",
        verbose_name=T("巡湖计划", "Plan"),
    )  # fmt: skip
    organisation = _organisation(T("巡查单位", "Patrolled by"))
    account = models.BigIntegerField(T("巡查人账户", "Account"), null=True, blank=True)
    person = models.CharField(T("巡查人", "By"), max_length=80)
    started_at = models.DateTimeField(T("开始时间", "Started"))
    ended_at = models.DateTimeField(T("结束时间", "Ended"), null=True, blank=True)
    track = models.JSONField(T("轨迹", "Track"), default=list, blank=True)
    length_m = models.PositiveIntegerField(T("里程(m)", "Length (m)"), default=0)
    note = models.CharField(T("巡查情况", "Note"), max_length=400, blank=True)
    state = models.CharField(
        T("状态", "State"), max_length=10, choices=list(PATROL_STATES.items()), default="under_way"
    )
    is_sample = _sample()

    class Meta:
        verbose_name = T("巡湖记录", "Patrol")
        indexes = [models.Index(fields=["lake", "-started_at"], name="lakes_patrol_lake")]
        constraints = [
            models.UniqueConstraint(
                fields=["account"], name="lakes_one_patrol_at_a_time",
                condition=Q(state="under_way"),
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.lake} {self.key}"


class LakeIssue(Record):
    """A problem of a lake on its way through the procedure. cause: what it came of, such as the
    alarm's subject and rule; one open problem for each cause."""

    collection = "lake_issues"

    lake = models.ForeignKey(
        Lake, models.PROTECT, related_name="issues", verbose_name=T("湖泊", "Lake")
    )
    origin = models.CharField(T("来源", "Origin"), max_length=8, choices=list(ORIGINS.items()))
    kind = models.CharField(T("问题类型", "Kind"), max_length=10, choices=list(ISSUE_KINDS.items()))
    severity = models.CharField(
        T("紧急程度", "Severity"), max_length=8, choices=list(SEVERITIES.items()), default="plain"
    )
    title = models.CharField(T("标题", "Title"), max_length=200)
    description = models.CharField(T("情况描述", "What was found"), max_length=1000, blank=True)
    place = models.CharField(T("地点", "Place"), max_length=200, blank=True)
    geometry = GeometryField(T("位置", "Location"))
    found_at = models.DateTimeField(T("发现时间", "Found"))
    patrol = models.ForeignKey(
        Patrol, models.PROTECT, null=True, blank=True, related_name="issues",
        verbose_name=T("巡湖记录", "Patrol"),
    )  # fmt: skip
    outfall = models.ForeignKey(
        Outfall, models.PROTECT, null=True, blank=True, related_name="issues",
        verbose_name=T("排口", "Outfall"),
    )  # fmt: skip
    cause = models.CharField(T("起因", "Cause"), max_length=200, blank=True)
    clause = models.CharField(T("依据", "Basis"), max_length=200, blank=True)
    alarms = models.JSONField(T("关联报警", "Alarms"), default=list, blank=True)
    organisation = _organisation()
    reporter = models.CharField(T("上报人", "Reported by"), max_length=80, blank=True)
    case_number = models.CharField(T("办理编号", "Case"), max_length=40, blank=True, db_index=True)
    state = models.CharField(
        T("状态", "State"), max_length=10, choices=list(ISSUE_STATES.items()), default="reported"
    )
    closed_at = models.DateTimeField(T("办结时间", "Closed"), null=True, blank=True)
    is_sample = _sample()

    class Meta:
        verbose_name = T("湖泊问题", "Problem of a lake")
        indexes = [models.Index(fields=["lake", "state"], name="lakes_issue_state")]
        constraints = [
            # The database itself keeps a second open problem of one cause away.
            models.UniqueConstraint(
                fields=["cause"], name="lakes_one_open_issue",
                condition=Q(state__in=OPEN_STATES) & ~Q(cause=""),
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.title


class LakeDay(models.Model):
    """What a lake was on one day: computed from the store, computed again when data change.

    values: daily means by factor code; deciding: factors that set the class.
    """

    lake = models.ForeignKey(Lake, models.CASCADE, related_name="days")
    day = models.DateField()
    water_class = models.CharField(max_length=1, blank=True)
    deciding = models.JSONField(default=list)
    clause = models.CharField(max_length=200, blank=True)
    tli = models.FloatField(null=True)
    trophic = models.CharField(max_length=12, blank=True)
    level_m = models.FloatField(null=True)
    rain_mm = models.FloatField(null=True)
    values = models.JSONField(default=dict)
    computed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["lake", "day"], name="lakes_one_day")]

    def __str__(self) -> str:
        return f"{self.lake_id} {self.day}"


class LakeForecast(models.Model):
    """A forecast as it was issued. steps: see ``rules.forecasting.Step``, one dict a horizon."""

    lake = models.ForeignKey(Lake, models.CASCADE, related_name="forecasts")
    quantity = models.CharField(max_length=12, choices=list(QUANTITIES.items()))
    issued_at = models.DateTimeField()
    based_on_at = models.DateTimeField()
    steps = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["lake", "quantity", "based_on_at"], name="lakes_one_forecast"
            )
        ]
        indexes = [models.Index(fields=["lake", "quantity", "-issued_at"], name="lakes_forecast")]

    def __str__(self) -> str:
        return f"{self.lake_id} {self.quantity} {self.issued_at}"
