"""Profiles of devices, fleets, and the devices enrolled in them with their twins."""

from __future__ import annotations

from typing import Any

from django.db import models

from guanggu.base.bilingual import T
from guanggu.kernel.feature.public import GeometryField
from guanggu.kernel.identity.public import Organisation, role_choices
from guanggu.kernel.observation.public import PROFILES, PROTOCOLS, AlarmRule
from guanggu.kernel.register.public import Record

RULE_KINDS = [
    (code, title) for code, title in AlarmRule._meta.get_field("kind").choices if code != "multi"
]
SEVERITIES = AlarmRule._meta.get_field("severity").choices
FAULT_STATES = [("open", T("处理中", "Open")), ("closed", T("已办结", "Closed"))]


class DeviceProfile(Record):
    """What a maker's model of device measures and what can be set on it.

    ``streams``: JSON list of {property, name, unit, interval, low, high, step_max, stuck_count,
    every_s}; ``settings``: JSON list of {name, title, kind, unit, low, high}. See ``rules``.
    """

    collection = "device_profiles"

    name = models.CharField(T("产品名称", "Product"), max_length=120)
    name_en = models.CharField(T("英文名称", "English name"), max_length=120, blank=True)
    maker = models.CharField(T("厂商", "Maker"), max_length=120, blank=True)
    protocol = models.CharField(
        T("接入协议", "Protocol"), max_length=16, choices=PROTOCOLS, default="mqtt"
    )
    profile = models.CharField(
        T("协议版本", "Version of the protocol"), max_length=16, choices=PROFILES, blank=True
    )
    thing_kind = models.CharField(T("设施类型", "Kind of thing"), max_length=40, default="device")
    streams = models.JSONField(T("监测项目", "What it measures"), default=list)
    settings = models.JSONField(T("可设置项", "What can be set"), default=list, blank=True)
    is_sample = models.BooleanField(T("示例数据", "Sample"), default=False)

    class Meta:
        verbose_name = T("产品", "Device profile")


class Fleet(Record):
    """Devices kept together: who keeps them, and how many messages a day they may send in all."""

    collection = "fleets"

    name = models.CharField(T("设备群组", "Fleet"), max_length=120)
    name_en = models.CharField(T("英文名称", "English name"), max_length=120, blank=True)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=T("管理单位", "Kept by"),
    )  # fmt: skip
    messages_a_day_max = models.PositiveIntegerField(
        T("每日报文配额(0 为不限)", "Messages a day at most (0: any)"), default=0
    )
    is_sample = models.BooleanField(T("示例数据", "Sample"), default=False)

    class Meta:
        verbose_name = T("设备群组", "Fleet")


class FleetDevice(Record):
    """A device enrolled by its profile, and its twin.

    ``device`` and ``thing`` are keys in the observation kernel, made at enrolment. ``desired`` is
    what people want of the device, ``reported`` what it last said of itself.
    """

    collection = "fleet_devices"

    name = models.CharField(T("设备名称", "Device"), max_length=120)
    profile = models.ForeignKey(
        DeviceProfile, models.PROTECT, related_name="devices", verbose_name=T("产品", "Profile")
    )
    fleet = models.ForeignKey(
        Fleet, models.PROTECT, related_name="devices", verbose_name=T("设备群组", "Fleet")
    )
    address = models.CharField(T("设备标识(MN)", "Address (MN)"), max_length=64, db_index=True)
    geometry = GeometryField(T("位置", "Location"))
    device = models.CharField(
        T("接入设备编号", "Key of the device"), max_length=64, blank=True, editable=False,
        db_index=True,
    )  # fmt: skip
    thing = models.CharField(
        T("监测设施编号", "Key of the thing"), max_length=64, blank=True, editable=False
    )
    desired: Any = models.JSONField(T("期望状态", "Desired"), default=dict, editable=False)
    desired_at = models.DateTimeField(T("下达时间", "Set"), null=True, editable=False)
    reported: Any = models.JSONField(T("上报状态", "Reported"), default=dict, editable=False)
    reported_at = models.DateTimeField(T("上报时间", "Reported at"), null=True, editable=False)
    is_sample = models.BooleanField(T("示例数据", "Sample"), default=False)

    class Meta:
        verbose_name = T("入群设备", "Enrolled device")


