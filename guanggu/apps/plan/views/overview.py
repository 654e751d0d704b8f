"""The plan at a glance: every goal as one mark in its section, with filters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from guanggu.base.bilingual import T
from guanggu.kernel.identity.public import actor_of
from guanggu.web.table import Column, Table

from ..actions.laying import lay_goals
from ..models import Goal
from ..queries.goals import goals, organisations_of, standings_of
from ..queries.scopes import is_official, keeps_plan
from ..rules.standing import Stand, tally
from ..rules.words import KINDS, SECTIONS, STATES, SYMBOLS, TONES
from .showing import owner_title, source_note, state_cell, state_text, year_text

_FILTERS = ("state", "kind", "year", "organisation", "q")
_LAID = T(
    "已录入 {} 项规划目标，请核对责任单位。", "{} goals were taken in; check who answers for each."
)
_LISTED = 60  # rows of the list below the matrix where a filter is set


@dataclass(frozen=True)
class Mark:
    """One goal in the matrix."""

    goal: Goal
    state: str
    symbol: str
    tone: str
    label: T


@require_http_methods(["GET", "HEAD", "POST"])
def overview_page(request: HttpRequest) -> HttpResponse:
    """GET /plan/?state=&kind=&year=&organisation=&q= ; POST takes in the goals of the plan's text."""
    actor = actor_of(request)
    if request.method == "POST":
        key = request.POST.get("request_key", "")[:64] or None
        messages.success(request, str(_LAID.format(lay_goals(actor, key=key)["goals"])))
        return redirect("plan:overview")
    rows = list(goals(actor).order_by("key"))
    stands = standings_of(rows).stands
    asked = {name: request.GET.get(name, "").strip()[:60] for name in _FILTERS}
    shown = [goal for goal in rows if _fits(goal, stands[goal.pk], asked)]
    is_filtered = any(asked.values())
    return render(
        request,
        "plan/overview.html",
        {
            "sections": _sections(shown, stands),
            "tiles": _tiles(rows, stands),
            "choices": _choices(rows, asked),
            "asked": asked,
            "is_filtered": is_filtered,
            "count": len(shown),
            "total": len(rows),
            "listed": _list(shown[:_LISTED], stands) if is_filtered else None,
            "note": source_note(),
            "is_official": is_official(actor),
            "may_lay": not rows and keeps_plan(actor),
            "crumbs": [(T("规划目标总览", "The plan at a glance"), "")],
        },
    )


def _fits(goal: Goal, stand: Stand, asked: Mapping[str, str]) -> bool:
    if asked["state"] and stand.state != asked["state"]:
        return False
    if asked["kind"] and goal.kind != asked["kind"]:
        return False
    if asked["year"] and str(goal.year) != asked["year"]:
        return False
    body = goal.organisation.code if goal.organisation else ""
    if asked["organisation"] and body != asked["organisation"]:
        return False
    text = f"{goal.key} {goal.name} {goal.name_en} {goal.quote}".lower()
    return asked["q"].lower() in text


def _sections(rows: list[Goal], stands: Mapping[int, Stand]) -> list[dict[str, Any]]:
    marks: dict[str, list[Mark]] = {name: [] for name in SECTIONS}
    for goal in rows:
        state = stands[goal.pk].state
        label = T("{}，{}", "{}, {}").format(goal.title, STATES[state])
        marks[goal.part].append(Mark(goal, state, SYMBOLS[state], TONES[state], label))
    return [
        {"number": name, "title": SECTIONS[name], "marks": held,
         "counts": [(SYMBOLS[s], STATES[s], TONES[s], n)
                    for s, n in tally(mark.state for mark in held).items() if n]}
        for name, held in marks.items() if held
    ]  # fmt: skip


def _tiles(rows: list[Goal], stands: Mapping[int, Stand]) -> list[dict[str, Any]]:
    counts = tally(stands[goal.pk].state for goal in rows)
    return [
        {"label": state_text(state), "value": count, "tone": TONES[state],
         "href": f"/plan/?state={state}"}
        for state, count in counts.items()
    ]  # fmt: skip


def _choices(rows: list[Goal], asked: Mapping[str, str]) -> list[dict[str, Any]]:
    found = [
        ("state", T("状态", "State"), [(s, state_text(s)) for s in STATES]),
        ("kind", T("类型", "Kind"), list(KINDS.items())),
        ("year", T("完成年份", "By"),
         [(str(year), str(year)) for year in sorted({goal.year for goal in rows})]),
        ("organisation", T("责任单位", "Answerable"),
         [(body.code, owner_title(body)) for body in organisations_of(rows)]),
    ]  # fmt: skip
    return [
        {"name": name, "label": label,
         "options": [(value, text, value == asked[name]) for value, text in options]}
        for name, label, options in found
    ]  # fmt: skip


def _list(rows: list[Goal], stands: Mapping[int, Stand]) -> Table:
    table = Table(
        T("符合条件的目标", "Goals that fit"),
        [Column(T("目标", "Goal")), Column(T("章节", "Section")), Column(T("类型", "Kind")),
         Column(T("完成年份", "By")), Column(T("责任单位", "Answerable")),
         Column(T("状态", "State")), Column(T("情况", "How it stands"))],
    )  # fmt: skip
    for goal in rows:
        stand = stands[goal.pk]
        table.add(
            goal.title, goal.section, KINDS[goal.kind], year_text(goal),
            owner_title(goal.organisation), state_cell(stand), stand.words,
            href=f"/plan/goals/{goal.key}/",
        )  # fmt: skip
    return table
