"""Composing the golden record of an entity from its sources, and noting pairs in doubt."""

from __future__ import annotations

import functools
from base64 import b32encode
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from hashlib import sha256
from typing import Any

from guanggu.base import clock
from guanggu.base.actor import Actor
from guanggu.kernel.identity.public import Organisation
from guanggu.kernel.journal.public import Job, enqueue
from guanggu.kernel.register.public import save_record

from ..models import LegalEntity, MatchPair, SourceRecord
from ..rules import FIELDS, Claim, judge_code, surviving

MATCH_JOB, MATCH_AT_LENGTH = "legal_entities.match", "legal_entities.match_at_length"


def ask_for_matching() -> None:
    """Have the worker compare likenesses, once for many records."""
    if not Job.objects.filter(name=MATCH_JOB, state=Job.State.WAITING).exists():
        enqueue(MATCH_JOB)


def renew(actor: Actor, key: str, *, kind: str = "", **extra: Any) -> LegalEntity:
    """Compose the golden record anew and save it where it differs, or where ``kind`` is told."""
    entity = LegalEntity.objects.filter(key=key).first() or LegalEntity(key=key)
    before = entity.stored_values()
    compose(entity, SourceRecord.objects.filter(entity=key))
    if entity.pk is None:
        save_record(actor, entity, kind or "legal_entities.created", **extra)
    elif kind or entity.stored_values() != before:
        save_record(actor, entity, kind or "legal_entities.changed", **extra)
    return entity


def compose(
    entity: LegalEntity, sources: Iterable[SourceRecord], parks: Mapping[str, int] | None = None
) -> LegalEntity:
    """Fill the entity from its sources. parks: ids by code where they are known already."""
    sources = list(sources)
    claims = [Claim(s.source, s.key, s.received_at, s.payload) for s in sources]
    golden = surviving(claims, FIELDS)
    values = {name: found.value for name, found in golden.items()}
    for name, empty in _plain_fields().items():
        setattr(entity, name, values.get(name) or empty)
    entity.name = entity.name or entity.key
    entity.established_on = _day(values.get("established_on"))
    entity.registered_capital = _number(values.get("registered_capital"))
    entity.park_id = _park(values.get("park", ""), parks)
    judged = judge_code(values.get("unified_code", ""))
    entity.unified_code, entity.code_state = judged.code, judged.state.value
    entity.code_reasons = judged.reasons_as_data
    entity.field_sources = {
        name: [found.claim.source, found.claim.source_key, found.claim.received_at.isoformat()]
        for name, found in golden.items()
    }
    entity.source = golden["name"].claim.source if "name" in golden else ""
    entity.is_sample = bool(sources) and all(s.is_sample for s in sources)
    return entity


@functools.cache
def _plain_fields() -> dict[str, str]:
    """Fields that take a source's text as it is, with what stands where no source speaks."""
    typed = ("established_on", "registered_capital", "park", "unified_code")
    field = LegalEntity._meta.get_field
    return {name: field(name).get_default() for name in FIELDS if name not in typed}


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _number(text: str | None) -> Decimal | None:
    return Decimal(text) if text else None


def _park(code: str, parks: Mapping[str, int] | None) -> int | None:
    if not code:
        return None
    if parks is not None:
        return parks.get(code)
    return Organisation.objects.filter(code=code).values_list("pk", flat=True).first()


def pair_key(left: str, right: str) -> str:
    first, second = sorted((left, right))
    return f"P-{b32encode(sha256(f'{first}|{second}'.encode()).digest()).decode()[:12]}"


def note_pair(
    actor: Actor,
    left: str,
    right: str,
    percent: Decimal,
    evidence: Mapping[str, str],
    *,
    cause: str = "likeness",
) -> MatchPair | None:
    """Put two entities on the worklist; None where they stand there or were decided before."""  # fmt: skip
    left, right = sorted((left, right))
    key = pair_key(left, right)
    if MatchPair.objects.filter(key=key).exists():
        return None
    pair = MatchPair(
        key=key, left=left, right=right, probability=percent, evidence=dict(evidence), cause=cause,
        source="matching",
    )  # fmt: skip
    save_record(actor, pair, "legal_entities.pair_found")
    return pair


def decide(actor: Actor, pair: MatchPair, standing: str, reason: str) -> None:
    """Close a pair on the worklist."""
    pair.standing, pair.reason = standing, reason
    pair.decided_at, pair.decided_by = clock.now(), actor.name
    save_record(actor, pair, "legal_entities.pair_decided")
