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

from guanggu.base.actor import Actor
from guanggu.base.bilingual import T
from guanggu.base.errors import Forbidden, Invalid, Missing
from guanggu.kernel.case.public import CaseFile
from guanggu.kernel.document.public import open_content, receive
from guanggu.kernel.identity.public import actor_of, get
from guanggu.kernel.journal.public import Event
from guanggu.web.addresses import address_of
from guanggu.web.case_steps import Answers, entries, file_of_number, stages, tiles, waiting
from guanggu.web.table import Cell, Column, Table
from guanggu.web.templatetags.guanggu import instant

from ..actions.reporting import add_photo, advance
from ..models import LakeIssue
from ..queries.issues import handlers, issues, issues_of_cases, my_tasks, photos_of
from ..queries.scopes import VIEW_ISSUES, may_handle
from ..rules.words import ISSUE_KINDS, ISSUE_STATES, ISSUE_TONES, OPEN_STATES, ORIGINS, SEVERITIES
from .presenting import name_of

_NOT_HERE = T(
    "请切换到监测、执法、巡查或监察岗位。", "Switch to a post that monitors, enforces or patrols."
)


@require_safe
def issues_page(request: HttpRequest) -> HttpResponse:
    """GET /lakes/issues/"""
    actor = actor_of(request)
    if not VIEW_ISSUES.is_possible(actor):
        raise Forbidden(_NOT_HERE, code="" if actor.is_known else "sign_in")
    tasks, rows = my_tasks(actor), issues(actor)
    under_way = rows.filter(state__in=OPEN_STATES)
    closed = rows.exclude(state__in=OPEN_STATES)
    return render(
        request,
        "lakes/issues.html",
        {
            "tiles": tiles(
                tasks, under_way.count(), closed.count(), T("未办结问题", "Open problems")
            ),
            "waiting": waiting(
                tasks, issues_of_cases([task.case.number for task in tasks]),
                (T("问题", "Problem"), T("紧急程度", "Severity"), T("发现时间", "Found")),
                lambda row: (_severity(row), row.found_at), "/lakes/issues/",
            ),
            "under_way": _table(T("未办结问题", "Open problems"), under_way[:100]),
            "closed": _table(T("近期办结", "Closed of late"), closed[:30]),
            "crumbs": [(T("湖泊", "Lakes"), "/lakes/"), (T("湖泊问题", "Problems"), "")],
        },
    )  # fmt: skip


def _severity(row: LakeIssue) -> Cell:
    return Cell(SEVERITIES[row.severity], tone="bad" if row.severity == "urgent" else "quiet")


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


@require_http_methods(["GET", "HEAD", "POST"])
def issue_page(request: HttpRequest, key: str) -> HttpResponse:
    """GET, POST /lakes/issues/<key>/ – POST with ``outcome`` or ``photo``."""
    actor = actor_of(request)
    rows = LakeIssue.objects.select_related("lake", "patrol", "outfall", "organisation")
    row = get(actor, rows, VIEW_ISSUES, key=key)
    file = file_of_number(row.case_number)
    answers = Answers(file, actor, request, give=advance, schema=_with_handlers)
    if request.method == "POST" and _done(request, actor, row, answers):
        return redirect("lakes:issue", key=key)
    return render(
        request,
        "lakes/issue.html",
        {
            "row": row, "state": ISSUE_STATES[row.state], "tone": ISSUE_TONES[row.state],
            "rows": _rows(row, file), "stages": stages(file), "answers": answers,
            "photos": photos_of(row), "entries": entries(row, file, _is_shown),
            "may_add": may_handle(actor) and row.state in OPEN_STATES,
            "crumbs": [(T("湖泊", "Lakes"), "/lakes/"), (T("湖泊问题", "Problems"), "/lakes/issues/"),
                       (row.key, "")],
        },
    )  # fmt: skip


def _done(request: HttpRequest, actor: Actor, row: LakeIssue, answers: Answers) -> bool:
    key = request.POST.get("request_key", "")[:64] or None
    try:
        if "photo" in request.FILES:
            upload = request.FILES["photo"]
            received = receive(upload, upload.name)  # type: ignore[arg-type,union-attr]
            add_photo(actor, key=key, issue=row.key, received=received.as_dict())
        elif not answers.given(key):
            return False
    except Invalid as problem:
        messages.error(request, str(problem.message))
        return False
    messages.success(request, str(T("已办理。", "Done.")))
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


def _is_shown(event: Event) -> bool:
    return event.kind in ("lakes.issue_reported", "lakes.photo_added") and "case" not in event.body


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
