"""A patrol on a telephone: begin, note what is found, end; plain forms that scripts only help.

With a script, the track is recorded and what is noted without a network waits on the telephone
(``static/guanggu/patrol.js``); without one the same forms are sent to the same actions.
"""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_POST, require_safe

from guanggu.base.actor import Actor
from guanggu.base.bilingual import T
from guanggu.base.errors import Forbidden, Invalid, Problem
from guanggu.kernel.document.public import receive
from guanggu.kernel.identity.public import actor_of, get, visible
from guanggu.web.table import Cell, Column, Table
from guanggu.web.templatetags.guanggu import instant

from ..actions.patrolling import end_patrol, start_patrol
from ..actions.reporting import add_photo, report_issue
from ..models import Lake, LakeIssue, Outfall, Patrol, PatrolPlan
from ..queries.patrols import own_patrols, running_patrol
from ..queries.scopes import VIEW_LAKES, VIEW_PATROLS, may_patrol
from ..rules.patrolling import PHOTOS_MAX
from ..rules.words import (
    ISSUE_STATES,
    ISSUE_TONES,
    PATROL_ISSUE_KINDS,
    PATROL_STATES,
    SEVERITIES,
)
from .presenting import name_of

_FOR_PATROLS = T(
    "巡湖页面供巡查岗位使用。请切换到巡查岗位。", "This page is for posts that patrol."
)


class Photos(forms.ClearableFileInput):
    allow_multiple_selected = True


class FindingForm(forms.Form):
    """What is noted on the way."""

    kind = forms.ChoiceField(label=T("问题类型", "Kind"), choices=list(PATROL_ISSUE_KINDS.items()))
    severity = forms.ChoiceField(
        label=T("紧急程度", "Severity"), choices=list(SEVERITIES.items()), widget=forms.RadioSelect,
        initial="plain",
    )  # fmt: skip
    description = forms.CharField(
        label=T("情况描述", "What was found"), max_length=1000, widget=forms.Textarea
    )
    place = forms.CharField(label=T("地点", "Place"), max_length=200, required=False)
    outfall = forms.ChoiceField(label=T("相关排口", "Outfall concerned"), required=False)

    def __init__(self, *args: Any, lake: Lake, **kwargs: Any):
        super().__init__(*args, **kwargs)
        rows = Outfall.objects.filter(lake=lake).order_by("key")
        none = T("无", "None")
        self.fields["outfall"].choices = [("", none), *((o.key, name_of(o)) for o in rows)]


def patrolling_actor(request: HttpRequest) -> Actor:
    """Raises Forbidden."""
    actor = actor_of(request)
    if not may_patrol(actor):
        raise Forbidden(_FOR_PATROLS, code="" if actor.is_known else "sign_in")
    return actor


@require_safe
def patrol_page(request: HttpRequest) -> HttpResponse:
    """GET /lakes/patrol/"""
    actor = patrolling_actor(request)
    return _page(request, actor, running_patrol(actor))


def _page(
    request: HttpRequest, actor: Actor, patrol: Patrol | None, form: FindingForm | None = None,
    status: int = 200,
) -> HttpResponse:  # fmt: skip
    context: dict[str, Any] = {
        "patrol": patrol, "number": uuid4().hex,
        "crumbs": [(T("湖泊", "Lakes"), "/lakes/"), (T("巡湖", "Patrol"), "")],
        "data": _data(patrol),
    }  # fmt: skip
    if patrol is None:
        lakes = visible(actor, Lake.objects.all(), VIEW_LAKES).order_by("key")
        plans = PatrolPlan.objects.filter(is_active=True).select_related("lake")
        by_lake: dict[int, list[PatrolPlan]] = {}
        for plan in plans.order_by("key"):
            by_lake.setdefault(plan.lake_id, []).append(plan)
        context["lakes"] = [
            {"lake": lake, "name": name_of(lake), "plans": by_lake.get(lake.pk, [])}
            for lake in lakes
        ]
        context["past"] = _past(own_patrols(actor))
    else:
        context["form"] = form or FindingForm(lake=patrol.lake)
        context["lake_name"] = name_of(patrol.lake)
        context["found"] = _found(patrol)
        context["photos_max"] = PHOTOS_MAX
    return render(request, "lakes/patrol.html", context, status=status)


