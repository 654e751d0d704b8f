"""Rules that watch datastreams, and the alarms they raise."""

from __future__ import annotations

from django.db import models

from guanggu.base.bilingual import T
from guanggu.kernel.identity.public import Organisation, role_choices
from guanggu.kernel.register.public import Record

from .sensing import INTERVALS, Datastream, ObservedProperty, Thing

RULE_KINDS = [
    ("limit", T("超限", "Limit")),
    ("rate", T("变化过快", "Rate of change")),
    ("stuck", T("恒值", "Stuck")),
    ("missing", T("缺数", "No data")),
    ("range", T("超出合理范围", "Out of range")),
    ("multi", T("多指标组合", "Several streams")),
]
SEVERITIES = [
    ("notice", T("提示", "Notice")),
    ("warning", T("预警", "Warning")),
    ("severe", T("严重", "Severe")),
]
ALARM_STATES = [
    ("open", T("报警中", "Open")),
    ("acknowledged", T("已确认", "Acknowledged")),
    ("cleared", T("已恢复", "Cleared")),
    ("closed", T("已关闭", "Closed")),
]


class AlarmRule(Record):
    """What is watched, and what happens then.

    The streams it watches: one ``datastream``, or all of ``observed_property`` (and ``interval``)
    narrowed by ``thing`` or ``thing_kind``. ``multi`` watches things: ``expression`` is a condition
    over the keys of their observed properties (``w01009 < 3 and w01019 > 10``).

    upper, lower: limits, broken by a value beyond; levels: further limits, each
    ``{"upper": 75, "severity": "severe"}``, that raise the severity of an open alarm
    rate_max: largest change in an hour, by the unit of the stream
    missing_s: seconds without a datum; 0: three times the stream's ``every_s``
    hits: so many data in a row must break it; hold_s: and for so many seconds
    clear_upper, clear_lower: inside of which it is over; empty: the limits themselves
    clear_hits: so many data in a row must be inside
    takes_doubtful: data marked by validation count as well, not only valid ones
    escalate_min: minutes until an alarm that nobody acknowledged is passed on; 0: at once,
    empty: never. ``procedure`` is the key of the case that apps open then.
    """

    collection = "alarm_rules"

    name = models.CharField(T("名称", "Name"), max_length=120)
    name_en = models.CharField(T("英文名称", "English name"), max_length=120, blank=True)
    kind = models.CharField(T("类型", "Kind"), max_length=8, choices=RULE_KINDS)
    severity = models.CharField(
        T("级别", "Severity"), max_length=8, choices=SEVERITIES, default="warning"
    )
    datastream = models.ForeignKey(
        Datastream, models.PROTECT, null=True, blank=True, related_name="alarm_rules",
        verbose_name=T("数据流", "Datastream"),
    )  # fmt: skip
    observed_property = models.ForeignKey(
        ObservedProperty, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=T("监测项目", "Observed property"),
    )  # fmt: skip
    thing = models.ForeignKey(
        Thing, models.PROTECT, null=True, blank=True, related_name="alarm_rules",
        verbose_name=T("监测设施", "Thing"),
    )  # fmt: skip
    thing_kind = models.CharField(T("设施类型", "Kind of thing"), max_length=40, blank=True)
    interval = models.CharField(
        T("数据类型", "Interval"), max_length=8, choices=INTERVALS, blank=True
    )
    upper = models.FloatField(T("上限", "Upper limit"), null=True, blank=True)
    lower = models.FloatField(T("下限", "Lower limit"), null=True, blank=True)
    levels = models.JSONField(T("分级限值", "Levels"), default=list, blank=True)
    rate_max = models.FloatField(
        T("每小时最大变化", "Largest change an hour"), null=True, blank=True
    )
    missing_s = models.PositiveIntegerField(T("缺数秒数", "Seconds without data"), default=0)
    expression = models.CharField(T("组合条件", "Condition"), max_length=300, blank=True)
    hits = models.PositiveSmallIntegerField(T("连续次数", "In a row"), default=1)
    hold_s = models.PositiveIntegerField(T("持续秒数", "Held for seconds"), default=0)
    clear_upper = models.FloatField(T("恢复上限", "Clear below"), null=True, blank=True)
    clear_lower = models.FloatField(T("恢复下限", "Clear above"), null=True, blank=True)
    clear_hits = models.PositiveSmallIntegerField(T("连续恢复次数", "Clear after"), default=1)
    takes_doubtful = models.BooleanField(T("含存疑数据", "Takes doubtful data"), default=False)
    clause = models.CharField(T("依据", "Basis"), max_length=200, blank=True)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=T("通知单位", "Organisation told"),
    )  # fmt: skip
    role = models.CharField(
        T("通知岗位", "Role told"), max_length=20, blank=True, choices=role_choices
    )
    escalate_min = models.PositiveIntegerField(
        T("未确认升级(分钟)", "Passed on after minutes"), null=True, blank=True
    )
    procedure = models.CharField(T("转办程序", "Procedure"), max_length=64, blank=True)
    is_active = models.BooleanField(T("启用", "Active"), default=True)

    class Meta:
        verbose_name = T("报警规则", "Alarm rule")


