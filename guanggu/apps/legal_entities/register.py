"""Declarations: the entities, what sources say, pairs in doubt, merges."""

from __future__ import annotations

from collections.abc import Iterable

from guanggu.base.bilingual import T
from guanggu.kernel.register.public import Link, Register, Section, register

from .actions import gather, normalise_source_record, source_record_key
from .models import LegalEntity, MatchPair, Merge, SourceRecord
from .queries import MAINTAIN, VIEW_ENTITIES, VIEW_SOURCES, canonical_key, may_maintain
from .rules.survivorship import SOURCES

_IDENTITY = ("name", "name_en", "unified_code", "kind", "status", "legal_representative")
_REGISTRATION = (
    "registered_capital",
    "currency",
    "established_on",
    "registrar",
    "industry",
    "scope",
)
_CONTACT = ("registered_address", "business_address", "park", "phone")


def _scopes(entity: LegalEntity) -> Iterable[str]:
    return ("staff", f"firm:{entity.key}")


register(
    Register(
        model=LegalEntity,
        title=T("法人信息库", "Legal entities"),
        one=T("法人", "Legal entity"),
        view=VIEW_ENTITIES,
        columns=(
            "unified_code",
            "name",
            "kind",
            "status",
            "legal_representative",
            "park",
            "code_state",
        ),
        filters=("kind", "status", "code_state", "park"),
        sections=(
            Section(T("主体信息", "Identity"), _IDENTITY),
            Section(T("登记信息", "Registration"), _REGISTRATION),
            Section(T("住所与联系方式", "Address and contact"), _CONTACT),
            Section(T("代码校验", "Code check"), ("code_state",)),
        ),
        search=("unified_code", "legal_representative", "registered_address", "phone"),
        scopes=_scopes,
        canonical=canonical_key,
        sources=SOURCES,
        links=(
            Link(
                T("字段来源与归并", "Sources and merges"),
                lambda record: f"/legal_entities/entity/{record.key}/sources/",
                lambda actor, record: actor.kind == "official",
            ),
            Link(
                T("更正", "Correct"),
                lambda record: f"/legal_entities/entity/{record.key}/correct/",
                lambda actor, record: may_maintain(actor),
            ),
            Link(
                T("归并其他法人", "Join another"),
                lambda record: f"/legal_entities/entity/{record.key}/merge/",
                lambda actor, record: may_maintain(actor),
            ),
        ),
        help=T(
            "各部门的登记信息按统一社会信用代码归并，无代码的按相似程度匹配；每个字段都注明来源。",
            "What each department registers is joined by unified code, and by likeness where there "
            "is none; every field names its source.",
        ),
        extra={"area": "data", "order": 10},
    )
)

register(
    Register(
        model=SourceRecord,
        title=T("法人来源记录", "Source records of entities"),
        one=T("来源记录", "Source record"),
        view=VIEW_SOURCES,
        change=MAINTAIN,
        columns=("source", "source_key", "name", "unified_code", "received_at", "entity"),
        filters=("source",),
        sections=(
            Section(T("来源", "Source"), ("source", "source_key")),
            Section(T("主体信息", "Identity"), _IDENTITY),
            Section(T("登记信息", "Registration"), _REGISTRATION),
            Section(T("住所与联系方式", "Address and contact"), _CONTACT),
        ),
        search=(),
        check=normalise_source_record,
        new_key=source_record_key,
        sources=SOURCES,
        then=gather,
        help=T(
            "按来源导入 XLSX 或 CSV：每行写明来源（如“税务”）与来源编号；同一来源编号再次导入即为更新。",
            "Import XLSX or CSV by source: each row names its source (such as “Taxation”) and its "
            "number there; the same number imported again is an update.",
        ),
        extra={"area": "data", "order": 11},
    )
)

register(
    Register(
        model=MatchPair,
        title=T("疑似重复法人", "Possible duplicates"),
        one=T("疑似重复", "Possible duplicate"),
        view=VIEW_SOURCES,
        columns=("left", "right", "probability", "standing", "decided_by", "decided_at"),
        filters=("standing",),
        sections=(
            Section(T("比对", "Comparison"), ("left", "right", "probability", "evidence")),
            Section(T("核实", "Decision"), ("standing", "decided_by", "decided_at", "reason")),
        ),
        search=(),
        order="-probability",
        links=(
            Link(
                T("并排核实", "Compare side by side"),
                lambda record: f"/legal_entities/pairs/{record.key}/",
                lambda actor, record: record.standing == "open" and may_maintain(actor),
            ),
        ),
        in_menu=False,
    )
)

register(
    Register(
        model=Merge,
        title=T("法人归并记录", "Merges of entities"),
        one=T("归并记录", "Merge"),
        view=VIEW_SOURCES,
        columns=("kept", "absorbed", "absorbed_name", "merged_at", "merged_by", "undone_at"),
        sections=(
            Section(
                T("归并", "Merge"),
                ("kept", "absorbed", "absorbed_name", "moved", "merged_at", "merged_by", "reason"),
            ),
            Section(T("拆分", "Split"), ("undone_at", "undone_by", "undone_reason")),
        ),
        search=(),
        order="-merged_at",
        links=(
            Link(
                T("拆分", "Undo"),
                lambda record: f"/legal_entities/merges/{record.key}/split/",
                lambda actor, record: record.undone_at is None and may_maintain(actor),
            ),
        ),
        in_menu=False,
    )
)
