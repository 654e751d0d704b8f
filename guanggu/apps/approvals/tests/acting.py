"""Short words for what people do, for tests that are about the rules and not the pages."""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import UTC, datetime
from typing import Any

from guanggu.apps.approvals.actions import (
    attach_file,
    decide_task,
    save_draft,
    start_draft,
    submit_draft,
)
from guanggu.base import clock
from guanggu.base.actor import Actor
from guanggu.kernel.case.public import Case, Task
from guanggu.kernel.journal.public import history

from .people import ANSWERS, House, a_received


def handed_in(house: House, applicant: Actor | None = None) -> str:
    """The number of a complete application for the test item."""
    who = applicant or house.person
    draft = start_draft(who, item="test-item")["draft"]
    save_draft(who, draft=draft, part="form", values=ANSWERS)
    for material in ("id-card", "fire-report"):
        attach_file(who, draft=draft, material=material, received=a_received())
    return submit_draft(who, draft=draft, declared=True)["number"]


def open_task(number: str, branch: str = "") -> int:
    tasks = Task.objects.filter(case__number=number, state="open")
    return (tasks.filter(branch=branch) if branch else tasks).get().pk


def decided(actor: Actor, number: str, outcome: str, branch: str = "", **data: Any) -> Any:
    return decide_task(actor, task=open_task(number, branch), outcome=outcome, data=data)


def granted(house: House, number: str) -> None:
    decided(house.clerk, number, "accept")
    decided(house.reviewer, number, "approve", opinion="符合条件")
    decided(house.decider, number, "grant")


def case_of(number: str) -> Case:
    return Case.objects.get(number=number)


def kinds_of(number: str) -> list[str]:
    return [event.kind for event in history(case_of(number).ref)]


def event_of(number: str, kind: str) -> dict[str, Any]:
    """The body of the last event of that kind."""
    return [e.body for e in history(case_of(number).ref) if e.kind == kind][-1]


def on(month: int, day: int) -> AbstractContextManager[None]:
    """Ten in the morning of that day of 2026."""
    return clock.fixed_at(datetime(2026, month, day, 2, 0, tzinfo=UTC))
