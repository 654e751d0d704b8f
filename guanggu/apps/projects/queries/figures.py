"""Money and milestones of projects, added up for lists, charts and warnings."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, QuerySet, Sum

from guanggu.kernel.case.public import Case

from ..models import (
    InvestmentPlan,
    Milestone,
    MonthlyReport,
    PermitLink,
    Project,
    ProjectWarning,
    WarningRule,
)
from ..rules.investing import Year, year_of
from ..rules.stages import Step
from ..rules.warning import Facts, Permit, Rule, last_due_month, months_due
from ..rules.words import LEVELS, ORDER_OF, RUNNING, STAGES

GRANTED = ("granted", "approved")


def _by_month(rows: Any) -> dict[date, Decimal]:
    return {row["month"]: row["total"] for row in rows}


def year_figures(projects: QuerySet[Project] | Sequence[Project], until: date) -> Year:
    """Investment of the year of ``until`` over these projects, reports reviewed or waiting.

    What was sent back does not count until it is mended.
    """
    within = {"project__in": projects, "month__year": until.year}
    plan = InvestmentPlan.objects.filter(**within).values("month").annotate(total=Sum("amount"))
    done = (
        MonthlyReport.objects.filter(**within).exclude(state="returned")
        .values("month").annotate(total=Sum("invested"))
    )  # fmt: skip
    return year_of(_by_month(plan), _by_month(done), until)


def invested(projects: QuerySet[Project] | Sequence[Project]) -> Decimal:
    """All that was ever invested, by reports."""
    rows = MonthlyReport.objects.filter(project__in=projects).exclude(state="returned")
    return rows.aggregate(total=Sum("invested"))["total"] or Decimal(0)


def invested_by_project(projects: Iterable[Project]) -> dict[int, Decimal]:
    rows = MonthlyReport.objects.filter(project__in=list(projects)).exclude(state="returned")
    return {
        r["project"]: r["total"] for r in rows.values("project").annotate(total=Sum("invested"))
    }


def stage_counts(projects: QuerySet[Project]) -> dict[str, tuple[int, Decimal]]:
    """(number, total investment) by stage, every stage named."""
    rows = projects.values("stage").annotate(number=Count("pk"), total=Sum("investment"))
    found = {row["stage"]: (row["number"], row["total"] or Decimal(0)) for row in rows}
    return {stage: found.get(stage, (0, Decimal(0))) for stage in STAGES}


def milestones_of(project: Project) -> list[Milestone]:
    """In the order of the pipeline, then of their plan."""
    return ordered(project.milestones.all())


def ordered(rows: Iterable[Milestone]) -> list[Milestone]:
    return sorted(rows, key=lambda m: (m.planned_on or date.max, ORDER_OF[m.kind], m.key))


def step_of(row: Milestone) -> Step:
    return Step(row.kind, row.planned_on, row.forecast_on, row.actual_on, row.weight)


def milestones_by_project(projects: Iterable[Project]) -> dict[int, list[Milestone]]:
    found: dict[int, list[Milestone]] = {}
    for row in Milestone.objects.filter(project__in=list(projects)):
        found.setdefault(row.project_id, []).append(row)
    return {pk: ordered(rows) for pk, rows in found.items()}


@dataclass(frozen=True, slots=True)
class PermitState:
    """A permit of a project with what its case says of it."""

    row: PermitLink
    is_granted: bool
    case: Case | None


def permits_of(project: Project) -> list[PermitState]:
    """A permit is granted by the day that was written down, or by the outcome of its case."""
    rows = list(project.permits.order_by("expected_on", "key"))
    numbers = [row.case for row in rows if row.case]
    cases = {case.number: case for case in Case.objects.filter(number__in=numbers).defer("data")}
    found = []
    for row in rows:
        case = cases.get(row.case)
        granted = row.granted_on is not None or (case is not None and case.outcome in GRANTED)
        found.append(PermitState(row, granted, case))
    return found


def months_missing(project: Project, on: date) -> list[date]:
    """Months without a report that counts, although their day has passed."""
    if project.reports_from is None or project.stage not in RUNNING:
        return []
    told = set(project.reports.exclude(state="returned").values_list("month", flat=True))
    return [month for month in months_due(project.reports_from, on) if month not in told]


def facts_of(project: Project, on: date) -> Facts:
    """What the rules of warning look at; nothing of a project that is not under way."""
    if project.stage not in RUNNING:
        return Facts(on)
    until = last_due_month(on)
    year = year_figures([project], until)
    return Facts(
        on,
        steps=[(row.key, step_of(row)) for row in milestones_of(project)],
        year=year if year.plan else None,
        months_judged=until.month,
        months_missing=months_missing(project, on),
        permits=[
            Permit(p.row.key, p.row.title, p.row.expected_on, p.is_granted)
            for p in permits_of(project)
        ],
    )


def rules_in_force() -> list[Rule]:
    rows = WarningRule.objects.filter(is_active=True).order_by("kind", "level")
    return [Rule(row.kind, row.level, row.limit) for row in rows]


def standing_warnings(projects: QuerySet[Project]) -> QuerySet[ProjectWarning]:
    """Those not closed, red before yellow, the newest first."""
    rows = ProjectWarning.objects.filter(project__in=projects).exclude(state="closed")
    return rows.select_related("project", "project__lead").order_by("level", "-found_at", "pk")


def levels_of(projects: Iterable[Project]) -> dict[int, str]:
    """The highest standing warning of each project."""
    rows = ProjectWarning.objects.filter(project__in=list(projects)).exclude(state="closed")
    found: dict[int, str] = {}
    for project, level in rows.values_list("project", "level"):
        if level == "red" or project not in found:
            found[project] = level
    return found


def warning_counts(projects: QuerySet[Project]) -> dict[str, int]:
    rows = standing_warnings(projects).order_by().values("level").annotate(number=Count("pk"))
    found = {row["level"]: row["number"] for row in rows}
    return {level: found.get(level, 0) for level in LEVELS}
