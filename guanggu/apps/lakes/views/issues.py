"""Problems of lakes: what waits for this post, and one problem with its photos and next step."""

from __future__ import annotations

import copy
from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.html import format_html
from django.views.decorators.http import require_http_methods, require_safe

from guanggu.base import clock
from guanggu.base.actor import Actor
from guanggu.base.bilingual import T
from guanggu.base.errors import Forbidden, Invalid, Missing, Problem
from guanggu.kernel.case.public import CaseFile, Task, definition_for, may_work, outcomes_open
from guanggu.kernel.document.public import open_content, receive
from guanggu.kernel.identity.public import actor_of, get
from guanggu.kernel.journal.public import history
from guanggu.web.addresses import address_of
from guanggu.web.event_words import title_of, tone_of
from guanggu.web.schema_form import SchemaForm
from guanggu.web.table import Cell, Column, Table
from guanggu.web.templatetags.guanggu import instant

from ..actions.reporting import add_photo, advance
from ..models import LakeIssue
from ..queries.issues import case_file, handlers, issues, issues_of_cases, my_tasks, photos_of
from ..queries.scopes import VIEW_ISSUES, may_handle
from ..rules.words import ISSUE_KINDS, ISSUE_STATES, ISSUE_TONES, OPEN_STATES, ORIGINS, SEVERITIES
from .presenting import name_of

_EMPTY = {"type": "object", "properties": {}}
_NOT_HERE = T(
    "请切换到监测、执法、巡查或监察岗位。", "Switch to a post that monitors, enforces or patrols."
)


@require_safe
def issues_page(request: HttpRequest) -> HttpResponse:
    """GET /lakes/issues/"""
    actor = actor_of(request)
    if not VIEW_ISSUES.is_possible(actor):
        raise Forbidden(_NOT_HERE, code="" if actor.is_known else "sign_in")
    tasks, rows, today = my_tasks(actor), issues(actor), clock.today()
    late = sum(1 for task in tasks if task.due_on and task.due_on < today)
    under_way = rows.filter(state__in=OPEN_STATES)
    closed = rows.exclude(state__in=OPEN_STATES)
    return render(
        request,
        "lakes/issues.html",
        {
            "tiles": [
                {"label": T("待我办理", "For me to do"), "value": len(tasks)},
                {"label": T("其中超期", "Overdue of them"), "value": late, "tone": "bad" if late else "ok"},
                {"label": T("未办结问题", "Open problems"), "value": under_way.count(), "tone": "warn"},
                {"label": T("已办结", "Closed"), "value": closed.count(), "tone": "ok"},
            ],
            "waiting": _waiting(tasks),
            "under_way": _table(T("未办结问题", "Open problems"), under_way[:100]),
            "closed": _table(T("近期办结", "Closed of late"), closed[:30]),
            "crumbs": [(T("湖泊", "Lakes"), "/lakes/"), (T("湖泊问题", "Problems"), "")],
        },
    )  # fmt: skip


def _waiting(tasks: list[Task]) -> Table:
    found = issues_of_cases([task.case.number for task in tasks])
    table = Table(
        T("待我办理", "For me to do"),
        [Column(T("问题", "Problem")), Column(T("环节", "Step")), Column(T("紧急程度", "Severity")),
         Column(T("发现时间", "Found")), Column(T("到期", "Due"))],
    )  # fmt: skip
    today = clock.today()
    for task in tasks:
        row = found.get(task.case.number)
        if row is None:
            continue
        late = bool(task.due_on and task.due_on < today)
        table.add(
            row.title, definition_for(task.case).steps[task.step].title,
            Cell(SEVERITIES[row.severity], tone="bad" if row.severity == "urgent" else "quiet"),
            instant(row.found_at),
            Cell(task.due_on.isoformat() if task.due_on else "—", tone="bad" if late else "quiet"),
            href=f"/lakes/issues/{row.key}/",
        )  # fmt: skip
    return table


def _table(title: T, rows: Any) -> Table:
    table = Table(
        title,
        [Column(T("问题", "Problem")), Column(T("湖泊", "Lake")), Column(T("来源", "Origin")),
         Column(T("发现时间", "Found")), Column(T("状态", "State"))],
    )  # fmt: skip
    for row in rows:
        table.add(
            row.title, name_of(row.lake), ORIGINS[row.origin], instant(row.found_at),
            Cell(ISSUE_STATES[row.state], tone=ISSUE_TONES[row.state] or "info"),
            href=f"/lakes/issues/{row.key}/",
        )  # fmt: skip
    return table


