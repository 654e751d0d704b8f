"""Joining two entities that are one, taking them apart again, and deciding doubtful pairs."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from guanggu.base import clock
from guanggu.base.actor import Actor
from guanggu.base.bilingual import T
from guanggu.base.errors import Conflict, Missing
from guanggu.kernel.journal.public import action
from guanggu.kernel.register.public import save_record

from ..models import MatchPair, Merge, SourceRecord
from ..queries import canonical_key, may_maintain
from ..rules import keeps_of_two
from .composing import decide, note_pair, pair_key, renew
from .joining import entity_of, give_back_pairs, join, reason_of

_UNDONE = T("该归并已被拆分或不存在。", "This merge was undone already or is not there.")
_NOTHING_LEFT = T(
    "当时并入的来源记录已不在该法人名下，无法拆分。请核对后续的归并记录。",
    "The records moved then are no longer with this entity; look at the later merges first.",
)
_DECIDED = T("该组已由{}核实。", "This pair was decided by {} already.")


def _allows(actor: Actor, /, **_: Any) -> bool:
    return may_maintain(actor)


@action("legal_entities.merge", allows=_allows, title=T("归并法人", "Merge entities"))
def merge_entities(actor: Actor, *, keep: str, absorb: str, reason: str) -> dict[str, str]:
    """Join ``absorb`` into ``keep``; its key leads to the kept one from now on. Can be undone."""
    merge = join(actor, entity_of(keep).key, absorb, reason_of(reason))
    return {"merge": merge.key, "kept": merge.kept}


@action("legal_entities.split", allows=_allows, title=T("拆分法人", "Undo a merge"))
def split_entity(actor: Actor, *, merge: str, reason: str) -> dict[str, str]:
    """Undo a merge: the absorbed entity stands again with the records it brought."""
    reason = reason_of(reason)
    found = Merge.objects.select_for_update().filter(key=merge, undone_at__isnull=True).first()
    if found is None:
        raise Conflict(_UNDONE)
    holder = canonical_key(found.absorbed)
    records = list(SourceRecord.objects.filter(entity=holder, key__in=found.moved).order_by("key"))
    if not records:
        raise Conflict(_NOTHING_LEFT)
    found.undone_at, found.undone_by, found.undone_reason = clock.now(), actor.name, reason
    save_record(actor, found, "legal_entities.split")
    for record in records:
        record.entity = found.absorbed
        save_record(actor, record, "legal_entities.moved")
    renew(actor, holder, kind="legal_entities.split", released=found.absorbed, reason=reason)
    renew(actor, found.absorbed, kind="legal_entities.split", out_of=holder, reason=reason)
    give_back_pairs(actor, found, reason)
    _mark_different(actor, holder, found.absorbed, reason)
    return {"key": found.absorbed, "left_with": holder}


def _mark_different(actor: Actor, left: str, right: str, reason: str) -> None:
    """So that the engine does not join at night what a person took apart by day."""
    pair = MatchPair.objects.filter(key=pair_key(left, right)).first()
    if pair is None:
        pair = note_pair(actor, left, right, Decimal(0), {}, cause="split")
    if pair is not None:
        decide(actor, pair, "different", reason)


@action("legal_entities.decide_pair", allows=_allows, title=T("核实疑似重复", "Decide a pair"))
def decide_pair(
    actor: Actor, *, pair: str, same: bool, reason: str, keep: str = ""
) -> dict[str, str]:
    """Say whether two entities are one; the one with the better code is kept unless ``keep`` says."""
    reason = reason_of(reason)
    found = MatchPair.objects.select_for_update().filter(key=pair).first()
    if found is None:
        raise Missing(T("没有找到该组疑似重复。", "There is no such pair."))
    if found.standing != "open":
        raise Conflict(_DECIDED.format(found.decided_by), code="decided")
    if not same:
        decide(actor, found, "different", reason)
        return {"standing": "different"}
    left, right = entity_of(found.left), entity_of(found.right)
    kept, absorbed = keeps_of_two((left.key, left.code_state), (right.key, right.code_state))
    if keep in (found.left, found.right) and keep != kept:
        kept, absorbed = absorbed, kept
    join(actor, kept, absorbed, reason)
    return {"standing": "same", "kept": kept}
