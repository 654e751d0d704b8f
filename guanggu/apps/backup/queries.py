"""Reading: the plan, the newest copies and drills, how old they are, and who may see them."""

from __future__ import annotations

from django.conf import settings

from guanggu.base import clock
from guanggu.base.actor import Actor
from guanggu.kernel.identity.public import permission

from .models import BackupPlan, BackupRun


def watches(actor: Actor) -> bool:
    return actor.kind == "platform" or actor.has("administer", "security", "audit")


def keeps(actor: Actor) -> bool:
    return actor.kind == "platform" or actor.has("administer")


SEE_BACKUPS = permission("backup.see", scope=watches)
KEEP_BACKUPS = permission("backup.keep", scope=keeps)


def plan() -> BackupPlan:
    """The plan as it is kept; the one by default where nobody has changed it.

    An invented district is not copied by itself: a trial should not fill anybody's disk.
    """
    kept = BackupPlan.objects.filter(key="main").first()
    return kept or BackupPlan(key="main", is_active=not settings.GUANGGU_SAMPLE)


def last_good(kind: str) -> BackupRun | None:
    found = BackupRun.objects.filter(kind=kind, state="ok").order_by("-ended_at")
    return found.first()


def last_run(kind: str) -> BackupRun | None:
    return BackupRun.objects.filter(kind=kind).order_by("-ended_at").first()


def age_hours(run: BackupRun | None) -> float | None:
    return None if run is None else (clock.now() - run.ended_at).total_seconds() / 3600
