"""The monthly report on a telephone: plain forms that a script only helps.

With the script, what is written without a network waits on the telephone
(``static/guanggu/project_report.js``); without it the same form is sent to the same action.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from guanggu.base import clock
from guanggu.base.actor import Actor
from guanggu.base.bilingual import T
from guanggu.base.errors import Forbidden, Invalid, Problem
from guanggu.kernel.document.public import receive
from guanggu.kernel.identity.public import actor_of, get
from guanggu.web.table import Cell, Column, Table

from ..actions.reporting import PHOTOS_MAX, add_photo, submit_report
from ..models import MonthlyReport, Project
from ..queries.figures import milestones_of
from ..queries.reading import months_offered, reportable
from ..queries.scopes import REPORT, may_report
from ..rules.photos import NotAPhoto, without_traces
from ..rules.warning import report_due_on
from ..rules.words import MILESTONE_KINDS, REPORT_STATES, REPORT_TONES
from .presenting import HOME, name_of

_FOR_REPORTERS = T(
    "请以项目单位或牵头单位项目管理岗位登录。", "Sign in for the owner, or in a post that keeps projects."
)  # fmt: skip
_NOT_A_PHOTO = T(
    "照片已损坏或格式不符，请重新拍摄（JPEG、PNG 或 WebP）。",
    "The photo is broken or of another kind; take it again (JPEG, PNG or WebP).",
)
_NONE = T("没有待填报的月份。", "No month is to be reported on.")


class ReportForm(forms.Form):
    """The month's report. Days of milestones are fields of their own, see ``steps_of``."""

    month = forms.ChoiceField(label=T("报告月份", "Month"))
    invested = forms.CharField(
        label=T("本月完成投资（万元）", "Invested this month (10,000 yuan)"), max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )  # fmt: skip
    progress = forms.CharField(
        label=T("形象进度", "How the works stand"), max_length=2000, widget=forms.Textarea
    )
    problems = forms.CharField(
        label=T("存在问题", "Problems"), max_length=2000, required=False, widget=forms.Textarea
    )

    def __init__(self, *args: Any, months: list[date], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["month"].choices = [  # type: ignore[attr-defined]
            (m.isoformat(), T("{}年{}月", "{}-{:02d}").format(m.year, m.month)) for m in months
        ]


def reporting_actor(request: HttpRequest) -> Actor:
    """Raises Forbidden."""
    actor = actor_of(request)
    if not may_report(actor):
        raise Forbidden(_FOR_REPORTERS, code="" if actor.is_known else "sign_in")
    return actor


@require_safe
def writing_page(request: HttpRequest) -> HttpResponse:
    """GET /projects/write/ – the projects on which this reader reports, and what is due."""
    actor, today = reporting_actor(request), clock.today()
    table = Table(
        T("待填报项目", "Projects to report on"),
        [Column(T("项目", "Project")), Column(T("待报月份", "Months open")), Column(T("状态", "State"))],
    )  # fmt: skip
    for row in reportable(actor):
        told = {r.month: r for r in row.reports.all()}
        months = [
            m for m in months_offered(row, today) if m not in told or told[m].state == "returned"
        ]
        late = [m for m in months if report_due_on(m) < today]
        back = [m for m in months if m in told]
        if late:
            state = Cell(T("逾期 {} 个月", "{} months late").format(len(late)), tone="bad")
        elif back:
            state = Cell(T("被退回", "Sent back"), tone="bad")
        elif months:
            state = Cell(T("可填报", "Open"), tone="warn")
        else:
            state = Cell(T("已报齐", "All sent"), tone="ok")
        table.add(
            name_of(row), ", ".join(f"{m:%Y-%m}" for m in sorted(months)) or "—", state,
            href=f"/projects/write/{row.key}/",
        )  # fmt: skip
    context = {"table": table, "crumbs": [HOME, (T("填报月报", "Write a report"), "")]}
    return render(request, "projects/writing.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def write_page(request: HttpRequest, key: str) -> HttpResponse:
    """GET, POST /projects/write/<key>/?month= – the report's form, photos with it."""
    actor = reporting_actor(request)
    row = get(actor, Project, REPORT, key=key)
    months = months_offered(row, clock.today())
    chosen = request.GET.get("month", "")
    known = next((m for m in months if m.isoformat() == chosen), months[0] if months else None)
    before = row.reports.filter(month=known).first() if known else None
    form = ReportForm(request.POST or None, months=months, initial=_initial(known, before))
    status = 200
    if request.method == "POST":
        done = _sent(request, actor, row, form)
        if done is not None:
            return done
        status = 422
    return render(
        request,
        "projects/write.html",
        {
            "row": row, "name": name_of(row), "form": form, "months": months,
            "steps": steps_of(row, request), "before": before, "photos_max": PHOTOS_MAX,
            "state": REPORT_STATES[before.state] if before else "",
            "tone": REPORT_TONES[before.state] if before else "", "none": _NONE,
            "data": _data(row),
            "crumbs": [HOME, (T("填报月报", "Write a report"), "/projects/write/"), (name_of(row), "")],
        },
        status=status,
    )  # fmt: skip


def _initial(month: date | None, before: MonthlyReport | None) -> dict[str, Any]:
    if month is None:
        return {}
    if before is None:
        return {"month": month.isoformat()}
    return {
        "month": month.isoformat(), "invested": f"{before.invested:f}", "progress": before.progress,
        "problems": before.problems,
    }  # fmt: skip


def steps_of(row: Project, request: HttpRequest) -> list[dict[str, Any]]:
    """Milestones not reached yet, each with its two days."""
    found = []
    for m in milestones_of(row):
        if m.actual_on is None:
            forecast = request.POST.get(f"forecast-{m.key}")
            kept = m.forecast_on.isoformat() if m.forecast_on else ""
            found.append(
                {"key": m.key, "title": MILESTONE_KINDS[m.kind], "planned_on": m.planned_on,
                 "forecast": kept if forecast is None else forecast,
                 "actual": request.POST.get(f"actual-{m.key}", "")}
            )  # fmt: skip
    return found


def _data(row: Project) -> dict[str, Any]:
    """What the script needs: where to send, and its words."""
    words = {
        "locating": T("正在定位…", "Finding the position…"),
        "located": T("已定位（精度约 {} 米）", "Position found (about {} m)"),
        "no_position": T("未能定位；可照常报送，审核人会看到“无位置”。",
                         "No position; the report can be sent without one, which its reviewer sees."),
        "offline": T("无网络：已暂存在本机，联网后自动上传。",
                     "No network: kept on this device and sent when there is one."),
        "waiting": T("待上传 {} 项", "{} to be sent"),
        "all_sent": T("已全部上传", "All is sent"),
        "kept": T("月报已报送。", "The report is sent."),
        "far": T("注意：填报位置距用地范围约 {} 米。", "Note: about {} m from the parcel."),
        "refused": T("未被接受：", "Not accepted: "),
        "sign_in": T("登录已失效，请重新登录；未上传的内容仍保存在本机。",
                     "You are signed out; sign in again. What was not sent is kept on this device."),
        "discard": T("删除该项", "Drop it"),
    }  # fmt: skip
    return {
        "project": row.key, "send": "/projects/sending/report/", "photo": "/projects/sending/photo/",
        "words": {name: str(text) for name, text in words.items()},
    }  # fmt: skip


def degree(request: HttpRequest, name: str) -> float | None:
    try:
        return float(request.POST.get(name, ""))
    except ValueError:
        return None


def _sent(
    request: HttpRequest, actor: Actor, row: Project, form: ReportForm
) -> HttpResponse | None:
    """Where to go once the report is kept; None where the form has to be mended."""
    if not form.is_valid():
        return None
    key = request.POST.get("request_key", "")[:40] or None
    steps = {
        s["key"]: [s["forecast"], s["actual"]]
        for s in steps_of(row, request) if s["forecast"] or s["actual"]
    }  # fmt: skip
    try:
        told = submit_report(
            actor, key=key, project=row.key, steps=steps, lon=degree(request, "lon"),
            lat=degree(request, "lat"), **form.cleaned_data,
        )  # fmt: skip
    except Problem as problem:
        for name, text in (problem.fields or {"": problem.message}).items():
            form.add_error(name if name in form.fields else None, str(text))
        return None
    for number, upload in enumerate(request.FILES.getlist("photos")[:PHOTOS_MAX]):
        try:
            keep_photo(actor, key and f"{key}:p{number}", told["report"], upload)
        except Invalid as problem:  # good photos are kept beside a bad one, which is named
            messages.error(request, str(T("{}：{}", "{}: {}").format(upload.name, problem.message)))
    messages.success(request, str(T("月报已报送，等待审核。", "Sent; it waits for its review.")))
    return redirect("projects:report", key=told["report"])


def keep_photo(actor: Actor, key: str | None, report: str, upload: Any) -> dict[str, Any]:
    """Take a photo in, without what it tells of place and device. Raises Invalid."""
    try:
        clean = without_traces(upload.read())
    except NotAPhoto as error:
        raise Invalid(_NOT_A_PHOTO, fields={"photos": _NOT_A_PHOTO}) from error
    received = receive(clean, upload.name or "photo.jpg")
    answer: dict[str, Any] = add_photo(actor, key=key, report=report, received=received.as_dict())
    return answer
