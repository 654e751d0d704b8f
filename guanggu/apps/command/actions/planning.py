"""The roster taken in at once, by the platform: for the sample district."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from guanggu.base.actor import Actor
from guanggu.base.bilingual import T
from guanggu.kernel.identity.public import Organisation
from guanggu.kernel.journal.public import action
from guanggu.kernel.register.public import save_new_records

from ..models import DutyShift


@action("command.plan_shifts", allows=lambda actor, **_: actor.kind == "platform",
        title=T("导入示例班次", "Lay the sample roster"))  # fmt: skip
def plan_shifts(actor: Actor, *, organisation: str, rows: list[dict[str, Any]]) -> dict[str, Any]:
    """rows: key, on, turn, starts_at, ends_at (ISO), leader_name, members, phone."""
    desk = Organisation.objects.get(code=organisation)
    shifts = [
        DutyShift(
            **{**row, "on": date.fromisoformat(row["on"]),
               "starts_at": datetime.fromisoformat(row["starts_at"]),
               "ends_at": datetime.fromisoformat(row["ends_at"])},
            organisation=desk, source="sample", is_sample=True,
        )
        for row in rows
    ]  # fmt: skip
    save_new_records(actor, shifts, "command.sample_laid")
    return {"shifts": len(shifts)}
