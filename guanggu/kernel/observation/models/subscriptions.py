"""NGSI-LD subscriptions (ETSI GS CIM 009 clause 5.2.12) and what waits to be sent for them."""

from __future__ import annotations

from django.db import models

from guanggu.base.bilingual import T
from guanggu.kernel.identity.public import Account, Post
from guanggu.kernel.register.public import Record


class Subscription(Record):
    """``wanted`` is the subscription as the subscriber wrote it, already checked."""

    collection = "ngsi_ld_subscriptions"

    account = models.ForeignKey(
        Account, models.PROTECT, related_name="+", verbose_name=T("订阅人", "Subscriber")
    )
    post = models.ForeignKey(Post, models.PROTECT, related_name="+", verbose_name=T("岗位", "Post"))
    wanted = models.JSONField(T("订阅内容", "Subscription"))
    endpoint = models.CharField(T("接收地址", "Receiver"), max_length=500)
    throttling_s = models.PositiveIntegerField(T("最短间隔(秒)", "Throttling (s)"), default=0)
    is_active = models.BooleanField(T("启用", "Active"), default=True)
    expires_at = models.DateTimeField(T("到期时间", "Expires"), null=True, blank=True)

    class Meta:
        verbose_name = T("数据订阅", "Subscription")


class SubscriptionCursor(models.Model):
    """Up to which phenomenon time the data of one stream were laid into the queue."""

    subscription = models.ForeignKey(Subscription, models.CASCADE, related_name="cursors")
    stream = models.IntegerField()
    time = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["subscription", "stream"], name="observation_one_cursor"
            )
        ]

    def __str__(self) -> str:
        return f"{self.subscription_id}/{self.stream}"


class Delivery(models.Model):
    """One notification. It is written in the transaction that moves the cursor on, so neither
    can be without the other, and leaves the queue only when the receiver said 2xx."""

    subscription = models.ForeignKey(Subscription, models.CASCADE, related_name="deliveries")
    notification = models.CharField(max_length=60, unique=True)
    body = models.JSONField()
    made_at = models.DateTimeField()
    due_at = models.DateTimeField()
    attempts = models.PositiveIntegerField(default=0)
    error = models.CharField(max_length=300, blank=True)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["sent_at", "due_at"])]

    def __str__(self) -> str:
        return self.notification


class SubscriptionState(models.Model):
    """How the sending goes (timesSent, lastSuccess …): no part of what the journal keeps."""

    subscription = models.OneToOneField(Subscription, models.CASCADE, related_name="state")
    times_sent = models.PositiveIntegerField(default=0)
    times_failed = models.PositiveIntegerField(default=0)
    last_notified_at = models.DateTimeField(null=True)
    last_success_at = models.DateTimeField(null=True)
    last_failure_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return str(self.subscription_id)
