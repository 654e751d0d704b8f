"""The duty desk: the present shift and its log, orders out, handing over and taking over."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from guanggu.base import clock
from guanggu.base.actor import Actor
from guanggu.base.bilingual import T
from guanggu.base.errors import Forbidden, Invalid, Problem
from guanggu.kernel.case.public import definition_for
from guanggu.kernel.identity.public import MAY_NOT, actor_of
from guanggu.web.schema_form import SchemaForm
from guanggu.web.table import Cell, Column, Table
from guanggu.web.templatetags.guanggu import instant

from ..actions.duty import begin_shift, hand_over, take_over, write_entry
from ..actions.orders import HOURS_MAX, give_order
from ..models import CommandOrder
from ..queries.desk import (
    departments,
    entries_of,
    my_tasks,
    next_shifts,
    orders_of_cases,
    orders_seen,
    shift_handing_over,
    shift_on_duty,
)
from ..queries.scopes import is_official, keeps_desk
from ..queries.wall import alarms_now
from ..rules import ENTRY_KINDS, URGENCIES, is_late

_DONE = T("已办理。", "Done.")


def _named(title: T, order: int, **more: Any) -> dict[str, Any]:
    return {"type": "string", "title": title.zh, "x-title-en": title.en, "x-order": order, **more}


def _chosen(title: T, order: int, pairs: Any, **more: Any) -> dict[str, Any]:
    values = [{"const": key, "title": t.zh, "x-title-en": t.en} for key, t in pairs]
    return _named(title, order, oneOf=values, **more)


def _long(title: T, order: int, shortest: int = 1) -> dict[str, Any]:
    limits = {"minLength": shortest, "maxLength": 4000, "x-widget": "textarea"}
    return _named(title, order, **limits)


def _entry_schema() -> dict[str, Any]:
    kinds = [(key, title) for key, title in ENTRY_KINDS.items() if key != "order"]
    return {
        "type": "object", "required": ["kind", "text"],
        "properties": {
            "kind": _chosen(T("类别", "Kind"), 1, kinds, **{"x-widget": "radios"}),
            "text": _long(T("内容", "What happened"), 2),
        },
    }  # fmt: skip


def _order_schema() -> dict[str, Any]:
    bodies = [(body.code, body.title) for body in departments()]
    hours = T(
        "反馈时限（小时，不填按紧急程度：特急 1、紧急 4、一般 24）",
        "Hours to answer (empty: 1, 4 or 24 by urgency)",
    )
    limits = {"type": "integer", "minimum": 1, "maximum": HOURS_MAX, "x-width": 5}
    return {
        "type": "object", "required": ["organisation", "title", "content", "urgency"],
        "properties": {
            "organisation": _chosen(T("承办单位", "Given to"), 1, bodies, **{"x-widget": "select"}),
            "title": _named(T("标题", "Title"), 2, minLength=1, maxLength=200),
            "content": _long(T("指令内容", "Order"), 3),
            "urgency": _chosen(T("紧急程度", "Urgency"), 4, URGENCIES.items()),
            "hours": _named(hours, 5, **limits),
        },
    }  # fmt: skip


def _over_schema() -> dict[str, Any]:
    return {
        "type": "object", "required": ["summary"],
        "properties": {
            "summary": _long(T("交班小结", "Summary of the shift"), 1),
            "open_matters": _long(T("待跟进事项", "Still open"), 2, 0),
        },
    }  # fmt: skip


_FORMS = {"entry": _entry_schema, "order": _order_schema, "over": _over_schema}


def _acted(actor: Actor, key: str | None, form: SchemaForm, what: str) -> None:
    data = form.data
    if what == "entry":
        write_entry(actor, key=key, kind=data["kind"], text=data["text"])
    elif what == "order":
        give_order(
            actor, key=key, organisation=data["organisation"], title=data["title"],
            content=data["content"], urgency=data["urgency"], hours=data.get("hours"),
        )  # fmt: skip
    else:
        hand_over(
            actor, key=key, summary=data["summary"], open_matters=data.get("open_matters", "")
        )


@require_http_methods(["GET", "HEAD", "POST"])
def desk_page(request: HttpRequest) -> HttpResponse:
    """GET, POST /command/ – POST with ``what``: entry, order, over, begin or take."""
    actor = actor_of(request)
    if not is_official(actor):
        raise Forbidden(MAY_NOT)
    what = request.POST.get("what", "")
    forms = {
        name: SchemaForm.from_post(schema(), request.POST, prefix=f"{name}-")
        if name == what
        else SchemaForm(schema(), prefix=f"{name}-")
        for name, schema in (_FORMS.items() if keeps_desk(actor) else ())
    }
    if request.method == "POST" and _done(request, actor, what, forms):
        return redirect("command:desk")
    return render(request, "command/desk.html", _context(actor, what, forms))


def _done(request: HttpRequest, actor: Actor, what: str, forms: dict[str, SchemaForm]) -> bool:
    key = request.POST.get("request_key", "")[:64] or None
    form = forms.get(what)
    try:
        if what == "begin":
            begin_shift(actor, key=key, shift=request.POST.get("shift", ""))
        elif what == "take":
            take_over(actor, key=key, shift=request.POST.get("shift", ""))
        elif form is None:
            raise Invalid(T("请选择要办理的事项。", "Choose what to do."))
        elif not form.is_complete:
            return False
        else:
            _acted(actor, key, form, what)
    except Problem as problem:
        if form is not None and problem.fields:
            form.add_problem(problem)
            return False
        if isinstance(problem, Forbidden):
            raise
        messages.error(request, str(problem.message))
        return False
    messages.success(request, str(_DONE))
    return True


def _context(actor: Actor, what: str, forms: dict[str, SchemaForm]) -> dict[str, Any]:
    desk = keeps_desk(actor)
    shift = shift_on_duty(actor.organisation) if desk else None
    waiting = shift_handing_over(actor.organisation) if desk else None
    orders = list(orders_seen(actor).filter(state="open").order_by("answer_by")[:50])
    return {
        "desk": desk, "shift": shift, "waiting": waiting, "forms": forms, "opened": what,
        "is_mine": shift is not None and shift.officer == actor.account,
        "may_take": waiting is not None and waiting.officer != actor.account,
        "entries": [entry_shown(each) for each in entries_of(shift)] if shift else [],
        "planned": next_shifts(actor.organisation) if desk else [],
        "orders": _orders(orders), "tasks": _tasks(actor), "has_orders": bool(orders),
        "has_tasks": bool(my_tasks(actor)),
        "alarms": len(alarms_now(actor, 500)),
        "crumbs": [(T("值班台", "Duty desk"), "")],
    }  # fmt: skip


def entry_shown(entry: Any) -> dict[str, Any]:
    text = entry.text
    if entry.amends is not None:
        text = T("（更正 {}）", "(corrects {}) ").format(entry.amends.key) + text
    return {"at": entry.at, "title": ENTRY_KINDS[entry.kind], "text": text, "who": entry.writer_name,
            "tone": {"alarm": "bad", "order": "warn", "instruction": "ok"}.get(entry.kind, "")}  # fmt: skip


def _orders(rows: list[CommandOrder]) -> Table:
    table = Table(
        T("在办调度指令", "Orders under way"),
        [Column(T("指令", "Order")), Column(T("承办单位", "Given to")), Column(T("紧急程度", "Urgency")),
         Column(T("反馈时限", "Answer by"))],
    )  # fmt: skip
    now = clock.now()
    for row in rows:
        late = is_late(row.state, row.answer_by, now)
        table.add(
            row.title, row.organisation.title, URGENCIES[row.urgency],
            Cell(instant(row.answer_by), tone="bad" if late else "quiet"),
            href=f"/command/orders/{row.key}/",
        )  # fmt: skip
    return table


def _tasks(actor: Actor) -> Table:
    tasks = my_tasks(actor)
    found = orders_of_cases([task.case.number for task in tasks])
    table = Table(
        T("待本岗办理的指令", "Orders for this post"),
        [Column(T("指令", "Order")), Column(T("环节", "Step")), Column(T("下达单位", "Given by")),
         Column(T("反馈时限", "Answer by"))],
    )  # fmt: skip
    for task in tasks:
        row = found.get(task.case.number)
        if row is not None:
            table.add(
                row.title, definition_for(task.case).steps[task.step].title, row.issuer.title,
                instant(row.answer_by), href=f"/command/orders/{row.key}/",
            )  # fmt: skip
    return table
