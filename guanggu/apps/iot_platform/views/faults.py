"""Faults: what waits for this post, and one fault with its device, alarms and next step."""

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
from guanggu.kernel.journal.public import history
from guanggu.web.addresses import address_of
from guanggu.web.dates import instant_text
from guanggu.web.event_words import title_of, tone_of
from guanggu.web.measures import value_text
from guanggu.web.schema_form import SchemaForm
from guanggu.web.screens.editing import request_key_of
from guanggu.web.table import Cell, Column, Table

from ..actions import handle_fault
from ..actions.faults import CASE_KIND
from ..models import FAULT_STATES, DeviceFault
from ..queries import VIEW, alarms_of, case_file, faults, tasks_of_faults

HOME = "/iot_platform/faults/"
STATES = dict(FAULT_STATES)
LISTED = 100
_EMPTY = {"type": "object", "properties": {}}


@require_safe
def faults_page(request: HttpRequest) -> HttpResponse:
    """GET /iot_platform/faults/"""
    actor = actor_of(request)
    demand(actor, VIEW)
    tasks = tasks_of_faults(actor, CASE_KIND)
    today = clock.today()
    late = sum(1 for task in tasks if task.due_on and task.due_on < today)
    rows = faults(actor)
    opened, closed = rows.filter(state="open"), rows.filter(state="closed")
    context = {
        "tiles": [
            {"label": T("待我处理", "For me to do"), "value": len(tasks)},
            {"label": T("其中超期", "Overdue of them"), "value": late, "tone": "bad" if late else "ok"},
            {"label": T("处理中", "Open"), "value": opened.count()},
            {"label": T("已办结", "Closed"), "value": closed.count(), "tone": "ok"},
        ],
        "waiting": _waiting(tasks),
        "open": _table(T("处理中", "Open"), opened[:LISTED]),
        "closed": _table(T("近期办结", "Closed of late"), closed[:30]),
        "crumbs": [(T("物联设备", "Devices"), "/iot_platform/"), (T("故障处理", "Faults"), "")],
    }  # fmt: skip
    return render(request, "iot_platform/faults.html", context)


def _waiting(tasks: list[Task]) -> Table:
    numbers = [task.case.number for task in tasks]
    rows = {row.case_number: row for row in DeviceFault.objects.filter(case_number__in=numbers)}
    table = Table(
        T("待我处理", "For me to do"),
        [Column(T("故障", "Fault")), Column(T("环节", "Step")), Column(T("发生时间", "Since")),
         Column(T("到期", "Due"))],
    )  # fmt: skip
    today = clock.today()
    for task in tasks:
        row = rows.get(task.case.number)
        if row is not None:
            due = task.due_on.isoformat() if task.due_on else "—"
            is_late = bool(task.due_on and task.due_on < today)
            table.add(
                row.title, definition_for(task.case).steps[task.step].title,
                instant_text(row.begun_at), Cell(due, tone="bad" if is_late else "quiet"),
                href=f"{HOME}{row.key}/",
            )  # fmt: skip
    return table


def _table(title: T, rows: Any) -> Table:
    table = Table(
        title,
        [Column(T("故障", "Fault")), Column(T("设备", "Device")), Column(T("发生时间", "Since")),
         Column(T("报警数", "Alarms"), numeric=True), Column(T("状态", "State"))],
    )  # fmt: skip
    for row in rows:
        table.add(
            row.title, row.device.name, instant_text(row.begun_at), len(row.alarms),
            Cell(STATES[row.state], tone="warn" if row.state == "open" else "ok"),
            href=f"{HOME}{row.key}/",
        )  # fmt: skip
    return table


class _Answers:
    """The outcomes of the open task that this actor may choose, each with its form."""

    def __init__(self, file: CaseFile | None, actor: Actor, request: HttpRequest):
        self.task: Task | None = None
        self.title: Any = ""
        self.forms: list[dict[str, Any]] = []
        chosen = request.POST.get("outcome", "")
        for task in file.open_tasks() if file else ():
            if file is None or actor.kind != "official" or not may_work(actor, file.case, task):
                continue
            self.task, self.title = task, file.definition.steps[task.step].title
            for outcome in outcomes_open(file, task, actor):
                schema, is_chosen = outcome.schema or _EMPTY, outcome.key == chosen
                prefix = f"{outcome.key}-"
                form = (
                    SchemaForm.from_post(schema, request.POST, prefix=prefix)
                    if is_chosen
                    else SchemaForm(schema, prefix=prefix)
                )
                self.forms.append({"outcome": outcome, "form": form, "is_open": is_chosen})

    def give(self, actor: Actor, key: str | None) -> bool:
        """Whether the chosen outcome was given; its form says otherwise what is wrong."""
        chosen = next((each for each in self.forms if each["is_open"]), None)
        if chosen is None or self.task is None:
            raise Invalid(T("请选择处理结果。", "Choose an outcome."))
        form: SchemaForm = chosen["form"]
        if not form.is_complete:
            return False
        try:
            handle_fault(
                actor, key=key, task=self.task.pk, outcome=chosen["outcome"].key, data=form.data
            )
        except Problem as problem:
            if not problem.fields:
                raise
            form.add_problem(problem)
            return False
        return True


