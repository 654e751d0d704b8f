"""Reviewing reports: what waits for the lead unit, and one report with its photos and place."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from guanggu.base.actor import Actor
from guanggu.base.bilingual import T
from guanggu.base.errors import Invalid, Missing
from guanggu.kernel.document.public import open_content
from guanggu.kernel.identity.public import actor_of, demand, get, may_reach
from guanggu.kernel.journal.public import history
from guanggu.web.event_words import entries_of
from guanggu.web.maps import MapLayer, MapView, Shown, map_layer, map_view
from guanggu.web.table import Cell, Column, Table
from guanggu.web.templatetags.guanggu import instant

from ..actions.reporting import review_report, step_titles
from ..models import MonthlyReport
from ..queries.reading import photos_of, waiting_reports
from ..queries.scopes import REVIEW, VIEW_PARTS, is_official
from ..rules.places import NEAR_M
from ..rules.words import REPORT_STATES, REPORT_TONES
from .presenting import HOME, link_of, name_of, yi

_NO_PHOTO = T("没有这张照片。", "There is no such photo.")


class ReviewForm(forms.Form):
    verdict = forms.ChoiceField(
        label=T("审核结论", "Conclusion"),
        choices=[("approve", T("审核通过", "Approve")), ("return", T("退回补正", "Send back"))],
        widget=forms.RadioSelect,
    )
    opinion = forms.CharField(
        label=T("意见", "Opinion"), max_length=400, required=False, widget=forms.Textarea,
        help_text=T("退回时须写明需要补正的内容。", "Sending back, say what is to be mended."),
    )  # fmt: skip


@require_safe
def review_page(request: HttpRequest) -> HttpResponse:
    """GET /projects/review/"""
    actor = actor_of(request)
    demand(actor, REVIEW)
    table = Table(
        T("待审核月报", "Reports to review"),
        [Column(T("项目", "Project")), Column(T("月份", "Month")),
         Column(T("完成投资", "Invested"), numeric=True), Column(T("填报人", "Written by")),
         Column(T("填报时间", "Written")), Column(T("位置", "Place"))],
    )  # fmt: skip
    for row in waiting_reports(actor)[:200]:
        words, tone = place_words(row)
        table.add(
            name_of(row.project), f"{row.month:%Y-%m}", yi(row.invested), row.reporter,
            instant(row.reported_at), Cell(words, tone=tone), href=f"/projects/report/{row.key}/",
        )  # fmt: skip
    context = {"table": table, "crumbs": [HOME, (T("审核月报", "Review reports"), "")]}
    return render(request, "projects/review.html", context)


def place_words(row: MonthlyReport) -> tuple[T, str]:
    """Where it was written, against the parcel, and the tone of it."""
    if row.geometry is None:
        return T("无位置", "No position"), "warn"
    if row.distance_m is None:
        return T("项目未划定用地范围", "The parcel is not drawn"), "quiet"
    if row.distance_m == 0:
        return T("在用地范围内", "Within the parcel"), "ok"
    if row.distance_m <= NEAR_M:
        return T("距用地范围 {} 米", "{} m from the parcel").format(row.distance_m), "ok"
    return T("距用地范围 {} 米，请核实", "{} m from the parcel: look into it").format(
        f"{row.distance_m:,}"
    ), "bad"


@require_http_methods(["GET", "HEAD", "POST"])
def report_page(request: HttpRequest, key: str) -> HttpResponse:
    """GET, POST /projects/report/<key>/ – POST reviews it."""
    actor = actor_of(request)
    row = get(actor, MonthlyReport.objects.select_related("project"), VIEW_PARTS, key=key)
    may_review = (
        row.state == "submitted" and may_reach(actor, row, REVIEW) and row.account != actor.account
    )
    form = ReviewForm(request.POST or None)
    if request.method == "POST" and _reviewed(request, actor, row, form):
        return redirect("projects:report", key=key)
    words, tone = place_words(row)
    return render(
        request,
        "projects/report.html",
        {
            "row": row, "name": name_of(row.project), "state": REPORT_STATES[row.state],
            "tone": REPORT_TONES[row.state], "rows": _rows(row), "place": words, "place_tone": tone,
            "steps": step_titles(row), "photos": photos_of(row), "map": _map(actor, row),
            "form": form if may_review else None, "entries": _entries(actor, row),
            "is_far": bool(row.distance_m and row.distance_m > NEAR_M),
            "crumbs": [HOME, (name_of(row.project), f"/projects/project/{row.project.key}/"),
                       (f"{row.month:%Y-%m}", "")],
        },
        status=422 if form.errors else 200,
    )  # fmt: skip


def _reviewed(request: HttpRequest, actor: Actor, row: MonthlyReport, form: ReviewForm) -> bool:
    if not form.is_valid():
        return False
    try:
        review_report(
            actor, key=request.POST.get("request_key", "")[:64] or None, report=row.key,
            approve=form.cleaned_data["verdict"] == "approve", opinion=form.cleaned_data["opinion"],
        )  # fmt: skip
    except Invalid as problem:
        for name, text in (problem.fields or {"": problem.message}).items():
            form.add_error(name if name in form.fields else None, str(text))
        return False
    messages.success(request, str(T("已审核。", "Reviewed.")))
    return True


def _rows(row: MonthlyReport) -> list[tuple[Any, Any]]:
    rows = [
        (T("项目", "Project"), link_of(str(row.project.ref), name_of(row.project))),
        (T("报告月份", "Month"), f"{row.month:%Y-%m}"),
        (T("本月完成投资", "Invested this month"), yi(row.invested)),
        (T("形象进度", "How the works stand"), row.progress),
        (T("存在问题", "Problems"), row.problems or T("无", "None")),
        (T("填报人", "Written by"), row.reporter),
        (T("填报时间", "Written"), instant(row.reported_at)),
    ]
    if row.geometry is not None:
        where = f"{row.geometry.x:.5f}, {row.geometry.y:.5f}"
        rows.append((T("填报位置", "Place of writing"), where))
    if row.reviewer:
        rows.append((T("审核人", "Reviewed by"), row.reviewer))
        rows.append((T("审核时间", "Reviewed"), instant(row.reviewed_at)))
        rows.append((T("审核意见", "Opinion"), row.opinion or "—"))
    return rows


def _map(actor: Actor, row: MonthlyReport) -> MapView | None:
    """The parcel and the place of writing."""
    if row.geometry is None:
        return None
    parcel = map_layer(actor, "projects", lambda found: found.filter(pk=row.project_id))
    title = T("填报位置", "Place of writing")
    place = MapLayer("place", title, [Shown("place", title, row.geometry)], colour="#b4151c")
    return map_view(actor, title, [parcel, place], has_table=False)


def _entries(actor: Actor, row: MonthlyReport) -> list[dict[str, Any]]:
    if not is_official(actor):
        return []
    return entries_of(history(row.ref))


@require_safe
def photo_page(request: HttpRequest, key: str, file: str) -> HttpResponseBase:
    """GET /projects/report/<key>/photos/<file>/"""
    row = get(actor_of(request), MonthlyReport, VIEW_PARTS, key=key)
    found = next((f for f in photos_of(row) if f.key == file), None)
    if found is None:
        raise Missing(_NO_PHOTO)
    return FileResponse(open_content(found), content_type=found.media_type, filename=found.name)
