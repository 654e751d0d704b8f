"""Problems of lakes, their cases and photos, as pages show them."""

from __future__ import annotations

from django.db.models import QuerySet

from guanggu.base.actor import Actor
from guanggu.kernel.case.public import Task, worklist
from guanggu.kernel.document.public import StoredFile, files_of
from guanggu.kernel.identity.public import Organisation, visible

from ..models import LakeIssue
from ..rules.words import ISSUE_KIND
from .scopes import VIEW_ISSUES


def my_tasks(actor: Actor) -> list[Task]:
    """Open tasks of lake problems of this post, the most urgent first."""
    return worklist(actor, limit=200, case__kind=ISSUE_KIND)


def issues(actor: Actor) -> QuerySet[LakeIssue]:
    rows = visible(actor, LakeIssue.objects.all(), VIEW_ISSUES)
    return rows.select_related("lake").order_by("-pk")


def issues_of_cases(numbers: list[str]) -> dict[str, LakeIssue]:
    rows = LakeIssue.objects.filter(case_number__in=numbers).select_related("lake")
    return {row.case_number: row for row in rows}


def photos_of(issue: LakeIssue) -> list[StoredFile]:
    return files_of(issue.ref)


def handlers() -> list[Organisation]:
    """Organisations to which a problem can be given: they have to act on the spot."""
    rows = Organisation.objects.filter(is_active=True, kind__in=("department", "park", "community"))
    return list(rows.order_by("path", "code"))
