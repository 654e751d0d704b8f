"""The forms by which a post answers its open tasks of one document."""

from __future__ import annotations

from typing import Any

from django.http import QueryDict

from guanggu.base.actor import Actor
from guanggu.base.bilingual import T
from guanggu.base.errors import Conflict, Invalid, Missing, Problem
from guanggu.kernel.case.public import CaseFile, Outcome, Task, may_work, outcomes_open
from guanggu.kernel.identity.public import Organisation

_CHOOSE = T("请选择办理结果。", "Choose an outcome.")
_GONE = T("该任务已由他人办理，请刷新页面。", "Somebody else dealt with it; reload the page.")


class AnswerForms:
    """One group of choices for each task this actor may decide now."""

    def __init__(self, file: CaseFile | None, actor: Actor, post: QueryDict | None):
        self.file, self.post = file, post
        self.tasks: list[Task] = []
        self.open: dict[int, list[Outcome]] = {}
        self.wrong: Problem | None = None
        if file is not None:
            for task in file.open_tasks():
                if may_work(actor, file.case, task) and actor.kind == "official":
                    self.tasks.append(task)
                    self.open[task.pk] = outcomes_open(file, task, actor)

    @property
    def may_sign(self) -> bool:
        return any(task.step == "sign" and task.stage == "sign" for task in self.tasks)

    def problem(self, problem: Problem) -> None:
        self.wrong = problem

    def chosen(self, method: str) -> dict[str, Any] | None:
        """task, outcome and data as posted; None where the data do not fit.

        Raises Conflict where the task is not open to this actor any more.
        """
        assert self.post is not None
        number = self.post.get("task", "")
        task = next((t for t in self.tasks if str(t.pk) == number), None)
        if task is None:
            raise Conflict(_GONE) if number.isdecimal() else Missing(_GONE)
        key = self.post.get("outcome", "")
        outcome = next((o for o in self.open[task.pk] if o.key == key), None)
        if outcome is None:
            raise Invalid(_CHOOSE, fields={"outcome": _CHOOSE})
        data: dict[str, Any] = {}
        if outcome.schema is not None:
            data = self._read(task, outcome, method)
        return {"task": task.pk, "outcome": key, "data": data}

    def _read(self, task: Task, outcome: Outcome, method: str) -> dict[str, Any]:
        properties = (outcome.schema or {}).get("properties", {})
        data: dict[str, Any] = {}
        assert self.post is not None
        if opinion := self.post.get("opinion", "").strip():
            data["opinion"] = opinion[:2000]
        if "handlers" in properties:
            data["handlers"] = self.post.getlist("handlers")
        if "method" in properties and method:
            data["method"] = method
        return data

    def shown(self) -> list[dict[str, Any]]:
        """What the page draws for each task."""
        found = []
        for task in self.tasks:
            outcomes = self.open[task.pk]
            schemas = [(o.schema or {}).get("properties", {}) for o in outcomes]
            found.append(
                {
                    "task": task,
                    "title": self.file.definition.steps[task.step].title if self.file else "",
                    "outcomes": outcomes,
                    "opinion": any("opinion" in schema for schema in schemas),
                    "handlers": _departments() if any("handlers" in s for s in schemas) else [],
                    "typed": self.post.get("opinion", "") if self.post else "",
                    "picked": self.post.get("outcome", "") if self.post else "",
                    "wrong": self.wrong,
                }
            )
        return found


def _departments() -> list[Organisation]:
    rows = Organisation.objects.filter(is_active=True, kind__in=("department", "park"))
    return list(rows.order_by("path"))
