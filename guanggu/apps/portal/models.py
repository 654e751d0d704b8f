"""Notices: what the district tells everybody on its front page."""

from __future__ import annotations

from typing import Any, ClassVar

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


class Counter(Record):
    """A counter whose time can be booked: so many places in each slot of its hours."""

    collection: ClassVar[str] = "counters"

    name = models.CharField(T("窗口名称", "Counter"), max_length=80)
    name_en = models.CharField(T("英文名称", "Counter in English"), max_length=120)
    address = models.CharField(T("地址", "Address"), max_length=160)
    address_en = models.CharField(T("英文地址", "Address in English"), max_length=200)
    hours = models.CharField(
        T("可预约时间", "Hours"), max_length=80, default="09:00-12:00,13:30-17:00"
    )
    slot_minutes = models.PositiveSmallIntegerField(
        T("时段长度(分钟)", "Slot (minutes)"), default=30
    )
    places = models.PositiveSmallIntegerField(T("每时段人数", "Places a slot"), default=3)
    days_ahead = models.PositiveSmallIntegerField(
        T("可提前预约(工作日)", "Bookable ahead (working days)"), default=10
    )

    class Meta:
        verbose_name = T("预约窗口", "Bookable counter")

    def __str__(self) -> str:
        return self.name

    @property
    def title(self) -> T:
        return T(self.name, self.name_en)

    @property
    def shown_address(self) -> T:
        return T(self.address, self.address_en)


class Slot(models.Model):
    """One place at a counter at one time: a row each, so that no place can be given twice.

    ``holder`` is the ref of the account that booked it, "" while it is free; ``version`` counts
    bookings and cancellations.
    """

    counter = models.ForeignKey(Counter, models.PROTECT, related_name="slots")
    day = models.DateField(T("日期", "Day"))
    starts_at = models.DateTimeField(T("时间", "Time"))
    place = models.PositiveSmallIntegerField(T("号位", "Place"))
    holder = models.CharField(max_length=120, blank=True)
    holder_name = models.CharField(T("预约人", "Booked by"), max_length=80, blank=True)
    item = models.CharField(T("事项", "Item"), max_length=120, blank=True)
    code = models.CharField(T("预约码", "Code"), max_length=8, blank=True)
    version = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["counter", "starts_at", "place"], name="portal_slot_once"
            ),
            models.UniqueConstraint(
                fields=["counter", "day", "holder"],
                condition=~models.Q(holder=""),
                name="portal_slot_one_a_day",
            ),
        ]
        indexes = [models.Index(fields=["holder", "starts_at"], name="portal_slot_holder")]

    def __str__(self) -> str:
        return f"{self.counter} {self.starts_at:%Y-%m-%d %H:%M} {self.place}"

    @property
    def is_free(self) -> bool:
        return not self.holder

    def state(self) -> dict[str, Any]:
        """Every stored value by column, as the digest covers it."""
        return {field.attname: getattr(self, field.attname) for field in self._meta.concrete_fields}
