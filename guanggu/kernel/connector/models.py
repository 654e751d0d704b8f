"""What is kept of engines outside: how to reach them, how they are, and what they did not take."""

from __future__ import annotations

from django.db import models

from guanggu.base.bilingual import T
from guanggu.kernel.register.public import Record, guard_records

STATE_TITLES: dict[str, T] = {
    "unknown": T("尚未检测", "Not asked yet"),
    "present": T("正常", "Present"),
    "absent": T("引擎缺席", "Absent"),
    "failing": T("故障", "Failing"),
    "disabled": T("已停用", "Switched off"),
}
LETTER_TITLES: dict[str, T] = {
    "waiting": T("待处理", "Waiting"),
    "retrying": T("重新投递中", "Being tried again"),
    "delivered": T("已送达", "Delivered"),
    "discarded": T("已放弃", "Discarded"),
}


class Connection(Record):
    """One engine as this install knows it; ``key`` is the engine's. Its state changes are events."""

    collection = "connections"

    address = models.CharField(T("地址", "Address"), max_length=300, blank=True)
    settings = models.JSONField(T("参数", "Settings"), default=dict, blank=True)
    is_enabled = models.BooleanField(T("启用", "Switched on"), default=True)
    state = models.CharField(
        T("状态", "State"), max_length=10, choices=list(STATE_TITLES.items()), default="unknown"
    )
    since = models.DateTimeField(T("起始时间", "Since"))
    error = models.CharField(T("原因", "Reason"), max_length=500, blank=True)
    error_en = models.CharField(T("原因（英文）", "Reason in English"), max_length=500, blank=True)

    @property
    def state_title(self) -> T:
        return STATE_TITLES[self.state]

    @property
    def reason(self) -> T:
        return T(self.error, self.error_en or self.error)


class Probe(models.Model):
    """The last time an engine was asked and the last time it was well: renewed, never an event."""

    connection = models.OneToOneField(Connection, models.CASCADE, related_name="probe")
    asked_at = models.DateTimeField()
    proved_at = models.DateTimeField(null=True)
    version = models.CharField(max_length=200, blank=True)
    told = models.CharField(max_length=300, blank=True)
    told_en = models.CharField(max_length=300, blank=True)
    took_ms = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.connection} {self.asked_at}"


class Credential(models.Model):
    """One secret of an engine, encrypted; apart from the record, so that no history ever holds it."""

    connection = models.ForeignKey(Connection, models.CASCADE, related_name="credentials")
    name = models.CharField(max_length=40)
    sealed = models.BinaryField()
    set_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["connection", "name"], name="connector_one_credential")
        ]

    def __str__(self) -> str:
        return f"{self.connection} {self.name}"


class FailedCall(Record):
    """A message that an engine did not take after many tries: an officer tries again or discards."""

    collection = "failed_calls"

    engine = models.CharField(T("引擎", "Engine"), max_length=80, db_index=True)
    operation = models.CharField(T("操作", "Operation"), max_length=80)
    state = models.CharField(
        T("状态", "State"), max_length=10, choices=list(LETTER_TITLES.items()), default="waiting"
    )
    attempts = models.PositiveIntegerField(T("已尝试次数", "Attempts"))
    reason = models.CharField(T("失败原因", "Reason"), max_length=500)
    failed_at = models.DateTimeField(T("失败时间", "Failed"))
    note = models.CharField(T("处理说明", "Note"), max_length=300, blank=True)

    @property
    def state_title(self) -> T:
        return LETTER_TITLES[self.state]


class FailedPayload(models.Model):
    """What was to be sent, encrypted; gone once the message is delivered or discarded."""

    call = models.OneToOneField(FailedCall, models.CASCADE, related_name="payload")
    sealed = models.BinaryField()

    def __str__(self) -> str:
        return str(self.call)


guard_records(Connection)
guard_records(FailedCall)
