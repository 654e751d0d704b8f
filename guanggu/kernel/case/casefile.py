"""One case with all that belongs to it, read under lock, changed in memory, written at once.

A case is small (tens of rows), so it is always read whole: the rules then see everything, and the
digest of the whole goes into the journal with the last event of each change.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from hashlib import sha256
from operator import itemgetter
from typing import Any

import orjson
from django.db import connection, models

from guanggu.base.actor import Actor
from guanggu.base.bilingual import T
from guanggu.base.errors import Conflict, Missing
from guanggu.kernel.journal.public import DIGEST_KEY, Entry, append_batch

from .definition import Definition
from .models import Case, CaseClock, Task, Timer
from .procedures import definition_pinned
from .storage import columns_of, involve, read, write

TASKS_A_CASE_MAX = 1000  # a loop without end must not grow a case for ever

_OF_CASE = "case_id = %s ORDER BY id"

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
        self._involved: set[int] = set()
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
        changed = self._changed
        if self.case.pk is None or id(self.case) in changed:
            write(self.case)
        for row in changed.values():
            if row is not self.case:
                _link(row, self.case)
                write(row)
        present = {task.organisation_id for task in self.tasks}
        if new := present - self._involved:
            involve(self.case.pk, sorted(new))
            self._involved = present
        changed.clear()
        ref, frame = str(self.case.ref), self._frame()
        entries = [Entry(ref, kind, actor, {**frame, **data}) for kind, data in self._told]
        entries[-1].data[DIGEST_KEY] = self.digest()
        append_batch(entries)
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

    def digest(self) -> str:
        return digest_of(self.case, self.tasks, self.clocks, self.timers)


def _link(row: models.Model, case: Case) -> None:
    row.case_id = case.pk  # type: ignore[attr-defined]
    if isinstance(row, Timer) and row.task_id is None:
        row.task_id = row.task.pk


_COLUMNS: dict[type[models.Model], Callable[..., tuple]] = {
    model: itemgetter(*columns_of(model)) for model in (Case, Task, CaseClock, Timer)
}


def _values(rows: Iterable[models.Model]) -> list[tuple]:
    ordered = sorted(rows, key=lambda row: row.pk)
    return [_COLUMNS[type(row)](row.__dict__) for row in ordered]


def digest_of(
    case: Case, tasks: Iterable[Task], clocks: Iterable[CaseClock], timers: Iterable[Timer]
) -> str:
    """SHA-256 in hex over every column of the case and of its rows, in the order of their ids."""
    body = [_values([case]), _values(tasks), _values(clocks), _values(timers)]
    return sha256(orjson.dumps(body, option=orjson.OPT_SORT_KEYS)).hexdigest()


def read_case(case_id: int) -> CaseFile:
    """The case under lock. Raises Missing. Call it inside a transaction only."""
    return _read("id = %s", case_id, NO_CASE)


def read_case_of_task(task_id: int) -> CaseFile:
    """The case that holds the task, under lock. Raises Missing."""
    return _read("id = (SELECT case_id FROM case_task WHERE id = %s)", task_id, NO_TASK)


def _read(where: str, key: int, message: T) -> CaseFile:
    # On SQLite the transaction itself is the lock.
    lock = "" if connection.vendor == "sqlite" else " FOR UPDATE"
    found = read(Case, where + lock, [key])
    if not found:
        raise Missing(message)
    return fill(found[0])


def fill(case: Case) -> CaseFile:
    """The file of a case row that was read just now."""
    file = CaseFile(case, definition_pinned(case.procedure_id, case.procedure_digest))
    file.tasks = read(Task, _OF_CASE, [case.pk])
    file.clocks = read(CaseClock, _OF_CASE, [case.pk])
    file.timers = read(Timer, _OF_CASE, [case.pk])
    file._involved = {task.organisation_id for task in file.tasks}
    return file
