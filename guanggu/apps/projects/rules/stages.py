"""The pipeline: which stage follows which, and what has to stand before a project moves on."""

from __future__ import annotations

import itertools
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date

from guanggu.base.bilingual import T

from .words import MILESTONE_KINDS, STAGES

PIPELINE = ("reserve", "preparation", "commencement", "construction", "completion", "production")
_NEEDED = {
    "commencement": ("approval", "construction_permit"),
    "construction": ("start",),
    "completion": ("completion",),
    "production": ("production",),
}
_NO_OWNER = T("填写项目单位", "name the owner")
_NO_LEAD = T("填写牵头单位", "name the lead unit")
_NO_MONEY = T("填写总投资", "give the total investment")
_NO_CODE = T("填写项目代码", "give the project code")
_NO_PARCEL = T("划定用地范围", "draw the parcel")


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of a project when it is to move. reached: kinds of milestones reached."""

    stage: str
    has_owner: bool = False
    has_lead: bool = False
    has_investment: bool = False
    has_code: bool = False
    has_parcel: bool = False
    reached: Collection[str] = field(default_factory=frozenset)


def next_stages(stage: str) -> list[str]:
    """Where a project may go from a stage: on, one back (by a reason), or out.

    >>> next_stages("preparation")
    ['commencement', 'reserve', 'stopped']
    """
    if stage == "stopped":
        return ["reserve", "preparation"]
    place = PIPELINE.index(stage)
    found = [PIPELINE[place + 1]] if place + 1 < len(PIPELINE) else []
    found += [PIPELINE[place - 1]] if place else []
    return [*found, *(["stopped"] if stage != "production" else [])]


def is_forward(stage: str, to: str) -> bool:
    return stage in PIPELINE and to in PIPELINE and PIPELINE.index(to) == PIPELINE.index(stage) + 1


def missing_for(standing: Standing, to: str) -> list[T]:
    """What is still to be done before the project may move on to a stage; empty where it may."""
    if not is_forward(standing.stage, to):
        return []
    wanting = []
    if not standing.has_lead:
        wanting.append(_NO_LEAD)
    if not standing.has_owner:
        wanting.append(_NO_OWNER)
    if not standing.has_investment:
        wanting.append(_NO_MONEY)
    if PIPELINE.index(to) >= PIPELINE.index("commencement"):
        wanting += [] if standing.has_code else [_NO_CODE]
        wanting += [] if standing.has_parcel else [_NO_PARCEL]
    for kind in _NEEDED.get(to, ()):
        if kind not in standing.reached:
            wanting.append(
                T("登记“{}”的完成日期", "give the day of “{}”").format(MILESTONE_KINDS[kind])
            )
    return wanting


def requirements() -> list[tuple[T, T]]:
    """(stage, what it takes to enter it), for the page that explains the pipeline."""
    rows = []
    for before, to in itertools.pairwise(PIPELINE):
        wanting = missing_for(Standing(before), to)
        zh, en = "；".join(w.zh for w in wanting), "; ".join(w.en for w in wanting)
        rows.append((STAGES[to], T(zh, en)))
    return rows


@dataclass(frozen=True, slots=True)
class Step:
    """A milestone as the rules see it. weight: its share of the whole, any unit."""

    kind: str
    planned_on: date | None
    forecast_on: date | None = None
    actual_on: date | None = None
    weight: int = 1


def progress(steps: Collection[Step]) -> float:
    """Share of the whole that is reached, 0 to 1, by weight."""
    whole = sum(step.weight for step in steps)
    return sum(s.weight for s in steps if s.actual_on) / whole if whole else 0.0


def planned_progress(steps: Collection[Step], on: date) -> float:
    """Share of the whole that ought to be reached by a day."""
    whole = sum(step.weight for step in steps)
    due = sum(s.weight for s in steps if s.planned_on and s.planned_on <= on)
    return due / whole if whole else 0.0


def days_late(step: Step, on: date) -> int:
    """Days by which a milestone is, or is expected to be, behind its plan; never negative."""
    if step.planned_on is None:
        return 0
    end = step.actual_on or max(step.forecast_on or on, on)
    return max(0, (end - step.planned_on).days)
