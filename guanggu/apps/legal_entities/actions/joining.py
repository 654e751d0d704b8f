"""Joining one entity into another: its records move, its key leads on."""

from __future__ import annotations

from django.db.models import Q

from guanggu.base import clock
from guanggu.base.actor import Actor
from guanggu.base.bilingual import T
from guanggu.base.errors import Conflict, Invalid, Missing
from guanggu.base.ids import new_id
from guanggu.kernel.register.public import remove_record, save_record

from ..models import LegalEntity, MatchPair, Merge, SourceRecord
from ..queries import canonical_key
from .composing import decide, note_pair, pair_key, renew

REASON_MAX = 400
_NO_ENTITY = T("没有找到代码为“{}”的法人。", "There is no entity with key “{}”.")
_SAME = T("两者已是同一条记录。", "The two are one record already.")
_NO_REASON = T("请填写理由（不超过 400 字）", "Give the reason (at most 400 characters)")
_DO_NOT_FIT = T("请补充理由。", "The reason is missing.")


def entity_of(key: str) -> LegalEntity:
    """The entity to which a key leads now, held until the end of the action. Raises Missing."""
    held = LegalEntity.objects.select_for_update(of=("self",))
    found = held.filter(key=canonical_key(key)).first()
    if found is None:
        raise Missing(_NO_ENTITY.format(key))
    return found


def reason_of(text: str) -> str:
    """The reason in one line. Raises Invalid where there is none."""
    plain = " ".join(text.split())
    if not plain or len(plain) > REASON_MAX:
        raise Invalid(_DO_NOT_FIT, fields={"reason": _NO_REASON})
    return plain


def join(actor: Actor, keep: str, absorb: str, reason: str) -> Merge:
    """Within an action: all that ``absorb`` holds goes to the key ``keep``, made where it is new."""
    absorbed = entity_of(absorb)
    absorbed_key, keep = absorbed.key, canonical_key(keep)
    if keep == absorbed_key:
        raise Conflict(_SAME)
    moved = list(SourceRecord.objects.filter(entity=absorbed_key).order_by("key"))
    merge = Merge(
        key=f"M-{new_id().hex}", kept=keep, absorbed=absorbed_key, absorbed_name=absorbed.name,
        moved=[record.key for record in moved], merged_at=clock.now(), merged_by=actor.name,
        reason=reason, source="merge",
    )  # fmt: skip
    remove_record(actor, absorbed, "legal_entities.merged_away", into=keep, reason=reason)
    for record in moved:
        record.entity = keep
        save_record(actor, record, "legal_entities.moved")
    save_record(actor, merge, "legal_entities.merged")
    renew(actor, keep, kind="legal_entities.merged", absorbed=absorbed_key, reason=reason)
    _repoint_pairs(actor, absorbed_key, keep, reason)
    return merge


def _repoint_pairs(actor: Actor, absorbed: str, kept: str, reason: str) -> None:
    """Open pairs with the absorbed entity are now pairs with the kept one."""
    for pair in _pairs_of(absorbed, "open"):
        other = pair.right if pair.left == absorbed else pair.left
        decide(actor, pair, "same" if other == kept else "moved", reason)
        if other != kept:
            note_pair(actor, other, kept, pair.probability, pair.evidence, cause=pair.cause)


def give_back_pairs(actor: Actor, merge: Merge, reason: str) -> None:
    """Doubts that the merge moved are again those of the entity that leaves it.

    While the merge stood, nothing else could move them. The pair that took the place of one goes,
    unless somebody decided it meanwhile: then both stay as they are.
    """
    for pair in _pairs_of(merge.absorbed, "moved"):
        if pair.decided_at is None or pair.decided_at < merge.merged_at:
            continue
        other = pair.right if pair.left == merge.absorbed else pair.left
        made = MatchPair.objects.filter(key=pair_key(other, merge.kept)).first()
        if made is not None and made.created_at >= merge.merged_at:
            if made.standing != "open":
                continue
            remove_record(actor, made, "legal_entities.pair_decided", reason=reason)
        pair.standing, pair.reason, pair.decided_by, pair.decided_at = "open", "", "", None
        save_record(actor, pair, "legal_entities.pair_found", reason=reason)


def _pairs_of(entity: str, standing: str) -> list[MatchPair]:
    found = MatchPair.objects.filter(Q(left=entity) | Q(right=entity), standing=standing)
    return list(found.order_by("pk"))
