"""Reading: what waits for the scanner, what did not pass, how old the signatures are."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q, QuerySet

from guanggu.base import clock
from guanggu.base.actor import Actor
from guanggu.kernel.document.public import HELD_TITLES, StoredFile
from guanggu.kernel.identity.public import permission

from .models import QuarantinedFile, SignatureSet, VirusSignature

# Waits for the engine alone: what is held for another reason waits for an officer.
_FOR_THE_ENGINE = Q(scan_state__in=("unscanned", "held_away"))


def watches(actor: Actor) -> bool:
    return actor.kind == "platform" or actor.has("security", "administer", "audit")


def decides(actor: Actor) -> bool:
    return actor.kind == "platform" or actor.has("security")


SEE_QUARANTINE = permission("antivirus.see", scope=watches)
DECIDE = permission("antivirus.decide", scope=decides)


def unscanned_files() -> QuerySet[StoredFile]:
    return StoredFile.objects.filter(_FOR_THE_ENGINE).order_by("pk")


def unsettled_of(sha256: str) -> QuerySet[StoredFile]:
    """Every row of that content that still waits for the engine."""
    return StoredFile.objects.filter(_FOR_THE_ENGINE, sha256=sha256).order_by("pk")


def shut_files_of(actor: Actor, limit: int = 50) -> list[StoredFile]:
    """What the actor has uploaded and nobody can open now."""
    shut = StoredFile.objects.filter(
        uploaded_by=actor.ref, scan_state__in=("unscanned", "infected", *HELD_TITLES)
    )
    return list(shut.order_by("-pk")[:limit])


@dataclass(frozen=True, slots=True)
class Counts:
    waiting: int
    absent: int
    held: int
    infected: int


def counts() -> Counts:
    """Numbers up to 1,000: enough for a page."""

    def bounded(rows: QuerySet) -> int:
        return len(rows.values_list("pk", flat=True)[:1000])

    files = StoredFile.objects
    return Counts(
        waiting=bounded(files.filter(scan_state="unscanned")),
        absent=bounded(files.filter(scan_state="held_away")),
        held=bounded(QuarantinedFile.objects.filter(state="held")),
        infected=bounded(QuarantinedFile.objects.filter(state="infected")),
    )


def active_signatures() -> QuerySet[VirusSignature]:
    return VirusSignature.objects.filter(is_active=True).order_by("key")


def signature_set() -> SignatureSet | None:
    return SignatureSet.objects.first()


def signature_age_days() -> int | None:
    """Days since the newest signature in use; None where nobody knows."""
    found = signature_set()
    if found is None or found.newest_at is None:
        return None
    return max(0, (clock.now() - found.newest_at).days)
