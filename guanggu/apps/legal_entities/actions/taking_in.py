"""Many new records of known entities at once: the first load of a register."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from guanggu.base import clock
from guanggu.base.actor import Actor
from guanggu.base.bilingual import T
from guanggu.base.errors import Invalid
from guanggu.kernel.identity.public import Organisation
from guanggu.kernel.journal.public import action
from guanggu.kernel.register.public import save_new_records

from ..models import LegalEntity, SourceRecord
from ..rules import SOURCES, clean, judge_code, provisional_key
from .composing import ask_for_matching, compose
from .gathering import source_record_key

ROWS_MAX = 5_000
_TOO_MANY = T("一次最多 {} 行", "At most {} rows at once")
_NO_SOURCE = T("来源“{}”未登记", "“{}” is no known source")
_KNOWN = T(
    "其中有已存在的记录。首次装载只接收全新记录，请改用导入。",
    "Some of the records exist already. A first load takes only new ones; import them instead.",
)


def _only_the_platform(actor: Actor, /, **_: Any) -> bool:
    return actor.kind == "platform"


@action("legal_entities.take_in_new", allows=_only_the_platform)
def take_in_new(actor: Actor, *, rows: list[list[Any]], is_sample: bool = False) -> dict[str, int]:
    """Take in rows of [source, source key, values] whose entities are all new.

    Writes the same rows and events as an import does row by row, many times faster. Raises
    Invalid where a value does not fit or anything exists already; nothing is written then.
    """
    if len(rows) > ROWS_MAX:
        raise Invalid(_TOO_MANY.format(ROWS_MAX))
    records = [_record(*row, is_sample=is_sample) for row in rows]
    gathered: dict[str, list[SourceRecord]] = defaultdict(list)
    for record in records:
        gathered[record.entity].append(record)
    keys = [record.key for record in records]
    for first in range(0, len(keys), 500):
        known = SourceRecord.objects.filter(key__in=keys[first : first + 500])
        there = LegalEntity.objects.filter(key__in=list(gathered)[first : first + 500])
        if known.exists() or there.exists():
            raise Invalid(_KNOWN)
    parks = dict(Organisation.objects.filter(kind="park").values_list("code", "pk"))
    entities = [compose(LegalEntity(key=key), own, parks) for key, own in gathered.items()]
    save_new_records(actor, records, "legal_entities.received")
    save_new_records(actor, entities, "legal_entities.created")
    if not all(entity.has_good_code for entity in entities):
        ask_for_matching()
    return {"records": len(records), "entities": len(entities)}


def _record(
    source: str, source_key: str, values: dict[str, Any], *, is_sample: bool
) -> SourceRecord:
    if source not in SOURCES:
        raise Invalid(_NO_SOURCE.format(source))
    record = SourceRecord(source=source, source_key=source_key, is_sample=is_sample)
    record.payload = clean(values)
    record.key = source_record_key(record)
    record.received_at = clock.now()
    code = judge_code(record.unified_code).code
    usable = code.isalnum() and 6 <= len(code) <= 32
    record.entity = code if usable else provisional_key(source, source_key)
    return record
