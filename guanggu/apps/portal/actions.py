"""Opening, booking and giving back counter slots."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction

from guanggu.base import clock
from guanggu.base.actor import Actor
from guanggu.base.bilingual import T
from guanggu.base.calendar import working_calendar
from guanggu.base.errors import Conflict, Invalid, Missing
from guanggu.base.ids import Ref, readable_code
from guanggu.kernel.journal.public import DIGEST_KEY, action, append, guard, state_digest

from .models import Counter, Slot
from .rules import slots_of_day

FULL = T("该时段已约满，请选择其他时段。", "This time is fully booked; choose another.")
ONE_A_DAY = T(
    "您当天已预约该窗口。如需改时间，请先取消原预约。",
    "You have booked this counter that day. To change the time, cancel that booking first.",
)
PAST = T("该时段已过，请选择以后的时段。", "This time has passed; choose a later one.")
NOT_YOURS = T("没有找到该预约，或不是您的预约。", "No such booking, or it is not yours.")


def _may_open(actor: Actor, /, **_: Any) -> bool:
    return actor.kind == "platform" or actor.has("catalogue")


def _may_book(actor: Actor, /, **_: Any) -> bool:
    return actor.kind in ("person", "firm")


@action("portal.open_slots", allows=_may_open, title=T("开放预约号源", "Open slots"))
def open_slots(actor: Actor, *, counter: str, from_on: str, until_on: str) -> dict[str, Any]:
    """Open the slots of every working day from ... until ...; those that stand are left alone."""
    found = Counter.objects.select_for_update().filter(key=counter).first()
    if found is None:
        raise Missing(T("没有该窗口。", "There is no such counter."))
    calendar, day = working_calendar(), date.fromisoformat(from_on)
    rows: list[Slot] = []
    while day <= date.fromisoformat(until_on):
        if calendar.is_working_day(day):
            rows += [
                Slot(counter=found, day=day, starts_at=start, place=place)
                for start in slots_of_day(day, found.hours, found.slot_minutes)
                for place in range(1, found.places + 1)
            ]
        day += timedelta(days=1)
    before = found.slots.count()
    Slot.objects.bulk_create(rows, ignore_conflicts=True, batch_size=500)
    opened = found.slots.count() - before
    append(Ref("slot_openings", counter), "portal.slots_opened", actor,
           {"from": from_on, "until": until_on, "opened": opened})  # fmt: skip
    return {"opened": opened}


@action("portal.book_slot", allows=_may_book, title=T("预约窗口", "Book a counter"))
def book_slot(actor: Actor, *, counter: str, starts_at: str, item: str = "") -> dict[str, Any]:
    """Take one free place at that time. Raises Conflict where none is left, Invalid for the past."""
    moment = _moment(starts_at)
    if moment <= clock.now():
        raise Invalid(PAST, fields={"starts_at": PAST})
    slots = Slot.objects.filter(counter__key=counter, starts_at=moment)
    day = slots.values_list("day", flat=True).first()
    if Slot.objects.filter(counter__key=counter, day=day, holder=actor.ref).exists():
        raise Conflict(ONE_A_DAY, code="one_a_day")
    free = slots.filter(holder="").order_by("place").select_for_update(skip_locked=True).first()
    if free is None:
        raise Conflict(FULL, code="full")
    free.holder, free.holder_name, free.item = actor.ref, actor.name[:80], item[:120]
    free.code = readable_code(6)
    try:
        with transaction.atomic():
            _keep(actor, free, "portal.slot_booked")
    except IntegrityError as error:  # two windows of the same person, at the same moment
        raise Conflict(ONE_A_DAY, code="one_a_day") from error
    return {"slot": free.pk, "code": free.code}


@action("portal.cancel_booking", allows=_may_book, title=T("取消预约", "Cancel a booking"))
def cancel_booking(actor: Actor, *, slot: int) -> dict[str, Any]:
    """Give the place back before its time. Raises Missing for another's booking."""
    found = Slot.objects.select_for_update(of=("self",)).filter(pk=slot, holder=actor.ref).first()
    if found is None:
        raise Missing(NOT_YOURS)
    if found.starts_at <= clock.now():
        raise Invalid(PAST)
    found.holder = found.holder_name = found.item = found.code = ""
    _keep(actor, found, "portal.booking_cancelled")
    return {"slot": slot}


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        message = T("请选择一个时段。", "Choose a time.")
        raise Invalid(message, fields={"starts_at": message})
    return moment


def _keep(actor: Actor, slot: Slot, kind: str) -> None:
    slot.version += 1
    slot.save()
    told = {"counter": slot.counter_id, "starts_at": slot.starts_at.isoformat(), "item": slot.item}
    append(
        Ref("slots", str(slot.pk)), kind, actor, {**told, DIGEST_KEY: state_digest(slot.state())}
    )


def _rows():
    """Slots that somebody ever booked; free ones hold nothing worth altering."""
    for slot in Slot.objects.filter(version__gt=0).order_by("pk").iterator(chunk_size=2000):
        yield str(slot.pk), state_digest(slot.state())


guard("slots", _rows)
