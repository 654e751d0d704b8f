"""The one source of now: instants are UTC and aware, dates are those of the district."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

DISTRICT_ZONE = ZoneInfo("Asia/Shanghai")

_fixed: ContextVar[datetime | None] = ContextVar("fixed", default=None)


def now() -> datetime:
    """The instant, UTC."""
    return _fixed.get() or datetime.now(UTC)


def today() -> date:
    """The date on the district's wall."""
    return now().astimezone(DISTRICT_ZONE).date()


def local(instant: datetime) -> datetime:
    """The same instant on the district's clock."""
    return instant.astimezone(DISTRICT_ZONE)


def to_microseconds(instant: datetime) -> int:
    """Microseconds since 1970-01-01 UTC, exact."""
    return (instant - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


def from_microseconds(microseconds: int) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=microseconds)


@contextmanager
def fixed_at(instant: datetime) -> Iterator[None]:
    """Hold the clock still: for tests, and for the sample district's year of history."""
    if instant.tzinfo is None:
        raise ValueError("an instant needs a zone")
    token = _fixed.set(instant.astimezone(UTC))
    try:
        yield
    finally:
        _fixed.reset(token)
