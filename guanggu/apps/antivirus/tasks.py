"""The scanner's work: what waits is scanned, old contents again, and the age of signatures watched."""

from __future__ import annotations

import time
from typing import Any

from guanggu.base import clock
from guanggu.base.actor import Actor, platform
from guanggu.base.bilingual import T
from guanggu.base.errors import Missing, Unavailable
from guanggu.kernel.connector.public import call
from guanggu.kernel.document.public import (
    Screened,
    StoredFile,
    raw_content,
    screening_is_required,
)
from guanggu.kernel.journal.public import Progress, job, long_job, recurring

from .actions import (
    note_absence,
    note_signatures,
    record_infection,
    record_scan,
    tell_age,
)
from .connector import KEY, folder, screen_content, version, write_signatures
from .connector.clamd import is_awake, reload
from .models import VirusSignature
from .queries import (
    active_signatures,
    decides,
    signature_age_days,
    signature_set,
    unscanned_files,
)
from .rules import AGE_DAYS_WARN, built_at

SCANNER = platform("antivirus")
ROUND_FILES, ROUND_SECONDS = 200, 20
AGAIN = T("正在复查已入库文件", "Scanning the files that are kept")
AGAIN_TOLD = T("复查 {} 个文件，查出 {} 个。", "{} files scanned again, {} found infected.")
AWAY = T("杀毒引擎缺席，复查未完成。请恢复引擎后重新发起。", "The scanner went away. Start again.")


@recurring("antivirus.look", every_seconds=1, lane="slow")
def look() -> int:
    """Scan what waits; answers how many contents were settled."""
    return scan_waiting() if screening_is_required() else 0


def scan_waiting() -> int:
    """One round of bounded length: each content once, however many rows name it."""
    waiting = list(unscanned_files()[:ROUND_FILES])
    if not waiting:
        return 0
    if not is_awake():
        new = [row.key for row in waiting if row.scan_state == "unscanned"]
        if new:
            note_absence(SCANNER, files=new)
        return 0
    until_s, settled = time.monotonic() + ROUND_SECONDS, 0
    by_content = {row.sha256: row for row in waiting}
    for row in by_content.values():
        if time.monotonic() > until_s or not _scan_one(row):
            break
        settled += 1
    return settled


def _scan_one(row: StoredFile) -> bool:
    """False where the engine went away in the middle: the file stays held."""
    try:
        with raw_content(row) as content:
            found = screen_content(content)
    except Missing:  # a restore has yet to bring it back; what nobody has, nobody opens
        found = Screened("held", "held_fail", "content gone")
    if found.held_for == "held_away":
        if row.scan_state == "unscanned":
            note_absence(SCANNER, files=[row.key])
        return False
    record_scan(SCANNER, sha256=row.sha256, state=found.state, held_for=found.held_for,
                finding=found.finding, engine=found.engine)  # fmt: skip
    return True


@job("antivirus.write_signatures")
def renew_signatures() -> None:
    """Write the district's own signatures into the engine's folder and have it read them."""
    own = write_signatures(folder(), active_signatures())
    newest = VirusSignature.objects.order_by("-updated_at").first()
    note_signatures(own, max(filter(None, (newest and newest.updated_at, official_built_at())),
                             default=None))  # fmt: skip
    if is_awake():
        call(KEY, reload, idempotent=True)


def official_built_at() -> Any:
    """When the official databases that are loaded were built; None without them or the engine."""
    try:
        return built_at(call(KEY, version, timeout_s=5))
    except Unavailable:
        return None


@recurring("antivirus.signatures_age", every_seconds=3600, lane="slow")
def watch_age() -> int:
    """Tell once when the newest signature in use is older than a week."""
    if not screening_is_required():
        return 0
    held = signature_set()
    if held is None:
        renew_signatures()
        held = signature_set()
    days = signature_age_days()
    if held is None or held.told_aged_at or (days is not None and days <= AGE_DAYS_WARN):
        return 0
    tell_age(SCANNER, days=-1 if days is None else days)
    return 1


def _decides(actor: Actor, /, **_: Any) -> bool:
    return decides(actor)


@long_job("antivirus.scan_again", T("复查全部文件", "Scan every file again"), allows=_decides)
def scan_again(progress: Progress) -> dict[str, Any]:
    """Every content that had passed, with the signatures of now; goes on where it was cut off."""
    passed = StoredFile.objects.filter(scan_state="clean")
    after, scanned, infected = (progress.resume.get(n, 0) for n in ("after", "scanned", "infected"))
    progress.phase(AGAIN, passed.count())
    while batch := list(passed.filter(pk__gt=after).order_by("pk")[:50]):
        for row in batch:
            with raw_content(row) as content:
                found = screen_content(content)
            if found.held_for == "held_away":
                raise Unavailable(AWAY)
            scanned += 1
            if found.state == "infected":
                record_infection(SCANNER, sha256=row.sha256, finding=found.finding,
                                 engine=found.engine)  # fmt: skip
                infected += 1
                progress.log(T(f"查出：{row.name}", f"Infected: {row.name}"))
            progress.step(scanned)
        after = batch[-1].pk
        progress.keep({"after": after, "scanned": scanned, "infected": infected})
    text = AGAIN_TOLD.format(scanned, infected)
    progress.log(text)
    return {"text": text.as_dict(), "address": "/antivirus/", "at": clock.now().isoformat()}
