"""Profiles of devices, fleets, and the devices enrolled in them with their twins."""

from __future__ import annotations

from typing import Any

from django.db import models

from guanggu.base.bilingual import T
from guanggu.kernel.feature.public import GeometryField
from guanggu.kernel.identity.public import Organisation
from guanggu.kernel.observation.public import PROFILES, PROTOCOLS
from guanggu.kernel.register.public import Record


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
