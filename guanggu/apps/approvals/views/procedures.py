"""The directory of procedures with their versions, and publishing a new version from JSON."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from guanggu.base.bilingual import T
from guanggu.base.errors import Conflict, Forbidden, Invalid
from guanggu.kernel.case.public import (
    VIEW_PROCEDURES,
    Procedure,
    definition_of,
    publish_procedure,
)
from guanggu.kernel.identity.public import demand, get, visible
from guanggu.web.table import Column, Table

from ..rules import STAGES
from .work import require_official

JSON_CHARACTERS_MAX = 400_000
MAY_NOT = T("只有系统管理岗位可以发布程序。", "Only the system administrator's post may publish.")
STATES = {
    "draft": T("草稿", "Draft"),
    "published": T("已发布", "Published"),
    "retired": T("已停用", "Retired"),
}
NOT_JSON = T("第 {} 行第 {} 列不是有效的 JSON：{}", "Line {}, column {} is not valid JSON: {}")


@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    actor = require_official(request)
    demand(actor, VIEW_PROCEDURES)
    rows = visible(actor, Procedure.objects.filter(code__startswith="approvals."), VIEW_PROCEDURES)
    table = Table(
        T("审批程序", "Procedures"),
        [Column(T("程序", "Procedure")), Column(T("代码", "Code")), Column(T("版本", "Version")),
         Column(T("状态", "State")), Column(T("发布时间", "Published"))],
    )  # fmt: skip
    for row in rows.order_by("code", "-version").defer("definition")[:500]:
        table.add(
            T(row.title, row.title_en), row.code, row.version,
            STATES.get(row.state, row.state), row.published_at.date() if row.published_at else "",
            href=f"/approvals/procedures/{row.code}/{row.version}/",
        )  # fmt: skip
    context = {"table": table, "may_publish": actor.has("administer")}
    return render(request, "approvals/procedures.html", context)


@require_GET
def detail(request: HttpRequest, code: str, version: int) -> HttpResponse:
    actor = require_official(request)
    row = get(actor, Procedure, VIEW_PROCEDURES, code=code[:64], version=version)
    definition = definition_of(row)
    steps = [
        {
            "title": step.title,
            "stage": STAGES.get(step.stage, ""),
            "role": step.role,
            "days": step.days,
            "kind": step.kind,
            "once": step.once,
            "outcomes": [
                (o.title, definition.steps[o.to].title if o.to in definition.steps else "", o.when)
                for o in [*step.outcomes.values(), *step.join]
            ],
        }
        for step in definition.steps.values()
    ]
    context = {
        "row": row, "title": T(row.title, row.title_en), "steps": steps,
        "clocks": list(definition.clocks.values()), "may_publish": actor.has("administer"),
        "json": json.dumps(row.definition, ensure_ascii=False, indent=1),
        "state": STATES.get(row.state, row.state),
    }  # fmt: skip
    return render(request, "approvals/procedure.html", context)


@require_http_methods(["GET", "POST"])
def publish(request: HttpRequest) -> HttpResponse:
    """Publish a new version; every fault is named by its place, and cases keep their version."""
    actor = require_official(request)
    if not actor.has("administer"):
        raise Forbidden(MAY_NOT)
    code = (request.POST.get("code") or request.GET.get("code") or "")[:60]
    text = request.POST.get("definition", "")[:JSON_CHARACTERS_MAX]
    faults: list[tuple[str, T]] = []
    if request.method == "POST":
        try:
            answer = publish_procedure(
                actor, key=request.POST.get("request_key"), code=code, definition=_parsed(text)
            )
            return redirect("approvals:procedure", code=code, version=answer["version"])
        except (Invalid, Conflict) as problem:
            faults = list(problem.fields.items()) or [("", problem.message)]
    elif code:
        row = Procedure.objects.filter(code=code).order_by("-version").first()
        text = json.dumps(row.definition, ensure_ascii=False, indent=1) if row else ""
    context = {"code": code, "text": text, "faults": faults}
    return render(request, "approvals/publish.html", context, status=422 if faults else 200)


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except (json.JSONDecodeError, RecursionError) as error:
        line, column = getattr(error, "lineno", 0), getattr(error, "colno", 0)
        message = NOT_JSON.format(line, column, str(error)[:200])
        raise Invalid(message, fields={"definition": message}) from error
