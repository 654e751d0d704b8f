"""Official documents on their way, and to whom they were sent."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from guanggu.base.bilingual import T
from guanggu.kernel.identity.public import Organisation
from guanggu.kernel.register.public import Record

from .rules import KINDS, RETENTIONS, STATES, URGENCIES, VARIANTS


class OfficialDocument(Record):
    """A document being drafted, sent or received by one organisation.

    ``case_number`` names its way through the procedure; ``document_key`` the typeset document of
    the document kernel, which bears number and seal. Organisations in lists are codes.
    """

    collection: ClassVar[str] = "official_documents"

    kind = models.CharField(T("公文类别", "Kind"), max_length=10, choices=list(KINDS.items()))
    title = models.CharField(T("标题", "Title"), max_length=200)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, verbose_name=T("主办单位", "Organisation"), related_name="+"
    )
    issuer = models.ForeignKey(
        Organisation, models.PROTECT, verbose_name=T("发文机关", "Issued by"), related_name="+",
        null=True, blank=True,
    )  # fmt: skip
    word = models.CharField(T("发文机关代字", "Document word"), max_length=16, blank=True)
    variant = models.CharField(
        T("版式", "Layout"), max_length=10, choices=list(VARIANTS.items()), default="general"
    )
    urgency = models.CharField(
        T("紧急程度", "Urgency"), max_length=4, choices=list(URGENCIES.items()), blank=True
    )
    addressees = models.JSONField(T("主送机关", "Addressees"), default=list, blank=True)
    copied_to = models.JSONField(T("抄送机关", "Copied to"), default=list, blank=True)
    cosigners = models.JSONField(T("会签单位", "Countersigners"), default=list, blank=True)
    body = models.TextField(T("正文", "Text"), max_length=100_000, blank=True)
    attachments = models.JSONField(T("附件说明", "Attachments"), default=list, blank=True)
    remark = models.CharField(T("附注", "Remark"), max_length=200, blank=True)
    from_name = models.CharField(T("来文机关", "From"), max_length=120, blank=True)
    from_number = models.CharField(T("来文字号", "Their number"), max_length=60, blank=True)
    received_on = models.DateField(T("收文日期", "Received"), null=True, blank=True)
    number = models.CharField(T("发文字号", "Number"), max_length=60, blank=True)
    drafter = models.BigIntegerField(T("拟稿账户", "Account of the drafter"), null=True)
    drafter_name = models.CharField(T("拟稿人", "Drafter"), max_length=80, blank=True)
    signer_name = models.CharField(T("签发人", "Signed by"), max_length=80, blank=True)
    signed_at = models.DateTimeField(T("签发时间", "Signed"), null=True, blank=True)
    state = models.CharField(
        T("状态", "State"), max_length=12, choices=list(STATES.items()), default="draft"
    )
    retention = models.CharField(
        T("保管期限", "Retention"), max_length=12, choices=list(RETENTIONS.items()),
        default="10_years",
    )  # fmt: skip
    case_number = models.CharField(T("办理编号", "Case"), max_length=40, blank=True, db_index=True)
    document_key = models.CharField(T("文书", "Document"), max_length=40, blank=True)

    class Meta:
        verbose_name = T("公文", "Official document")
        indexes = [
            models.Index(fields=["organisation", "-id"], name="office_document_org"),
            models.Index(fields=["drafter", "-id"], name="office_document_drafter"),
        ]

    def __str__(self) -> str:
        return self.title


class Dispatch(models.Model):
    """One copy sent to one organisation of the platform, until it signs for it."""

    document = models.ForeignKey(OfficialDocument, models.PROTECT, related_name="dispatches")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    is_copy = models.BooleanField(T("抄送", "Copy"), default=False)
    sent_at = models.DateTimeField(T("分发时间", "Sent"))
    signed_at = models.DateTimeField(T("签收时间", "Signed for"), null=True)
    signed_by = models.CharField(T("签收人", "By"), max_length=80, blank=True)
    received_as = models.ForeignKey(
        OfficialDocument, models.PROTECT, null=True, related_name="received_from"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["document", "organisation"], name="office_dispatch_once"
            )
        ]
        indexes = [
            models.Index(fields=["organisation", "signed_at", "-id"], name="office_dispatch_inbox")
        ]

    def __str__(self) -> str:
        return f"{self.document} → {self.organisation}"