class QuotaDay(models.Model):
    """Messages of one fleet on one day, as last counted, and when its quota was used up."""

    fleet = models.ForeignKey(Fleet, models.CASCADE, related_name="quota_days")
    on = models.DateField()
    messages = models.PositiveBigIntegerField(default=0)
    used_up_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["fleet", "on"], name="iot_platform_one_quota_day")
        ]

    def __str__(self) -> str:
        return f"{self.fleet} {self.on}"


class FleetRule(Record):
    """A rule for every device of a profile, a fleet, or both: it lays an alarm rule on each.

    property: key of the observed property. What the others mean, see ``AlarmRule``. opens_fault:
    an alarm that is passed on becomes a fault with a case.
    """

    collection = "fleet_rules"

    name = models.CharField(T("规则名称", "Rule"), max_length=80)
    name_en = models.CharField(T("英文名称", "English name"), max_length=80, blank=True)
    profile = models.ForeignKey(
        DeviceProfile, models.PROTECT, null=True, blank=True, related_name="rules",
        verbose_name=T("产品", "Profile"),
    )  # fmt: skip
    fleet = models.ForeignKey(
        Fleet, models.PROTECT, null=True, blank=True, related_name="rules",
        verbose_name=T("设备群组", "Fleet"),
    )  # fmt: skip
    property = models.CharField(
        T("监测项目编号", "Key of the observed property"), max_length=64,
        help_text=T("与产品物模型一致，如 level。", "As the profile names it, such as level."),
    )  # fmt: skip
    kind = models.CharField(T("类型", "Kind"), max_length=8, choices=RULE_KINDS, default="limit")
    severity = models.CharField(
        T("级别", "Severity"), max_length=8, choices=SEVERITIES, default="warning"
    )
    upper = models.FloatField(T("上限", "Upper limit"), null=True, blank=True)
    lower = models.FloatField(T("下限", "Lower limit"), null=True, blank=True)
    rate_max = models.FloatField(
        T("每小时最大变化", "Largest change an hour"), null=True, blank=True
    )
    missing_s = models.PositiveIntegerField(T("缺数秒数", "Seconds without data"), default=0)
    hits = models.PositiveSmallIntegerField(T("连续次数", "In a row"), default=1)
    hold_s = models.PositiveIntegerField(T("持续秒数", "Held for seconds"), default=0)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=T("通知单位", "Organisation told"),
    )  # fmt: skip
    role = models.CharField(
        T("通知岗位", "Role told"), max_length=20, blank=True, choices=role_choices
    )
    escalate_min = models.PositiveIntegerField(
        T("未确认升级(分钟)", "Passed on after minutes"), null=True, blank=True
    )
    opens_fault = models.BooleanField(T("升级后转故障处理", "Becomes a fault"), default=False)
    is_active = models.BooleanField(T("启用", "Active"), default=True)

    class Meta:
        verbose_name = T("群组规则", "Rule of a fleet")


class DeviceFault(Record):
    """A device to be looked after: from an alarm that was passed on to the end of its case."""

    collection = "device_faults"

    title = models.CharField(T("故障", "Fault"), max_length=200)
    device = models.ForeignKey(
        FleetDevice, models.PROTECT, related_name="faults", verbose_name=T("设备", "Device")
    )
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=T("处理单位", "Handled by"),
    )  # fmt: skip
    state = models.CharField(
        T("状态", "State"), max_length=8, choices=FAULT_STATES, default="open", db_index=True
    )
    alarms: Any = models.JSONField(T("报警", "Alarms"), default=list)
    begun_at = models.DateTimeField(T("发生时间", "Since"))
    last_at = models.DateTimeField(T("最近报警", "Last alarm"))
    case_number = models.CharField(T("办件编号", "Case"), max_length=40, blank=True, db_index=True)
    outcome = models.CharField(T("结果", "Outcome"), max_length=40, blank=True)

    class Meta:
        verbose_name = T("设备故障", "Fault of a device")
        constraints = [
            models.UniqueConstraint(
                fields=["device"], condition=models.Q(state="open"),
                name="iot_platform_one_open_fault",
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.title
