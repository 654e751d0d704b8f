"""The desk: who is on duty, what was written, which orders are out."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from guanggu.base.actor import Actor
from guanggu.kernel.case.public import Case, CaseFile, Task, file_of, worklist
from guanggu.kernel.identity.public import Organisation, visible

from ..models import CommandOrder, DutyEntry, DutyShift
from ..rules import log_digest
from .scopes import VIEW_ENTRIES, VIEW_ORDERS, VIEW_SHIFTS

KIND = "command_order"


def shift_on_duty(organisation: int | None) -> DutyShift | None:
    """The shift that is on duty at the organisation's desk."""
    return DutyShift.objects.filter(organisation=organisation, state="on_duty").first()


def shift_handing_over(organisation: int | None) -> DutyShift | None:
    """The shift that was signed off and that nobody has taken over."""
    rows = DutyShift.objects.filter(organisation=organisation, state="handing_over")
    return rows.order_by("-handed_at").first()


def next_shifts(organisation: int | None) -> list[DutyShift]:
    """Planned shifts, the next first."""
    rows = DutyShift.objects.filter(organisation=organisation, state="planned")
    return list(rows.order_by("starts_at")[:14])


def shifts_seen(actor: Actor) -> QuerySet[DutyShift]:
    return visible(actor, DutyShift.objects.select_related("organisation"), VIEW_SHIFTS)


def entries_of(shift: DutyShift) -> list[DutyEntry]:
    return list(shift.entries.select_related("amends").order_by("at", "pk"))


def digest_of(shift: DutyShift) -> str:
    """Of the log as it lies there now."""
    return log_digest(_told(entry) for entry in shift.entries.order_by("pk"))


def _told(entry: DutyEntry) -> dict[str, Any]:
    return {
        "key": entry.key, "at": entry.at.isoformat(), "kind": entry.kind, "text": entry.text,
        "subject": entry.subject, "writer": entry.writer, "writer_name": entry.writer_name,
    }  # fmt: skip


def entries_seen(actor: Actor) -> QuerySet[DutyEntry]:
    return visible(actor, DutyEntry.objects.select_related("shift"), VIEW_ENTRIES)


def orders_seen(actor: Actor) -> QuerySet[CommandOrder]:
    rows = CommandOrder.objects.select_related("organisation", "issuer")
    return visible(actor, rows, VIEW_ORDERS)


def case_file(order: CommandOrder) -> CaseFile | None:
    case = Case.objects.filter(number=order.case_number).first() if order.case_number else None
    return file_of(case) if case else None


def my_tasks(actor: Actor) -> list[Task]:
    """Open tasks of orders for this post."""
    return worklist(actor, limit=100, case__kind=KIND)


def orders_of_cases(numbers: list[str]) -> dict[str, CommandOrder]:
    rows = CommandOrder.objects.filter(case_number__in=numbers)
    return {row.case_number: row for row in rows}


def departments() -> list[Organisation]:
    """To whom orders can be given."""
    rows = Organisation.objects.filter(is_active=True).exclude(kind="district")
    return list(rows.order_by("kind", "pk")[:200])
