"""Enforcement cases as their pages show them."""

from __future__ import annotations

from django.db.models import QuerySet

from guanggu.base.actor import Actor
from guanggu.kernel.case.public import Task, worklist
from guanggu.kernel.document.public import StoredFile, files_of
from guanggu.kernel.identity.public import visible

from ..models import Violation
from .scopes import VIEW_VIOLATIONS

CASE_KIND = "environment_enforcement"


def my_tasks(actor: Actor) -> list[Task]:
    """Open tasks of enforcement of this post, the most urgent first."""
    return worklist(actor, limit=200, case__kind=CASE_KIND)


def violations(actor: Actor) -> QuerySet[Violation]:
    rows = visible(actor, Violation.objects.all(), VIEW_VIOLATIONS)
    return rows.select_related("source_unit").order_by("-pk")


def violations_of_cases(numbers: list[str]) -> dict[str, Violation]:
    rows = Violation.objects.filter(case_number__in=numbers)
    return {row.case_number: row for row in rows}


def open_on(subjects: list[str]) -> list[Violation]:
    """Open violations of these outlets or stations."""
    return list(Violation.objects.filter(subject__in=subjects, state="open").order_by("-pk"))


def papers_of(violation: Violation) -> list[StoredFile]:
    """Evidence and papers of the violation, in the order in which they came."""
    return files_of(violation.ref)
