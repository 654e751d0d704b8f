"""How streams, marks and limits are drawn on the pages of the sensing."""

from __future__ import annotations

from typing import Any

from guanggu.base.bilingual import T
from guanggu.kernel.observation.public import TITLES, VALID, Alarm, Datastream, Mark
from guanggu.web.measures import unit_text, value_text

SEVERITY_TONES = {"notice": "info", "warning": "warn", "severe": "bad"}
STATE_TONES = {"open": "bad", "acknowledged": "warn", "cleared": "info", "closed": "quiet"}


def mark_title(mark: int) -> T:
    return TITLES[Mark(mark)]


def mark_tone(mark: int) -> str:
    if mark in (Mark.REVIEWED_VALID, Mark.CORRECTED):
        return "ok"
    if mark in VALID:
        return "quiet"
    return "bad" if mark in (Mark.REVIEWED_INVALID, Mark.FAULT) else "warn"


def with_unit(value: float | None, stream: Datastream | None) -> str:
    if value is None:
        return "—"
    return f"{value_text(value)} {unit_text(stream.unit) if stream else ''}".strip()


def property_title(stream: Datastream | None) -> Any:
    if stream is None:
        return "—"
    observed = stream.observed_property
    return T(observed.name, observed.name_en or observed.name)


def choice_title(record: Any, name: str) -> Any:
    """The chosen word of a field in both languages."""
    value = getattr(record, name)
    return dict(record._meta.get_field(name).choices or ()).get(value, value)


def alarm_kind(alarm: Alarm) -> Any:
    return choice_title(alarm.rule, "kind")
