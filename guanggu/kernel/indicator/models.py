"""Indicators, what they are to reach, their present values, and every value they ever had.

``Value`` is what is known now, one row a period; ``Revision`` is what was known when, and is only
ever added to. Both are written together (``writing``).
"""

from __future__ import annotations

from typing import Any

from django.db import models

from guanggu.base.bilingual import T
from guanggu.kernel.identity.public import Organisation
from guanggu.kernel.register.public import Record

from . import periods
from .exact import ExactDecimalField
from .words import DIRECTIONS, KINDS, MEASURES, PATHS, STATUSES, TARGET_KINDS


def _sample() -> models.BooleanField:
    return models.BooleanField(T("示例数据", "Sample"), default=False)


class Indicator(Record):
    """What is measured, how, by whom.

    unit: UCUM code or a word; measure: how it grows, see ``words.MEASURES``; decimals: digits
    after the point that are shown, and to which a formula is rounded; formula: name of the
    declared formula, empty where values are typed in; owner: the post that answers for it, such
    as posts/12; section: of the plan.
    """

    collection = "indicators"

    name = models.CharField(T("指标名称", "Indicator"), max_length=120)
    name_en = models.CharField(T("英文名称", "English name"), max_length=160, blank=True)
    unit = models.CharField(T("计量单位", "Unit"), max_length=40, blank=True)
    unit_en = models.CharField(T("英文单位", "English unit"), max_length=40, blank=True)
    period = models.CharField(
        T("统计周期", "Period"), max_length=8, choices=list(periods.KINDS.items())
    )
    measure = models.CharField(
        T("数值类型", "Kind of figure"), max_length=6, choices=list(MEASURES.items()),
        default="flow",
    )  # fmt: skip
    direction = models.CharField(
        T("评价方向", "Better"), max_length=8, choices=list(DIRECTIONS.items()), default="higher"
    )
    decimals = models.PositiveSmallIntegerField(T("小数位数", "Decimals"), default=2)
    kind = models.CharField(
        T("取值方式", "How it is had"), max_length=8, choices=list(KINDS.items()), default="typed"
    )
    formula = models.CharField(T("计算公式", "Formula"), max_length=80, blank=True)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=T("责任单位", "Organisation in charge"),
    )  # fmt: skip
    owner = models.CharField(T("责任岗位", "Answerable post"), max_length=120, blank=True)
    section = models.CharField(T("规划章节", "Section of the plan"), max_length=60, blank=True)
    theme = models.CharField(T("指标分类", "Theme"), max_length=40, blank=True)
    note = models.TextField(T("指标解释", "Meaning"), max_length=2000, blank=True)
    note_en = models.TextField(T("英文解释", "Meaning in English"), max_length=3000, blank=True)
    is_public = models.BooleanField(T("向社会公开", "Open to the public"), default=False)
    is_sample = _sample()

    class Meta:
        verbose_name = T("指标", "Indicator")

    @property
    def title(self) -> T:
        return T(self.name, self.name_en or self.name)

    @property
    def unit_title(self) -> T:
        return T(self.unit, self.unit_en or self.unit)


class Target(Record):
    """What an indicator is to reach in a period, or what it is counted from (a baseline).

    upper: the top of the band where the indicator is to lie within; path: how it is expected to
    get there from the baseline; waypoints: [["2018", "12.5"], …] of a path in steps.
    """

    collection = "indicator_targets"

    indicator = models.ForeignKey(
        Indicator, models.PROTECT, related_name="targets", verbose_name=T("指标", "Indicator")
    )
    kind = models.CharField(
        T("类别", "Kind"), max_length=8, choices=list(TARGET_KINDS.items()), default="target"
    )
    period = models.CharField(T("期别", "Period"), max_length=10)
    value = ExactDecimalField(T("数值", "Value"))
    upper = ExactDecimalField(T("区间上限", "Upper bound"), null=True, blank=True)
    path = models.CharField(
        T("推进路径", "Path"), max_length=8, choices=list(PATHS.items()), default="linear"
    )
    waypoints = models.JSONField(T("阶段节点", "Waypoints"), default=list, blank=True)
    clause = models.CharField(T("依据", "Basis"), max_length=200, blank=True)
    is_sample = _sample()

    class Meta:
        verbose_name = T("指标目标", "Target")
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "kind", "period"], name="indicator_target_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.indicator_id} {self.period}: {self.value}"


class Value(Record):
    """What is known now of one period; number: none where it was withdrawn.

    dimension: a part of the whole such as a region or an industry, empty for the whole;
    provenance: where the number came from, see ``words.PROVENANCES``.
    """

    collection = "indicator_values"

    indicator = models.ForeignKey(
        Indicator, models.PROTECT, related_name="values", verbose_name=T("指标", "Indicator")
    )
    period = models.CharField(T("期别", "Period"), max_length=10)
    dimension = models.CharField(T("分组", "Part"), max_length=60, blank=True)
    number = ExactDecimalField(T("数值", "Value"), null=True, blank=True)
    status = models.CharField(
        T("数据状态", "Status"), max_length=12, choices=list(STATUSES.items()), default="final"
    )
    reason = models.CharField(T("修订原因", "Reason"), max_length=300, blank=True)
    revision = models.PositiveIntegerField(T("修订次数", "Revision"), default=0, editable=False)
    known_at = models.DateTimeField(T("发布时间", "Known since"), null=True, editable=False)
    provenance = models.JSONField(
        T("数据来历", "Provenance"), default=dict, blank=True, editable=False
    )
    is_sample = _sample()

    class Meta:
        verbose_name = T("指标数值", "Value")
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "period", "dimension"], name="indicator_value_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.key}: {self.number}"

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        """Raises ProtectedError: its revisions stay. Withdraw it by a revision without number."""
        raise models.ProtectedError("revisions refer to the value", {self})


class Revision(models.Model):
    """One value as it became known; never changed and never removed.

    known_at: from when on it was the value; by: who gave it, as events name him.
    """

    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="revisions")
    period = models.CharField(max_length=10)
    dimension = models.CharField(max_length=60, blank=True)
    revision = models.PositiveIntegerField()
    number = ExactDecimalField(null=True)
    status = models.CharField(max_length=12, choices=list(STATUSES.items()))
    known_at = models.DateTimeField()
    reason = models.CharField(max_length=300, blank=True)
    by = models.CharField(max_length=120)
    by_name = models.CharField(max_length=120)
    provenance = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "period", "dimension", "revision"],
                name="indicator_revision_once",
            )
        ]
        indexes = [
            models.Index(fields=["indicator", "dimension", "known_at"], name="indicator_known")
        ]

    def __str__(self) -> str:
        return f"{self.indicator_id} {self.period} #{self.revision}: {self.number}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Raises RuntimeError for a row that is there already."""
        if self.pk is not None:
            raise RuntimeError("a revision is never changed; write a further one")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        raise RuntimeError("a revision is never removed")
