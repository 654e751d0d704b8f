"""The official's worklist and the case page, where everything of a case stands on one screen."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from guanggu.base import clock
from guanggu.base.actor import Actor
from guanggu.base.bilingual import T
from guanggu.base.errors import Forbidden, Invalid
from guanggu.kernel.case.public import (
    CaseFile,
    Outcome,
    Procedure,
    Task,
    claim_task,
    definition_of,
    may_work,
    outcomes_open,
    release_task,
)
from guanggu.kernel.document.public import documents_of
from guanggu.kernel.identity.public import actor_of
from guanggu.kernel.register.public import find
from guanggu.standards.gb_t_39735_2020 import LEVELS
from guanggu.web.paging import keyset_page
from guanggu.web.schema_form import SchemaForm

from .. import actions
from ..actions.deciding import SECOND_NOTICE
from ..queries import matter, schema_for
from ..rules import KINDS, STAGES
from .asking import named
from .presenting import answers_shown, clocks_shown, history_of, stages_of, state_badge
from .repeating import repeated
from .steering import deeds_for
from .steps import ordered_deep
from .tables import tasks_table

OFFICIALS_ONLY = T(
    "工作台供承办单位人员使用。请切换到您的岗位。",
    "The workbench is for officials. Switch to your post.",
)
FOUND_MAX = 200


def require_official(request: HttpRequest) -> Actor:
    actor = actor_of(request)
    if actor.kind != "official":
        raise Forbidden(OFFICIALS_ONLY, code="" if actor.is_known else "sign_in")
    return actor


def _tasks(actor: Actor, params: Any) -> QuerySet[Task]:
    """Open tasks of the actor's post, narrowed by what the query asks."""
    rows = Task.objects.filter(
        state="open", organisation=actor.organisation, role__in=sorted(actor.roles),
        case__kind__in=KINDS,
    ).select_related("case").defer("data", "case__data")  # fmt: skip
    mine = Q(assignee=actor.account) | Q(assignee_post=actor.post)
    whose = params.get("whose", "")
    if whose == "mine":
        rows = rows.filter(mine)
    elif whose == "free":
        rows = rows.filter(assignee__isnull=True)
    else:
        rows = rows.filter(mine | Q(assignee__isnull=True))
    if params.get("stage") in STAGES:
        rows = rows.filter(stage=params["stage"])
    if params.get("due") == "overdue":
        rows = rows.filter(due_on__lt=clock.today())
    if text := params.get("q", "").strip()[:100]:
        keys = [f.ref.key for f in find(actor, text, ["cases"], limit=FOUND_MAX)]
        rows = rows.filter(case__number__in=keys)
    return rows


def _step_titles(tasks: list[Task]) -> dict[int, T]:
    """Titles of the steps; definitions are read once a version, not once a task."""
    versions = Procedure.objects.defer("definition").in_bulk({t.case.procedure_id for t in tasks})
    return {t.pk: definition_of(versions[t.case.procedure_id]).steps[t.step].title for t in tasks}


@require_GET
def worklist_page(request: HttpRequest) -> HttpResponse:
    """My post's open tasks, the most urgent first."""
    actor = require_official(request)
    page = keyset_page(
        _tasks(actor, request.GET), order="urgent_on", after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )  # fmt: skip
    context = {
        "page": page,
        "table": tasks_table(page.rows, actor.account, _step_titles(page.rows)),
        "stages": STAGES,
        "params": request.GET,
    }
    return render(request, "approvals/work.html", context)


def outcome_schema(file: CaseFile, task: Task, outcomes: Iterable[Outcome]) -> dict[str, Any]:
    """One form for the task: the outcome, and below it what the chosen outcome asks."""
    timed = {timer.outcome for timer in file.definition.steps[task.step].timers}
    options, properties, required = [], {}, ["outcome"]
    for outcome in outcomes:
        if outcome.key in timed:
            continue
        options.append(
            {"const": outcome.key, "title": outcome.title.zh, "x-title-en": outcome.title.en}
        )
        schema = schema_for(file, outcome)
        if schema.get("properties"):
            properties[outcome.key] = {
                **schema, "title": outcome.title.zh, "x-title-en": outcome.title.en,
                "x-show-when": {"outcome": outcome.key},
            }  # fmt: skip
            required.append(outcome.key)
    choose = {"type": "string", **named(T("办理结果", "Outcome")),
              "x-widget": "radios", "oneOf": options}  # fmt: skip
    return {"type": "object", "properties": {"outcome": choose, **properties},
            "required": required}  # fmt: skip


def _task_of(file: CaseFile, actor: Actor) -> Task | None:
    """The open task that this post may decide, his own before others."""
    mine = [t for t in file.open_tasks() if may_work(actor, file.case, t)]
    return next(iter(sorted(mine, key=lambda t: t.assignee != actor.account)), None)