def _data(patrol: Patrol | None) -> dict[str, Any]:
    """What the script needs: where to send, and its words."""
    words = {
        "tracking": T("正在记录轨迹", "Recording the track"),
        "no_position": T("未能定位，轨迹不记录；可在“地点”中填写位置。",
                         "No position: the track is not recorded; write the place instead."),
        "offline": T("无网络：已暂存在本机，联网后自动上传。",
                     "No network: kept on this device and sent when there is one."),
        "waiting": T("待上传 {} 项", "{} to be sent"),
        "all_sent": T("已全部上传", "All is sent"),
        "kept": T("已记录。", "Noted."),
        "refused": T("未被接受：", "Not accepted: "),
        "sign_in": T("登录已失效，请重新登录；未上传的内容仍保存在本机。",
                     "You are signed out; sign in again. What was not sent is kept on this device."),
        "discard": T("删除该项", "Drop it"),
        "metres": T("已巡 {} m", "{} m so far"),
    }  # fmt: skip
    return {
        "patrol": patrol.key if patrol else "", "lake": patrol.lake.key if patrol else "",
        "send": "/lakes/patrol/send/", "photo": "/lakes/patrol/photo/",
        "words": {name: str(text) for name, text in words.items()},
    }  # fmt: skip


def _past(rows: list[Patrol]) -> Table:
    table = Table(
        T("我的巡湖记录", "My patrols"),
        [Column(T("湖泊", "Lake")), Column(T("开始时间", "Began")), Column(T("里程", "Length"), numeric=True)],
    )  # fmt: skip
    for row in rows:
        table.add(name_of(row.lake), instant(row.started_at), f"{row.length_m / 1000:.1f} km",
                  href=f"/lakes/walks/{row.key}/")  # fmt: skip
    return table


def _found(patrol: Patrol) -> Table:
    table = Table(
        T("本次已上报", "Reported on this patrol"),
        [Column(T("问题", "Problem")), Column(T("时间", "Time")), Column(T("状态", "State"))],
    )
    for row in patrol.issues.order_by("pk"):
        table.add(
            PATROL_ISSUE_KINDS.get(row.kind, row.kind), instant(row.found_at),
            Cell(ISSUE_STATES[row.state], tone=ISSUE_TONES[row.state] or "info"),
            href=f"/lakes/issues/{row.key}/",
        )  # fmt: skip
    return table


def _key(request: HttpRequest) -> str | None:
    return request.POST.get("request_key", "")[:48] or None


@require_POST
def start_page(request: HttpRequest) -> HttpResponse:
    """POST /lakes/patrol/start/ with number, and lake or plan ("lake|plan")."""
    actor = patrolling_actor(request)
    lake, _, plan = request.POST.get("route", "").partition("|")
    try:
        start_patrol(
            actor, key=_key(request), number=request.POST.get("number", ""), lake=lake, plan=plan
        )
    except Problem as problem:
        messages.error(request, str(problem.message))
    return redirect("lakes:patrol")


@require_POST
def report_page(request: HttpRequest) -> HttpResponse:
    """POST /lakes/patrol/report/ – the finding's form, photos with it."""
    actor = patrolling_actor(request)
    patrol = running_patrol(actor)
    if patrol is None:
        messages.error(request, str(T("请先开始巡湖。", "Begin a patrol first.")))
        return redirect("lakes:patrol")
    form = FindingForm(request.POST, lake=patrol.lake)
    if not form.is_valid():
        return _page(request, actor, patrol, form, status=422)
    key = _key(request)
    try:
        answer = report_issue(
            actor, key=key, number=request.POST.get("number", ""), lake=patrol.lake.key,
            patrol=patrol.key, lon=_degree(request, "lon"), lat=_degree(request, "lat"),
            **form.cleaned_data,
        )  # fmt: skip
    except Invalid as problem:
        for name, text in (problem.fields or {"": problem.message}).items():
            form.add_error(name if name in form.fields else None, str(text))
        return _page(request, actor, patrol, form, status=422)
    _keep_photos(request, actor, answer["issue"], key)
    messages.success(
        request, str(T("已上报，办理编号 {}。", "Reported as {}.").format(answer["case"]))
    )
    return redirect("lakes:patrol")


