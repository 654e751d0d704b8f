"""Stretches without data that were noticed, and what was done about them."""

from __future__ import annotations

from django.db import models

from guanggu.base.bilingual import T

from .sensing import Datastream

GAP_STATES = [
    ("open", T("缺测", "Missing")),
    ("asked", T("已请求补传", "Asked for")),
    ("filled", T("已补齐", "Filled")),
    ("given_up", T("无法补传", "Not to be had")),
]


class NoticedGap(models.Model):
    """Data missing from ``start`` until before ``end`` (microseconds UTC), ``missing`` of them."""

    datastream = models.ForeignKey(Datastream, models.CASCADE, related_name="gaps")
    start = models.BigIntegerField()
    end = models.BigIntegerField()
    missing = models.PositiveIntegerField()
    state = models.CharField(max_length=8, choices=GAP_STATES, default="open")
    noticed_at = models.DateTimeField()
    asked_at = models.DateTimeField(null=True)
    asked_times = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["datastream", "start"], name="observation_one_gap")
        ]
        indexes = [models.Index(fields=["state", "start"])]