def _page(
    request: HttpRequest, actor: Actor, file: CaseFile, form: SchemaForm | None = None,
    status: int = 200,
) -> HttpResponse:  # fmt: skip
    case, data = file.case, file.case.data
    task = _task_of(file, actor)
    if form is None and task is not None:
        schema = outcome_schema(file, task, outcomes_open(file, task, actor))
        options = schema["properties"]["outcome"]["oneOf"]
        chosen = request.GET.get("outcome") or (options[0]["const"] if options else "")
        form = SchemaForm(schema, {"outcome": chosen}) if options else None
    item = data.get("item") or {}
    context = {
        "case": case,
        "item": item,
        "badge": state_badge(case),
        "stages": stages_of(file),
        "clocks": clocks_shown(file),
        "applicant": _applicant(case),
        "answers": answers_shown(ordered_deep(item.get("form_schema") or {}), data.get("form") or {}),
        "materials": [
            {"title": T(m["name"], m.get("name_en") or m["name"]), "required": m.get("required"),
             "source": m.get("source"),
             "files": (data.get("materials") or {}).get(m["key"], [])}
            for m in item.get("materials") or ()
        ],
        "opinions": _opinions(file),
        "history": history_of(file, internal=True),
        "papers": documents_of(case.ref),
        "task": task,
        "task_title": file.definition.steps[task.step].title if task else "",
        "others": [
            (file.definition.steps[t.step].title, t) for t in file.open_tasks() if t is not task
        ],
        "form": form,
        "deeds": deeds_for(actor, file),
        "about": data.get("matter"),
        "about_text": data.get("reason") or data.get("text") or "",
        "about_level": LEVELS.get(data.get("level"), ""),
        "fees": data.get("fees") or [],
        "version": file.definition.version,
    }  # fmt: skip
    return render(request, "approvals/case.html", context, status=status)


def _applicant(case: Any) -> list[tuple[T, Any]]:
    known = case.data.get("applicant") or {}
    labels = {
        "name": T("申请人", "Applicant"), "code": T("证件号码", "Code"),
        "legal_representative": T("法定代表人（负责人）", "Legal representative"),
        "contact_name": T("联系人", "Contact"), "contact_phone": T("联系电话", "Telephone"),
        "contact_email": T("电子邮箱", "E-mail"), "address": T("联系地址", "Address"),
    }  # fmt: skip
    return [(label, known[name]) for name, label in labels.items() if known.get(name)]


def _opinions(file: CaseFile) -> list[dict[str, Any]]:
    """What each task ended with: who, when, and what he wrote."""
    rows = []
    for task in file.tasks:
        if task.state != "done":
            continue
        step = file.definition.steps[task.step]
        outcome = step.outcomes.get(task.outcome)
        schema = outcome.schema or {} if outcome else {}
        rows.append(
            {
                "step": step.title, "round": task.round,
                "organisation": task.organisation_name,
                "outcome": outcome.title if outcome else task.outcome,
                "who": task.done_by_name, "at": task.done_at,
                "answers": answers_shown(schema, task.data),
            }
        )  # fmt: skip
    return rows


@require_GET
def case_page(request: HttpRequest, number: str) -> HttpResponse:
    actor = require_official(request)
    return _page(request, actor, matter(actor, number))


@require_POST
def decide(request: HttpRequest, number: str, task: int) -> HttpResponse:
    """Give the task its outcome; whoever comes second reads who decided what."""
    actor = require_official(request)
    file = matter(actor, number)
    row = file.task(task)
    if repeated(request, actor) is not None:
        return redirect("approvals:case", number=number)
    # Read by every outcome of the step: whether one is open now, the action says and records.
    schema = outcome_schema(file, row, file.definition.steps[row.step].outcomes.values())
    form = SchemaForm.from_post(schema, request.POST)
    if not form.is_complete and may_work(actor, file.case, row) and row.state == "open":
        return _page(request, actor, file, form, 422 if form.errors else 200)
    outcome = str(form.data.get("outcome") or "")[:40]
    data = form.data.get(outcome) or {}
    try:
        answer = actions.decide_task(
            actor, key=request.POST.get("request_key"), task=task, outcome=outcome, data=data
        )
    except Invalid as problem:
        for path, message in problem.fields.items():
            form.errors[path if path in ("", "outcome") else f"{outcome}.{path}"] = message
        if not problem.fields:
            form.errors[""] = problem.message
        return _page(request, actor, file, form, 422)
    if answer.get("refused"):
        messages.error(request, str(SECOND_NOTICE))
    else:
        messages.success(request, str(T("已办理。", "Done.")))
    return redirect("approvals:case", number=number)


@require_POST
def claim(request: HttpRequest, number: str, task: int) -> HttpResponse:
    actor = require_official(request)
    matter(actor, number).task(task)
    claim_task(actor, key=request.POST.get("request_key"), task=task)
    return redirect("approvals:case", number=number)


@require_POST
def release(request: HttpRequest, number: str, task: int) -> HttpResponse:
    actor = require_official(request)
    matter(actor, number).task(task)
    release_task(actor, key=request.POST.get("request_key"), task=task)
    return redirect("approvals:case", number=number)
