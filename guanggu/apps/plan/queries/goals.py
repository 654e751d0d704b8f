"""How the goals stand: their figures from the kernel of indicators, deliverables by their tasks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from decimal import Decimal
from functools import cached_property

from django.db.models import QuerySet

from guanggu.base import clock
from guanggu.base.actor import Actor
from guanggu.base.bilingual import T
from guanggu.kernel.identity.public import Organisation, visible
from guanggu.kernel.indicator.public import (
    Indicator,
    Standing,
    Target,
    last_day,
    next_target,
    series_of,
    standing_of,
)

from ..models import Finding, Goal, PlanTask, Progress
from ..rules.standing import Stand, TaskPart, deliverable_stand, figure_stand, trend_stand
from ..rules.words import (
    DELIVERABLE,
    DONE,
    DROPPED,
    FIGURE,
    FINAL,
    OPEN,
    PUBLISHED,
    STATE_OF_VERDICT,
    TREND,
    VERDICTS,
)
from .scopes import VIEW_GOALS


@dataclass(frozen=True)
class Figures:
    """What the kernel keeps of a goal that has figures; values by period."""

    indicator: Indicator
    targets: list[Target]
    values: dict[str, Decimal]
    standing: Standing

    @cached_property
    def target(self) -> Target | None:
        """The target that the goal is about: the first whose time is not over, else the last."""
        return next_target(self.targets, clock.today())

    @cached_property
    def baseline(self) -> Target | None:
        found = sorted((t for t in self.targets if t.kind == "baseline"), key=lambda t: t.period)
        return found[0] if found else None


@dataclass(frozen=True)
class Standings:
    """How each goal stands on a day, by its id, and the figures of those that have some."""

    on: date
    stands: dict[int, Stand]
    figures: dict[int, Figures]


def goals(actor: Actor) -> QuerySet[Goal]:
    return visible(actor, Goal.objects.all(), VIEW_GOALS).select_related("organisation")


def standings_of(goals: Iterable[Goal], on: date | None = None) -> Standings:
    """How the goals stand today, or stood on a day by what is known now of that day."""
    rows, day = list(goals), on or clock.today()
    figures = _figures(rows, day)
    parts = task_parts(rows, day)
    stands: dict[int, Stand] = {}
    for goal in rows:
        held = figures.get(goal.pk)
        if goal.kind == DELIVERABLE or held is None:
            stands[goal.pk] = deliverable_stand(parts.get(goal.pk, []), goal.year, day)
        elif goal.kind == TREND:
            stands[goal.pk] = trend_stand(
                [(int(period[:4]), value) for period, value in held.values.items()],
                held.indicator.direction, goal.year, day, held.indicator.unit,
            )  # fmt: skip
        else:
            told = held.standing
            stands[goal.pk] = figure_stand(
                str(told.state), told.words, goal.comparator, told.value, told.target,
                held.indicator.direction,
            )  # fmt: skip
    if on is None:
        stands |= _as_judged(stands)
    return Standings(day, stands, figures)


def _as_judged(stands: dict[int, Stand]) -> dict[int, Stand]:
    """Goals that the published final evaluation judged otherwise than the rules, with its reason."""
    rows = Finding.objects.filter(
        goal__in=stands, evaluation__kind=FINAL, evaluation__state=PUBLISHED
    ).exclude(reason="")
    said = T("总结评估核定为“{}”：{}。", " The final evaluation says “{}”: {}.")
    return {
        row.goal_id: replace(
            stands[row.goal_id], state=STATE_OF_VERDICT[row.verdict],
            words=stands[row.goal_id].words + said.format(VERDICTS[row.verdict], row.reason),
        )
        for row in rows
    }  # fmt: skip


def _figures(goals: Sequence[Goal], on: date) -> dict[int, Figures]:
    named = {goal.indicator: goal for goal in goals if goal.indicator and goal.kind != DELIVERABLE}
    if not named:
        return {}
    indicators = {each.key: each for each in Indicator.objects.filter(key__in=named)}
    known = series_of(indicators.values())
    targets: dict[int, list[Target]] = {}
    for target in Target.objects.filter(indicator__in=indicators.values()).order_by("period"):
        targets.setdefault(target.indicator_id, []).append(target)
    at = datetime.combine(on, time(23), clock.DISTRICT_ZONE)
    found = {}
    for key, indicator in indicators.items():
        own = targets.get(indicator.pk, [])
        values = {p: v for p, v in known[key].items() if last_day(p) <= on}
        standing = standing_of(indicator, own, values, as_of=at)
        found[named[key].pk] = Figures(indicator, own, values, standing)
    return found


def task_parts(goals: Iterable[Goal], on: date) -> dict[int, list[TaskPart]]:
    """The tasks of each goal as they were on a day, by the goal's id."""
    ids = [goal.pk for goal in goals if goal.kind not in (FIGURE, TREND)]
    is_past = on < clock.today()
    reported = _reported(on) if is_past else {}
    found: dict[int, list[TaskPart]] = {}
    for task in PlanTask.objects.filter(goal__in=ids, begins_on__lte=on).order_by("due_on", "pk"):
        state, percent = task.state, task.percent
        if is_past and state != DROPPED:
            done = task.finished_on is not None and task.finished_on <= on
            state = DONE if done else OPEN
            percent = 100 if done else reported.get(task.pk, 0)
        part = TaskPart(
            task.begins_on, task.due_on, percent, state, task.finished_on, task.weight or 1
        )
        found.setdefault(task.goal_id, []).append(part)
    return found


def _reported(on: date) -> dict[int, int]:
    """The last progress of each task reported until the day, by the task's id."""
    rows = Progress.objects.filter(reported_on__lte=on).order_by("reported_on", "pk")
    return dict(rows.values_list("task_id", "percent"))


def organisations_of(goals: Iterable[Goal]) -> list[Organisation]:
    """Who answers for any of the goals, in the order of the tree."""
    ids = {goal.organisation_id for goal in goals if goal.organisation_id}
    return list(Organisation.objects.filter(pk__in=ids).order_by("path"))
