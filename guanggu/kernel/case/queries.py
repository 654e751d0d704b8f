"""Lists that people live in: the worklist, what is overdue, one's own matters, one case."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db.models import Q, QuerySet

from guanggu.base import clock
from guanggu.base.actor import Actor
from guanggu.base.ids import Ref
from guanggu.base.limits import PAGE_ROWS
from guanggu.kernel.identity.public import get, visible

from .casefile import CaseFile, fill
from .definition import APPLICANT, Definition, Outcome
from .guards import holds
from .models import Case, CaseClock, Involvement, Task
from .permissions import VIEW_CASES, may_work
from .procedures import definition_pinned
from .walking import same_person_steps

Key = tuple[date, int]  # where a page ended: the day sorted by and the id


def _page(rows: QuerySet, day: str, after: Key | None, limit: int) -> list[Any]:
    if after is not None:
        # The first condition alone lets the index seek; the second settles equal days.
        rows = rows.filter(**{f"{day}__gte": after[0]}).filter(
            Q(**{f"{day}__gt": after[0]}) | Q(pk__gt=after[1])
        )
    return list(rows.order_by(day, "pk")[:limit])


def worklist(
    actor: Actor, *, after: Key | None = None, limit: int = PAGE_ROWS, **only: Any
) -> list[Task]:
    """Open tasks the actor may decide, the most urgent first, each with its case.

    after: (urgent_on, id) of the last row of the page before; only: more filters of Task.
    """
    if actor.kind in ("person", "firm"):
        return applicant_tasks(actor)[:limit]
    if not actor.organisation or not actor.roles:
        return []
    rows = Task.objects.filter(
        state="open", organisation=actor.organisation, role__in=sorted(actor.roles), **only
    )
    mine = Q(assignee__isnull=True) | Q(assignee=actor.account)
    if actor.post:
        mine |= Q(assignee_post=actor.post)
    return _page(rows.filter(mine).select_related("case"), "urgent_on", after, limit)


def applicant_tasks(actor: Actor) -> list[Task]:
    """What the applicant has to do himself (supplement, confirm, rate)."""
    cases = visible(actor, Case.objects.filter(state="open"), VIEW_CASES)
    ids = list(cases.values_list("pk", flat=True)[:500])
    found = Task.objects.filter(state="open", role=APPLICANT, case__in=ids)
    return list(found.select_related("case").defer("case__data").order_by("urgent_on", "pk"))


def overdue_cases(
    actor: Actor,
    *,
    organisation: int | None = None,
    after: Key | None = None,
    limit: int = PAGE_ROWS,
) -> list[Case]:
    """Open cases past a limit, the latest first overdue first; of one organisation or of all."""
    rows = Case.objects.filter(state="open", due_on__lt=clock.today())
    return _cases(actor, rows, organisation, after, limit)


def near_cases(
    actor: Actor,
    *,
    organisation: int | None = None,
    after: Key | None = None,
    limit: int = PAGE_ROWS,
) -> list[Case]:
    """Open cases near a limit and not over it, by due day."""
    today = clock.today()
    rows = Case.objects.filter(state="open", due_on__gte=today, near_on__lte=today)
    rows = rows.filter(due_on__lte=today + timedelta(days=120))
    return _cases(actor, rows, organisation, after, limit)


def _cases(
    actor: Actor, rows: QuerySet[Case], organisation: int | None, after: Key | None, limit: int
) -> list[Case]:
    if organisation is not None:
        rows = rows.filter(organisation=organisation)
    elif not actor.has("supervise") and actor.kind != "platform":
        rows = rows.filter(organisation=actor.organisation)
    return _page(visible(actor, rows, VIEW_CASES), "due_on", after, limit)


def my_cases(actor: Actor, *, before: int | None = None, limit: int = PAGE_ROWS) -> list[Case]:
    """The cases of a person or firm, or of an official's organisation, the newest first.

    Their data are read only where they are asked for: several kB a case that no list shows.
    """
    if actor.kind == "official" and actor.organisation and not actor.has("supervise"):
        return _cases_of_organisation(actor.organisation, before, limit)
    rows = visible(actor, Case.objects.defer("data"), VIEW_CASES)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return list(rows.order_by("-pk")[:limit])


def _cases_of_organisation(organisation: int, before: int | None, limit: int) -> list[Case]:
    """Walks the involvements backwards: a join would have the engine sort all of them."""
    held = Involvement.objects.filter(organisation=organisation)
    if before is not None:
        held = held.filter(case__lt=before)
    ids = list(held.order_by("-case_id").values_list("case_id", flat=True)[:limit])
    return list(Case.objects.filter(pk__in=ids).defer("data").order_by("-pk"))


def case_by_number(actor: Actor, number: str) -> Case:
    """Raises Missing for a case that is not there or not the actor's to see."""
    return get(actor, Case.objects.select_related("procedure"), VIEW_CASES, number=number)


def file_of(case: Case) -> CaseFile:
    """Tasks, clocks and definition of a case, for its page; the caller has checked it."""
    return fill(case)


def task_for(actor: Actor, task: int) -> tuple[CaseFile, Task]:
    """A task of a case that the actor may see. Raises Missing."""
    case = get(actor, Case, VIEW_CASES, tasks__pk=task)
    file = fill(case)
    return file, file.task(task)


def outcomes_open(file: CaseFile, task: Task, actor: Actor) -> list[Outcome]:
    """The outcomes that the actor may choose now. Guards on the answer itself count as open."""
    step = file.definition.steps[task.step]
    if task.state != "open" or not may_work(actor, file.case, task):
        return []
    if step.refuses_same_person and same_person_steps(file, task, actor):
        return []
    context = file.context()
    found = []
    for outcome in step.outcomes.values():
        target = file.definition.steps.get(outcome.to)
        if target is not None and target.once and file.entries(target.key):
            continue
        if "answer" in outcome.when or holds(outcome.when, context):
            found.append(outcome)
    return found


def definition_for(case: Case) -> Definition:
    """The version of the procedure to which the case is pinned."""
    return definition_pinned(case.procedure_id, case.procedure_digest)


def clocks_of(case: Case) -> list[CaseClock]:
    return list(CaseClock.objects.filter(case=case).order_by("pk"))


def case_of(ref: Ref) -> Case | None:
    """The case a ref names, without a check: for subscribers and jobs."""
    return Case.objects.filter(number=ref.key).first()
