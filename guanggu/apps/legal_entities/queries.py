"""Reads: present keys, provenance by field, the worklist of pairs, the change feed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q

from guanggu.base.actor import Actor
from guanggu.base.bilingual import T
from guanggu.kernel.identity.public import permission, visible
from guanggu.kernel.journal.public import Cursor, Event, read_events

from .models import LegalEntity, MatchingModel, MatchPair, Merge, SourceRecord
from .rules import FIELDS, Compared, comparable, source_title

ROLE = "entities"
HOPS_MAX = 20  # merges of merges followed; no chain in use comes near
FEED_ROWS_MAX = 200
FEED_READ_MAX = 5_000  # events looked through for one answer, so that it stays quick
_COLLECTION = LegalEntity.collection


def may_maintain(actor: Actor) -> bool:
    return actor.kind == "platform" or (actor.kind == "official" and actor.has(ROLE))


def _scope(actor: Actor) -> Q | bool:
    if actor.kind in ("official", "platform"):
        return True
    return Q(key=canonical_key(actor.firm)) if actor.firm else False


VIEW_ENTITIES = permission("legal_entities.view", scope=_scope)
MAINTAIN = permission("legal_entities.maintain", scope=may_maintain)
VIEW_SOURCES = permission(
    "legal_entities.view_sources", scope=lambda actor: actor.kind in ("official", "platform")
)


def canonical_key(key: str) -> str:
    """Where a key leads now: itself, or the entity into which its own was joined."""
    for _ in range(HOPS_MAX):
        merged = Merge.objects.filter(absorbed=key, undone_at__isnull=True).first()
        if merged is None:
            return key
        key = merged.kept
    return key


@dataclass(frozen=True, slots=True)
class Origin:
    """One field of the golden record: where its value comes from, and what others say."""

    field: str
    source: T | None
    record: str
    received_at: datetime | None
    others: tuple[tuple[T, str], ...]


def provenance(entity: LegalEntity) -> dict[str, Origin]:
    """The origin of every field, with the differing values of other sources."""
    sources = list(SourceRecord.objects.filter(entity=entity.key).order_by("source", "key"))
    origins = {}
    for name in FIELDS:
        told = entity.field_sources.get(name)
        chosen = next((s for s in sources if told and s.key == told[1]), None)
        value = getattr(chosen, name) if chosen else ""
        others = tuple(
            (source_title(s.source), getattr(s, name))
            for s in sources
            if getattr(s, name) and getattr(s, name) != value
        )
        origins[name] = Origin(
            name,
            source_title(told[0]) if told else None,
            told[1] if told else "",
            datetime.fromisoformat(told[2]) if told else None,
            others,
        )
    return origins


def sources_of(entity: LegalEntity) -> list[SourceRecord]:
    return list(SourceRecord.objects.filter(entity=entity.key).order_by("-received_at", "key"))


def standing_merges(entity: LegalEntity) -> list[Merge]:
    """Merges into this entity that can be undone, latest first."""
    found = Merge.objects.filter(kept=entity.key, undone_at__isnull=True)
    return list(found.order_by("-merged_at"))


def open_pairs_of(entity: LegalEntity) -> list[MatchPair]:
    found = MatchPair.objects.filter(Q(left=entity.key) | Q(right=entity.key), standing="open")
    return list(found.order_by("-probability"))


def compared_rows() -> Iterator[Compared]:
    """Every source record as the engine compares it."""
    good = dict(LegalEntity.objects.values_list("key", "code_state"))
    names = ("entity", "name", "registered_address", "business_address", "legal_representative",
             "phone")  # fmt: skip
    records = SourceRecord.objects.exclude(source="manual").order_by("pk").values(*names)
    for record in records.iterator(chunk_size=5_000):
        has_code = good.get(record["entity"]) in ("valid", "region_unknown")
        yield Compared(record["entity"], has_code, comparable(record))


def latest_model() -> MatchingModel | None:
    return MatchingModel.objects.order_by("-pk").first()


def changes_after(cursor: Cursor, limit: int) -> tuple[list[Event], Cursor, bool]:
    """(events on entities after the cursor, cursor to go on from, whether more may wait).

    At least once, in the order of the journal: a reader keeps the cursor only after it has dealt
    with the events. An answer may be empty although more follow.
    """
    found: list[Event] = []
    looked_at = 0
    while looked_at < FEED_READ_MAX:
        batch = read_events(cursor, 500)
        for event in batch:
            cursor = Cursor(event.transaction, event.id)
            if event.subject.startswith(f"{_COLLECTION}/"):
                found.append(event)
                if len(found) >= limit:
                    return found, cursor, True
        if len(batch) < 500:
            return found, cursor, False
        looked_at += len(batch)
    return found, cursor, True


def change_as_data(event: Event) -> dict[str, Any]:
    """One line of the feed: values as they became, by field."""
    body = event.body
    return {
        "key": event.ref.key,
        "kind": event.kind,
        "at": event.at.isoformat(),
        "version": body.get("version"),
        "changed": {name: pair[1] for name, pair in (body.get("changes") or {}).items()},
        "into": body.get("into"),
        "absorbed": body.get("absorbed"),
    }


def counts() -> dict[str, int]:
    """Entities, those by state of code, and open pairs."""
    by_state = dict(
        LegalEntity.objects.values_list("code_state").annotate(Count("pk")).order_by("code_state")
    )
    zero = dict.fromkeys(("valid", "checksum_failed", "region_unknown", "missing"), 0)
    pairs = MatchPair.objects.filter(standing="open").count()
    return {**zero, **by_state, "entities": sum(by_state.values()), "pairs": pairs}


def open_pairs(actor: Actor, limit: int = 50) -> list[tuple[MatchPair, str, str]]:
    """(pair, name of the left, name of the right), the most likely first."""
    found = visible(actor, MatchPair.objects.filter(standing="open"), VIEW_SOURCES)
    pairs = list(found.order_by("-probability", "pk")[:limit])
    keys = {key for pair in pairs for key in (pair.left, pair.right)}
    names = dict(LegalEntity.objects.filter(key__in=keys).values_list("key", "name"))
    return [(p, names.get(p.left, p.left), names.get(p.right, p.right)) for p in pairs]
