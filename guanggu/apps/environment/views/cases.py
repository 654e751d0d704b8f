"""Enforcement: what waits for this post, and one case with its evidence and its next step."""

from __future__ import annotations

from datetime import timedelta
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
from guanggu.web import curves
from guanggu.web.addresses import address_of
from guanggu.web.event_words import title_of, tone_of
from guanggu.web.measures import value_text
from guanggu.web.schema_form import SchemaForm
from guanggu.web.table import Cell, Column, Table
from guanggu.web.templatetags.guanggu import instant

from ..actions.enforcing import advance, attach_paper, freeze_evidence
from ..models import Violation
from ..queries.cases import case_file, my_tasks, papers_of, violations, violations_of_cases
from ..queries.scopes import VIEW_VIOLATIONS, may_enforce
from ..rules.words import VIOLATION_KINDS, VIOLATION_STATES, factor_title
from .showing import station_curves

_EMPTY = {"type": "object", "properties": {}}
_NOT_HERE = T(
    "请切换到监测、执法或监察岗位。", "Switch to a post that monitors, enforces or supervises."
)


@require_safe
def cases_page(request: HttpRequest) -> HttpResponse:
    """GET /environment/cases/"""
    actor = actor_of(request)
    if not VIEW_VIOLATIONS.is_possible(actor):
        raise Forbidden(_NOT_HERE)
    tasks = my_tasks(actor)
    rows = violations(actor)
    closed = rows.filter(state="closed")
    today = clock.today()
    late = sum(1 for task in tasks if task.due_on and task.due_on < today)
    return render(
        request,
        "environment/cases.html",
        {
            "tiles": [
                {"label": T("待我办理", "For me to do"), "value": len(tasks)},
                {"label": T("其中超期", "Overdue of them"), "value": late, "tone": "bad" if late else "ok"},
                {"label": T("办理中线索", "Under way"), "value": rows.filter(state="open").count()},
                {"label": T("已办结", "Closed"), "value": closed.count(), "tone": "ok"},
            ],
            "waiting": _waiting(tasks),
            "under_way": _table(T("办理中", "Under way"), rows.filter(state="open")[:100]),
            "closed": _table(T("近期办结", "Closed of late"), closed[:30]),
            "crumbs": [(T("环境执法", "Enforcement"), "")],
        },
    )  # fmt: skip


def _waiting(tasks: list[Task]) -> Table:
    found = violations_of_cases([task.case.number for task in tasks])
    table = Table(
        T("待办执法任务", "Tasks waiting"),
        [Column(T("线索", "Violation")), Column(T("环节", "Step")), Column(T("类型", "Kind")),
         Column(T("发现时间", "Since")), Column(T("到期", "Due"))],
    )  # fmt: skip
    today = clock.today()
    for task in tasks:
        row = found.get(task.case.number)
        if row is None:
            continue
        late = bool(task.due_on and task.due_on < today)
        due = task.due_on.isoformat() if task.due_on else "—"
        table.add(
            row.title, definition_for(task.case).steps[task.step].title,
            VIOLATION_KINDS[row.kind], instant(row.begun_at),
            Cell(due, tone="bad" if late else "quiet"), href=f"/environment/cases/{row.key}/",
        )  # fmt: skip
    return table


def _table(title: T, rows: Any) -> Table:
    table = Table(
        title,
        [Column(T("线索", "Violation")), Column(T("编号", "Key")), Column(T("类型", "Kind")),
         Column(T("发现时间", "Since")), Column(T("最高值/限值", "Peak/limit"), numeric=True),
         Column(T("状态", "State"))],
    )  # fmt: skip
    for row in rows:
        figures = f"{value_text(row.peak)} / {value_text(row.limit)}" if row.limit else "—"
        table.add(
            row.title, row.key, VIOLATION_KINDS[row.kind], instant(row.begun_at), figures,
            Cell(VIOLATION_STATES[row.state], tone="warn" if row.state == "open" else "ok"),
            href=f"/environment/cases/{row.key}/",
        )  # fmt: skip
    return table


class _Answers:
    """The outcomes of the open task that this actor may choose, each with its form."""

    def __init__(self, file: CaseFile | None, actor: Actor, request: HttpRequest):
        self.task: Task | None = None
        self.forms: list[dict[str, Any]] = []
        chosen = request.POST.get("outcome", "")
        for task in file.open_tasks() if file else ():
            if not (file and actor.kind == "official" and may_work(actor, file.case, task)):
                continue
            self.task = task
            self.title = file.definition.steps[task.step].title
            for outcome in outcomes_open(file, task, actor):
                schema = outcome.schema or _EMPTY
                posted = outcome.key == chosen
                form = (
                    SchemaForm.from_post(schema, request.POST, prefix=f"{outcome.key}-")
                    if posted
                    else SchemaForm(schema, prefix=f"{outcome.key}-")
                )
                self.forms.append({"outcome": outcome, "form": form, "is_open": posted})

    def chosen(self) -> dict[str, Any] | None:
        return next((each for each in self.forms if each["is_open"]), None)


