"""A matter as pages show it: stages, clocks, history in plain words, answers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from guanggu.base import clock as now_clock
from guanggu.base.bilingual import T
from guanggu.base.calendar import working_calendar
from guanggu.base.errors import Invalid
from guanggu.base.limit_clock import STATES
from guanggu.kernel.case.public import Case, CaseFile, clock_of
from guanggu.kernel.identity.public import Organisation
from guanggu.kernel.journal.public import Event, history
from guanggu.standards.administrative_licensing_law import EXCLUDED_TIMES
from guanggu.standards.gb_t_39735_2020 import LEVELS
from guanggu.web import event_words
from guanggu.web.dates import day_text

from ..models import Draft
from ..rules import DELIVERY_WAYS, OUTCOMES, SPECIAL_STEPS, STAGES
from .steps import Step, applicant_schema, delivery_schema, ordered, part_of

TONES = {"running": "ok", "near": "warn", "overdue": "bad", "paused": "quiet", "stopped": "quiet"}
PAPER_STATES = {"issued": "ok", "archived": "ok", "withdrawn": "bad"}
# What stays among officials.
_INTERNAL = {
    "approvals.second_notice_attempted", "approvals.stage_skipped", "approvals.returned",
    "approvals.draft_saved",
}  # fmt: skip


def organisation_title(code: str) -> T:
    found = Organisation.objects.filter(code=code).first()
    return found.title if found else T(code, code)


def form_of_draft(row: Draft, item: Mapping[str, Any], here: Step) -> tuple[Any, dict[str, Any]]:
    """Schema and present answers of a step that is a form."""
    if here.code == "applicant":
        schema = applicant_schema(bool(row.firm))
        known = {n: v for n, v in row.applicant.items() if v not in ("", None)}
        if "*" in str(known.get("code") or ""):
            del known["code"]  # a masked number is asked for again, whole
        return schema, known
    if here.code == "delivery":
        return delivery_schema(item, DELIVERY_WAYS), dict(row.delivery)
    return part_of(item.get("form_schema") or {}, here.names), dict(row.form)


def _shown(value: Any, schema: Mapping[str, Any]) -> Any:
    if value in (None, "", [], {}):
        return ""
    for option in schema.get("oneOf") or ():
        if option.get("const") == value:
            return T(str(option.get("title")), str(option.get("x-title-en") or option["title"]))
    if isinstance(value, bool):
        return T("是", "Yes") if value else T("否", "No")
    if isinstance(value, list):
        items = schema.get("items") or {}
        if value and isinstance(value[0], Mapping):
            names = ordered(items)
            return "；".join(
                "，".join(f"{p.get('title', n)}：{row.get(n, '')}" for n, p in names.items())
                for row in value
            )
        return "、".join(str(_shown(v, items)) for v in value)
    unit = T(schema.get("x-unit") or "", schema.get("x-unit-en") or schema.get("x-unit") or "")
    return f"{value} {unit}".strip()


def answers_shown(schema: Mapping[str, Any], data: Mapping[str, Any]) -> list[tuple[T, Any]]:
    """Pairs of question and answer of a form, sections opened out; what was not asked is left out."""
    rows: list[tuple[T, Any]] = []
    for name, part in ordered(schema).items():
        value = data.get(name)
        if part.get("type") == "object":
            rows += answers_shown(part, value if isinstance(value, Mapping) else {})
        elif value not in (None, "", [], {}):
            title = T(
                part.get("title") or name, part.get("x-title-en") or part.get("title") or name
            )
            rows.append((title, _shown(value, part)))
    return rows


def stages_of(file: CaseFile) -> list[dict[str, Any]]:
    """The tracker: 收件 受理 审查 决定 送达 办结 评价, with what is going on where it stands."""
    case = file.case
    order = ["receipt", *[s for s in file.definition.stages if s in STAGES], "closing"]
    order = list(dict.fromkeys(order))
    if case.kind == "approval":
        order.append("rating")
    here = order.index(case.stage) if case.stage in order else 0
    if case.state != "open":
        here = order.index("closing")
    rated = (case.data.get("rating") or {}).get("round") == case.round
    rows = []
    for place, code in enumerate(order):
        state = "done" if place < here else "next"
        note: Any = ""
        if place == here:
            state = "now" if case.is_open else "done"
            step = file.definition.steps.get(case.step)
            note = step.title if step and case.is_open else OUTCOMES.get(case.outcome, "")
            if case.is_open and case.is_paused:
                state = "paused"
            if case.outcome in ("withdrawn", "declined", "terminated", "refused"):
                state = "stopped" if not case.is_open else state
        if code == "rating":
            state = "done" if rated else ("now" if not case.is_open else "next")
        if not case.is_open and code in ("review", "decision", "delivery"):
            state = "done" if _went_through(file, code) else "next"
        rows.append({"title": STAGES[code], "state": state, "note": note})
    return rows


def _went_through(file: CaseFile, stage: str) -> bool:
    return any(t.stage == stage and t.state == "done" for t in file.tasks) or (
        stage == "review" and any(t.stage == "decision" and t.state == "done" for t in file.tasks)
    )


def pause_title(reason: str) -> T:
    return SPECIAL_STEPS.get(reason) or EXCLUDED_TIMES.get(reason) or T(reason, reason)


def clocks_shown(file: CaseFile) -> list[dict[str, Any]]:
    """Each limit of this round: title, state, used and left in working days, due day, pause."""
    rows = []
    today = now_clock.today()
    for row in file.clocks:
        if row.round != file.case.round:
            continue
        clock = clock_of(row)
        title = file.definition.clocks[row.name].title
        shown: dict[str, Any] = {"title": title, "name": row.name, "due_on": row.due_on,
                                 "total": clock.total_days, "extended": clock.extended_days,
                                 "extension_reason": clock.extension_reason}  # fmt: skip
        try:
            calendar = working_calendar()
            state = clock.state(calendar, today)
            shown |= {"used": clock.used_days(calendar, today),
                      "left": clock.remaining_days(calendar, today)}  # fmt: skip
        except Invalid as problem:  # the calendar of that year is not announced yet
            state = "paused" if row.state == "paused" else "running"
            shown["problem"] = problem.message
        shown |= {"state": state, "state_title": STATES[state], "tone": TONES[state]}
        if pause := clock.open_pause:
            shown |= {"paused_on": pause.from_on, "pause_reason": pause_title(pause.reason)}
        share = min(1, max(0, shown.get("used", 0)) / clock.total_days) if clock.total_days else 1
        rows.append({**shown, "share": share})
    return rows


def _text(event: Event, file: CaseFile) -> Any:
    body = event.body
    kind = event.kind.partition(".")[2]
    if kind in ("accepted", "deemed_accepted") and body.get("due_on"):
        return T("承诺 {} 前办结。", "Promised by {}.").format(_day(body["due_on"]))
    if kind == "decided":
        return _outcome(file, body)
    if kind == "extended":
        return T("延长 {} 个工作日。理由：{}", "By {} working days. Reason: {}").format(
            body["days"], body["reason"]
        )
    if kind in ("special_begun", "special_ended"):
        return SPECIAL_STEPS.get(body.get("special", ""), "")
    if kind == "clock_paused":
        return pause_title(body.get("reason", ""))
    if kind == "delivered":
        return DELIVERY_WAYS.get(body.get("way", ""), "")
    if kind == "rated":
        text = LEVELS[body["level"]]
        return text + T("：", ": ") + body["text"] if body.get("text") else text
    if kind in ("fee_noticed", "fee_paid", "fee_outside_item"):
        return f"{body['fee']} {body['amount_fen'] / 100:.2f}"
    if kind == "certificate_issued":
        return f"{body['title']} {body['number']}"
    if kind == "follow_up_answered":
        return body.get("answer", "")
    return body.get("reason", "") if kind != "notice_given" else ""


def _day(text: str) -> T:
    return day_text(date.fromisoformat(text))


def _outcome(file: CaseFile, body: Mapping[str, Any]) -> Any:
    step = file.definition.steps.get(str(body.get("step")))
    outcome = step.outcomes.get(str(body.get("outcome"))) if step else None
    return outcome.title if outcome else ""


def history_of(file: CaseFile, *, internal: bool) -> list[dict[str, Any]]:
    """The matter's history, newest first; for applicants without names and internal events."""
    events = [
        e
        for e in history(file.case.ref)
        if e.kind.startswith("approvals.") and (internal or e.kind not in _INTERNAL)
    ]
    rows = event_words.entries_of(events, text=lambda event: _text(event, file))
    for event, entry in zip(events, rows, strict=True):
        if not internal:
            entry["who"] = (
                T("申请人", "Applicant")
                if event.actor.startswith("accounts/") and not event.post
                else T(file.case.organisation_name, file.case.organisation_name)
            )
    return sorted(rows, key=lambda r: r["number"], reverse=True)


def title_of(case: Case) -> T:
    """What is applied for: the item's English name was kept with the case."""
    item = case.data.get("item") or {}
    return T(case.title, item.get("name_en") or case.title)


def state_badge(case: Case) -> tuple[T, str]:
    """The state of a matter in a word, with its tone."""
    if case.is_open:
        if case.is_paused:
            return T("计时暂停", "Clock stopped"), "quiet"
        if case.due_on and case.due_on < now_clock.today():
            return T("超期", "Overdue"), "bad"
        return T("办理中", "Under way"), ""
    tone = "ok" if case.outcome in ("granted", "mended", "upheld") else "quiet"
    return OUTCOMES.get(case.outcome, T(case.outcome, case.outcome)), tone
