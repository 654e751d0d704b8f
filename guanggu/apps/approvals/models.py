"""Applications that are being written; once submitted they live in the case."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db import models

from guanggu.base.bilingual import T
from guanggu.base.ids import Ref
from guanggu.kernel.journal.public import guard, state_digest


class Draft(models.Model):
    """An application in the making, kept on the server so that it can be resumed.

    materials: key of the material -> keys of stored files; delivery: way, address, phone
    """

    key = models.CharField(T("草稿编号", "Draft"), max_length=16, unique=True)
    item = models.CharField(T("事项", "Item"), max_length=64)
    item_name = models.CharField(T("事项名称", "Item"), max_length=120)
    holder = models.BigIntegerField()
    firm = models.CharField(T("统一社会信用代码", "Unified code"), max_length=18, blank=True)
    applicant = models.JSONField(T("申请人信息", "Applicant"), default=dict, blank=True)
    form = models.JSONField(T("申请表", "Form"), default=dict, blank=True)
    materials = models.JSONField(T("材料", "Materials"), default=dict, blank=True)
    delivery = models.JSONField(T("送达方式", "Delivery"), default=dict, blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(T("建立时间", "Begun"))
    updated_at = models.DateTimeField(T("保存时间", "Saved"))

    class Meta:
        indexes = [models.Index(fields=["holder", "-updated_at"], name="approvals_draft_of")]

    def __str__(self) -> str:
        return self.item_name

    @property
    def ref(self) -> Ref:
        return Ref("drafts", self.key)

    def state(self) -> dict[str, Any]:
        return {f.attname: getattr(self, f.attname) for f in self._meta.concrete_fields}


def _rows() -> Iterator[tuple[str, str]]:
    for draft in Draft.objects.order_by("pk").iterator(chunk_size=500):
        yield draft.key, state_digest(draft.state())


guard("drafts", _rows)
