"""Rules of the duty desk: words, the digest of a log, what is late."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from guanggu.base.bilingual import T

TURNS = {"day": T("日班", "Day"), "night": T("夜班", "Night"), "whole": T("全天班", "Whole day")}
SHIFT_STATES = {
    "planned": T("已排班", "Planned"),
    "on_duty": T("值班中", "On duty"),
    "handing_over": T("已交班，待接班", "Handed over, not yet taken"),
    "done": T("已交接", "Done"),
}
ENTRY_KINDS = {
    "report": T("接报", "Report received"),
    "situation": T("情况", "Situation"),
    "alarm": T("报警处置", "Alarm"),
    "order": T("调度指令", "Order"),
    "instruction": T("领导批示", "Instruction"),
    "note": T("记事", "Note"),
}
URGENCIES = {
    "normal": T("一般", "Ordinary"),
    "urgent": T("紧急", "Urgent"),
    "critical": T("特急", "Most urgent"),
}
# Within how many hours an order is to be answered where its giver says nothing else.
ANSWER_HOURS = {"normal": 24, "urgent": 4, "critical": 1}
ORDER_STATES = {"open": T("办理中", "Under way"), "closed": T("已办结", "Closed")}
NOTHING = "0" * 64


def log_digest(entries: Iterable[Mapping[str, Any]]) -> str:
    """SHA-256 chained over the entries of a shift in their order: a changed, missing or added one
    gives another digest. Each entry is a mapping of JSON values."""
    digest = NOTHING
    for entry in entries:
        text = json.dumps(entry, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        digest = hashlib.sha256(f"{digest}\n{text}".encode()).hexdigest()
    return digest


def answer_by(urgency: str, given_at: datetime, hours: int | None) -> datetime:
    """Until when an order is to be answered, by the clock: it does not wait for working hours."""
    return given_at + timedelta(hours=hours or ANSWER_HOURS[urgency])


def is_late(state: str, until: datetime | None, now: datetime) -> bool:
    return state == "open" and until is not None and until < now
