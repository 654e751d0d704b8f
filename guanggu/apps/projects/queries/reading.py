"""Lists that people work through: reports to write, reports to review, warnings to handle."""

from __future__ import annotations

from datetime import date

from django.db.models import QuerySet

from guanggu.base.actor import Actor
from guanggu.base.bilingual import T
from guanggu.base.ids import Ref
from guanggu.base.months import month_before
from guanggu.kernel.case.public import Case, CaseFile, Task, file_of, worklist
from guanggu.kernel.document.public import StoredFile, files_of
from guanggu.kernel.identity.public import Post, visible
from guanggu.kernel.register.public import snapshot

from ..models import MonthlyReport, Project, ProjectWarning
from ..rules.warning import months_due
from ..rules.words import DELAY_KIND, RUNNING
from .scopes import REPORT, REVIEW, VIEW_PROJECTS

MONTHS_OFFERED = 6


def projects_seen(actor: Actor) -> QuerySet[Project]:
    return visible(actor, Project.objects.select_related("lead", "checker"), VIEW_PROJECTS)


def reportable(actor: Actor) -> QuerySet[Project]:
    """Projects on which the actor reports, those under way."""
    rows = visible(actor, Project.objects.filter(stage__in=RUNNING), REPORT)
    return rows.exclude(reports_from=None).order_by("key")


def months_offered(project: Project, today: date) -> list[date]:
    """Months that can still be reported on, the latest first: this one and some before it."""
    if project.reports_from is None:
        return []
    month = today.replace(day=1)
    settled = set(project.reports.filter(state="approved").values_list("month", flat=True))
    due = set(months_due(project.reports_from, today))
    found = []
    for _ in range(MONTHS_OFFERED):
        if month >= project.reports_from.replace(day=1) and month not in settled:
            found.append(month)
        month = month_before(month)
    return sorted({*found, *(m for m in due if m not in settled)}, reverse=True)[:12]


def waiting_reports(actor: Actor) -> QuerySet[MonthlyReport]:
    """Reports that this post reviews, the oldest first."""
    rows = MonthlyReport.objects.filter(state="submitted").select_related("project")
    return visible(actor, rows, REVIEW).order_by("reported_at", "pk")


def photos_of(report: MonthlyReport) -> list[StoredFile]:
    return files_of(report.ref)


def warning_tasks(actor: Actor) -> list[Task]:
    """Open tasks of delay cases that the actor may decide."""
    return worklist(actor, limit=200, case__kind=DELAY_KIND)


def warnings_of_cases(numbers: list[str]) -> dict[str, ProjectWarning]:
    rows = ProjectWarning.objects.filter(case_number__in=numbers).select_related("project")
    return {row.case_number: row for row in rows}


def case_file(warning: ProjectWarning) -> CaseFile | None:
    if not warning.case_number:
        return None
    case = Case.objects.filter(number=warning.case_number).first()
    return file_of(case) if case else None


def post_title(reference: str) -> T | str:
    """The answerable post in words."""
    kind, _, number = reference.partition("/")
    if kind != "posts" or not number.isdigit():
        return reference
    post = Post.objects.select_related("organisation").filter(pk=int(number)).first()
    return post.title if post else reference


def owner_title(project: Project) -> str:
    if project.owner_name or not project.owner:
        return project.owner_name
    found = snapshot(Ref.parse(project.owner))
    return str(found["title"]) if found else project.owner.partition("/")[2]
