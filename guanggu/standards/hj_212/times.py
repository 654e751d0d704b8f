"""Times of HJ 212: local to Beijing (+08:00, no summer time), in microseconds UTC here.

``DataTime=YYYYMMDDhhmmss`` (some devices add milliseconds) and ``QN=YYYYMMDDhhmmsszzz``. Of
intervals (CN 2031, 2041, 2051, 2061) DataTime is the START (HJ 212-2017 6.6).
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

BEIJING = timezone(timedelta(hours=8))
_KEPT_MAX = 4096
_days: dict[bytes, int] = {}
kept_instants: dict[bytes, int] = {}


def instant_us(text: bytes) -> int:
    """Microseconds UTC of a DataTime or QN. Raises ValueError."""
    found = kept_instants.get(text)
    if found is not None:
        return found
    if len(text) not in (14, 17) or not text.isdigit():
        raise ValueError(f"not YYYYMMDDhhmmss: {text[:20]!r}")
    day = _days.get(text[:8])
    if day is None:
        midnight = datetime(int(text[:4]), int(text[4:6]), int(text[6:8]), tzinfo=BEIJING)
        if len(_days) >= _KEPT_MAX:
            _days.clear()
        day = _days[text[:8]] = int(midnight.timestamp()) * 1_000_000
    hour, minute, second = int(text[8:10]), int(text[10:12]), int(text[12:14])
    if hour > 23 or minute > 59 or second > 59:
        raise ValueError(f"no such time: {text[:20]!r}")
    made = day + (hour * 3600 + minute * 60 + second) * 1_000_000
    if len(text) == 17:
        return made + int(text[14:]) * 1000
    if len(kept_instants) >= _KEPT_MAX:
        kept_instants.clear()
    kept_instants[text] = made
    return made


def _local(us: int) -> datetime:
    return datetime.fromtimestamp(us // 1_000_000, UTC).astimezone(BEIJING)


def data_time(us: int) -> bytes:
    """``YYYYMMDDhhmmss``."""
    return _local(us).strftime("%Y%m%d%H%M%S").encode()


def request_number(us: int) -> bytes:
    """QN: ``YYYYMMDDhhmmsszzz``, the instant at which a request was made."""
    return data_time(us) + b"%03d" % (us // 1000 % 1000)
