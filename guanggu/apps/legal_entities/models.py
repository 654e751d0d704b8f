"""Legal entities, what each source says of them, pairs in doubt, and merges that can be undone."""

from __future__ import annotations

from typing import Any

from django.db import models

from guanggu.base.bilingual import T
from guanggu.kernel.identity.public import Organisation
from guanggu.kernel.register.public import Record

from .rules import FIELDS, SOURCES, CodeState

KIND = [
    ("enterprise", T("企业", "Enterprise")),
    ("individual", T("个体工商户", "Individual business")),
    ("institution", T("事业单位", "Public institution")),
    ("association", T("社会组织", "Social organisation")),
    ("cooperative", T("农民专业合作社", "Farmers' cooperative")),
]
STATUS = [
    ("active", T("存续", "Active")),
    ("deregistered", T("注销", "Deregistered")),
    ("revoked", T("吊销", "Licence revoked")),
]
CODE_STATE = [
    (CodeState.VALID.value, T("校验通过", "Valid")),
    (CodeState.CHECKSUM_FAILED.value, T("校验不符", "Check failed")),
    (CodeState.REGION_UNKNOWN.value, T("区划未知", "Region unknown")),
    (CodeState.MISSING.value, T("无代码", "No code")),
]
PAIR_STANDING = [
    ("open", T("待核实", "To be checked")),
    ("same", T("同一主体", "The same")),
    ("different", T("不同主体", "Different")),
    ("moved", T("随归并转移", "Moved by a merge")),
]
_NAME = T("名称", "Name")
_CODE = T("统一社会信用代码", "Unified social credit code")
_LEGAL_REPRESENTATIVE = T("法定代表人（负责人）", "Legal representative")


class LegalEntity(Record):
    """The golden record: of each field the value of the source that is believed for it.

    ``registered_capital`` is in 万元 (10,000 units of ``currency``). ``field_sources`` says for
    each field [source, key of the source record, instant received].
    """

    collection = "legal_entities"

    unified_code = models.CharField(_CODE, max_length=32, blank=True, db_index=True)
    name = models.CharField(_NAME, max_length=200, db_index=True)
    name_en = models.CharField(T("英文名称", "English name"), max_length=200, blank=True)
    kind = models.CharField(
        T("主体类型", "Kind"), max_length=12, choices=KIND, default="enterprise"
    )
    status = models.CharField(
        T("登记状态", "Status"), max_length=14, choices=STATUS, default="active"
    )
    legal_representative = models.CharField(_LEGAL_REPRESENTATIVE, max_length=80, blank=True)
    registered_address = models.CharField(
        T("住所", "Registered address"), max_length=300, blank=True
    )
    business_address = models.CharField(
        T("经营场所", "Place of business"), max_length=300, blank=True
    )
    established_on = models.DateField(T("成立日期", "Established"), null=True, blank=True)
    registered_capital = models.DecimalField(
        T("注册资本（万元）", "Registered capital (10,000)"),
        max_digits=18, decimal_places=6, null=True, blank=True,
    )  # fmt: skip
    currency = models.CharField(T("币种", "Currency"), max_length=3, default="CNY")
    industry = models.CharField(
        T("行业代码（GB/T 4754）", "Industry (GB/T 4754)"), max_length=5, blank=True
    )
    registrar = models.CharField(T("登记机关", "Registrar"), max_length=120, blank=True)
    scope = models.TextField(
        T("经营（业务）范围", "Scope of business"), max_length=4000, blank=True
    )
    phone = models.CharField(T("联系电话", "Telephone"), max_length=40, blank=True)
    park = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, verbose_name=T("所属园区", "Park"),
        related_name="+", limit_choices_to={"kind": "park"},
    )  # fmt: skip
    code_state = models.CharField(
        T("代码校验", "Code check"), max_length=16, choices=CODE_STATE, default="missing"
    )
    code_reasons = models.JSONField(T("校验说明", "Findings"), default=list, blank=True)
    field_sources = models.JSONField(T("字段来源", "Source by field"), default=dict, blank=True)
    is_sample = models.BooleanField(T("示例数据", "Sample"), default=False)

    class Meta:
        verbose_name = T("法人", "Legal entity")
        indexes = [models.Index(fields=["code_state", "key"], name="legal_entities_code_state")]

    @property
    def has_good_code(self) -> bool:
        return self.code_state in (CodeState.VALID, CodeState.REGION_UNKNOWN)


