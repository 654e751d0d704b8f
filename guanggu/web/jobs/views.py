"""My jobs: what the worker does for me, how far it is, its log and what came of it."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.html import format_html
from django.views.decorators.http import require_POST, require_safe

from guanggu.base import clock
from guanggu.base.actor import Actor
from guanggu.base.bilingual import T
from guanggu.base.errors import Conflict, Forbidden, Missing
from guanggu.kernel.identity.public import actor_of
from guanggu.kernel.journal.public import (
    LongJob,
    cancel_job,
    job_of,
    jobs_seen_by,
    oversees_jobs,
    results_folder,
)
from guanggu.web import charts, event_words, navigation
from guanggu.web.paging import keyset_page
from guanggu.web.table import Cell, Column, Table
from guanggu.web.templatetags.guanggu import instant

TITLE = T("我的作业", "My jobs")
ALL_TITLE = T("全部作业", "All jobs")
MAY_NOT = T(
    "只有系统管理员可以查看全部作业。", "Only the system administrator sees everybody's jobs."
)
SIGN_IN = T("请先登录。", "Sign in first.")
NO_FILE = T("该作业没有结果文件，或文件已过期。", "This job left no file, or it has expired.")
STATES: dict[str, tuple[T, str]] = {
    "waiting": (T("排队中", "Waiting"), "info"),
    "running": (T("进行中", "Running"), "info"),
    "done": (T("已完成", "Done"), "ok"),
    "failed": (T("未完成", "Failed"), "bad"),
    "cancelled": (T("已取消", "Cancelled"), "quiet"),
}
STOPPING = T("正在取消", "Being cancelled")


def _known(request: HttpRequest) -> Actor:
    actor = actor_of(request)
    if not actor.is_known:
        raise Forbidden(SIGN_IN)
    return actor


@require_safe
def jobs_page(request: HttpRequest) -> HttpResponse:
    """GET /jobs/ – one's own."""
    actor = _known(request)
    return _list(request, actor, LongJob.objects.filter(owner=actor.ref), TITLE)


@require_safe
def all_jobs_page(request: HttpRequest) -> HttpResponse:
    """GET /jobs/all/ – everybody's, for officers on duty."""
    actor = _known(request)
    if not oversees_jobs(actor):
        raise Forbidden(MAY_NOT)
    return _list(request, actor, LongJob.objects.filter(jobs_seen_by(actor)), ALL_TITLE)


def _list(request: HttpRequest, actor: Actor, rows: QuerySet[LongJob], title: T) -> HttpResponse:
    page = keyset_page(
        rows, order="-created_at", after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )  # fmt: skip
    sees_all = title is ALL_TITLE
    context = {
        "title": title,
        "table": _table(title, page, sees_all),
        "page": page,
        "may_see_all": oversees_jobs(actor),
        "sees_all": sees_all,
        "crumbs": [(title, "")],
    }
    return render(request, "guanggu/jobs/list.html", context)


def _table(title: T, page: Any, with_owner: bool) -> Table:
    columns = [Column(T("作业", "Job")), Column(T("状态", "State")), Column(T("进度", "Progress")),
               Column(T("提交时间", "Asked for")), Column(T("用时", "Took"))]  # fmt: skip
    if with_owner:
        columns.insert(1, Column(T("提交人", "By")))
    table = Table(title, columns)
    for job in page:
        said, tone = state_of(job)
        cells: list[Any] = [
            T(job.title, job.title_en), Cell(said, tone=tone), progress_text(job),
            instant(job.created_at), took_text(job),
        ]  # fmt: skip
        if with_owner:
            cells.insert(1, job.owner_name)
        table.add(*cells, href=f"/jobs/{job.key}/")
    return table


def state_of(job: LongJob) -> tuple[T, str]:
    if job.state == "running" and job.cancel_wished_at:
        return STOPPING, "warn"
    return STATES[job.state]


def share_of(job: LongJob) -> float | None:
    """How much of the present part is done; None where nobody knows."""
    if job.state == "done":
        return 1.0
    return min(1.0, job.done / job.total) if job.total else None


def progress_text(job: LongJob) -> Any:
    phase = T(job.phase, job.phase_en)
    if job.state == "done":
        return "100%"
    if not job.total:
        return phase
    return T("{}：{:,}/{:,}（{}%）", "{}: {:,} of {:,} ({}%)").format(
        phase, job.done, job.total, int(100 * (share_of(job) or 0))
    )