class Alarm(Record):
    """One time that a rule was broken, from ``opened_at`` to ``cleared_at`` by phenomenon time.

    ``peak``, ``last_value`` and ``last_at`` are those of the last event; while it goes on
    ``WatchState`` is ahead of them. ``case``: reference of the case that an app opened.
    """

    collection = "alarms"

    rule = models.ForeignKey(
        AlarmRule, models.PROTECT, related_name="alarms", verbose_name=T("报警规则", "Rule")
    )
    thing = models.ForeignKey(
        Thing, models.PROTECT, related_name="alarms", verbose_name=T("监测设施", "Thing")
    )
    datastream = models.ForeignKey(
        Datastream, models.PROTECT, null=True, blank=True, related_name="alarms",
        verbose_name=T("数据流", "Datastream"),
    )  # fmt: skip
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=T("通知单位", "Organisation told"),
    )  # fmt: skip
    severity = models.CharField(T("级别", "Severity"), max_length=8, choices=SEVERITIES)
    state = models.CharField(
        T("状态", "State"), max_length=12, choices=ALARM_STATES, default="open"
    )
    opened_at = models.DateTimeField(T("发生时间", "Opened"))
    value = models.FloatField(T("触发值", "Value"), null=True, blank=True)
    limit = models.FloatField(T("限值", "Limit"), null=True, blank=True)
    peak = models.FloatField(T("极值", "Peak"), null=True, blank=True)
    last_value = models.FloatField(T("最近值", "Last value"), null=True, blank=True)
    last_at = models.DateTimeField(T("最近时间", "Last time"), null=True, blank=True)
    cleared_at = models.DateTimeField(T("恢复时间", "Cleared"), null=True, blank=True)
    came_late = models.BooleanField(T("补传数据触发", "From data sent late"), default=False)
    acknowledged_at = models.DateTimeField(T("确认时间", "Acknowledged"), null=True, blank=True)
    acknowledged_by = models.CharField(T("确认人", "Acknowledged by"), max_length=80, blank=True)
    note = models.CharField(T("处理说明", "Note"), max_length=400, blank=True)
    escalated_at = models.DateTimeField(T("升级时间", "Passed on"), null=True, blank=True)
    case = models.CharField(T("关联办件", "Case"), max_length=200, blank=True)
    closed_at = models.DateTimeField(T("关闭时间", "Closed"), null=True, blank=True)

    class Meta:
        verbose_name = T("报警", "Alarm")
        indexes = [
            models.Index(fields=["state", "-opened_at"]),
            models.Index(fields=["rule", "datastream", "opened_at"]),
        ]

    def __str__(self) -> str:
        return f"{self.rule.name}（{self.thing.name}）"

    @property
    def is_going_on(self) -> bool:
        return self.cleared_at is None and self.state != "closed"


class WatchState(models.Model):
    """How far a rule has judged a stream (``multi``: a thing), and what it is in the middle of.

    hits, since: data in a row that break the rule, and the time of the first; clear_hits: in a row
    inside. Times in microseconds UTC. Written with the alarm in one transaction.
    """

    rule = models.ForeignKey(AlarmRule, models.CASCADE, related_name="states")
    stream = models.BigIntegerField()  # for ``multi`` the thing, as a negative number
    judged_until = models.BigIntegerField(default=-(2**62))
    hits = models.PositiveIntegerField(default=0)
    since = models.BigIntegerField(default=0)
    clear_hits = models.PositiveIntegerField(default=0)
    last_value = models.FloatField(null=True)
    peak = models.FloatField(null=True)
    alarm = models.ForeignKey(Alarm, models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["rule", "stream"], name="observation_one_watch_state")
        ]


class ToJudge(models.Model):
    """A stored datum that a rule has to look at: written before it is acknowledged, deleted with
    the judgement, so that neither a killed gateway nor a killed worker loses an alarm."""

    stream = models.IntegerField()
    time = models.BigIntegerField()
    value = models.FloatField(null=True)
    mark = models.PositiveSmallIntegerField()
    result_time = models.BigIntegerField()
    queued_at = models.BigIntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["stream", "time"])]


class SpanToJudge(models.Model):
    """Data of a stream from ``start`` to ``end`` (both within) that the judge reads in the store:
    what a queue grown too long is made into, so that it stays short while no judge is there."""

    stream = models.IntegerField(db_index=True)
    start = models.BigIntegerField()
    end = models.BigIntegerField()
    queued_at = models.BigIntegerField()


class ListeningSpan(models.Model):
    """From when until when the gateways could take data in, as they wrote down every few seconds.
    Microseconds UTC. Between two of these nobody could have been heard."""

    start = models.BigIntegerField()
    until = models.BigIntegerField(db_index=True)
