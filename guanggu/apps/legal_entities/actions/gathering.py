"""Gathering source records under their entity, and renewing its golden record."""

from __future__ import annotations

import re
from base64 import b32encode
from decimal import Decimal
from hashlib import sha256

from guanggu.base import clock
from guanggu.base.actor import Actor
from guanggu.base.bilingual import T
from guanggu.base.errors import Invalid
from guanggu.kernel.identity.public import Organisation

from ..models import LegalEntity, SourceRecord
from ..queries import canonical_key
from ..rules import SOURCES, clean, judge_code, provisional_key, resemblance
from .composing import ask_for_matching, note_pair, renew
from .joining import join

# Below it two names under one code are taken for two entities until somebody has looked.
NAME_LIKENESS_MIN = 0.3
_KEY = re.compile(r"[0-9A-Za-z._-]{1,40}")
_CODE_AS_KEY = re.compile(r"[0-9A-Z]{6,32}")

_DO_NOT_FIT = T("该行有内容不符合要求。", "Some values of the row do not fit.")
_NO_SOURCE = T("来源“{}”不在可选范围内：{}", "“{}” is no known source: {}")
_NO_KEY = T(
    "请填写来源编号，或填写统一社会信用代码", "Give the number at the source, or the unified code"
)
_GOT_A_CODE = "来源补充了统一社会信用代码 / the source has supplied the code"
_NO_PARK = T("没有代码为“{}”的园区", "There is no park with code “{}”")


def source_code(text: str) -> str:
    """The code of a source written by code or by title; "" where it is none."""
    plain = text.strip()
    for code, title in SOURCES.items():
        if plain in (code, title.zh, title.en):
            return code
    return ""


def source_record_key(record: SourceRecord) -> str:
    """The same row of the same source always has the same key; "" where it names neither."""
    source = source_code(record.source)
    number = (record.source_key or judge_code(record.unified_code).code).strip()
    if not (source and number):
        return ""
    if _KEY.fullmatch(number):
        return f"{source}-{number}"
    return f"{source}-{b32encode(sha256(number.encode()).digest()).decode()[:20]}"


def normalise_source_record(record: SourceRecord) -> None:
    """Put a source record into its usual form and name its entity. Raises Invalid by field."""
    errors: dict[str, T] = {}
    source = source_code(record.source)
    if not source:
        offered = T(
            "、".join(t.zh for t in SOURCES.values()), ", ".join(t.en for t in SOURCES.values())
        )
        errors["source"] = _NO_SOURCE.format(record.source, offered)
    record.source = source or record.source
    record.source_key = record.source_key or judge_code(record.unified_code).code
    if not record.source_key:
        errors["source_key"] = _NO_KEY
    try:
        record.payload = clean(record.payload, needs_name=source != "manual")
    except Invalid as problem:
        errors.update(problem.fields)
    if record.park and not Organisation.objects.filter(code=record.park, kind="park").exists():
        errors["park"] = _NO_PARK.format(record.park)
    if errors:
        raise Invalid(_DO_NOT_FIT, fields=errors)
    known = SourceRecord.objects.filter(pk=record.pk).first() if record.pk else None
    if known is None or known.payload != record.payload:
        record.received_at = clock.now()
    if not record.entity:
        record.entity = _entity_of(record)


def _entity_of(record: SourceRecord) -> str:
    """The key under which a new record is gathered: by code where that can be believed."""
    code = judge_code(record.unified_code).code
    if not _CODE_AS_KEY.fullmatch(code):
        return provisional_key(record.source, record.source_key)
    key = canonical_key(code)
    if _speaks_of_another(LegalEntity.objects.filter(key=key).first(), record):
        return provisional_key(record.source, record.source_key)
    return key


def _speaks_of_another(entity: LegalEntity | None, record: SourceRecord) -> bool:
    """True where the code is known under a wholly different name: most likely it was mistyped."""
    if entity is None or not entity.name or not record.name:
        return False
    return resemblance(entity.name, record.name) < NAME_LIKENESS_MIN


def gather(actor: Actor, record: SourceRecord) -> None:
    """After a source record was written: renew its entity, and have doubts looked into."""
    entity = renew(actor, record.entity)
    if entity.key.startswith("X-") and _CODE_AS_KEY.fullmatch(entity.unified_code):
        _settle_provisional(actor, entity)
    elif not entity.has_good_code:
        ask_for_matching()


def _settle_provisional(actor: Actor, entity: LegalEntity) -> None:
    """A provisional entity has got a code: it becomes, joins or doubts the entity of that code."""
    key = canonical_key(entity.unified_code)
    other = LegalEntity.objects.filter(key=key).first()
    if other is not None and resemblance(other.name, entity.name) < NAME_LIKENESS_MIN:
        note_pair(actor, entity.key, key, Decimal(50), {}, cause="code_conflict")
    elif key != entity.key:
        join(actor, key, entity.key, _GOT_A_CODE)
