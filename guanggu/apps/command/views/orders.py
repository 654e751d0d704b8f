"""One order: what it says, where it stands, and the next step for whoever has it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from guanggu.base import clock
from guanggu.base.actor import Actor
from guanggu.base.bilingual import T
from guanggu.base.errors import Invalid, Problem
from guanggu.kernel.case.public import CaseFile, Task, may_work, outcomes_open
from guanggu.kernel.identity.public import actor_of, get
from guanggu.web.addresses import address_of
from guanggu.web.case_steps import entries
from guanggu.web.schema_form import SchemaForm
from guanggu.web.templatetags.guanggu import instant

from ..actions.orders import advance
from ..models import CommandOrder
from ..queries.desk import case_file
from ..queries.scopes import VIEW_ORDERS
from ..rules import URGENCIES, is_late

_EMPTY: dict[str, Any] = {"type": "object", "properties": {}}


class _Answers:
    """The outcomes of the open task that this actor may choose, each with its form."""

    def __init__(self, file: CaseFile | None, actor: Actor, request: HttpRequest):
        self.task: Task | None = None
        self.forms: list[dict[str, Any]] = []
        chosen = request.POST.get("outcome", "")
        for task in file.open_tasks() if file else ():
            if not (file and actor.kind == "official" and may_work(actor, file.case, task)):
                continue
            self.task, self.title = task, file.definition.steps[task.step].title
            for outcome in outcomes_open(file, task, actor):
                schema, posted = outcome.schema or _EMPTY, outcome.key == chosen
                prefix = f"{outcome.key}-"
                form = (
                    SchemaForm.from_post(schema, request.POST, prefix=prefix)
                    if posted
                    else SchemaForm(schema, prefix=prefix)
                )
                self.forms.append({"outcome": outcome, "form": form, "is_open": posted})

    def chosen(self) -> dict[str, Any] | None:
        return next((each for each in self.forms if each["is_open"]), None)


@require_http_methods(["GET", "HEAD", "POST"])
def order_page(request: HttpRequest, key: str) -> HttpResponse:
    """GET, POST /command/orders/<key>/ – POST with ``outcome``."""
    actor = actor_of(request)
    rows = CommandOrder.objects.select_related("issuer", "organisation")
    row = get(actor, rows, VIEW_ORDERS, key=key)
    file = case_file(row)
    answers = _Answers(file, actor, request)
    if request.method == "POST" and _done(request, actor, answers):
        return redirect("command:order", key=key)
    return render(
        request,
        "command/order.html",
        {
            "row": row, "rows": _rows(row), "answers": answers, "entries": entries(row, file),
            "late": is_late(row.state, row.answer_by, clock.now()), "urgency": URGENCIES[row.urgency],
            "crumbs": [(T("值班台", "Duty desk"), "/command/"), (row.key, "")],
        },
    )  # fmt: skip


def _done(request: HttpRequest, actor: Actor, answers: _Answers) -> bool:
    key = request.POST.get("request_key", "")[:64] or None
    chosen = answers.chosen()
    if chosen is None or answers.task is None:
        messages.error(request, str(T("请选择办理结果。", "Choose an outcome.")))
        return False
    form: SchemaForm = chosen["form"]
    if not form.is_complete:
        return False
    try:
        advance(actor, key=key, task=answers.task.pk, outcome=chosen["outcome"].key, data=form.data)
    except Problem as problem:
        if problem.fields:
            form.add_problem(problem)
            return False
        if isinstance(problem, Invalid):
            messages.error(request, str(problem.message))
            return False
        raise
    messages.success(request, str(T("已办理。", "Done.")))
    return True


def _rows(row: CommandOrder) -> list[tuple[Any, Any]]:
    found: list[tuple[Any, Any]] = [
        (T("指令内容", "Order"), row.content), (T("下达单位", "Given by"), row.issuer.title),
        (T("下达人", "By"), row.given_by_name), (T("承办单位", "Given to"), row.organisation.title),
        (T("下达时间", "Given"), instant(row.given_at)),
        (T("反馈时限", "Answer by"), instant(row.answer_by)), (T("办理编号", "Case"), row.case_number),
    ]  # fmt: skip
    if row.subject and address_of(row.subject):
        found.append((T("关联对象", "About"), row.subject))
    return found
