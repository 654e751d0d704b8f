"""The plan of copies, and every copy and drill with what it proved."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from guanggu.base.bilingual import T
from guanggu.kernel.register.public import Record

KIND_TITLES: dict[str, T] = {
    "backup": T("备份", "Copy"),
    "drill": T("恢复演练", "Restore drill"),
}
STATE_TITLES: dict[str, T] = {
    "ok": T("成功", "Good"),
    "failed": T("失败", "Failed"),
}


def _between(low: int, high: int) -> list:
    return [MinValueValidator(low), MaxValueValidator(high)]


class BackupPlan(Record):
    """When copies are made and how many are kept; one row, ``main``."""

    collection = "backup_plans"

    is_active = models.BooleanField(
        T("按计划自动备份", "Copies are made by the plan"), default=True
    )
    hour = models.PositiveSmallIntegerField(
        T("每日备份时刻（点）", "Hour of the day"), default=2, validators=_between(0, 23)
    )
    keep_daily = models.PositiveSmallIntegerField(
        T("保留日备份（份）", "Daily copies kept"), default=14, validators=_between(1, 366)
    )
    keep_weekly = models.PositiveSmallIntegerField(
        T("保留周备份（份）", "Weekly copies kept"), default=8, validators=_between(0, 520)
    )
    keep_monthly = models.PositiveSmallIntegerField(
        T("保留月备份（份）", "Monthly copies kept"), default=12, validators=_between(0, 600)
    )
    drill_days = models.PositiveSmallIntegerField(
        T("恢复演练间隔（天）", "Days between drills"), default=7, validators=_between(1, 92)
    )

    class Meta:
        verbose_name = T("备份计划", "Backup plan")


class BackupRun(Record):
    """One copy or one drill. ``proof`` says in words what was compared; ``figures`` its numbers."""

    collection = "backup_runs"

    kind = models.CharField(T("类别", "Kind"), max_length=8, choices=list(KIND_TITLES.items()))
    state = models.CharField(T("结果", "Result"), max_length=8, choices=list(STATE_TITLES.items()))
    began_at = models.DateTimeField(T("开始时间", "Began"))
    ended_at = models.DateTimeField(T("结束时间", "Ended"), db_index=True)
    snapshot = models.CharField(T("快照", "Snapshot"), max_length=64, blank=True)
    figures = models.JSONField(T("数量", "Figures"), default=dict, blank=True)
    proof = models.CharField(T("证明", "Proof"), max_length=1000, blank=True)
    proof_en = models.CharField(T("证明（英文）", "Proof in English"), max_length=1000, blank=True)
    job = models.CharField(T("作业编号", "Job"), max_length=32, blank=True)

    class Meta:
        verbose_name = T("备份记录", "Backup run")
        indexes = [models.Index(fields=["kind", "state", "-ended_at"], name="backup_newest")]

    @property
    def told(self) -> T:
        return T(self.proof, self.proof_en or self.proof)

    @property
    def seconds(self) -> int:
        return int((self.ended_at - self.began_at).total_seconds())
