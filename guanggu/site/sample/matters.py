"""Who applies for what, when, and what is to become of it: drawn before anything happens."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from guanggu.base.calendar import working_calendar
from guanggu.base.clock import local
from guanggu.base.errors import Problem

from . import pace
from .forms import Applicant

# How often each item is asked for, against the mean of one.
DEMAND = {
    "food-operation": 9, "company-registration": 12, "road-occupation": 4, "outdoor-advertising": 3,
    "public-place-hygiene": 3, "talent-rent-subsidy": 6, "talent-3551": 2, "drainage-permit": 2,
    "high-tech-recommendation": 3, "investment-filing": 5, "construction-permit": 2,
    "drug-retail": 2, "publication-retail": 2, "hr-service": 2,
}  # fmt: skip
# Share of matters to which each happens. Some hardly ever do, and must be seen all the same.
HAPPENS = {
    "silence": 0.012, "decline": 0.03, "notice": 0.17, "no_answer": 0.08, "second_notice": 0.03,
    "withdraw": 0.03, "special": 0.6, "reject": 0.07, "returned": 0.04, "same_person": 0.05,
    "outside_fee": 0.006, "skip": 0.004, "extend": 0.03, "rated": 0.45, "appeal_refused": 0.22,
    "appeal_granted": 0.004, "terminate": 0.004, "stuck": 0.012,
}  # fmt: skip
RATINGS = ((5, 68), (4, 21), (3, 6), (2, 3), (1, 2))
SLACK_DAYS = 15  # working days that a correction or an extension may add to a limit
SHOWN_TO_NEWCOMERS = 6  # matters of each account that newcomers sign in with


@dataclass
class Matter:
    """One application: what was drawn for it, and, once it is under way, where it stands."""

    item: str
    organisation: str
    who: Applicant
    opened_at: datetime
    draws: dict[str, bool]
    level: int
    papers: bool = False
    number: str = ""
    case: int = 0
    entries: dict[str, int] = field(default_factory=dict)
    moves: int = 0
    arranged: set[int] = field(default_factory=set)


def plan(
    rng: random.Random,
    items: Sequence[Mapping[str, Any]],
    firms: Sequence[Applicant],
    persons: Sequence[Applicant],
    count: int,
    from_on: date,
    until_on: date,
    papers: int,
) -> list[Matter]:
    """The matters of the year in the order in which they come in."""
    items = sorted(items, key=lambda item: int(item["statutory_days"]))
    weights = [DEMAND.get(str(item["key"]), 1) for item in items]
    times = pace.openings(rng, count, from_on, until_on)
    drawn = rng.choices(items, weights, k=count)
    made = [
        _matter(rng, item if _fits_calendar(item, at) else items[0], firms, persons, at)
        for item, at in zip(drawn, times, strict=True)
    ]
    _give_newcomers(rng, made, firms[0], persons[0])
    recent = [m for m in made if m.opened_at.date() > until_on - timedelta(days=25)]
    for matter in rng.sample(recent, min(papers, len(recent))):
        matter.papers = True
    return made


def _fits_calendar(item: Mapping[str, Any], at: datetime) -> bool:
    """Whether its limits end within the years whose working days were announced."""
    try:
        working_calendar().add_working_days(
            local(at).date(), int(item["statutory_days"]) + SLACK_DAYS
        )
    except Problem:
        return False
    return True


def _matter(
    rng: random.Random, item: Mapping[str, Any], firms: Sequence[Applicant],
    persons: Sequence[Applicant], at: datetime,
) -> Matter:  # fmt: skip
    return Matter(
        item=str(item["key"]), organisation=str(item["organisation"]),
        who=rng.choice(_who_may(item, firms, persons, rng)), opened_at=at,
        draws={name: rng.random() < share for name, share in HAPPENS.items()},
        level=rng.choices([level for level, _ in RATINGS], [w for _, w in RATINGS])[0],
    )  # fmt: skip


def _who_may(
    item: Mapping[str, Any], firms: Sequence[Applicant], persons: Sequence[Applicant],
    rng: random.Random,
) -> Sequence[Applicant]:  # fmt: skip
    subjects = set(item.get("subjects") or ())
    if "person" not in subjects:
        return firms
    if not subjects & {"legal_entity", "organisation"}:
        return persons
    return firms if rng.random() < 0.75 else persons


def _give_newcomers(
    rng: random.Random, made: Sequence[Matter], firm: Applicant, person: Applicant
) -> None:
    """So that who signs in as the sample's resident or firm finds something of his own."""
    for who in (firm, person):
        own = [m for m in made if bool(m.who.code) == bool(who.code)][-400:]
        for matter in rng.sample(own, min(SHOWN_TO_NEWCOMERS, len(own))):
            matter.who, matter.papers = who, True