@require_http_methods(["GET", "HEAD", "POST"])
def case_page(request: HttpRequest, key: str) -> HttpResponse:
    """GET, POST /environment/cases/<key>/ – POST with ``outcome``, ``freeze`` or a ``paper``."""
    actor = actor_of(request)
    row = get(actor, Violation.objects.select_related("source_unit"), VIEW_VIOLATIONS, key=key)
    file = case_file(row)
    answers = _Answers(file, actor, request)
    if request.method == "POST" and _done(request, actor, row, answers):
        return redirect("environment:case", key=key)
    return render(
        request,
        "environment/case.html",
        {
            "row": row,
            "kind": VIOLATION_KINDS[row.kind],
            "state": VIOLATION_STATES[row.state],
            "rows": _rows(row),
            "stages": _stages(file),
            "answers": answers,
            "chart": _chart(row),
            "papers": papers_of(row),
            "may_enforce": may_enforce(actor) and row.state == "open",
            "entries": _entries(row, file),
            "clocks": file.clocks if file else [],
            "crumbs": [(T("环境执法", "Enforcement"), "/environment/cases/"), (row.key, "")],
        },
    )


def _done(request: HttpRequest, actor: Actor, row: Violation, answers: _Answers) -> bool:
    key = request.POST.get("request_key", "")[:64] or None
    try:
        if "freeze" in request.POST:
            freeze_evidence(actor, violation=row.key, key=key)
        elif "paper" in request.FILES:
            upload = request.FILES["paper"]
            received = receive(upload, upload.name)  # type: ignore[arg-type,union-attr]
            attach_paper(actor, key=key, violation=row.key, received=received.as_dict())
        else:
            return _advanced(actor, key, answers)
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


def _rows(row: Violation) -> list[tuple[Any, Any]]:
    def link(ref: str, title: Any) -> Any:
        address = address_of(ref)
        return format_html('<a href="{}">{}</a>', address, title) if address else title

    source = row.source_unit
    rows = [
        (T("污染源", "Source"), link(str(source.ref), source.name) if source else ""),
        (T("对象", "Subject"), link(row.subject, row.subject.partition("/")[2])),
        (T("监测因子", "Factor"), factor_title(row.factor) if row.factor else ""),
        (T("最高值", "Peak"), value_text(row.peak) if row.peak is not None else ""),
        (T("限值", "Limit"), value_text(row.limit) if row.limit is not None else ""),
        (T("依据", "Basis"), row.clause),
        (T("开始时间", "Since"), instant(row.begun_at)),
        (T("最近时间", "Last"), instant(row.last_at)),
        (T("关联报警", "Alarms"), len(row.alarms) or ""),
        (T("案件编号", "Case"), row.case_number or T("等待开立", "To be opened")),
        (T("证据摘要（SHA-256）", "Digest of the evidence"), row.evidence_sha256),
    ]
    return [(label, value) for label, value in rows if value != ""]


def _stages(file: CaseFile | None) -> list[dict[str, Any]]:
    if file is None:
        return []
    open_steps = {task.step for task in file.open_tasks()}
    done = {task.step for task in file.tasks if task.state == "done"}
    return [
        {"title": step.title,
         "state": "now" if step.key in open_steps else "done" if step.key in done else "next"}
        for step in file.definition.steps.values()
        if step.kind != "end"
        and (step.key not in ("correct", "penalise") or step.key in open_steps | done)
    ]  # fmt: skip


def _chart(row: Violation) -> curves.Chart | None:
    """The factor on the day on which it began, with the limit."""
    if not row.factor:
        return None
    day = clock.local(row.begun_at).date()
    window = curves.window_of({"period": "week", "on": day.isoformat()})
    if row.last_at - row.begun_at < timedelta(hours=20):
        window = curves.window_of({"period": "day", "on": day.isoformat()})
    limits = [curves.Limit(row.limit, T("限值", "Limit"))] if row.limit else []
    thing = row.subject.partition("/")[2]
    return station_curves([(thing, row.title)], row.factor, window, limits=limits)


def _entries(row: Violation, file: CaseFile | None) -> list[dict[str, Any]]:
    entries = [
        {"at": e.at, "title": title_of(e.kind), "who": e.actor_name, "tone": tone_of(e.kind)}
        for e in history(row.ref)
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
def paper_page(request: HttpRequest, key: str, paper: str) -> HttpResponseBase:
    """GET /environment/cases/<key>/papers/<paper>/"""
    row = get(actor_of(request), Violation, VIEW_VIOLATIONS, key=key)
    for each in papers_of(row):
        if each.key == paper:
            return FileResponse(
                open_content(each), as_attachment=True, filename=each.name,
                content_type=each.media_type,
            )  # fmt: skip
    raise Missing(T("没有这个文件。", "There is no such file."))
