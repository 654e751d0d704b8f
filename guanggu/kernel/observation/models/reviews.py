"""What officers said of single data: the received and the reviewed value, side by side."""

from __future__ import annotations

from django.db import models

from guanggu.base.bilingual import T

from .sensing import Datastream

DECISIONS = [
    ("valid", T("确认有效", "Valid")),
    ("invalid", T("判为无效", "Invalid")),
    ("correct", T("修正", "Corrected")),
    ("accept_held", T("采纳补传值", "Re-sent value taken")),
    ("drop_held", T("不采纳补传值", "Re-sent value dropped")),
]


class Review(models.Model):
    """One decision on one datum. ``time`` in microseconds UTC; ``applied_at`` empty: decided and
    journaled, not yet laid into the store (the worker does)."""

    datastream = models.ForeignKey(Datastream, models.PROTECT, related_name="reviews")
    time = models.BigIntegerField()
    decision = models.CharField(max_length=12, choices=DECISIONS)
    received_value = models.FloatField(null=True)
    received_mark = models.PositiveSmallIntegerField()
    reviewed_value = models.FloatField(null=True)
    reviewed_mark = models.PositiveSmallIntegerField()
    reason = models.CharField(max_length=300)
    by = models.CharField(max_length=80)
    by_name = models.CharField(max_length=120)
    at = models.DateTimeField()
    applied_at = models.DateTimeField(null=True, db_index=True)

    class Meta:
        indexes = [models.Index(fields=["datastream", "time"])]
