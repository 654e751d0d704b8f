"""A correction by an official of the register: one more source, believed before the others."""

from __future__ import annotations

from typing import Any

from guanggu.base.actor import Actor
from guanggu.base.bilingual import T
from guanggu.base.errors import Conflict
from guanggu.kernel.journal.public import action
from guanggu.kernel.register.public import save_record

from ..models import SourceRecord
from ..queries import may_maintain
from .composing import renew
from .gathering import normalise_source_record, source_record_key
from .joining import entity_of, reason_of

_MOVED_ON = T(
    "该法人信息在您编辑期间已更新（现为第{}版）。请核对最新内容后重新提交。",
    "This entity changed while you were editing (now version {}). Check it and submit again.",
)


def _allows(actor: Actor, /, **_: Any) -> bool:
    return may_maintain(actor)


@action("legal_entities.correct", allows=_allows, title=T("更正法人信息", "Correct an entity"))
def correct_entity(
    actor: Actor, *, entity: str, version: int, values: dict[str, str], reason: str
) -> dict[str, Any]:
    """Set values by hand; an empty one withdraws the correction and believes the sources again.

    Raises Invalid by field, Conflict where the entity has moved on since ``version``.
    """
    reason = reason_of(reason)
    found = entity_of(entity)
    if found.version != version:
        raise Conflict(_MOVED_ON.format(found.version), code="moved_on")
    record = SourceRecord.objects.filter(source="manual", source_key=found.key).first()
    record = record or SourceRecord(source="manual", source_key=found.key, entity=found.key)
    record.payload = {**record.payload, **values}
    record.key = record.key or source_record_key(record)
    normalise_source_record(record)
    save_record(actor, record, "legal_entities.corrected", reason=reason)
    renewed = renew(actor, record.entity)
    return {"key": renewed.key, "version": renewed.version}
