"""Requests for resources: asking, answering, withdrawing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from guanggu.base import clock
from guanggu.base.bilingual import T
from guanggu.base.errors import Conflict, Forbidden, Invalid
from guanggu.kernel.case.public import Case, file_of, worklist
from guanggu.kernel.identity.public import actor_of, get
from guanggu.web.case_steps import entries
from guanggu.web.table import Cell, Column, Table

from ..actions.requesting import KIND, answer_request, request_resource, revoke_grant
from ..models import DataGrant, Resource
from ..queries.resources import grants, is_own
from ..queries.scopes import VIEW_GRANTS, VIEW_RESOURCES, keeps_data
from ..rules.masking import CHOOSABLE, MASKS, PURPOSES
from ..rules.sharing import STATES, TONES
from .answering import Answers
from .catalogue import official
from .showing import options

_OFFICIALS = T("共享申请由机关工作人员办理。", "Requests are made and answered by officials.")


def _requests_table(title: T, rows: Any) -> Table:
    table = Table(
        title,
        [Column(T("信息资源", "Resource")), Column(T("编号", "Key")), Column(T("使用部门", "Used by")),
         Column(T("使用目的", "Purpose")), Column(T("使用期限", "Period")), Column(T("状态", "State"))],
    )  # fmt: skip
    for row in rows:
        table.add(
            row.resource.title, row.key, row.organisation.title, PURPOSES[row.purpose],
            f"{row.from_on} – {row.until_on}", Cell(STATES[row.state], tone=TONES[row.state]),
            href=f"/data/requests/{row.key}/",
        )  # fmt: skip
    return table


@require_safe
def requests_page(request: HttpRequest) -> HttpResponse:
    """GET /data/requests/"""
    actor = actor_of(request)
    if not VIEW_GRANTS.is_possible(actor):
        raise Forbidden(_OFFICIALS)
    rows = grants(actor)
    numbers = [task.case.number for task in worklist(actor, limit=100, case__kind=KIND)]
    mine = rows.filter(organisation=actor.organisation)
    given = rows.filter(resource__provider=actor.organisation)
    return render(
        request,
        "data_centre/requests.html",
        {
            "waiting": _requests_table(T("待本单位答复", "To be answered here"),
                                       rows.filter(case_number__in=numbers)),
            "mine": _requests_table(T("本单位的申请", "Requests of this organisation"), mine[:50]),
            "given": _requests_table(T("本单位已答复的申请", "Answered here"),
                                     given.exclude(state="requested")[:50]),
            "keeps": keeps_data(actor),
            "crumbs": [(T("资源目录", "Catalogue"), "/data/"), (T("共享申请", "Requests"), "")],
        },
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def new_request_page(request: HttpRequest, key: str) -> HttpResponse:
    """GET, POST /data/resources/<key>/request/"""
    actor = official(request)
    row = get(actor, Resource.objects.select_related("provider"), VIEW_RESOURCES, key=key)
    if row.sharing != "conditional" or is_own(actor, row):
        raise Conflict(T("该资源无需或不能申请共享。", "No request is needed or possible for it."))
    today = clock.today()
    values: dict[str, Any] = {
        "purpose": "", "reason": "", "from_on": today.isoformat(),
        "until_on": (today + timedelta(days=180)).isoformat(),
    }  # fmt: skip
    chosen: dict[str, list[str]] = {"columns": [], "cleared": []}
    errors: dict[str, T] = {}
    if request.method == "POST":
        values = {name: request.POST.get(name, "")[:2000] for name in values}
        chosen = {name: request.POST.getlist(name)[:300] for name in chosen}
        try:
            told = request_resource(
                actor, key=request.POST.get("request_key", "")[:64] or None, resource=row.key,
                **values, **chosen,
            )  # fmt: skip
        except Invalid as problem:
            if not problem.fields:
                raise
            errors = problem.fields
        else:
            messages.success(request, str(T("申请已提交，提供部门将在10个工作日内答复。",
                                            "Sent; the provider answers within ten working days.")))  # fmt: skip
            return redirect(f"/data/requests/{told['grant']}/")
    shared = [item for item in row.items if item.get("is_shared", True)]
    return render(
        request,
        "data_centre/new_request.html",
        {
            "row": row, "values": values, "errors": errors,
            "purposes": options([(code, PURPOSES[code]) for code in CHOOSABLE], values["purpose"]),
            "items": [
                {"name": i["name"], "title": T(i["title"], i.get("title_en") or i["title"]),
                 "mask": MASKS.get(i.get("mask", ""), ""), "chosen": i["name"] in chosen["columns"],
                 "cleared": i["name"] in chosen["cleared"]}
                for i in shared
            ],
            "crumbs": [(T("资源目录", "Catalogue"), "/data/"), (row.title, f"/data/resources/{row.key}/"),
                       (T("申请共享", "Request"), "")],
        },
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def request_page(request: HttpRequest, key: str) -> HttpResponse:
    """GET, POST /data/requests/<key>/ – POST with ``outcome``, or ``revoke`` and its reason."""
    actor = actor_of(request)
    rows = DataGrant.objects.select_related("resource__provider", "organisation")
    row = get(actor, rows, VIEW_GRANTS, key=key)
    case = Case.objects.filter(number=row.case_number).first() if row.case_number else None
    file = file_of(case) if case else None
    answers = Answers(file, actor, request)
    wrong = ""
    if request.method == "POST":
        try:
            if "revoke" in request.POST:
                revoke_grant(
                    actor, key=request.POST.get("request_key", "")[:64] or None, grant=row.key,
                    reason=request.POST.get("reason", ""),
                )  # fmt: skip
                done = True
            else:
                done = answers.decide(request, actor, answer_request)
        except Invalid as problem:
            wrong, done = problem.message, False
        if done:
            messages.success(request, str(T("已办理。", "Done.")))
            return redirect(f"/data/requests/{row.key}/")
    return render(
        request,
        "data_centre/request.html",
        {
            "row": row, "state": STATES[row.state], "tone": TONES[row.state], "wrong": wrong,
            "facts": _facts(row), "answers": answers, "case": case,
            "may_revoke": row.state == "granted" and _may_end(actor, row),
            "entries": entries(row, file, text=lambda event: event.body.get("reason", "")),
            "crumbs": [(T("共享申请", "Requests"), "/data/requests/"), (row.key, "")],
        },
    )  # fmt: skip


def _may_end(actor: Any, row: DataGrant) -> bool:
    if keeps_data(actor) and is_own(actor, row.resource):
        return True
    return actor.organisation == row.organisation_id and (
        actor.account == row.applicant or actor.has("data")
    )


def _facts(row: DataGrant) -> list[tuple[Any, Any]]:
    titles = {item["name"]: item["title"] for item in row.resource.items}

    def named(names: list[str]) -> str:
        return ", ".join(titles.get(name, name) for name in names)

    return [
        (T("使用部门", "Used by"), row.organisation.title),
        (T("申请人", "Applicant"), row.applicant_name),
        (T("使用目的", "Purpose"), PURPOSES[row.purpose]),
        (T("履职依据与用途", "Duty and use"), row.reason),
        (T("使用期限", "Period"), f"{row.from_on} – {row.until_on}"),
        (T("信息项", "Items"), named(row.columns) or T("全部可共享信息项", "all that are shared")),
        (T("提供原值的个人信息", "Personal items unmasked"), named(row.cleared) or T("无", "none")),
        (T("提供方", "Provider"), row.resource.provider.title if row.resource.provider else ""),
        (T("答复意见", "Answer"), row.answer),
    ]
