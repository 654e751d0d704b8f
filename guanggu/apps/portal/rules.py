"""When a counter can be visited: the slots of a day from its hours."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from guanggu.base.bilingual import T
from guanggu.base.calendar import WorkingHours
from guanggu.base.errors import Invalid

SLOT_MINUTES = (5, 240)
HOURS_HELP = T("请按 09:00-12:00,13:30-17:00 的格式填写。", "Write it as 09:00-12:00,13:30-17:00.")


def hours_of(text: str) -> WorkingHours:
    """Raises Invalid with the form that is asked."""
    try:
        return WorkingHours.parse(text)
    except ValueError as error:
        raise Invalid(HOURS_HELP, fields={"hours": HOURS_HELP}) from error


def slots_of_day(on: date, hours: str, minutes: int) -> list[datetime]:
    """Beginnings of the whole slots that fit into the sessions, aware. Raises Invalid."""
    if not SLOT_MINUTES[0] <= minutes <= SLOT_MINUTES[1]:
        message = T("时段长度应为 5 至 240 分钟。", "A slot lasts 5 to 240 minutes.")
        raise Invalid(message, fields={"slot_minutes": message})
    found = hours_of(hours)
    length = timedelta(minutes=minutes)
    starts: list[datetime] = []
    for opens, closes in found.sessions:
        start = datetime.combine(on, opens, tzinfo=found.zone)
        end = datetime.combine(on, closes, tzinfo=found.zone)
        while start + length <= end:
            starts.append(start)
            start += length
    return starts
