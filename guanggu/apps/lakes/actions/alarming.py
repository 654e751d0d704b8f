"""From an alarm of a lake station to a problem with its case, once only."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from guanggu.base import clock
from guanggu.base.actor import Actor
from guanggu.base.bilingual import T
from guanggu.base.errors import Missing
from guanggu.kernel.journal.public import action
from guanggu.kernel.register.public import save_record

from ..models import LakeIssue, LakeStation
from ..rules.words import CHLOROPHYLL, LEVEL, OPEN_STATES, factor_title
from .reporting import opened

_NO_LAKE = T("该站不属于任何湖泊。", "This station belongs to no lake.")
_OF_DEVICE = ("stuck", "missing", "range")  # kinds of rule that speak of the instrument


def about_alarm(told: Mapping[str, Any]) -> dict[str, Any] | None:
    """Arguments of ``open_alarm_issue`` from the payload of an alarm's event; None for others'
    alarms."""
    collection, _, station = str(told.get("subject", "")).partition("/")
    if collection != LakeStation.collection:
        return None
    factor = str(told.get("property", ""))
    kind = "water"
    if told.get("kind") in _OF_DEVICE:
        kind = "device"
    elif factor == LEVEL:
        kind = "level"
    elif factor == CHLOROPHYLL:
        kind = "algae"
    limit = f"，限值 {told['limit']}" if told.get("limit") else ""
    what = factor_title(factor).zh if factor else ""
    return {
        "station": station, "cause": f"{station}/{told.get('rule', '')}", "kind": kind,
        "title": f"{told.get('rule_name', '')}",
        "description": f"{what}触发值 {told.get('value', '')}{limit}" if what else "",
        "at": str(told.get("at", "")), "clause": str(told.get("clause", "")),
        "alarm": str(told["alarm"]), "urgent": told.get("severity") == "severe",
    }  # fmt: skip


@action("lakes.open_alarm_issue", allows=lambda actor, **_: actor.kind == "platform")
def open_alarm_issue(
    actor: Actor, *, station: str, cause: str, kind: str, title: str, description: str = "",
    at: str = "", clause: str = "", alarm: str = "", urgent: bool = False,
) -> dict[str, Any]:  # fmt: skip
    """Make an alarm of a lake station a problem with its case, or join it to the open one.

    cause: what makes two alarms one problem (station and rule). Answers {issue, case, new}.
    """
    found = LakeStation.objects.select_related("lake__organisation").filter(key=station).first()
    if found is None:
        raise Missing(_NO_LAKE)
    known = LakeIssue.objects.select_for_update(of=("self",)).filter(
        cause=cause, state__in=OPEN_STATES
    ).first()  # fmt: skip
    if known is not None:
        known.alarms = [*known.alarms, alarm][-200:] if alarm not in known.alarms else known.alarms
        save_record(actor, known, "lakes.issue_reported", alarm=alarm)
        return {"issue": known.key, "case": known.case_number, "new": False}
    happened = datetime.fromisoformat(at) if at else clock.now()
    row = LakeIssue(
        key=f"WT-{alarm.rpartition('/')[2][:40]}", lake=found.lake, origin="alarm", kind=kind,
        severity="urgent" if urgent else "plain", title=title[:200], description=description[:1000],
        place=found.name, geometry=found.geometry, found_at=happened, cause=cause[:200],
        clause=clause[:200], alarms=[alarm] if alarm else [], organisation=found.lake.organisation,
        reporter="自动监测", source="lakes", is_sample=found.is_sample,
    )  # fmt: skip
    return opened(actor, row)