def _with_handlers(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema with the organisations that can be chosen now."""
    if "handler" not in schema.get("properties", {}):
        return schema
    made = copy.deepcopy(schema)
    made["properties"]["handler"] |= {
        "x-widget": "select",
        "oneOf": [
            {"const": o.code, "title": o.name, "x-title-en": o.name_en or o.name}
            for o in handlers()
        ],
    }
    return made


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
            self.task = task
            self.title = file.definition.steps[task.step].title
            for outcome in outcomes_open(file, task, actor):
                schema = _with_handlers(outcome.schema or _EMPTY)
                posted, prefix = outcome.key == chosen, f"{outcome.key}-"
                form = (
                    SchemaForm.from_post(schema, request.POST, prefix=prefix) if posted
                    else SchemaForm(schema, prefix=prefix)
                )  # fmt: skip
                self.forms.append({"outcome": outcome, "form": form, "is_open": posted})

    def chosen(self) -> dict[str, Any] | None:
        return next((each for each in self.forms if each["is_open"]), None)


@require_http_methods(["GET", "HEAD", "POST"])
def issue_page(request: HttpRequest, key: str) -> HttpResponse:
    """GET, POST /lakes/issues/<key>/ – POST with ``outcome`` or ``photo``."""
    actor = actor_of(request)
    rows = LakeIssue.objects.select_related("lake", "patrol", "outfall", "organisation")
    row = get(actor, rows, VIEW_ISSUES, key=key)
    file = case_file(row)
    answers = _Answers(file, actor, request)
    if request.method == "POST" and _done(request, actor, row, answers):
        return redirect("lakes:issue", key=key)
    return render(
        request,
        "lakes/issue.html",
        {
            "row": row, "state": ISSUE_STATES[row.state], "tone": ISSUE_TONES[row.state],
            "rows": _rows(row, file), "stages": _stages(file), "answers": answers,
            "photos": photos_of(row), "entries": _entries(row, file),
            "may_add": may_handle(actor) and row.state in OPEN_STATES,
            "crumbs": [(T("湖泊", "Lakes"), "/lakes/"), (T("湖泊问题", "Problems"), "/lakes/issues/"),
                       (row.key, "")],
        },
    )  # fmt: skip


def _done(request: HttpRequest, actor: Actor, row: LakeIssue, answers: _Answers) -> bool:
    key = request.POST.get("request_key", "")[:64] or None
    try:
        if "photo" in request.FILES:
            upload = request.FILES["photo"]
            received = receive(upload, upload.name)  # type: ignore[arg-type,union-attr]
            add_photo(actor, key=key, issue=row.key, received=received.as_dict())
        elif not _advanced(actor, key, answers):
            return False
    except Invalid as problem:
        messages.error(request, str(problem.message))
        return False
    messages.success(request, str(T("已办理。", "Done.")))
    return True


def _advanced(actor: Actor, key: str | None, answers: _Answers) -> bool:
    chosen = answers.chosen()
    if chosen is None or answers.task is None:
        raise Invalid(T("请选择办理结果。", "Choose an outcome."))
    form: SchemaForm = chosen["form"]
    if not form.is_complete:
        return False
    try:
        advance(actor, key=key, task=answers.task.pk, outcome=chosen["outcome"].key, data=form.data)
    except Problem as problem:
        if not problem.fields:
            raise
        form.add_problem(problem)
        return False
    return True


def _link(ref: str, title: Any) -> Any:
    address = address_of(ref)
    return format_html('<a href="{}">{}</a>', address, title) if address else title


def _rows(row: LakeIssue, file: CaseFile | None) -> list[tuple[Any, Any]]:
    where = f"{row.geometry.x:.5f}, {row.geometry.y:.5f}" if row.geometry else ""
    rows = [
        (T("湖泊", "Lake"), _link(str(row.lake.ref), name_of(row.lake))),
        (T("问题类型", "Kind"), ISSUE_KINDS[row.kind]),
        (T("紧急程度", "Severity"), SEVERITIES[row.severity]),
        (T("情况描述", "What was found"), row.description),
        (T("地点", "Place"), row.place),
        (T("坐标", "Coordinates"), where),
        (T("发现时间", "Found"), instant(row.found_at)),
        (T("来源", "Origin"), ORIGINS[row.origin]),
        (T("上报人", "Reported by"), row.reporter),
        (T("排口", "Outfall"), _link(str(row.outfall.ref), row.outfall) if row.outfall else ""),
        (T("依据", "Basis"), row.clause),
        (T("关联报警", "Alarms"), len(row.alarms) or ""),
        (T("办理编号", "Case"), row.case_number or T("等待开立", "To be opened")),
    ]
    made = [(label, value) for label, value in rows if value != ""]
    for clock_ in file.clocks if file else ():
        if clock_.due_on:
            made.append((T("处置时限", "To be done by"), clock_.due_on.isoformat()))
    return made


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


def _entries(row: LakeIssue, file: CaseFile | None) -> list[dict[str, Any]]:
    entries = [
        {"at": e.at, "title": title_of(e.kind), "who": e.actor_name, "tone": tone_of(e.kind)}
        for e in history(row.ref)
        if e.kind in ("lakes.issue_reported", "lakes.photo_added") and "case" not in e.body
    ]
    for task in file.tasks if file else ():
        if task.state != "done" or file is None:
            continue
        step = file.definition.steps[task.step]
        outcome = step.outcomes.get(task.outcome)
        title = T("{}：{}", "{}: {}").format(step.title, outcome.title if outcome else task.outcome)
        entries.append(
            {"at": task.done_at, "title": title, "text": task.data.get("opinion", ""),
             "who": f"{task.organisation_name} {task.done_by_name}", "tone": "ok"}
        )  # fmt: skip
    return sorted(entries, key=lambda entry: entry["at"])


@require_safe
def photo_page(request: HttpRequest, key: str, file: str) -> HttpResponseBase:
    """GET /lakes/issues/<key>/photos/<file>/"""
    row = get(actor_of(request), LakeIssue, VIEW_ISSUES, key=key)
    for each in photos_of(row):
        if each.key == file:
            return FileResponse(
                open_content(each), filename=each.name, content_type=each.media_type
            )
    raise Missing(T("没有这张照片。", "There is no such photo."))
