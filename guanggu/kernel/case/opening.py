"""Opening a case: its row, number, first step, and being found by search."""

from __future__ import annotations

from typing import Any

from guanggu.base import clock
from guanggu.base.actor import Actor
from guanggu.kernel.register.public import index

from . import walking
from .casefile import CaseFile
from .models import Case, Procedure
from .numbering import next_number
from .procedures import definition_of
from .schemas import require_valid


def open_file(actor: Actor, procedure: Procedure, organisation: str, **given: Any) -> CaseFile:
    """A new case at its first step, not yet written. Raises Invalid for data that do not fit."""
    definition = definition_of(procedure)
    data = given.pop("data")
    if definition.schema is not None:
        require_valid(definition.schema, data)
    organisation_id, name = walking.organisation_named(organisation)
    case = Case(
        number=next_number(definition.prefix), procedure=procedure, procedure_digest=procedure.digest, kind=definition.kind,
        organisation_id=organisation_id, organisation_code=organisation, organisation_name=name,
        state="open", round=1, opened_at=clock.now(), data=data, version=0, **given,
    )  # fmt: skip
    file = CaseFile(case, definition)
    file.tell(
        "case.opened",
        organisation_name=name,
        title=case.title,
        subject=case.subject,
        applicant=case.applicant,
        applicant_name=case.applicant_name,
        answer={k: str(data[k]) for k in definition.tell if k in data},
    )
    walking.enter(file, definition.start, actor)
    return file


def index_case(file: CaseFile) -> None:
    """Let those who may see the case find it by number, title, applicant and firm."""
    case = file.case
    scopes = {"role:supervise", *(f"org:{task.organisation_id}" for task in file.tasks)}
    scopes.add(f"org:{case.organisation_id}")
    if case.firm:
        scopes.add(f"firm:{case.firm}")
    elif case.holder:
        scopes.add(f"account:{case.holder}")
    text = f"{case.applicant_name} {case.firm}"
    index(case.ref, f"{case.number} {case.title}", text, sorted(scopes), case.applicant_name)
