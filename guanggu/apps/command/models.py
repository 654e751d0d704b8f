"""Shifts of the duty desk, what was written into their logs, and orders given."""

from __future__ import annotations

from django.db import models

from guanggu.base.bilingual import T
from guanggu.kernel.identity.public import Organisation
from guanggu.kernel.register.public import Record

from .rules import ENTRY_KINDS, ORDER_STATES, SHIFT_STATES, TURNS, URGENCIES


def _sample() -> models.BooleanField:
    return models.BooleanField(T("示例数据", "Sample"), default=False)


class DutyShift(Record):
    """One shift of one desk. officer, taken_by: ids of the accounts that signed.

    ``digest`` is that of the log when the outgoing officer handed it over (``rules.log_digest``).
    """

    collection = "duty_shifts"

    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", verbose_name=T("值班单位", "Desk of")
    )
    on = models.DateField(T("日期", "Day"))
    turn = models.CharField(T("班次", "Turn"), max_length=8, choices=list(TURNS.items()))
    starts_at = models.DateTimeField(T("开始时间", "From"))
    ends_at = models.DateTimeField(T("结束时间", "Until"))
    leader_name = models.CharField(T("带班领导", "Leader in charge"), max_length=80, blank=True)
    members = models.CharField(T("值班人员", "On the roster"), max_length=200, blank=True)
    phone = models.CharField(T("值班电话", "Telephone"), max_length=40, blank=True)
    state = models.CharField(
        T("状态", "State"), max_length=12, choices=list(SHIFT_STATES.items()), default="planned"
    )
    officer = models.BigIntegerField(
        T("值班员账户", "Account of the officer"), null=True, blank=True
    )
    officer_name = models.CharField(T("值班员", "Officer on duty"), max_length=80, blank=True)
    begun_at = models.DateTimeField(T("到岗时间", "Begun"), null=True, blank=True)
    summary = models.TextField(T("交班小结", "Summary"), max_length=4000, blank=True)
    open_matters = models.TextField(T("待跟进事项", "Still open"), max_length=4000, blank=True)
    handed_at = models.DateTimeField(T("交班签字时间", "Handed over"), null=True, blank=True)
    digest = models.CharField(T("日志摘要", "Digest of the log"), max_length=64, blank=True)
    taken_by = models.BigIntegerField(
        T("接班员账户", "Account of who took over"), null=True, blank=True
    )
    taken_by_name = models.CharField(T("接班员", "Taken over by"), max_length=80, blank=True)
    taken_at = models.DateTimeField(T("接班签字时间", "Taken over"), null=True, blank=True)
    is_sample = _sample()

    class Meta:
        verbose_name = T("值班班次", "Shift")
        constraints = [
            # The database itself keeps a second officer off the desk.
            models.UniqueConstraint(
                fields=["organisation"], name="command_shift_one_on_duty",
                condition=models.Q(state="on_duty"),
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.on.isoformat()} {TURNS[self.turn]}"


class DutyEntry(Record):
    """One line of a log; never changed: a correction is a line that names the one it corrects."""

    collection = "duty_entries"

    shift = models.ForeignKey(
        DutyShift, models.PROTECT, related_name="entries", verbose_name=T("班次", "Shift")
    )
    at = models.DateTimeField(T("时间", "Time"))
    kind = models.CharField(T("类别", "Kind"), max_length=12, choices=list(ENTRY_KINDS.items()))
    text = models.TextField(T("内容", "Text"), max_length=4000)
    subject = models.CharField(T("关联对象", "About"), max_length=200, blank=True)
    writer = models.BigIntegerField(T("记录账户", "Account of the writer"), null=True, blank=True)
    writer_name = models.CharField(T("记录人", "Written by"), max_length=80, blank=True)
    amends = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=T("更正", "Corrects"),
    )  # fmt: skip
    is_sample = _sample()

    class Meta:
        verbose_name = T("值班日志", "Log entry")

    def __str__(self) -> str:
        return self.text[:60]


class CommandOrder(Record):
    """An order from a desk to a department, on its way as a case. answer_by: by the clock."""

    collection = "command_orders"

    title = models.CharField(T("标题", "Title"), max_length=200)
    content = models.TextField(T("指令内容", "Order"), max_length=4000)
    urgency = models.CharField(
        T("紧急程度", "Urgency"), max_length=10, choices=list(URGENCIES.items()), default="normal"
    )
    issuer = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", verbose_name=T("下达单位", "Given by")
    )
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", verbose_name=T("承办单位", "Given to")
    )
    subject = models.CharField(T("关联对象", "About"), max_length=200, blank=True, db_index=True)
    given_at = models.DateTimeField(T("下达时间", "Given"))
    given_by_name = models.CharField(T("下达人", "Given by"), max_length=80, blank=True)
    answer_by = models.DateTimeField(T("反馈时限", "To be answered by"))
    case_number = models.CharField(T("办理编号", "Case"), max_length=40, blank=True, db_index=True)
    state = models.CharField(
        T("状态", "State"), max_length=8, choices=list(ORDER_STATES.items()), default="open"
    )
    outcome = models.CharField(T("结果", "Outcome"), max_length=40, blank=True)
    closed_at = models.DateTimeField(T("办结时间", "Closed"), null=True, blank=True)
    is_sample = _sample()

    class Meta:
        verbose_name = T("调度指令", "Order")

    def __str__(self) -> str:
        return self.title
