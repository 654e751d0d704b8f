"""The economy's series, what was computed of them, and files of series taken in.

The figures themselves and their revisions are kept by the indicator kernel; a series says how to
read them. What is computed is kept with the parameters and the data it was computed from.
"""

from __future__ import annotations

from django.db import models

from guanggu.base.bilingual import T
from guanggu.kernel.indicator.public import Indicator
from guanggu.kernel.register.public import Record

from .rules.words import REPORTINGS, UPLOAD_STATES


def _sample() -> models.BooleanField:
    return models.BooleanField(T("示例数据", "Sample"), default=False)


class EconomicSeries(Record):
    """A series of the economy: an indicator, how it is published, whether it is adjusted."""

    collection = "economic_series"

    indicator = models.OneToOneField(
        Indicator, models.PROTECT, related_name="economic_series",
        verbose_name=T("指标", "Indicator"),
    )  # fmt: skip
    code = models.CharField(T("交换代码", "Exchange code"), max_length=20, unique=True)
    reporting = models.CharField(
        T("发布口径", "Published as"), max_length=10, choices=list(REPORTINGS.items()),
        default="single",
    )  # fmt: skip
    is_adjusted = models.BooleanField(T("季节调整", "Seasonally adjusted"), default=True)
    is_headline = models.BooleanField(T("首页展示", "On the front page"), default=False)
    rank = models.PositiveSmallIntegerField(T("排序", "Order"), default=50)
    is_sample = _sample()

    class Meta:
        verbose_name = T("经济序列", "Series")

    def __str__(self) -> str:
        return self.indicator.name

    @property
    def title(self) -> T:
        return self.indicator.title


class Adjustment(models.Model):
    """A seasonal adjustment: by period the adjusted, trend, seasonal and remaining part.

    problem: why there is none, in both languages; data_digest: of the figures it was made from.
    """

    series = models.ForeignKey(EconomicSeries, models.CASCADE, related_name="adjustments")
    periods = models.JSONField(default=list)
    adjusted = models.JSONField(default=list)
    trend = models.JSONField(default=list)
    seasonal = models.JSONField(default=list)
    remainder = models.JSONField(default=list)
    parameters = models.JSONField(default=dict)
    checks = models.JSONField(default=dict)
    problem = models.JSONField(default=dict)
    data_digest = models.CharField(max_length=64)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["series", "data_digest"], name="macro_economy_adjusted_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.series_id} {self.made_at}"


class Nowcast(models.Model):
    """What was expected of a year when so many of its periods were known; see ``rules.nowcast``.

    past: the same for past years as it would have been then (``Past.as_dict``).
    """

    series = models.ForeignKey(EconomicSeries, models.CASCADE, related_name="nowcasts")
    year = models.PositiveSmallIntegerField()
    known = models.PositiveSmallIntegerField()
    figures = models.JSONField(default=dict)
    past = models.JSONField(default=list)
    problem = models.JSONField(default=dict)
    data_digest = models.CharField(max_length=64)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["series", "year", "data_digest"], name="macro_economy_nowcast_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.series_id} {self.year}/{self.known}"


class SdmxUpload(Record):
    """A file of series: who sent it, what became of its observations.

    wrong: [number, indicator, period, value, {"zh", "en"}] of what did not fit.
    """

    collection = "sdmx_uploads"

    name = models.CharField(T("文件名", "File"), max_length=200)
    sha256 = models.CharField(T("文件摘要", "Digest"), max_length=64)
    by = models.CharField(T("上传人", "Sent by"), max_length=120)
    reason = models.CharField(T("修订原因", "Reason of revisions"), max_length=300, blank=True)
    state = models.CharField(
        T("状态", "State"), max_length=10, choices=list(UPLOAD_STATES.items()), default="waiting"
    )
    observed = models.PositiveIntegerField(T("观测数", "Observations"), default=0)
    added = models.PositiveIntegerField(T("新增或修订", "New or revised"), default=0)
    unchanged = models.PositiveIntegerField(T("未变", "Unchanged"), default=0)
    wrong = models.JSONField(T("未入库的观测", "What did not fit"), default=list, blank=True)
    problem = models.JSONField(T("未入库原因", "Why it was refused"), default=dict, blank=True)

    class Meta:
        verbose_name = T("SDMX 数据文件", "SDMX file")

    def __str__(self) -> str:
        return self.name
