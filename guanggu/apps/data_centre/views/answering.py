"""The forms by which a keeper of data answers an open task of a case."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from guanggu.base.actor import Actor
from guanggu.base.bilingual import T
from guanggu.base.errors import Invalid, Problem
from guanggu.kernel.case.public import CaseFile, Task, may_work, outcomes_open
from guanggu.web.schema_form import SchemaForm

_EMPTY = {"type": "object", "properties": {}}
_CHOOSE = T("请选择办理结果。", "Choose an outcome.")


class Answers:
    """The outcomes of the open task that this actor may choose, each with its form."""

    def __init__(self, file: CaseFile | None, actor: Actor, request: HttpRequest):
        self.task: Task | None = None
        self.title: Any = ""
        self.forms: list[dict[str, Any]] = []
        chosen = request.POST.get("outcome", "")
        for task in file.open_tasks() if file else ():
            if not (file and actor.kind == "official" and may_work(actor, file.case, task)):
                continue
            self.task, self.title = task, file.definition.steps[task.step].title
            for outcome in outcomes_open(file, task, actor):
                schema, posted = outcome.schema or _EMPTY, outcome.key == chosen
                form = (
                    SchemaForm.from_post(schema, request.POST, prefix=f"{outcome.key}-")
                    if posted
                    else SchemaForm(schema, prefix=f"{outcome.key}-")
                )
                self.forms.append({"outcome": outcome, "form": form, "is_open": posted})

    def decide(self, request: HttpRequest, actor: Actor, perform: Any) -> bool:
        """Perform the posted outcome; False where its form has to be shown again."""
        chosen = next((each for each in self.forms if each["is_open"]), None)
        if chosen is None or self.task is None:
            raise Invalid(_CHOOSE)
        form: SchemaForm = chosen["form"]
        if not form.is_complete:
            return False
        key = request.POST.get("request_key", "")[:64] or None
        try:
            perform(
                actor, key=key, task=self.task.pk, outcome=chosen["outcome"].key, data=form.data
            )
        except Problem as problem:
            if not problem.fields:
                raise
            form.add_problem(problem)
            return False
        return True
