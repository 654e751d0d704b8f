"""Instants and intervals as ISO 8601 text (OGC 18-088 8.2.1: TM_Object) and in microseconds UTC."""

from __future__ import annotations

from datetime import UTC, datetime

from guanggu.base.bilingual import T
from guanggu.base.clock import from_microseconds, to_microseconds
from guanggu.base.errors import Invalid

NOT_A_TIME = T(
    "“{}”不是 ISO 8601 时间，应如 2026-05-01T08:00:00+08:00 或 2026-05-01T00:00:00Z。",
    "“{}” is no ISO 8601 time such as 2026-05-01T08:00:00+08:00 or 2026-05-01T00:00:00Z.",
)
NOT_AN_INTERVAL = T(
    "“{}”不是时间段，应如 起始时间/结束时间，且结束不早于起始。",
    "“{}” is no interval start/end whose end does not lie before its start.",
)
# Years 1 to 9999, as far as datetime reaches.
EARLIEST = to_microseconds(datetime(1, 1, 1, tzinfo=UTC))
LATEST = to_microseconds(datetime(9999, 12, 31, tzinfo=UTC))


def instant_of(text: object) -> int:
    """Microseconds UTC; text without a zone is UTC. Raises Invalid."""
    try:
        at = datetime.fromisoformat(text)  # type: ignore[arg-type]
        if at.tzinfo is None:
            at = at.replace(tzinfo=UTC)
        return to_microseconds(at)
    except (ValueError, TypeError, OverflowError) as error:
        raise Invalid(NOT_A_TIME.format(str(text)[:60])) from error


def period_of(text: object) -> tuple[int, int | None]:
    """(start, end) of an interval, (instant, None) of an instant. Raises Invalid."""
    if not isinstance(text, str) or "/" not in text:
        return instant_of(text), None
    first, _, last = text.partition("/")
    start, end = instant_of(first), instant_of(last)
    if end < start:
        raise Invalid(NOT_AN_INTERVAL.format(text[:60]))
    return start, end


def text_of(time: int, end: int | None = None) -> str:
    """``2026-05-01T00:00:00Z``, or both ends with a slash between."""
    text = from_microseconds(time).isoformat().replace("+00:00", "Z")
    return text if end is None else f"{text}/{text_of(end)}"
