"""Files that did not pass, with what was decided about them, and the district's own signatures."""

from __future__ import annotations

from django.db import models

from guanggu.base.bilingual import T
from guanggu.kernel.document.public import HELD_TITLES
from guanggu.kernel.register.public import Record

STATE_TITLES: dict[str, T] = {
    "infected": T("查出病毒，已隔离", "Infected, in quarantine"),
    "held": T("未能查毒，暂存", "Could not be scanned, held"),
    "cleared": T("复查通过", "Clean when scanned again"),
    "released": T("人工放行", "Released by an officer"),
    "confirmed": T("确认有毒，永久隔离", "Confirmed, closed for good"),
}
KIND_TITLES: dict[str, T] = {
    "sha256": T("文件摘要（SHA-256）", "Digest of a file (SHA-256)"),
    "body": T("内容特征（十六进制）", "Pattern of content (hex)"),
}


class QuarantinedFile(Record):
    """One stored file that the scanner did not let pass. ``file`` is its key in the files."""

    collection = "quarantined_files"

    file = models.CharField(T("文件编号", "File"), max_length=64, unique=True)
    name = models.CharField(T("文件名称", "Name"), max_length=200)
    owner = models.CharField(T("归属", "Belongs to"), max_length=160)
    uploaded_by = models.CharField(T("上传人", "Uploaded by"), max_length=160, db_index=True)
    sha256 = models.CharField(T("摘要", "Digest"), max_length=64)
    size_bytes = models.PositiveBigIntegerField(T("大小（字节）", "Size in bytes"))
    state = models.CharField(
        T("状态", "State"), max_length=10, choices=list(STATE_TITLES.items()), db_index=True
    )
    held_for = models.CharField(
        T("暂存原因", "Held for"), max_length=16, choices=list(HELD_TITLES.items()), blank=True
    )
    finding = models.CharField(T("引擎结论", "What the engine said"), max_length=200, blank=True)
    engine = models.CharField(T("引擎版本", "Engine"), max_length=120, blank=True)
    found_at = models.DateTimeField(T("发现时间", "Found"))
    decided_by = models.CharField(T("处理人", "Decided by"), max_length=160, blank=True)
    decided_at = models.DateTimeField(T("处理时间", "Decided"), null=True, blank=True)
    reason = models.CharField(T("处理理由", "Reason"), max_length=500, blank=True)

    class Meta:
        verbose_name = T("隔离文件", "Quarantined file")
        indexes = [models.Index(fields=["-found_at"], name="antivirus_newest")]

    @property
    def state_title(self) -> T:
        return STATE_TITLES[self.state]


class VirusSignature(Record):
    """A signature of the district's own: what its security officers were warned of."""

    collection = "virus_signatures"

    name = models.CharField(T("病毒名称", "Name of the virus"), max_length=80)
    kind = models.CharField(
        T("特征类别", "Kind"), max_length=8, choices=list(KIND_TITLES.items()), default="sha256"
    )
    pattern = models.CharField(T("特征", "Pattern"), max_length=4000)
    warned_by = models.CharField(T("通报来源", "Warned by"), max_length=200, blank=True)
    is_active = models.BooleanField(T("启用", "In use"), default=True)

    class Meta:
        verbose_name = T("自有病毒特征", "Own virus signature")


class SignatureSet(models.Model):
    """One row: what the engine was last given, so that its age is known without the engine."""

    written_at = models.DateTimeField()
    newest_at = models.DateTimeField(null=True)
    own = models.PositiveIntegerField(default=0)
    told_aged_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.own} at {self.written_at}"