class SourceRecord(Record):
    """What one source said of one entity, as last received; earlier states are in the history.

    ``source`` (of Record) is one of the known sources, ``source_key`` its own number, ``entity``
    the key under which it is gathered. Every other field is text as cleaned; ``payload`` gives
    those that are filled.
    """

    collection = "entity_sources"

    source_key = models.CharField(T("来源编号", "Number at the source"), max_length=64)
    received_at = models.DateTimeField(T("接收时间", "Received"), editable=False)
    entity = models.CharField(
        T("归入法人", "Entity"), max_length=64, blank=True, editable=False, db_index=True
    )
    unified_code = models.CharField(_CODE, max_length=32, blank=True)
    name = models.CharField(_NAME, max_length=200, blank=True)
    name_en = models.CharField(T("英文名称", "English name"), max_length=200, blank=True)
    kind = models.CharField(T("主体类型", "Kind"), max_length=40, blank=True)
    status = models.CharField(T("登记状态", "Status"), max_length=40, blank=True)
    legal_representative = models.CharField(_LEGAL_REPRESENTATIVE, max_length=80, blank=True)
    registered_address = models.CharField(
        T("住所", "Registered address"), max_length=300, blank=True
    )
    business_address = models.CharField(
        T("经营场所", "Place of business"), max_length=300, blank=True
    )
    established_on = models.CharField(T("成立日期", "Established"), max_length=40, blank=True)
    registered_capital = models.CharField(
        T("注册资本（万元）", "Registered capital (10,000)"), max_length=40, blank=True
    )
    currency = models.CharField(T("币种", "Currency"), max_length=12, blank=True)
    industry = models.CharField(
        T("行业代码（GB/T 4754）", "Industry (GB/T 4754)"), max_length=12, blank=True
    )
    registrar = models.CharField(T("登记机关", "Registrar"), max_length=120, blank=True)
    scope = models.TextField(
        T("经营（业务）范围", "Scope of business"), max_length=4000, blank=True
    )
    phone = models.CharField(T("联系电话", "Telephone"), max_length=40, blank=True)
    park = models.CharField(T("所属园区", "Park"), max_length=32, blank=True)
    is_sample = models.BooleanField(T("示例数据", "Sample"), default=False, editable=False)

    class Meta:
        verbose_name = T("来源记录", "Source record")

    def __str__(self) -> str:
        return f"{SOURCES.get(self.source, self.source)} {self.source_key}"

    @property
    def payload(self) -> dict[str, str]:
        return {name: value for name in FIELDS if (value := getattr(self, name))}

    @payload.setter
    def payload(self, values: dict[str, str]) -> None:
        for name in FIELDS:
            setattr(self, name, values.get(name, ""))


class MatchPair(Record):
    """Two entities that may be one; ``probability`` in percent, ``evidence`` level by field."""

    collection = "entity_pairs"

    left = models.CharField(T("法人甲", "Entity A"), max_length=64, db_index=True)
    right = models.CharField(T("法人乙", "Entity B"), max_length=64, db_index=True)
    probability = models.DecimalField(
        T("相似概率（%）", "Likelihood (%)"), max_digits=6, decimal_places=3
    )
    evidence = models.JSONField(T("依据", "Evidence"), default=dict, blank=True)
    cause = models.CharField(T("起因", "Cause"), max_length=16, default="likeness", editable=False)
    standing = models.CharField(
        T("状态", "State"), max_length=10, choices=PAIR_STANDING, default="open", db_index=True
    )
    decided_at = models.DateTimeField(T("核实时间", "Decided"), null=True, blank=True)
    decided_by = models.CharField(T("核实人", "Decided by"), max_length=120, blank=True)
    reason = models.CharField(T("理由", "Reason"), max_length=400, blank=True)

    class Meta:
        verbose_name = T("疑似同一主体", "Possible duplicate")

    def __str__(self) -> str:
        return f"{self.left} – {self.right}"


class Merge(Record):
    """One entity joined into another. While it stands, ``absorbed`` leads to ``kept``."""

    collection = "entity_merges"

    kept = models.CharField(T("保留", "Kept"), max_length=64, db_index=True)
    absorbed = models.CharField(T("并入", "Absorbed"), max_length=64, db_index=True)
    absorbed_name = models.CharField(T("并入名称", "Absorbed name"), max_length=200, blank=True)
    moved = models.JSONField(T("移动的来源记录", "Moved source records"), default=list, blank=True)
    merged_at = models.DateTimeField(T("归并时间", "Merged"))
    merged_by = models.CharField(T("归并人", "Merged by"), max_length=120)
    reason = models.CharField(T("理由", "Reason"), max_length=400)
    undone_at = models.DateTimeField(T("拆分时间", "Undone"), null=True, blank=True)
    undone_by = models.CharField(T("拆分人", "Undone by"), max_length=120, blank=True)
    undone_reason = models.CharField(
        T("拆分理由", "Reason of the split"), max_length=400, blank=True
    )

    class Meta:
        verbose_name = T("归并记录", "Merge")
        constraints = [
            models.UniqueConstraint(
                fields=["absorbed"], condition=models.Q(undone_at__isnull=True),
                name="legal_entities_one_standing_merge",
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.absorbed} → {self.kept}"


class MatchingModel(models.Model):
    """What the engine learnt: Splink's own JSON, and over how many records."""

    trained_at = models.DateTimeField()
    records = models.PositiveIntegerField()
    engine = models.CharField(max_length=80)
    parameters: Any = models.JSONField()

    def __str__(self) -> str:
        return f"{self.engine} {self.trained_at:%F}"