@require_http_methods(["GET", "HEAD", "POST"])
def fault_page(request: HttpRequest, key: str) -> HttpResponse:
    """GET, POST /iot_platform/faults/<key>/ – POST gives ``outcome``."""
    actor = actor_of(request)
    rows = DeviceFault.objects.select_related("device__profile", "device__fleet", "organisation")
    row = get(actor, rows, VIEW, key=key)
    file = case_file(row)
    answers = _Answers(file, actor, request)
    status = 200
    if request.method == "POST":
        if answers.give(actor, request_key_of(request)):
            messages.success(request, str(T("已处理。", "Done.")))
            return redirect(f"{HOME}{key}/")
        status = 422
    context = {
        "row": row,
        "state": STATES[row.state],
        "facts": _facts(row),
        "stages": _stages(file),
        "answers": answers,
        "alarms": _alarms(row),
        "entries": _entries(row, file),
        "crumbs": [
            (T("物联设备", "Devices"), "/iot_platform/"), (T("故障处理", "Faults"), HOME),
            (row.key, ""),
        ],
    }  # fmt: skip
    return render(request, "iot_platform/fault.html", context, status=status)


def _facts(row: DeviceFault) -> list[tuple[Any, Any]]:
    return [
        (T("设备", "Device"), row.device.name),
        (T("产品", "Profile"), row.device.profile.name),
        (T("设备群组", "Fleet"), row.device.fleet.name),
        (
            T("处理单位", "Handled by"),
            row.organisation.title if row.organisation else T("未指定", "None"),
        ),
        (T("办件编号", "Case"), row.case_number or T("等待开立", "To be opened")),
        (T("发生时间", "Since"), instant_text(row.begun_at)),
        (T("最近报警", "Last alarm"), instant_text(row.last_at)),
    ]


def _alarms(row: DeviceFault) -> Table:
    table = Table(
        T("报警", "Alarms"),
        [Column(T("发生时间", "Since")), Column(T("触发值 / 限值", "Value / limit"), numeric=True),
         Column(T("恢复时间", "Cleared"))],
    )  # fmt: skip
    for each in alarms_of(row):
        cleared = instant_text(each.cleared_at) if each.cleared_at else T("未恢复", "Not yet")
        table.add(
            instant_text(each.opened_at), f"{value_text(each.value)} / {value_text(each.limit)}",
            cleared, href=address_of(each.ref),
        )  # fmt: skip
    return table


def _stages(file: CaseFile | None) -> list[dict[str, Any]]:
    if file is None:
        return []
    open_steps = {task.step for task in file.open_tasks()}
    done = {task.step for task in file.tasks if task.state == "done"}
    return [
        {"title": step.title,
         "state": "now" if step.key in open_steps else "done" if step.key in done else "next"}
        for step in file.definition.steps.values() if step.kind != "end"
    ]  # fmt: skip


def _entries(row: DeviceFault, file: CaseFile | None) -> list[dict[str, Any]]:
    entries = [
        {"at": e.at, "title": title_of(e.kind), "who": e.actor_name, "tone": tone_of(e.kind)}
        for e in history(row.ref)
    ]
    for task in file.tasks if file else ():
        if task.state == "done" and file is not None:
            step = file.definition.steps[task.step]
            outcome = step.outcomes.get(task.outcome)
            told = outcome.title if outcome else task.outcome
            entries.append(
                {"at": task.done_at, "title": T("{}：{}", "{}: {}").format(step.title, told),
                 "text": task.data.get("opinion", ""),
                 "who": f"{task.organisation_name} {task.done_by_name}", "tone": "ok"}
            )  # fmt: skip
    return sorted(entries, key=lambda entry: entry["at"])
