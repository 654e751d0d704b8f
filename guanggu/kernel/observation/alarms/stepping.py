"""One datum after the other: when an alarm opens, grows worse, and is over. Pure.

Hysteresis: it opens after ``hits`` data in a row beyond the limit that also span ``hold_s``; it is
over after ``clear_hits`` in a row inside the limit to clear at; between the two nothing changes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

from ..marks import VALID, Mark

DOUBTFUL = (Mark.OUT_OF_RANGE, Mark.SPIKE, Mark.STUCK, Mark.OVER_RANGE)
SEVERITY_ORDER = {"notice": 0, "warning": 1, "severe": 2}
HOUR_US = 3_600_000_000


class Datum(NamedTuple):
    """time: microseconds UTC; before: (time, value) of the one before it, for rates; broken: for a
    condition over several streams, what it came to (None: cannot be said)."""

    time: int
    value: float
    mark: int
    before: tuple[int, float] | None = None
    broken: bool | None = None


@dataclass(slots=True)
class Watching:
    """What a rule is in the middle of, on one stream; see ``WatchState``."""

    judged_until: int = -(2**62)
    hits: int = 0
    since: int = 0
    clear_hits: int = 0
    last_value: float | None = None
    peak: float | None = None
    is_open: bool = False
    severity: str = ""


class Finding(NamedTuple):
    """broken: beyond the limit; inside: within the limit to clear at; neither: in between, or it
    does not count (``counts``)."""

    counts: bool
    broken: bool = False
    inside: bool = False
    limit: float | None = None


def examine(rule: Any, datum: Datum) -> Finding:
    """rule: an ``AlarmRule``, or what has its fields."""
    if rule.kind == "stuck":
        return _by_mark(datum, Mark.STUCK)
    if rule.kind == "range":
        return _by_mark(datum, Mark.OUT_OF_RANGE)
    if datum.mark not in VALID and not (rule.takes_doubtful and datum.mark in DOUBTFUL):
        return Finding(False)
    if rule.kind == "multi":
        if datum.broken is None:
            return Finding(False)
        return Finding(True, datum.broken, not datum.broken)
    if rule.kind == "rate":
        if datum.before is None or datum.before[0] >= datum.time:
            return Finding(False)
        hours = (datum.time - datum.before[0]) / HOUR_US
        broken = abs(datum.value - datum.before[1]) / hours > rule.rate_max
        return Finding(True, broken, not broken, rule.rate_max)
    return _by_limit(rule, datum.value)


def _by_mark(datum: Datum, mark: Mark) -> Finding:
    if datum.mark == mark:
        return Finding(True, broken=True)
    return Finding(datum.mark in VALID, inside=datum.mark in VALID)


def _by_limit(rule: Any, value: float) -> Finding:
    if rule.upper is not None and value > rule.upper:
        return Finding(True, broken=True, limit=rule.upper)
    if rule.lower is not None and value < rule.lower:
        return Finding(True, broken=True, limit=rule.lower)
    upper = rule.upper if rule.clear_upper is None else rule.clear_upper
    lower = rule.lower if rule.clear_lower is None else rule.clear_lower
    inside = (upper is None or value <= upper) and (lower is None or value >= lower)
    return Finding(True, inside=inside)


def severity_of(rule: Any, value: float | None) -> tuple[str, float | None]:
    """The gravest level that the value breaks, with its limit; else the rule's own."""
    worst, limit = rule.severity, None
    for level in rule.levels or [] if rule.kind == "limit" and value is not None else []:
        upper, lower = level.get("upper"), level.get("lower")
        broken = upper if upper is not None and value > upper else None
        broken = lower if lower is not None and value < lower else broken
        if broken is not None and SEVERITY_ORDER[level["severity"]] >= SEVERITY_ORDER[worst]:
            worst, limit = level["severity"], broken
    return worst, limit


def is_further(rule: Any, value: float, peak: float | None) -> bool:
    """Whether the value is more extreme than the peak so far: lower where a lower limit broke."""
    if peak is None:
        return True
    if rule.kind == "limit" and rule.lower is not None and peak < rule.lower:
        return value < peak
    return value > peak


def step(rule: Any, watching: Watching, datum: Datum) -> str:
    """Brings ``watching`` up to the datum; answers "open", "worse", "clear" or ""."""
    finding = examine(rule, datum)
    watching.judged_until = max(watching.judged_until, datum.time)
    if not finding.counts:
        return ""
    watching.last_value = datum.value
    if not finding.broken:
        if not watching.is_open:
            watching.hits = 0
            return ""
        watching.clear_hits = watching.clear_hits + 1 if finding.inside else 0
        return "clear" if watching.clear_hits >= rule.clear_hits else ""
    watching.clear_hits = 0
    if watching.hits == 0:
        watching.since, watching.peak = datum.time, None
    watching.hits += 1
    if is_further(rule, datum.value, watching.peak):
        watching.peak = datum.value
    if watching.is_open:
        worse = severity_of(rule, datum.value)[0]
        return "worse" if SEVERITY_ORDER[worse] > SEVERITY_ORDER[watching.severity] else ""
    held = datum.time - watching.since >= rule.hold_s * 1_000_000
    return "open" if watching.hits >= rule.hits and held else ""


def rest(watching: Watching) -> None:
    """After the alarm is over."""
    watching.hits = watching.clear_hits = watching.since = 0
    watching.is_open, watching.peak = False, None
