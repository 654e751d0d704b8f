"""Keeping the warnings of a project in step with its facts, and the cases of red ones."""

from __future__ import annotations

from datetime import date
from typing import Any

from guanggu.base import clock
from guanggu.base.actor import Actor, platform
from guanggu.base.bilingual import T
from guanggu.base.errors import Invalid, Missing
from guanggu.base.ids import readable_code
from guanggu.kernel.case.public import (
    Case,
    Task,
    complete_task,
    ensure_shipped,
    may_work,
    open_case,
    task_for,
)
from guanggu.kernel.journal.public import action, append
from guanggu.kernel.register.public import save_record

from ..models import Milestone, Project, ProjectWarning
from ..queries.figures import facts_of, rules_in_force
from ..queries.scopes import keeps_projects
from ..rules.warning import Finding, evaluate
from ..rules.words import DELAY_KIND

PROCEDURE = "projects.delay"
_NOT_HERE = T("没有这项项目督办任务。", "There is no such task of a project's delay.")


def findings_of(project: Project) -> list[Finding]:
    return evaluate(facts_of(project, clock.today()), rules_in_force())


def needs_case(row: ProjectWarning, today: date) -> bool:
    """Red, and nobody has to do with it; or what was promised for it did not come in time."""
    if row.level != "red" or row.state != "open":
        return False
    return not row.case_number or (row.promised_on is not None and row.promised_on < today)


def is_up_to_date(project: Project) -> bool:
    """Whether the standing warnings are what the facts of today give."""
    found = {(f.kind, f.cause): (f.level, f.measured) for f in findings_of(project)}
    rows = list(project.warnings.exclude(state="closed"))
    kept = {(row.kind, row.cause): (row.level, row.measured) for row in rows}
    return found == kept and not any(needs_case(row, clock.today()) for row in rows)


@action("projects.assess", allows=lambda actor, **_: actor.kind == "platform")
def assess_project(actor: Actor, *, project: str) -> dict[str, Any]:
    """Bring the warnings of a project up to date and open the cases of red ones.

    Answers {opened, closed, cases}: how many of each.
    """
    row = Project.objects.select_for_update(of=("self",)).get(key=project)
    found = {(f.kind, f.cause): f for f in findings_of(row)}
    standing = {(w.kind, w.cause): w for w in row.warnings.exclude(state="closed").order_by("pk")}
    opened = closed = cases = 0
    for cause, finding in found.items():
        known = standing.get(cause)
        if known is None:
            standing[cause] = _open(actor, row, finding)
            opened += 1
        elif (known.level, known.measured) != (finding.level, finding.measured):
            _renew(actor, known, finding)
    for cause, warning in standing.items():
        # What is being handled stays until its case is closed, whatever has come right meanwhile.
        if cause not in found and warning.state != "handling":
            warning.state, warning.closed_at = "closed", clock.now()
            save_record(actor, warning, "projects.warning_closed")
            closed += 1
        elif cause in found and needs_case(warning, clock.today()):
            cases += _give_case(actor, row, warning)
    told = {"opened": opened, "closed": closed, "cases": cases}
    append(row.ref, "projects.assessed", actor, told)
    return told


def _open(actor: Actor, project: Project, finding: Finding) -> ProjectWarning:
    row = ProjectWarning(
        key=f"YJ-{readable_code(8)}", project=project, kind=finding.kind, cause=finding.cause,
        found_at=clock.now(), source="projects", is_sample=project.is_sample,
    )  # fmt: skip
    _fill(row, finding)
    save_record(actor, row, "projects.warned")
    return row


def _renew(actor: Actor, row: ProjectWarning, finding: Finding) -> None:
    _fill(row, finding)
    save_record(actor, row, "projects.warning_changed")


def _fill(row: ProjectWarning, finding: Finding) -> None:
    row.level, row.measured, row.limit = finding.level, finding.measured, finding.limit
    row.text, row.text_en = finding.text.zh[:300], finding.text.en[:300]


def _give_case(actor: Actor, project: Project, row: ProjectWarning) -> bool:
    """A case for a red warning; False where its limits cannot be counted yet, or nobody leads.

    The next assessment tries again: a delay is not lost because next year's working days are
    missing.
    """
    if project.lead is None:
        return False
    lead, checker = project.lead.code, (project.checker or project.lead).code
    try:
        answer = open_case(
            platform("projects"), procedure=ensure_shipped(PROCEDURE), organisation=lead,
            title=f"{project.name}：{row.text}"[:200], subject=str(row.ref),
            applicant=actor.ref, applicant_name=actor.name,
            data={"warning": row.key, "project": project.key, "kind": row.kind, "lead": lead,
                  "checker": checker},
        )  # fmt: skip
    except Invalid:
        return False
    row.case_number, row.state, row.promised_on = answer["number"], "handling", None
    save_record(actor, row, "projects.warning_changed", case=row.case_number)
    return True


def _may_handle(actor: Actor, /, task: int, **_: Any) -> bool:
    if not keeps_projects(actor):
        return False
    file, found = task_for(actor, task)
    if file.case.kind != DELAY_KIND:
        raise Missing(_NOT_HERE)
    # One that was decided meanwhile is told as a conflict by the case itself.
    return found.state != "open" or may_work(actor, file.case, found)


@action("projects.handle", allows=_may_handle, title=T("办理项目督办", "Handle a delay"))
def handle_delay(actor: Actor, *, task: int, outcome: str, data: dict[str, Any]) -> dict[str, Any]:
    """Give a task of a delay its outcome. Raises Conflict, Forbidden, Invalid."""
    return complete_task(actor, task=task, outcome=outcome, data=data)


def after_remedy(actor: Actor, case: Case, task: Task) -> None:
    """The day that the remedy promises is kept, and is the milestone's forecast from now on."""
    row = ProjectWarning.objects.select_for_update(of=("self",)).get(case_number=case.number)
    text = str((task.data or {}).get("promised_on") or "")
    row.promised_on = date.fromisoformat(text) if text else None
    save_record(actor, row, "projects.warning_changed", step=task.step)
    if row.promised_on and row.kind in ("milestone_late", "forecast_late"):
        step = Milestone.objects.filter(key=row.cause, actual_on=None).first()
        if step is not None and step.forecast_on != row.promised_on:
            step.forecast_on = row.promised_on
            save_record(actor, step, "projects.changed", warning=row.key)


def after_closing(actor: Actor, case: Case) -> None:
    """The case is over: the warning stands until the facts have come right."""
    row = ProjectWarning.objects.select_for_update(of=("self",)).get(case_number=case.number)
    still = {(f.kind, f.cause) for f in findings_of(row.project)}
    row.state = "open" if (row.kind, row.cause) in still else "closed"
    row.closed_at = None if row.state == "open" else clock.now()
    kind = "projects.warning_changed" if row.state == "open" else "projects.warning_closed"
    save_record(actor, row, kind, outcome=case.outcome)
