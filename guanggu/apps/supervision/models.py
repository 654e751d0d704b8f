"""What supervision knows: cases and events as the journal or an imported log told them, and cards."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from guanggu.base.bilingual import T
from guanggu.kernel.register.public import Record

from .rules import COLOURS, RULES

ISSUED, ANSWERED, UPHELD, LIFTED = "issued", "answered", "upheld", "lifted"
CARD_STATES = {
    ISSUED: T("待答复", "To be answered"),
    ANSWERED: T("已答复待核定", "Answered"),
    UPHELD: T("维持", "Upheld"),
    LIFTED: T("撤销", "Lifted"),
}
FOLLOW_UP_STATES = {
    "waiting": T("待立案", "To be opened"),
    "open": T("督办中", "Under way"),
    "closed": T("已销号", "Closed"),
}
OWN = "guanggu"  # the log that is fed by the platform's own journal


class EventLog(models.Model):
    """A supervised source: the platform itself, or a system whose log was imported."""

    code = models.CharField(T("来源代码", "Code"), max_length=40, unique=True)
    name = models.CharField(T("来源系统", "System"), max_length=120)
    origin = models.CharField(T("数据出处", "Origin"), max_length=300, blank=True)
    as_of = models.DateTimeField(T("数据截止时间", "As of"), null=True)
    imported_at = models.DateTimeField(T("导入时间", "Imported"), null=True)
    imported_by = models.CharField(T("导入人", "By"), max_length=80, blank=True)
    rows = models.PositiveIntegerField(T("事件数", "Events"), default=0)
    refused = models.PositiveIntegerField(T("未采用行数", "Rows refused"), default=0)
    problems = models.JSONField(default=list)

    def __str__(self) -> str:
        return self.name

    @property
    def is_own(self) -> bool:
        return self.code == OWN


class WatchedCase(models.Model):
    """One case of one source, with what its events have shown so far."""

    log = models.ForeignKey(EventLog, models.CASCADE, related_name="cases")
    number = models.CharField(T("办件编号", "Number"), max_length=64)
    title = models.CharField(T("标题", "Title"), max_length=200, blank=True)
    procedure = models.CharField(T("流程", "Procedure"), max_length=80, blank=True)
    item = models.CharField(T("事项", "Item"), max_length=160, blank=True)
    organisation = models.CharField(T("单位代码", "Organisation"), max_length=120, blank=True)
    organisation_name = models.CharField(T("承办单位", "Department"), max_length=120, blank=True)
    opened_at = models.DateTimeField(T("开始时间", "Opened"), null=True)
    closed_at = models.DateTimeField(T("办结时间", "Closed"), null=True)
    due_at = models.DateTimeField(T("期限", "Due"), null=True)
    last_at = models.DateTimeField(T("最近事件", "Last event"), null=True)
    outcome = models.CharField(T("结果", "Outcome"), max_length=40, blank=True)
    is_late = models.BooleanField(T("是否超期", "Late"), null=True)
    limit_days = models.PositiveIntegerField(null=True)
    used_days = models.PositiveIntegerField(null=True)
    rating = models.PositiveSmallIntegerField(T("评价", "Rating"), null=True)
    events = models.PositiveIntegerField(T("步数", "Steps"), default=0)
    last_activity = models.CharField(T("最近环节", "Last step"), max_length=120, blank=True)
    stages = models.CharField(max_length=300, blank=True)
    variant = models.CharField(max_length=32, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["log", "number"], name="supervision_case_number")
        ]
        indexes = [
            models.Index(fields=["log", "closed_at"], name="supervision_case_closed"),
            models.Index(fields=["log", "organisation"], name="supervision_case_org"),
            models.Index(fields=["log", "variant"], name="supervision_case_variant"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}".strip()


class WatchedEvent(models.Model):
    """One step done in a case. ``seconds`` since the step before it, the wait of the process map."""

    case = models.ForeignKey(WatchedCase, models.CASCADE, related_name="steps")
    log = models.ForeignKey(EventLog, models.CASCADE)
    sequence = models.PositiveIntegerField()
    activity = models.CharField(T("环节", "Step"), max_length=120)
    previous = models.CharField(max_length=120, blank=True)
    seconds = models.BigIntegerField(null=True)
    at = models.DateTimeField(T("时间", "At"))
    resource = models.CharField(T("办理人", "By"), max_length=120, blank=True)
    post = models.CharField(T("岗位", "Post"), max_length=120, blank=True)
    organisation = models.CharField(max_length=120, blank=True)
    due_on = models.DateField(null=True)
    is_late = models.BooleanField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "sequence"], name="supervision_event_sequence")
        ]
        indexes = [
            models.Index(
                fields=["log", "previous", "activity", "seconds"], name="supervision_event_flow"
            ),
            models.Index(fields=["log", "post"], name="supervision_event_post"),
        ]

    def __str__(self) -> str:
        return f"{self.case.number}#{self.sequence} {self.activity}"


class Card(Record):
    """A yellow or red card: what rule was broken where, the answer, and how it was settled."""

    collection: ClassVar[str] = "supervision_cards"

    colour = models.CharField(T("牌别", "Card"), max_length=6, choices=list(COLOURS.items()))
    rule = models.CharField(
        T("触发规则", "Rule"),
        max_length=30,
        choices=[(code, rule.title) for code, rule in RULES.items()],
    )
    mark = models.CharField(T("触发标记", "Mark"), max_length=120)
    log = models.ForeignKey(
        EventLog, models.PROTECT, related_name="cards", verbose_name=T("来源系统", "System")
    )
    number = models.CharField(T("办件编号", "Case"), max_length=64)
    title = models.CharField(T("办件标题", "Title"), max_length=200, blank=True)
    organisation = models.CharField(T("单位代码", "Organisation code"), max_length=120, blank=True)
    organisation_name = models.CharField(T("责任单位", "Department"), max_length=120, blank=True)
    post = models.CharField(T("责任岗位", "Post"), max_length=120, blank=True)
    person = models.CharField(T("责任人", "Person"), max_length=120, blank=True)
    step = models.CharField(T("环节", "Step"), max_length=120, blank=True)
    detail = models.CharField(T("情况", "Detail"), max_length=300, blank=True)
    issued_at = models.DateTimeField(T("发牌时间", "Issued"))
    answer_due_on = models.DateField(T("答复期限", "Answer due"), null=True, blank=True)
    state = models.CharField(
        T("状态", "State"), max_length=10, choices=list(CARD_STATES.items()), default=ISSUED
    )
    answer = models.TextField(T("答复", "Answer"), blank=True, max_length=2000)
    answered_at = models.DateTimeField(T("答复时间", "Answered"), null=True, blank=True)
    answered_by = models.CharField(T("答复人", "Answered by"), max_length=80, blank=True)
    settlement = models.TextField(T("核定意见", "Settlement"), blank=True, max_length=2000)
    settled_at = models.DateTimeField(T("核定时间", "Settled"), null=True, blank=True)
    settled_by = models.CharField(T("核定人", "Settled by"), max_length=80, blank=True)

    class Meta:
        verbose_name = T("牌件", "Card")
        constraints = [
            models.UniqueConstraint(
                fields=["log", "number", "rule", "mark"], name="supervision_card_once"
            )
        ]
        indexes = [
            models.Index(fields=["state", "-issued_at"], name="supervision_card_state"),
            models.Index(fields=["organisation", "-issued_at"], name="supervision_card_org"),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.number}"


class FollowUp(Record):
    """Something late elsewhere that supervision follows up until it is mended.

    subject: Ref of the thing, such as plan_tasks/RW-1; due_on: the date that passed; post: who
    answers, such as posts/12.
    """

    collection: ClassVar[str] = "supervision_follow_ups"

    subject = models.CharField(T("督办对象", "About"), max_length=120, db_index=True)
    title = models.CharField(T("督办事项", "Matter"), max_length=200)
    detail = models.CharField(T("情况", "Detail"), max_length=300, blank=True)
    organisation = models.CharField(T("单位代码", "Organisation code"), max_length=120, blank=True)
    organisation_name = models.CharField(T("责任单位", "Department"), max_length=120, blank=True)
    post = models.CharField(T("责任岗位", "Post"), max_length=120, blank=True)
    due_on = models.DateField(T("逾期期限", "Was due"))
    opened_at = models.DateTimeField(T("立案时间", "Opened"))
    case_number = models.CharField(
        T("督办件编号", "Case"), max_length=40, blank=True, db_index=True
    )
    state = models.CharField(
        T("状态", "State"), max_length=8, choices=list(FOLLOW_UP_STATES.items()), default="waiting"
    )
    closed_at = models.DateTimeField(T("销号时间", "Closed"), null=True, blank=True)

    class Meta:
        verbose_name = T("督办件", "Follow-up")
        constraints = [
            models.UniqueConstraint(fields=["subject", "due_on"], name="supervision_one_follow_up")
        ]

    def __str__(self) -> str:
        return self.title
