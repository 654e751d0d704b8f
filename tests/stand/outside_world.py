"""A job of somebody's, a file in quarantine, a signature, a copy: one of everything outside."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction

from guanggu.apps.antivirus.models import QuarantinedFile, VirusSignature
from guanggu.apps.backup.models import BackupPlan, BackupRun
from guanggu.base import clock
from guanggu.base.actor import platform
from guanggu.base.bilingual import T
from guanggu.kernel.journal.public import LONG_JOBS, long_job, run_due_here, start_job
from guanggu.kernel.register.public import Record, import_rows, save_record

if TYPE_CHECKING:
    from .world import World


def _save(record: Record, kind: str) -> Any:
    with transaction.atomic():
        save_record(platform("test"), record, kind)
    return record


def add_outside(world: World) -> None:
    world.keys |= {"job": _job_of(world), "engine": "legal_entities.matching"}
    now = clock.now()
    rows = [
        QuarantinedFile(
            key="Q-1", file="f1", name="a.pdf", owner="cases/1", uploaded_by="accounts/1",
            sha256="0" * 64, size_bytes=1, state="infected", found_at=now, source="test",
        ),
        VirusSignature(key="S-1", name="Win.Trojan.A", pattern="ab" * 32, source="test"),
        BackupRun(
            key="B-1", kind="backup", state="ok", began_at=now, ended_at=now, source="test"
        ),
        BackupPlan(key="main", source="test"),
    ]  # fmt: skip
    for row in rows:
        _save(row, f"{row._meta.app_label}.created")
        world.keys[row.collection] = row.key
    run = import_rows(
        world.actors["security"], key="w-virus_signatures", collection="virus_signatures",
        rows=[(2, {"name": ""})],
    )  # fmt: skip
    bad = run.rows.first()
    world.keys |= {"virus_signatures-run": str(run.pk), "virus_signatures-row": str(bad.pk)}


def _job_of(world: World) -> str:
    """Done, with a file for its owner."""

    def leaves_a_file(progress: Any) -> dict[str, str]:
        (progress.folder / "a.txt").write_text("x")
        return {"file": "a.txt"}

    name = "trial.walked"
    long_job(name, T("试验", "Trial"), allows=lambda actor, **_: True)(leaves_a_file)
    key = start_job(world.actors["owner"], name)
    run_due_here()
    LONG_JOBS.pop(name)
    return key
