"""Warnings: what waits for this post, the open table of rules, and one warning with its case."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from guanggu.base import clock
from guanggu.base.actor import Actor
from guanggu.base.bilingual import T
from guanggu.base.errors import Invalid, Problem
from guanggu.kernel.case.public import CaseFile, Task, definition_for, may_work, outcomes_open
from guanggu.kernel.identity.public import actor_of, demand, get
from guanggu.web.case_steps import entries
from guanggu.web.schema_form import SchemaForm
from guanggu.web.table import Cell, Column, Table

from ..actions.warning import handle_delay
from ..models import ProjectWarning, WarningRule
from ..queries.figures import standing_warnings, warning_counts
from ..queries.reading import (
    case_file,
    projects_seen,
    warning_tasks,
    warnings_of_cases,
)
from ..queries.scopes import CHANGE_RULES, VIEW_WARNINGS, is_official
from ..rules.warning import Rule, rule_words
from ..rules.words import (
    LEVEL_TONES,
    LEVELS,
    WARNING_KINDS,
    WARNING_STATES,
    WARNING_TONES,
)
from .presenting import HOME, name_of, warning_rows, warning_table

_EMPTY = {"type": "object", "properties": {}}
_SHOWN = 200


@require_safe
def warnings_page(request: HttpRequest) -> HttpResponse:
    """GET /projects/warnings/"""
    actor = actor_of(request)
    demand(actor, VIEW_WARNINGS)
    seen = projects_seen(actor)
    counts, tasks = warning_counts(seen), warning_tasks(actor)
    standing = standing_warnings(seen)
    closed = ProjectWarning.objects.filter(project__in=seen, state="closed")
    return render(
        request,
        "projects/warnings.html",
        {
            "tiles": [
                {"label": T("待我办理", "For me to do"), "value": len(tasks)},
                {"label": T("红色预警", "Red warnings"), "value": counts["red"],
                 "tone": "bad" if counts["red"] else "ok"},
                {"label": T("黄色预警", "Yellow warnings"), "value": counts["yellow"],
                 "tone": "warn" if counts["yellow"] else "ok"},
                {"label": T("督办中", "Being handled"),
                 "value": standing.filter(state="handling").count()},
            ],
            "waiting": _waiting(tasks),
            "standing": warning_table(T("当前预警", "Standing warnings"), standing[:_SHOWN]),
            "closed": warning_table(
                T("近期解除", "Closed of late"),
                closed.select_related("project").order_by("-closed_at")[:20],
            ),
            "rules": _rules(), "may_change": CHANGE_RULES.is_possible(actor),
            "crumbs": [HOME, (T("项目预警", "Warnings"), "")],
        },
    )  # fmt: skip


def _waiting(tasks: list[Task]) -> Table:
    found = warnings_of_cases([task.case.number for task in tasks])
    table = Table(
        T("待我办理", "For me to do"),
        [Column(T("项目", "Project")), Column(T("内容", "What it says")), Column(T("环节", "Step")),
         Column(T("到期", "Due"))],
    )  # fmt: skip
    today = clock.today()
    for task in tasks:
        row = found.get(task.case.number)
        if row is None:
            continue
        late = bool(task.due_on and task.due_on < today)
        table.add(
            name_of(row.project), row.words, definition_for(task.case).steps[task.step].title,
            Cell(task.due_on.isoformat() if task.due_on else "—", tone="bad" if late else "quiet"),
            href=f"/projects/warnings/{row.key}/",
        )  # fmt: skip
    return table


def _rules() -> Table:
    """The whole table, for everybody who is warned by it."""
    table = Table(
        T("预警规则", "Rules of warning"),
        [Column(T("预警类型", "Kind")), Column(T("等级", "Level")), Column(T("条件", "Condition")),
         Column(T("状态", "State"))],
    )  # fmt: skip
    for row in WarningRule.objects.order_by("kind", "-level"):
        state = (
            (T("启用", "In force"), "ok") if row.is_active else (T("停用", "Not in force"), "quiet")
        )
        table.add(
            WARNING_KINDS[row.kind], Cell(LEVELS[row.level], tone=LEVEL_TONES[row.level]),
            rule_words(Rule(row.kind, row.level, row.limit)), Cell(state[0], tone=state[1]),
        )  # fmt: skip
    return table


class _Answers:
    """The outcomes of the open task that this actor may choose, each with its form."""

    def __init__(self, file: CaseFile | None, actor: Actor, request: HttpRequest):
        self.task: Task | None = None
        self.forms: list[dict[str, Any]] = []
        self.title: Any = ""
        chosen = request.POST.get("outcome", "")
        for task in file.open_tasks() if file else ():
            if not (file and actor.kind == "official" and may_work(actor, file.case, task)):
                continue
            self.task, self.title = task, file.definition.steps[task.step].title
            for outcome in outcomes_open(file, task, actor):
                schema, prefix = outcome.schema or _EMPTY, f"{outcome.key}-"
                posted = outcome.key == chosen
                form = (
                    SchemaForm.from_post(schema, request.POST, prefix=prefix) if posted
                    else SchemaForm(schema, prefix=prefix)
                )  # fmt: skip
                self.forms.append({"outcome": outcome, "form": form, "is_open": posted})

    def chosen(self) -> dict[str, Any] | None:
        return next((each for each in self.forms if each["is_open"]), None)


@require_http_methods(["GET", "HEAD", "POST"])
def warning_page(request: HttpRequest, key: str) -> HttpResponse:
    """GET, POST /projects/warnings/<key>/ – POST with ``outcome`` and its answers."""
    actor = actor_of(request)
    rows = ProjectWarning.objects.select_related("project", "project__lead")
    row = get(actor, rows, VIEW_WARNINGS, key=key)
    file = case_file(row)
    answers = _Answers(file, actor, request)
    if request.method == "POST" and _handled(request, actor, answers):
        return redirect("projects:warning", key=key)
    return render(
        request,
        "projects/warning.html",
        {
            "row": row, "name": name_of(row.project), "state": WARNING_STATES[row.state],
            "tone": WARNING_TONES[row.state], "rows": warning_rows(row),
            "stages": _stages(file), "answers": answers, "limits": _limits(file),
            "entries": entries(row, file) if is_official(actor) else [],
            "crumbs": [HOME, (T("项目预警", "Warnings"), "/projects/warnings/"), (row.key, "")],
        },
    )  # fmt: skip


def _handled(request: HttpRequest, actor: Actor, answers: _Answers) -> bool:
    chosen = answers.chosen()
    try:
        if chosen is None or answers.task is None:
            raise Invalid(T("请选择办理结果。", "Choose an outcome."))
        form: SchemaForm = chosen["form"]
        if not form.is_complete:
            return False
        try:
            handle_delay(
                actor, key=request.POST.get("request_key", "")[:64] or None, task=answers.task.pk,
                outcome=chosen["outcome"].key, data=form.data,
            )  # fmt: skip
        except Problem as problem:
            if not problem.fields:
                raise
            form.add_problem(problem)
            return False
    except Invalid as problem:
        messages.error(request, str(problem.message))
        return False
    messages.success(request, str(T("已办理。", "Done.")))
    return True


def _stages(file: CaseFile | None) -> list[dict[str, Any]]:
    if file is None:
        return []
    here = {task.step for task in file.open_tasks()}
    done = {task.step for task in file.tasks if task.state == "done"}
    return [
        {"title": step.title,
         "state": "now" if step.key in here else "done" if step.key in done else "next"}
        for step in file.definition.steps.values() if step.kind != "end"
    ]  # fmt: skip


def _limits(file: CaseFile | None) -> list[tuple[Any, Any]]:
    found = []
    for clock_ in file.clocks if file else ():
        if clock_.due_on:
            found.append((T("督办时限", "To be done by"), clock_.due_on.isoformat()))
    return found
