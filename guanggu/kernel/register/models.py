"""Tables of the register kernel itself: the search index and the quarantine of imports."""

from __future__ import annotations

from django.db import models

from guanggu.base.bilingual import T
from guanggu.base.ids import Ref

from .records import Record

__all__ = ["ImportRun", "QuarantinedRow", "Record", "SearchEntry"]


class SearchEntry(models.Model):
    """What can be found: a title to show and the tokens it is found by, scopes among them."""

    collection = models.CharField(max_length=40)
    key = models.CharField(max_length=64)
    title = models.CharField(max_length=300)
    summary = models.CharField(max_length=300, blank=True)
    tokens = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["collection", "key"], name="register_search_entry")
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def ref(self) -> Ref:
        return Ref(self.collection, self.key)


class ImportRun(models.Model):
    """One sheet taken in: by whom, how many rows of what fate."""

    collection = models.CharField(T("登记册", "Register"), max_length=40)
    file_name = models.CharField(T("文件", "File"), max_length=200)
    actor = models.CharField(max_length=120)
    actor_name = models.CharField(T("导入人", "By"), max_length=120)
    started_at = models.DateTimeField(T("开始时间", "Started"))
    finished_at = models.DateTimeField(null=True)
    created = models.PositiveIntegerField(T("新增", "Created"), default=0)
    changed = models.PositiveIntegerField(T("修改", "Changed"), default=0)
    unchanged = models.PositiveIntegerField(T("未变", "Unchanged"), default=0)
    quarantined = models.PositiveIntegerField(T("隔离", "Quarantined"), default=0)

    def __str__(self) -> str:
        return f"{self.collection} {self.file_name}"


class QuarantinedRow(models.Model):
    """A row that did not fit, kept whole with its errors until it is mended or dropped."""

    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="rows")
    sheet = models.CharField(T("工作表", "Sheet"), max_length=80, blank=True)
    row = models.PositiveIntegerField(T("行号", "Row"))
    values = models.JSONField(T("内容", "Values"))
    errors = models.JSONField(T("问题", "Errors"))
    resolved_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["run_id", "row"]

    def __str__(self) -> str:
        return f"{self.run} · {self.row}"
