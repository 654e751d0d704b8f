"""Things, sensors, observed properties and datastreams (OGC 18-088 8.2), as records."""

from __future__ import annotations

from django.db import models

from guanggu.base.bilingual import T
from guanggu.kernel.feature.public import GeometryField
from guanggu.kernel.identity.public import Organisation
from guanggu.kernel.register.public import Record

INTERVALS = [
    ("instant", T("实时", "Real-time")),
    ("minute", T("分钟", "Minute")),
    ("hour", T("小时", "Hour")),
    ("day", T("日", "Day")),
]
MEASUREMENT = "http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_Measurement"


class Thing(Record):
    """What carries sensors: a station, a buoy, a meter. ``subject`` refers to the record of the
    app that it belongs to, such as lakes/L-0001."""

    collection = "things"

    name = models.CharField(T("名称", "Name"), max_length=200)
    name_en = models.CharField(T("英文名称", "English name"), max_length=200, blank=True)
    description = models.CharField(T("说明", "Description"), max_length=400, blank=True)
    kind = models.CharField(T("类型", "Kind"), max_length=40, db_index=True)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=T("主管单位", "Organisation in charge"),
    )  # fmt: skip
    subject = models.CharField(
        T("所属对象", "Belongs to"), max_length=200, blank=True, db_index=True
    )
    geometry = GeometryField(T("位置", "Location"))
    properties = models.JSONField(T("属性", "Properties"), default=dict, blank=True)
    is_public = models.BooleanField(T("向社会公开", "Open to the public"), default=False)
    is_sample = models.BooleanField(T("示例数据", "Sample"), default=False)

    class Meta:
        verbose_name = T("监测设施", "Thing")


class Sensor(Record):
    """The instrument or method by which a property is observed."""

    collection = "sensors"

    name = models.CharField(T("名称", "Name"), max_length=200)
    description = models.CharField(T("说明", "Description"), max_length=400, blank=True)
    encoding_type = models.CharField(
        T("说明文件格式", "Encoding of metadata"), max_length=80, default="text/plain"
    )
    metadata = models.TextField(T("技术资料", "Metadata"), max_length=4000, blank=True)
    properties = models.JSONField(T("属性", "Properties"), default=dict, blank=True)

    class Meta:
        verbose_name = T("传感器", "Sensor")


class ObservedProperty(Record):
    """What is observed; for pollutants the key is the code of HJ 212-2017 annex B (a34004)."""

    collection = "observed_properties"

    name = models.CharField(T("名称", "Name"), max_length=200)
    name_en = models.CharField(T("英文名称", "English name"), max_length=200, blank=True)
    definition = models.CharField(T("定义", "Definition"), max_length=400, blank=True)
    description = models.CharField(T("说明", "Description"), max_length=400, blank=True)
    unit = models.CharField(T("单位(UCUM)", "Unit (UCUM)"), max_length=40, blank=True)
    properties = models.JSONField(T("属性", "Properties"), default=dict, blank=True)

    class Meta:
        verbose_name = T("监测项目", "Observed property")


class Datastream(Record):
    """One property of one thing by one sensor. Its ``pk`` is the ``stream`` of the store.

    unit: UCUM code. low, high: plausible range; step_max: largest believable change between two
    data; stuck_count: so many equal data in a row are stuck; every_s: seconds between two data
    when all is well, 0 where there is no rule.
    """

    collection = "datastreams"

    name = models.CharField(T("名称", "Name"), max_length=200)
    description = models.CharField(T("说明", "Description"), max_length=400, blank=True)
    thing = models.ForeignKey(
        Thing, models.PROTECT, related_name="datastreams", verbose_name=T("监测设施", "Thing")
    )
    sensor = models.ForeignKey(
        Sensor, models.PROTECT, related_name="datastreams", verbose_name=T("传感器", "Sensor")
    )
    observed_property = models.ForeignKey(
        ObservedProperty, models.PROTECT, related_name="datastreams",
        verbose_name=T("监测项目", "Observed property"),
    )  # fmt: skip
    interval = models.CharField(
        T("数据类型", "Interval"), max_length=8, choices=INTERVALS, default="instant"
    )
    unit = models.CharField(T("单位(UCUM)", "Unit (UCUM)"), max_length=40, blank=True)
    observation_type = models.CharField(
        T("结果类型", "Observation type"), max_length=120, default=MEASUREMENT
    )
    low = models.FloatField(T("合理下限", "Plausible from"), null=True, blank=True)
    high = models.FloatField(T("合理上限", "Plausible until"), null=True, blank=True)
    step_max = models.FloatField(T("最大变化", "Largest step"), null=True, blank=True)
    stuck_count = models.PositiveIntegerField(T("恒值次数", "Equal data in a row"), default=0)
    every_s = models.PositiveIntegerField(T("上报间隔(秒)", "Seconds between data"), default=0)
    retention_days = models.PositiveIntegerField(
        T("保存天数(0 为永久)", "Days kept (0: for ever)"), default=0
    )
    is_public = models.BooleanField(T("向社会公开", "Open to the public"), default=False)
    properties = models.JSONField(T("属性", "Properties"), default=dict, blank=True)

    class Meta:
        verbose_name = T("数据流", "Datastream")
        constraints = [
            models.UniqueConstraint(
                fields=["thing", "observed_property", "interval", "sensor"],
                name="observation_one_stream",
            )
        ]
