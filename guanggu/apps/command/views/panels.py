"""The panels of the wall: each a fragment that page and stream share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.template.loader import render_to_string

from guanggu.base import clock
from guanggu.base.actor import Actor
from guanggu.base.bilingual import T
from guanggu.kernel.case.public import VIEW_CASES, Case
from guanggu.kernel.identity.public import visible
from guanggu.kernel.indicator.public import SEE_INDICATORS, Indicator, State, period_title
from guanggu.kernel.journal.public import Event
from guanggu.kernel.observation.public import SEE_ALARMS, Alarm
from guanggu.web import event_words, live, maps
from guanggu.web.addresses import address_of, record_address
from guanggu.web.measures import unit_text, value_text

from ..models import CommandOrder, DutyEntry, DutyShift
from ..queries.desk import entries_seen, orders_seen, shifts_seen
from ..queries.scopes import VIEW_ENTRIES, VIEW_ORDERS, VIEW_SHIFTS, is_official
from ..queries.wall import (
    alarm_counts,
    alarms_now,
    alarms_seen,
    case_flow,
    key_indicators,
    newest_events,
)
from ..rules import is_late

_SEVERITY_TONES = {"severe": "bad", "warning": "warn", "notice": "info"}
_STATE_TONES = {"open": "bad", "acknowledged": "info", "cleared": "ok", "closed": "quiet"}
_URGENCY_TONES = {"critical": "bad", "urgent": "warn", "normal": "info"}
ALARM_KINDS = ("observation.alarm_*",)
CASE_KINDS = ("case.*",)
DUTY_KINDS = ("command.*",)
FEED_KINDS = (
    "observation.alarm_opened", "observation.alarm_cleared", "observation.alarm_worsened",
    "observation.alarm_acknowledged", "observation.alarm_escalated", "observation.alarm_closed",
    "case.opened", "case.closed", "case.withdrawn", "command.shift_begun",
    "command.shift_handed_over", "command.shift_taken_over", "command.entry_written",
    "command.order_given", "command.order_closed",
)  # fmt: skip
FEED_LINES = 30
ROWS = 14


def _drawn(name: str, **context: Any) -> str:
    return str(render_to_string(f"command/panels/{name}.html", context))


def _alarm_audience(actor: Actor) -> str:
    return live.reach(actor, SEE_ALARMS, Alarm)


def _case_audience(actor: Actor) -> str:
    return live.reach(actor, VIEW_CASES, Case)


def _order_audience(actor: Actor) -> str:
    return live.reach(actor, VIEW_ORDERS, CommandOrder)


def _log_audience(actor: Actor) -> tuple[str, str]:
    return live.reach(actor, VIEW_SHIFTS, DutyShift), live.reach(actor, VIEW_ENTRIES, DutyEntry)


def _figures(actor: Actor) -> str:
    counts = alarm_counts(actor)
    flow = case_flow(actor)
    overdue = sum(each.overdue for each in flow)
    orders = list(orders_seen(actor).filter(state="open").values_list("state", "answer_by"))
    late = sum(1 for state, until in orders if is_late(state, until, clock.now()))
    tiles = [
        (T("报警中", "Alarms open"), counts.get("open", 0), "bad" if counts.get("open") else "ok"),
        (T("其中严重", "Severe of them"), counts["severe"], "bad" if counts["severe"] else "ok"),
        (T("已确认处置中", "Acknowledged"), counts.get("acknowledged", 0), "info"),
        (T("在办案件", "Cases under way"), sum(each.open for each in flow), "info"),
        (T("超期案件", "Cases overdue"), overdue, "bad" if overdue else "ok"),
        (T("在办指令", "Orders out"), len(orders), "info"),
        (T("逾时未反馈", "Orders late"), late, "bad" if late else "ok"),
    ]
    return _drawn("figures", tiles=tiles)


_STANDING_TONES = {
    State.MISSED: "bad", State.BEHIND: "warn", State.ON_PATH: "info", State.AHEAD: "ok",
    State.REACHED: "ok",
}  # fmt: skip


def _indicators(actor: Actor) -> str:
    rows = [
        {
            "indicator": each, "standing": standing, "href": record_address(each),
            "value": value_text(float(standing.value)) if standing.value is not None else "—",
            "period": period_title(standing.period) if standing.period else "",
            "tone": _STANDING_TONES[standing.state],
        }
        for each, standing in key_indicators(actor)
    ]  # fmt: skip
    return _drawn("indicators", rows=rows) if rows else ""


def _alarms(actor: Actor) -> str:
    rows = [
        {
            "alarm": alarm, "href": record_address(alarm), "severity": alarm.get_severity_display(),
            "state": alarm.get_state_display(), "tone": _SEVERITY_TONES[alarm.severity],
            "state_tone": _STATE_TONES[alarm.state], "value": _value(alarm),
        }
        for alarm in alarms_now(actor, ROWS)
    ]  # fmt: skip
    return _drawn("alarms", rows=rows)


def _value(alarm: Alarm) -> str:
    if alarm.value is None:
        return ""
    unit = unit_text(alarm.datastream.unit) if alarm.datastream else ""
    text = f"{value_text(alarm.last_value if alarm.last_value is not None else alarm.value)} {unit}"
    return f"{text} / {value_text(alarm.limit)}" if alarm.limit is not None else text


def _map(actor: Actor) -> str:
    """Only the alarms: the ground below them is drawn once, with the page."""
    places = [
        maps.Place(
            alarm.key, alarm.thing.name, alarm.thing.geometry, _SEVERITY_TONES[alarm.severity]
        )
        for alarm in alarms_now(actor, 200)
        if alarm.thing.geometry is not None and alarm.state != "cleared"
    ]
    return str(maps.marks(places, ground(actor)))


def ground(actor: Actor) -> maps.MapView:
    """The district under the marks."""
    return maps.map_view(actor, T("报警分布", "Where the alarms are"), [], has_table=False)


def _flow(actor: Actor) -> str:
    rows = case_flow(actor)
    top = max((each.open for each in rows), default=0)
    return _drawn(
        "flow",
        rows=[
            {"flow": each, "title": T(each.title, each.title_en), "share": each.open / top}
            for each in rows[:ROWS]
        ],
    )


def _orders(actor: Actor) -> str:
    now = clock.now()
    rows = [
        {
            "order": order, "href": record_address(order), "tone": _URGENCY_TONES[order.urgency],
            "urgency": order.get_urgency_display(),
            "late": is_late(order.state, order.answer_by, now),
        }
        for order in orders_seen(actor).filter(state="open").order_by("answer_by")[:ROWS]
    ]  # fmt: skip
    return _drawn("orders", rows=rows)


def _log(actor: Actor) -> str:
    if not VIEW_SHIFTS.is_possible(actor):
        return ""
    shifts = list(shifts_seen(actor).filter(state__in=("on_duty", "handing_over"))[:6])
    entries = list(entries_seen(actor).order_by("-at", "-pk")[:ROWS])
    return _drawn("log", shifts=shifts, entries=entries)


_SEEN: dict[str, tuple[str, Callable[[Actor], Any]]] = {
    "alarms": ("key", alarms_seen),
    "cases": ("number", lambda actor: visible(actor, Case.objects.all(), VIEW_CASES)),
    "duty_shifts": ("key", shifts_seen),
    "duty_entries": ("key", entries_seen),
    "command_orders": ("key", orders_seen),
}


def told(actor: Actor, events: Sequence[Event]) -> list[live.Line]:
    """The events whose subject the reader may see, as lines."""
    wanted: dict[str, set[str]] = {}
    for event in events:
        wanted.setdefault(event.ref.collection, set()).add(event.ref.key)
    seen: dict[str, dict[str, Any]] = {}
    for collection, keys in wanted.items():
        if collection in _SEEN:
            name, rows = _SEEN[collection]
            found = rows(actor).filter(**{f"{name}__in": keys})
            seen[collection] = {getattr(row, name): row for row in found}
    lines = []
    for event in events:
        thing = seen.get(event.ref.collection, {}).get(event.ref.key)
        if thing is not None:
            html = _drawn(
                "line", event=event, thing=thing, title=event_words.title_of(event.kind),
                tone=event_words.tone_of(event.kind), href=address_of(event.subject),
            )  # fmt: skip
            lines.append(live.Line(event, html))
    return lines


def newest_lines(actor: Actor) -> list[live.Line]:
    """What the page shows before the stream goes on."""
    return told(actor, newest_events(FEED_KINDS, FEED_LINES))


WALL = live.declare_wall(
    live.Wall(
        "command",
        (
            live.Panel(
                "figures", T("关键指标", "Key figures"), (*ALARM_KINDS, *CASE_KINDS, *DUTY_KINDS),
                lambda actor: (_alarm_audience(actor), _case_audience(actor), _order_audience(actor)),
                _figures, every_s=30,
            ),
            live.Panel(
                "indicators", T("重点指标", "Key indicators"), ("indicator.*",),
                lambda actor: live.reach(actor, SEE_INDICATORS, Indicator), _indicators,
            ),
            live.Panel("map", T("报警分布", "Map"), ALARM_KINDS, _alarm_audience, _map),
            live.Panel("alarms", T("报警", "Alarms"), ALARM_KINDS, _alarm_audience, _alarms),
            live.Panel("flow", T("案件流转", "Cases"), CASE_KINDS, _case_audience, _flow, every_s=60),
            live.Panel("orders", T("调度指令", "Orders"), DUTY_KINDS, _order_audience, _orders, every_s=30),
            live.Panel("log", T("值班日志", "Duty log"), DUTY_KINDS, _log_audience, _log),
        ),
        is_official,
        live.Feed(
            "happenings", FEED_KINDS,
            lambda actor: (_alarm_audience(actor), _case_audience(actor), _order_audience(actor),
                           _log_audience(actor)),
            told,
        ),
    )
)  # fmt: skip
