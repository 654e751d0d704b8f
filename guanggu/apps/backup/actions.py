"""What is written about copies: each run with its proof, the plan, and that one is overdue."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from guanggu.base import clock
from guanggu.base.actor import Actor
from guanggu.base.bilingual import T
from guanggu.base.ids import Ref, new_id
from guanggu.kernel.journal.public import action, append
from guanggu.kernel.register.public import save_record

from .models import BackupRun
from .queries import keeps, plan

PLAN_FIELDS = ("is_active", "hour", "keep_daily", "keep_weekly", "keep_monthly", "drill_days")


def _only_the_platform(actor: Actor, /, **_: Any) -> bool:
    return actor.kind == "platform"


def _keeps(actor: Actor, /, **_: Any) -> bool:
    return keeps(actor)


@action("backup.record_run", allows=_only_the_platform)
def record_run(
    actor: Actor, *, kind: str, state: str, began_at: str, snapshot: str = "",
    figures: dict[str, Any], proof: list[str], job: str = "",
) -> dict[str, str]:  # fmt: skip
    """One copy or drill has ended; proof: what was shown, in both languages."""
    row = BackupRun(
        key=new_id().hex, kind=kind, state=state, began_at=datetime.fromisoformat(began_at),
        ended_at=clock.now(), snapshot=snapshot, figures=figures, proof=proof[0][:1000],
        proof_en=proof[1][:1000], job=job, source="worker",
    )  # fmt: skip
    save_record(actor, row, "backup.run_ended")
    return {"run": row.key}


@action("backup.change_plan", allows=_keeps, title=T("修改备份计划", "Change the backup plan"))
def change_plan(actor: Actor, *, values: dict[str, Any]) -> dict[str, str]:
    """values: some of PLAN_FIELDS. Raises Invalid by field."""
    row = plan()
    for name in PLAN_FIELDS:
        if name in values:
            setattr(row, name, values[name])
    save_record(actor, row, "backup.plan_changed")
    return {"plan": row.key}


@action("backup.tell_overdue", allows=_only_the_platform)
def tell_overdue(actor: Actor, *, kind: str, hours: int) -> dict[str, int]:
    """No good copy (drill) for too long; hours: -1 where there never was one."""
    append(Ref("backup_plans", "main"), "backup.overdue", actor, {"kind": kind, "hours": hours})
    return {"hours": hours}
