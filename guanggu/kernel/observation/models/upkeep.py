"""When the figures of a thing say nothing of what it measures: maintenance and calibration."""

from __future__ import annotations

from django.db import models

from guanggu.base.bilingual import T
from guanggu.kernel.register.public import Record

from .sensing import Datastream, Thing

WINDOW_KINDS = [
    ("maintenance", T("维护", "Maintenance")),
    ("calibration", T("校准", "Calibration")),
    ("stopped", T("停运", "Stopped")),
    ("fault", T("故障", "Fault")),
]


class MaintenanceWindow(Record):
    """Data of the thing (or of the one datastream) whose phenomenon time lies in it are marked.

    ``until_at`` empty: until somebody ends it.
    """

    collection = "maintenance_windows"

    thing = models.ForeignKey(
        Thing, models.PROTECT, related_name="maintenance_windows",
        verbose_name=T("监测设施", "Thing"),
    )  # fmt: skip
    datastream = models.ForeignKey(
        Datastream, models.PROTECT, null=True, blank=True, related_name="maintenance_windows",
        verbose_name=T("数据流(不填为全部)", "Datastream (empty: all)"),
    )  # fmt: skip
    kind = models.CharField(
        T("类型", "Kind"), max_length=16, choices=WINDOW_KINDS, default="maintenance"
    )
    from_at = models.DateTimeField(T("开始时间", "From"))
    until_at = models.DateTimeField(T("结束时间", "Until"), null=True, blank=True)
    reason = models.CharField(T("事由", "Reason"), max_length=300)

    class Meta:
        verbose_name = T("维护时段", "Maintenance window")
        indexes = [models.Index(fields=["until_at"])]

    def __str__(self) -> str:
        return self.key
