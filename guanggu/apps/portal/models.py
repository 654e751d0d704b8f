"""Notices: what the district tells everybody on its front page."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from guanggu.base.bilingual import T
from guanggu.kernel.register.public import Record


class Notice(Record):
    """A public notice; it shows from ``valid_from`` to ``valid_until``, pinned ones first."""

    collection: ClassVar[str] = "notices"

    title = models.CharField(T("标题", "Title"), max_length=120)
    title_en = models.CharField(T("英文标题", "Title in English"), max_length=200)
    body = models.TextField(T("正文", "Text"), max_length=10_000)
    body_en = models.TextField(T("英文正文", "Text in English"), max_length=20_000)
    issuer = models.CharField(T("发布单位", "Issued by"), max_length=120)
    issuer_en = models.CharField(T("发布单位英文", "Issued by, in English"), max_length=160)
    published_on = models.DateField(T("发布日期", "Published on"), db_index=True)
    pinned = models.BooleanField(T("置顶", "Pinned"), default=False)

    class Meta:
        verbose_name = T("通知公告", "Notice")

    def __str__(self) -> str:
        return self.title

    @property
    def shown_title(self) -> T:
        return T(self.title, self.title_en)

    @property
    def shown_body(self) -> T:
        return T(self.body, self.body_en)

    @property
    def shown_issuer(self) -> T:
        return T(self.issuer, self.issuer_en)