def _degree(request: HttpRequest, name: str) -> float | None:
    try:
        return float(request.POST.get(name, ""))
    except ValueError:
        return None


def _keep_photos(request: HttpRequest, actor: Actor, issue: str, key: str | None) -> None:
    """Good photos are kept beside a bad one, which is named."""
    for number, upload in enumerate(request.FILES.getlist("photos")[:PHOTOS_MAX]):
        try:
            received = receive(upload, upload.name)  # type: ignore[arg-type]
            add_photo(
                actor, key=key and f"{key}:p{number}", issue=issue, received=received.as_dict()
            )
        except Invalid as problem:
            text = T("{}：{}", "{}: {}").format(upload.name, problem.message)
            messages.error(request, str(text))


@require_POST
def end_page(request: HttpRequest, key: str) -> HttpResponse:
    """POST /lakes/patrol/<key>/end/"""
    actor = patrolling_actor(request)
    try:
        end_patrol(actor, key=_key(request), patrol=key, note=request.POST.get("note", ""))
    except Problem as problem:
        messages.error(request, str(problem.message))
        return redirect("lakes:patrol")
    return redirect("lakes:walk", key=key)


@require_safe
def walk_page(request: HttpRequest, key: str) -> HttpResponse:
    """GET /lakes/walks/<key>/"""
    rows = Patrol.objects.select_related("lake", "plan", "organisation")
    row = get(actor_of(request), rows, VIEW_PATROLS, key=key)
    summary = [
        (T("湖泊", "Lake"), format_html('<a href="/lakes/lake/{}/">{}</a>', row.lake.key, name_of(row.lake))),
        (T("巡湖计划", "Plan"), row.plan or "—"), (T("巡查人", "By"), row.person),
        (T("巡查单位", "Patrolled by"), row.organisation or "—"),
        (T("开始时间", "Began"), instant(row.started_at)),
        (T("结束时间", "Ended"), instant(row.ended_at)),
        (T("里程", "Length"), f"{row.length_m / 1000:.2f} km"),
        (T("轨迹点", "Points of the track"), len(row.track)), (T("巡查情况", "Note"), row.note or "—"),
    ]  # fmt: skip
    context = {
        "row": row, "state": PATROL_STATES[row.state], "rows": summary, "found": _found(row),
        "picture": track_picture(row),
        "crumbs": [(T("湖泊", "Lakes"), "/lakes/"), (row.key, "")],
    }  # fmt: skip
    return render(request, "lakes/walk.html", context)


def track_picture(row: Patrol) -> SafeString:
    """The shore, the way that was gone, and where problems were found."""
    shore = row.lake.geometry
    if shore is None:
        return mark_safe("")
    west, south, east, north = shore.bounds
    width, height, margin = 640, 420, 0.08
    scale = min(width / ((east - west) * 0.862), height / (north - south)) * (1 - margin)

    def at(lon: float, lat: float) -> str:
        x = width / 2 + (lon - (west + east) / 2) * 0.862 * scale
        return f"{x:.1f} {height / 2 - (lat - (south + north) / 2) * scale:.1f}"

    ring = "L".join(at(x, y) for x, y in shore.simplify(0.0003).exterior.coords)
    parts = [f'<path class="lake c0" d="M{ring}Z"/>']
    if len(row.track) > 1:
        way = "L".join(at(lon / 1e6, lat / 1e6) for lon, lat, _ in row.track)
        parts.append(f'<path class="way" d="M{way}"/>')
    for issue in LakeIssue.objects.filter(patrol=row):
        if issue.geometry is not None:
            x, y = at(issue.geometry.x, issue.geometry.y).split()
            parts.append(f'<circle class="found" cx="{x}" cy="{y}" r="6"/>')
    label = T("巡湖轨迹", "Track of the patrol")
    return format_html(
        '<svg class="lakes-map" viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>',
        width, height, label, mark_safe("".join(parts)),
    )  # fmt: skip
