"""One case with all that belongs to it, read under lock, changed in memory, written at once.

A case is small (tens of rows), so it is always read whole: the rules then see everything, and the
digest of the whole goes into the journal with the last event of each change.
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256
from typing import Any

import orjson
from django.db import connection, models

from guanggu.base.actor import Actor
from guanggu.base.bilingual import T
from guanggu.base.errors import Conflict, Missing
from guanggu.kernel.journal.public import DIGEST_KEY, append

from .definition import Definition
from .models import Case, CaseClock, Involvement, Procedure, Task, Timer
from .procedures import definition_of

TASKS_A_CASE_MAX = 1000  # a loop without end must not grow a case for ever

NO_CASE = T("没有找到该办件。", "No such case.")
NO_TASK = T("没有找到该任务。", "No such task.")
_TOO_LONG = T(
    "本件流转次数已达上限({}次),请联系管理员。",
    "This case has reached the most steps allowed ({}). Tell your administrator.",
)


class CaseFile:
    """The rows of one case, and what is to be told of the change in hand."""

    def __init__(self, case: Case, definition: Definition):
        self.case = case
        self.definition = definition
        self.tasks: list[Task] = []
        self.clocks: list[CaseClock] = []
        self.timers: list[Timer] = []
        self.seen_by: set[int] | None = None
        self._told: list[tuple[str, dict[str, Any]]] = []
        self._changed: dict[int, models.Model] = {}

    def tell(self, kind: str, **data: Any) -> None:
        """Queue an event. None and empty values are left out, to keep the journal small."""
        self._told.append((kind, {k: v for k, v in data.items() if v not in (None, "", [], {})}))

    def touch(self, *rows: models.Model) -> None:
        for row in rows:
            self._changed[id(row)] = row

    def add_task(self, task: Task) -> Task:
        if len(self.tasks) >= TASKS_A_CASE_MAX:
            raise Conflict(_TOO_LONG.format(TASKS_A_CASE_MAX))
        self.tasks.append(task)
        self.touch(task)
        return task

    def open_tasks(self) -> list[Task]:
        return [task for task in self.tasks if task.state == "open"]

    def task(self, pk: int) -> Task:
        for task in self.tasks:
            if task.pk == pk:
                return task
        raise Missing(NO_TASK)

    def clock(self, name: str) -> CaseClock | None:
        """The clock of the present round."""
        for clock in self.clocks:
            if clock.name == name and clock.round == self.case.round:
                return clock
        return None

    def entries(self, step: str) -> int:
        return max((task.entry for task in self.tasks if task.step == step), default=0)

    def context(self, answer: dict[str, Any] | None = None) -> dict[str, Any]:
        """What expressions see."""
        case = self.case
        entries = dict.fromkeys(self.definition.steps, 0)
        for task in self.tasks:
            entries[task.step] = max(entries.get(task.step, 0), task.entry)
        return {
            "data": case.data,
            "answer": answer or {},
            "round": case.round,
            "entries": entries,
            "case": {
                "organisation": case.organisation_code,
                "item": case.item,
                "subject": case.subject,
                "applicant": case.applicant,
                "firm": case.firm,
            },
        }

    def save(self, actor: Actor) -> None:
        """Write the changed rows and the queued events; the last event carries the digest."""
        if self.case.pk is None or id(self.case) in self._changed:
            _write(self.case)
        for row in self._changed.values():
            if row is not self.case:
                _link(row, self.case)
                _write(row)
        self._involve()
        self._changed.clear()
        ref = str(self.case.ref)
        last = len(self._told) - 1
        for place, (kind, data) in enumerate(self._told):
            told = {**self._frame(), **data}
            if place == last:
                told[DIGEST_KEY] = self.digest()
            append(ref, kind, actor, told)
        self._told.clear()

    def _frame(self) -> dict[str, Any]:
        case = self.case
        frame = {
            "procedure": self.definition.code,
            "procedure_version": self.definition.version,
            "kind": case.kind,
            "item": case.item,
            "organisation": case.organisation_code,
            "due_on": case.due_on.isoformat() if case.due_on else "",
        }
        return {name: value for name, value in frame.items() if value}

    def _involve(self) -> None:
        new = [row for row in self._changed.values() if isinstance(row, Task) and row.version == 1]
        for organisation in {task.organisation_id for task in new}:
            Involvement.objects.get_or_create(case=self.case, organisation_id=organisation)

    def digest(self) -> str:
        return digest_of(self.case, self.tasks, self.clocks, self.timers)


def _link(row: models.Model, case: Case) -> None:
    row.case_id = case.pk  # type: ignore[attr-defined]
    if isinstance(row, Timer) and row.task_id is None:
        row.task_id = row.task.pk


def _write(row: models.Model) -> None:
    row.save(force_insert=row.pk is None, force_update=row.pk is not None)


def _columns(model: type[models.Model]) -> tuple[str, ...]:
    return tuple(field.attname for field in model._meta.concrete_fields)


_COLUMNS = {model: _columns(model) for model in (Case, Task, CaseClock, Timer)}


def _values(rows: Iterable[models.Model]) -> list[list[Any]]:
    return [
        [getattr(row, name) for name in _COLUMNS[type(row)]]
        for row in sorted(rows, key=lambda row: row.pk)
    ]


def digest_of(
    case: Case, tasks: Iterable[Task], clocks: Iterable[CaseClock], timers: Iterable[Timer]
) -> str:
    """SHA-256 in hex over every column of the case and of its rows, in the order of their ids."""
    body = [_values([case]), _values(tasks), _values(clocks), _values(timers)]
    return sha256(orjson.dumps(body, option=orjson.OPT_SORT_KEYS)).hexdigest()


def read_case(case_id: int) -> CaseFile:
    """The case under lock. Raises Missing. Call it inside a transaction only."""
    return _read(Case.objects.filter(pk=case_id), NO_CASE)


def read_case_of_task(task_id: int) -> CaseFile:
    """The case that holds the task, under lock. Raises Missing."""
    owner = Task.objects.filter(pk=task_id).values("case_id")
    return _read(Case.objects.filter(pk__in=owner), NO_TASK)


def _read(query: models.QuerySet[Case], message: T) -> CaseFile:
    if connection.vendor != "sqlite":  # there the transaction itself is the lock
        query = query.select_for_update()
    case = query.first()
    if case is None:
        raise Missing(message)
    return fill(case)


def fill(case: Case) -> CaseFile:
    """The file of a case row that was read just now."""
    procedure = Procedure.objects.get(pk=case.procedure_id)
    file = CaseFile(case, definition_of(procedure))
    file.tasks = list(Task.objects.filter(case_id=case.pk).order_by("pk"))
    file.clocks = list(CaseClock.objects.filter(case_id=case.pk).order_by("pk"))
    file.timers = list(Timer.objects.filter(case_id=case.pk).order_by("pk"))
    return file
