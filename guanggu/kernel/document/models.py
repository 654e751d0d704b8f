"""Documents, the files that hold them and what people bring, and the series of numbers."""

from __future__ import annotations

from django.db import models

from guanggu.base.bilingual import T
from guanggu.base.limits import FILE_NAME_CHARACTERS_MAX
from guanggu.kernel.identity.public import Organisation
from guanggu.kernel.register.public import Record, guard_records

from .declaration import RETENTION, TEMPLATES

SCAN_LABELS = {
    "unscanned": T("尚未查毒", "Not scanned yet"),
    "clean": T("查毒通过", "Scanned, clean"),
    "infected": T("发现病毒，已隔离", "Infected, quarantined"),
    "held_away": T("引擎缺席，暂不开放", "Held: the scanner was absent"),
    "held_large": T("过大未能查毒，暂不开放", "Held: too large to be scanned"),
    "held_crypt": T("加密未能查毒，暂不开放", "Held: encrypted"),
    "held_fail": T("未能查毒，暂不开放", "Held: the scan did not finish"),
    "released": T("未通过查毒，经人工放行", "Not passed, released by an officer"),
}
# Why a file is held, by its state.
HELD_TITLES = {
    "held_away": T("杀毒引擎缺席", "The scanner was absent"),
    "held_large": T("超过引擎可查的大小", "Larger than the scanner takes"),
    "held_crypt": T("文件已加密，无法查毒", "Encrypted: it cannot be scanned"),
    "held_fail": T("引擎未能查完", "The scanner could not finish"),
}
STATE_LABELS = {
    "drafted": T("起草中", "Draft"),
    "numbered": T("已编号，正在制作", "Numbered, being made"),
    "issued": T("已签发", "Issued"),
    "withdrawn": T("已撤销", "Withdrawn"),
    "archived": T("已归档", "Archived"),
}


class NumberSeries(models.Model):
    """The last number taken of a series in a year; moves only with the row that bears the number."""

    series = models.CharField(max_length=120)
    year = models.PositiveIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["series", "year"], name="document_number_series")
        ]

    def __str__(self) -> str:
        return f"{self.series} {self.year}: {self.last}"


class StoredFile(Record):
    """One file under one name. The content lies under its digest; equal contents lie there once."""

    collection = "files"

    class Scan(models.TextChoices):
        UNSCANNED = "unscanned"
        CLEAN = "clean"
        INFECTED = "infected"
        HELD_AWAY = "held_away"
        HELD_LARGE = "held_large"
        HELD_CRYPT = "held_crypt"
        HELD_FAIL = "held_fail"
        RELEASED = "released"

    sha256 = models.CharField(T("摘要", "Digest"), max_length=64, db_index=True)
    size_bytes = models.PositiveBigIntegerField(T("大小（字节）", "Size in bytes"))
    media_type = models.CharField(T("文件类型", "Type"), max_length=100)
    name = models.CharField(T("文件名称", "Name"), max_length=FILE_NAME_CHARACTERS_MAX)
    owner = models.CharField(T("归属", "Belongs to"), max_length=160, db_index=True)
    purpose = models.CharField(T("用途", "Purpose"), max_length=120, blank=True)
    uploaded_by = models.CharField(T("上传人", "Uploaded by"), max_length=160)
    scan_state = models.CharField(
        T("查毒状态", "Scan"),
        max_length=10,
        choices=list(SCAN_LABELS.items()),
        default=Scan.UNSCANNED,
    )

    class Meta:
        indexes = [
            # Few at any time: what waits for the scanner is found without reading the table.
            models.Index(
                fields=["scan_state", "id"],
                name="document_file_unsettled",
                condition=models.Q(scan_state__in=["unscanned", "held_away"]),
            )
        ]

    @property
    def scan_label(self) -> T:
        return SCAN_LABELS[self.scan_state]


class Document(Record):
    """Something the government wrote: a certificate, a notice, an official document.

    ``valid_from`` and ``valid_until`` of the record are the term of what it grants.
    """

    collection = "documents"

    class State(models.TextChoices):
        DRAFTED = "drafted"
        NUMBERED = "numbered"
        ISSUED = "issued"
        WITHDRAWN = "withdrawn"
        ARCHIVED = "archived"

    number = models.CharField(T("文号", "Number"), max_length=120, blank=True, db_index=True)
    title = models.CharField(T("标题", "Title"), max_length=200)
    template = models.CharField(T("文书模板", "Template"), max_length=80)
    template_version = models.CharField(T("模板版本", "Template version"), max_length=12)
    data = models.JSONField(T("内容", "Content"), default=dict, blank=True)
    subject = models.CharField(T("所属事项", "Subject"), max_length=160, db_index=True)
    state = models.CharField(
        T("状态", "State"), max_length=10, choices=list(STATE_LABELS.items()), default=State.DRAFTED
    )
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, verbose_name=T("签发机关", "Issued by"), related_name="+"
    )
    issuer = models.CharField(T("签发机关名称", "Name of the issuer"), max_length=120)
    holder_name = models.CharField(T("持有人", "Holder"), max_length=200, blank=True)
    verification_code = models.CharField(T("核验码", "Code"), max_length=12, unique=True)
    file = models.ForeignKey(
        StoredFile, models.PROTECT, null=True, blank=True, verbose_name=T("文件", "File"),
        related_name="+",
    )  # fmt: skip
    numbered_at = models.DateTimeField(T("编号时间", "Numbered"), null=True, blank=True)
    issued_at = models.DateTimeField(T("签发时间", "Issued"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(T("撤销时间", "Withdrawn"), null=True, blank=True)
    withdrawal_reason = models.CharField(T("撤销原因", "Reason"), max_length=500, blank=True)
    archived_at = models.DateTimeField(T("归档时间", "Archived"), null=True, blank=True)
    retention = models.CharField(
        T("保管期限", "Retention"), max_length=12, choices=list(RETENTION.items()),
        default="30_years",
    )  # fmt: skip

    class Meta:
        constraints = [
            # A number is borne once by one issuer; drafts bear none.
            models.UniqueConstraint(
                fields=["organisation", "number"],
                condition=~models.Q(number=""),
                name="document_number_once",
            )
        ]
        indexes = [models.Index(fields=["state", "numbered_at"], name="document_by_state")]

    def __str__(self) -> str:
        return self.title

    @property
    def kind(self) -> T:
        """What the template calls it; the bare code where its app is gone."""
        template = TEMPLATES.get(self.template)
        return template.title if template else T(self.template, self.template)

    @property
    def state_label(self) -> T:
        return STATE_LABELS[self.state]

    @property
    def code_shown(self) -> str:
        """The verification code in groups of four, as it is printed."""
        return "-".join(self.verification_code[i : i + 4] for i in (0, 4, 8))


class DocumentHolder(models.Model):
    """Whom a document is about or for: an account, a firm; who may open it among "my documents"."""

    document = models.ForeignKey(Document, models.CASCADE, related_name="holders")
    ref = models.CharField(max_length=160, db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["document", "ref"], name="document_holder_once")
        ]

    def __str__(self) -> str:
        return self.ref


guard_records(StoredFile)
guard_records(Document)
