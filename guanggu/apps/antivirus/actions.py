"""What is written about scanned files: by the scanner itself, and by the security officer."""

from __future__ import annotations

from typing import Any

from guanggu.base import clock
from guanggu.base.actor import Actor
from guanggu.base.bilingual import T
from guanggu.base.errors import Conflict, Invalid, Missing
from guanggu.base.ids import Ref
from guanggu.kernel.document.public import Screened, StoredFile, release_file, settle_file
from guanggu.kernel.journal.public import action, append
from guanggu.kernel.register.public import save_record

from .models import QuarantinedFile, SignatureSet
from .queries import decides, signature_set, unsettled_of

SAY_WHY = T("请填写理由。", "Give the reason.")
NOT_THERE = T("没有这个隔离文件。", "There is no such file in quarantine.")
DECIDED = T("该文件已处理，请刷新查看。", "This file was dealt with; reload.")
ENGINE_SUBJECT = Ref("antivirus", "engine")
OPEN_STATES = ("infected", "held")


def _only_the_platform(actor: Actor, /, **_: Any) -> bool:
    return actor.kind == "platform"


def _decides(actor: Actor, /, **_: Any) -> bool:
    return decides(actor)


@action("antivirus.record_scan", allows=_only_the_platform)
def record_scan(
    actor: Actor, *, sha256: str, state: str, held_for: str, finding: str, engine: str
) -> dict[str, int]:
    """Settle every waiting row of that content, and put what did not pass into quarantine."""
    found = Screened(state, held_for, finding, engine)  # type: ignore[arg-type]
    rows = list(unsettled_of(sha256).select_for_update()[:500])
    for row in rows:
        settle_file(actor, row, found)
        _quarantine(actor, row, found)
    if not rows:  # another worker was first
        append(ENGINE_SUBJECT, "antivirus.engine_waited_for", actor, {"files": 0})
    return {"files": len(rows)}


def _quarantine(actor: Actor, file: StoredFile, found: Screened) -> None:
    row = QuarantinedFile.objects.filter(file=file.key).first()
    if found.state == "clean":
        if row is not None and row.state in OPEN_STATES:
            row.state, row.held_for = "cleared", ""
            save_record(actor, row, "antivirus.cleared")
        return
    if found.held_for == "held_away":
        return  # it waits for the engine and for nobody else
    row = row or QuarantinedFile(
        key=file.key, file=file.key, name=file.name, owner=file.owner, source="clamd",
        uploaded_by=file.uploaded_by, sha256=file.sha256, size_bytes=file.size_bytes,
    )  # fmt: skip
    row.state, row.held_for, row.found_at = found.state, found.held_for, clock.now()
    row.finding, row.engine = found.finding[:200], found.engine[:120]
    kind = "antivirus.infected" if found.state == "infected" else "antivirus.held"
    save_record(actor, row, kind)
    # Told where its owner looks: in the history of the case or record that it was brought to.
    append(file.owner, kind, actor, {"file": file.key, "name": file.name, "why": row.finding})


@action("antivirus.note_absence", allows=_only_the_platform)
def note_absence(actor: Actor, *, files: list[str]) -> dict[str, int]:
    """The engine is away: these wait for it, and say so."""
    held = Screened("held", "held_away")
    waiting = StoredFile.objects.select_for_update().filter(key__in=files, scan_state="unscanned")
    count = 0
    for row in waiting:
        settle_file(actor, row, held)
        count += 1
    append(ENGINE_SUBJECT, "antivirus.engine_waited_for", actor, {"files": count})
    return {"files": count}


def _open_one(quarantined: str) -> tuple[QuarantinedFile, StoredFile]:
    """Raises Missing, Conflict where somebody decided."""
    row = QuarantinedFile.objects.select_for_update().filter(key=quarantined).first()
    if row is None:
        raise Missing(NOT_THERE)
    if row.state not in OPEN_STATES:
        raise Conflict(DECIDED)
    return row, StoredFile.objects.select_for_update().get(key=row.file)


def _decided(actor: Actor, row: QuarantinedFile, state: str, reason: str) -> None:
    row.state, row.reason = state, reason.strip()[:500]
    row.decided_by, row.decided_at = actor.name, clock.now()
    save_record(actor, row, f"antivirus.{state}")


def _demand_reason(reason: str) -> None:
    if not reason.strip():
        raise Invalid(SAY_WHY, fields={"reason": SAY_WHY})


@action("antivirus.release", allows=_decides, title=T("放行文件", "Release a file"))
def release(actor: Actor, *, quarantined: str, reason: str) -> dict[str, str]:
    """Let a file pass on the officer's word: a false alarm, or one that cannot be scanned.

    Raises Missing, Conflict, Invalid without a reason.
    """
    _demand_reason(reason)
    row, file = _open_one(quarantined)
    release_file(actor, file, reason=reason.strip()[:500])
    _decided(actor, row, "released", reason)
    append(file.owner, "antivirus.released", actor, {"file": file.key, "name": file.name})
    return {"state": row.state}


@action("antivirus.confirm", allows=_decides, title=T("确认有毒", "Confirm an infection"))
def confirm(actor: Actor, *, quarantined: str, reason: str) -> dict[str, str]:
    """Closed for good: nobody opens it again. Raises Missing, Conflict, Invalid."""
    _demand_reason(reason)
    row, file = _open_one(quarantined)
    if file.scan_state != StoredFile.Scan.INFECTED:
        settle_file(actor, file, Screened("infected", "", row.finding, "officer"))
    _decided(actor, row, "confirmed", reason)
    return {"state": row.state}


@action("antivirus.rescan", allows=_decides, title=T("重新查毒", "Scan again"))
def rescan(actor: Actor, *, quarantined: str) -> dict[str, str]:
    """Have the engine look again, with the signatures and limits of now. Raises Missing, Conflict."""
    row, file = _open_one(quarantined)
    settle_file(actor, file, Screened("held", "held_away"))  # until it was looked at again
    append(row.ref, "antivirus.rescan_asked", actor, {"file": row.file})
    return {"file": row.file}


@action("antivirus.record_infection", allows=_only_the_platform)
def record_infection(actor: Actor, *, sha256: str, finding: str, engine: str) -> dict[str, int]:
    """New signatures know a content that had passed before: its rows are shut at once."""
    found = Screened("infected", "", finding, engine)
    rows = list(StoredFile.objects.select_for_update().filter(sha256=sha256, scan_state="clean"))
    for row in rows:
        settle_file(actor, row, found)
        _quarantine(actor, row, found)
    append(ENGINE_SUBJECT, "antivirus.infected", actor, {"sha256": sha256, "files": len(rows)})
    return {"files": len(rows)}


def note_signatures(own: int, newest_at: Any) -> None:
    """Keep what the engine was given (no record of anybody's: only how old it is)."""
    row = signature_set() or SignatureSet()
    row.written_at, row.own, row.newest_at, row.told_aged_at = clock.now(), own, newest_at, None
    row.save()


@action("antivirus.tell_age", allows=_only_the_platform)
def tell_age(actor: Actor, *, days: int) -> dict[str, int]:
    """The signatures have grown old: told once, until newer ones come."""
    SignatureSet.objects.update(told_aged_at=clock.now())
    append(ENGINE_SUBJECT, "antivirus.signatures_aged", actor, {"days": days})
    return {"days": days}
