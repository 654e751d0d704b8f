"""A case walked on the page of the record it is about: its step, what may be answered, its history.

For apps whose records each have a case of their own (a violation, a problem of a lake, a fault of
a device). The page declares what is its own; the rest is here::

    answers = Answers(file, actor, request, give=handle_fault)
    if request.method == "POST" and answers.given(request_key_of(request)): …redirect…
    context = {"answers": answers, "stages": stages(file), "entries": entries(row, file)}

and the template includes ``guanggu/case_answers.html`` and ``guanggu/case_errors.html``.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from django.http import HttpRequest

from guanggu.base import clock
from guanggu.base.actor import Actor
from guanggu.base.bilingual import T
from guanggu.base.errors import Invalid, Problem
from guanggu.kernel.case.public import (
    Case,
    CaseFile,
    Task,
    definition_for,
    file_of,
    may_work,
    outcomes_open,
)
from guanggu.kernel.journal.public import Event, history

from .dates import instant_text
from .event_words import entries_of
from .schema_form import SchemaForm
from .table import Cell, Column, Table

_EMPTY: dict[str, Any] = {"type": "object", "properties": {}}
_CHOOSE = T("请选择办理结果。", "Choose an outcome.")
FOR_ME = T("待我办理", "For me to do")
UNDER_WAY = T("办理中", "Under way")

Give = Callable[..., Any]  # an action: (actor, key=, task=, outcome=, data=)
Schema = Callable[[dict[str, Any]], dict[str, Any]]


def file_of_number(number: str) -> CaseFile | None:
    """The file of a case by its number; None while it has none."""
    case = Case.objects.filter(number=number).first() if number else None
    return file_of(case) if case else None


class Answers:
    """The outcomes of the open task that this actor may choose, each with its form.

    give: the app's action that gives a task its outcome; schema: what the form of an outcome is
    made from, where the app adds choices of the moment.
    """

    def __init__(
        self, file: CaseFile | None, actor: Actor, request: HttpRequest, *, give: Give,
        schema: Schema = lambda schema: schema,
    ) -> None:  # fmt: skip
        self.task: Task | None = None
        self.title: Any = ""
        self.forms: list[dict[str, Any]] = []
        self._actor, self._give = actor, give
        chosen = request.POST.get("outcome", "")
        for task in file.open_tasks() if file else ():
            if file is None or actor.kind != "official" or not may_work(actor, file.case, task):
                continue
            self.task, self.title = task, file.definition.steps[task.step].title
            for outcome in outcomes_open(file, task, actor):
                made, is_chosen = schema(outcome.schema or _EMPTY), outcome.key == chosen
                prefix = f"{outcome.key}-"
                form = (
                    SchemaForm.from_post(made, request.POST, prefix=prefix)
                    if is_chosen
                    else SchemaForm(made, prefix=prefix)
                )
                self.forms.append({"outcome": outcome, "form": form, "is_open": is_chosen})

    def given(self, key: str | None) -> bool:
        """Whether the chosen outcome was given; its form says otherwise what is wrong.

        Raises Invalid where none was chosen, and what the action raises.
        """
        chosen = next((each for each in self.forms if each["is_open"]), None)
        if chosen is None or self.task is None:
            raise Invalid(_CHOOSE)
        form: SchemaForm = chosen["form"]
        if not form.is_complete:
            return False
        try:
            self._give(
                self._actor, key=key, task=self.task.pk, outcome=chosen["outcome"].key,
                data=form.data,
            )  # fmt: skip
        except Problem as problem:
            if not problem.fields:
                raise
            form.add_problem(problem)
            return False
        return True


def stages(file: CaseFile | None, unless_reached: Collection[str] = ()) -> list[dict[str, Any]]:
    """For ``{% stages %}``. unless_reached: steps shown only once the case comes by them."""
    if file is None:
        return []
    here = {task.step for task in file.open_tasks()}
    done = {task.step for task in file.tasks if task.state == "done"}
    return [
        {"title": step.title,
         "state": "now" if step.key in here else "done" if step.key in done else "next"}
        for step in file.definition.steps.values()
        if step.kind != "end" and (step.key not in unless_reached or step.key in here | done)
    ]  # fmt: skip


def entries(
    record: Any, file: CaseFile | None, shown: Callable[[Event], bool] = lambda event: True,
    text: Callable[[Event], Any] = lambda event: "",
) -> list[dict[str, Any]]:  # fmt: skip
    """For ``{% timeline %}``: events of the record (those ``shown``, with the ``text`` that was said)
    and tasks done, by time."""
    found = entries_of((event for event in history(record.ref) if shown(event)), text=text)
    return sorted([*found, *decided(file)], key=lambda entry: entry["at"])


def decided(file: CaseFile | None) -> list[dict[str, Any]]:
    """For ``{% timeline %}``: what was decided at each step, by whom, and what he said."""
    found = []
    for task in file.tasks if file else ():
        if task.state != "done" or file is None:
            continue
        step = file.definition.steps[task.step]
        outcome = step.outcomes.get(task.outcome)
        told = outcome.title if outcome else task.outcome
        found.append(
            {"at": task.done_at, "title": T("{}：{}", "{}: {}").format(step.title, told),
             "text": task.data.get("opinion", ""),
             "who": f"{task.organisation_name} {task.done_by_name}", "tone": "ok"}
        )  # fmt: skip
    return found


def tiles(
    tasks: Sequence[Task], under_way: int, closed: int, title: T = UNDER_WAY
) -> list[dict[str, Any]]:
    """For ``{% tiles %}`` of a worklist."""
    late = sum(1 for task in tasks if is_late(task))
    return [
        {"label": FOR_ME, "value": len(tasks)},
        {"label": T("其中超期", "Overdue of them"), "value": late, "tone": "bad" if late else "ok"},
        {"label": title, "value": under_way},
        {"label": T("已办结", "Closed"), "value": closed, "tone": "ok"},
    ]


def is_late(task: Task) -> bool:
    return bool(task.due_on and task.due_on < clock.today())


def waiting(
    tasks: Sequence[Task], rows: Mapping[str, Any], columns: tuple[T, T, T],
    cells: Callable[[Any], tuple[Any, Any]], base: str,
) -> Table:  # fmt: skip
    """The worklist. rows: records by number of their case; columns: what the record is called, one
    of the app's own, since when; cells: the last two of a record; base: address before its key."""
    name, own, since = columns
    table = Table(
        FOR_ME,
        [Column(name), Column(T("环节", "Step")), Column(own), Column(since),
         Column(T("到期", "Due"))],
    )  # fmt: skip
    for task in tasks:
        row = rows.get(task.case.number)
        if row is None:
            continue
        told, at = cells(row)
        due = task.due_on.isoformat() if task.due_on else "—"
        table.add(
            row.title, definition_for(task.case).steps[task.step].title, told, instant_text(at),
            Cell(due, tone="bad" if is_late(task) else "quiet"), href=f"{base}{row.key}/",
        )  # fmt: skip
    return table