def took_text(job: LongJob) -> Any:
    if job.started_at is None:
        return "—"
    seconds = int(((job.finished_at or clock.now()) - job.started_at).total_seconds())
    if seconds < 120:
        return T("{} 秒", "{} s").format(seconds)
    return T("{} 分 {} 秒", "{} min {} s").format(*divmod(seconds, 60))


@require_safe
def job_page(request: HttpRequest, key: str) -> HttpResponse:
    """GET /jobs/<key>/; with ``part=1`` only what changes, for the page that looks again."""
    actor = _known(request)
    job = job_of(actor, key)
    part = request.GET.get("part") == "1"
    template = "guanggu/jobs/state.html" if part else "guanggu/jobs/job.html"
    response = render(request, template, _told(actor, job))
    if part and job.state not in LongJob.UNDER_WAY:
        response.headers["HX-Refresh"] = "true"  # the whole page once more, with its result
    return response


def _told(actor: Actor, job: LongJob) -> dict[str, Any]:
    said, tone = state_of(job)
    result = json.loads(job.result or "{}") or {}
    share = share_of(job)
    lines = [{"at": at, "text": T(zh, en)} for at, zh, en in reversed(json.loads(job.log or "[]"))]
    return {
        "job": job,
        "title": T(job.title, job.title_en),
        "state": said,
        "tone": tone,
        "under_way": job.state in LongJob.UNDER_WAY,
        "meter": charts.meter(share, progress_text(job)) if share is not None else "",
        "progress": progress_text(job),
        "error": T(job.error, job.error_en or job.error),
        "trace": job.trace if oversees_jobs(actor) else "",
        "result": T(**result["text"]) if "text" in result else None,
        "result_address": result.get("address", ""),
        "has_file": bool(result.get("file")),
        "rows": [
            (T("作业编号", "Number"), job.key), (T("提交人", "By"), job.owner_name),
            (T("提交时间", "Asked for"), instant(job.created_at)),
            (T("开始时间", "Begun"), instant(job.started_at)),
            (T("结束时间", "Ended"), instant(job.finished_at)), (T("用时", "Took"), took_text(job)),
            (T("尝试次数", "Attempts"), job.attempts),
        ],
        "lines": lines,
        "crumbs": [(TITLE, "/jobs/"), (T(job.title, job.title_en), "")],
    }  # fmt: skip


@require_POST
def cancel(request: HttpRequest, key: str) -> HttpResponse:
    """POST /jobs/<key>/cancel/"""
    actor = _known(request)
    job_of(actor, key)
    request_key = request.POST.get("request_key", "")[:64] or None
    try:
        cancel_job(actor, key=request_key, job=key)
    except Conflict as problem:
        messages.error(request, str(problem.message))
    else:
        messages.success(request, str(T("已通知作业停止。", "The job was told to stop.")))
    return redirect("job", key=key)


@require_safe
def job_file(request: HttpRequest, key: str) -> FileResponse:
    """GET /jobs/<key>/file/ – what the job left for whoever wanted it, for nobody else."""
    actor = _known(request)
    job = job_of(actor, key)
    name = (json.loads(job.result or "{}") or {}).get("file", "")
    folder = results_folder() / job.key
    found = (folder / name).resolve() if name and job.owner == actor.ref else None
    if found is None or not found.is_relative_to(folder.resolve()) or not found.is_file():
        raise Missing(NO_FILE)
    return FileResponse(open(found, "rb"), as_attachment=True, filename=found.name)


urlpatterns = [
    path("jobs/", jobs_page, name="jobs"),
    path("jobs/all/", all_jobs_page, name="all-jobs"),
    path("jobs/<slug:key>/", job_page, name="job"),
    path("jobs/<slug:key>/cancel/", cancel, name="job-cancel"),
    path("jobs/<slug:key>/file/", job_file, name="job-file"),
]
navigation.account_link(TITLE, "/jobs/", order=40)
navigation.entry("administration", ALL_TITLE, "/jobs/all/", order=60, allows=oversees_jobs)
for _kind, _said, _tone in (
    ("started", T("提交作业", "Job asked for"), ""),
    ("cancelled", T("取消作业", "Job cancelled"), "warn"),
    ("finished", T("作业结束", "Job ended"), "ok"),
):
    event_words.say(f"jobs.{_kind}", _said, _tone)


def link_to(key: str) -> Any:
    """A link for messages: 「查看作业」."""
    return format_html('<a href="/jobs/{}/">{}</a>', key, T("查看作业", "See the job"))
