"""The page of the copies: how old the newest is, what was proven, the plan, start one now."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_http_methods

from guanggu.base.actor import Actor
from guanggu.base.bilingual import T
from guanggu.base.errors import Conflict, Invalid
from guanggu.kernel.connector.public import access_of, connection_of
from guanggu.kernel.identity.public import actor_of, demand
from guanggu.kernel.journal.public import start_job
from guanggu.web.paging import keyset_page
from guanggu.web.table import Cell, Column, Table
from guanggu.web.templatetags.guanggu import instant

from .actions import change_plan
from .connector import KEY, PGBACKREST, is_sqlite
from .connector.litestream import KEY as LITESTREAM
from .models import KIND_TITLES, STATE_TITLES, BackupRun
from .queries import KEEP_BACKUPS, SEE_BACKUPS, age_hours, last_good, plan
from .rules import BACKUP_HOURS_MAX, DRILL_HOURS_MAX, age_tone
from .tasks import BACKUP, DRILL

TITLE = T("备份与恢复", "Backup")
ENGINE_TONES = {"present": "ok", "absent": "warn", "failing": "bad", "disabled": "quiet"}


class PlanForm(forms.Form):
    is_active = forms.BooleanField(
        label=T("按计划自动备份", "Copies are made by the plan"), required=False
    )
    hour = forms.IntegerField(
        label=T("每日备份时刻（0–23点）", "Hour of the day (0–23)"), min_value=0, max_value=23
    )
    keep_daily = forms.IntegerField(
        label=T("保留日备份（份）", "Daily copies kept"), min_value=1, max_value=366
    )
    keep_weekly = forms.IntegerField(
        label=T("保留周备份（份）", "Weekly copies kept"), min_value=0, max_value=520
    )
    keep_monthly = forms.IntegerField(
        label=T("保留月备份（份）", "Monthly copies kept"), min_value=0, max_value=600
    )
    drill_days = forms.IntegerField(
        label=T("恢复演练间隔（天）", "Days between drills"), min_value=1, max_value=92
    )


@require_http_methods(["GET", "HEAD", "POST"])
def backup_page(request: HttpRequest) -> HttpResponse:
    """GET /backup/; POST ``do``: backup or drill (a job of one's own), or plan with its fields."""
    actor = actor_of(request)
    demand(actor, SEE_BACKUPS)
    kept = plan()
    form = PlanForm(initial={name: getattr(kept, name) for name in PlanForm.base_fields})
    if request.method == "POST":
        if request.POST.get("do") in ("backup", "drill"):
            return _begun(request, actor)
        form = PlanForm(request.POST)
        if form.is_valid() and _changed(request, actor, form):
            return redirect("backup:home")
    page = keyset_page(
        BackupRun.objects.all(), order="-ended_at", after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )  # fmt: skip
    context = {
        "title": TITLE,
        "tiles": _tiles(),
        "table": _table(page),
        "page": page,
        "form": form,
        "restic": connection_of(KEY),
        "beside": _lies_beside(access_of(KEY).address),
        "may_keep": KEEP_BACKUPS.is_possible(actor),
        "crumbs": [(TITLE, "")],
    }
    return render(request, "backup/backup.html", context, status=422 if form.errors else 200)


def _begun(request: HttpRequest, actor: Actor) -> HttpResponse:
    name = BACKUP if request.POST["do"] == "backup" else DRILL
    try:
        job = start_job(actor, name, key=request.POST.get("request_key", "")[:64] or None)
    except Conflict as problem:
        messages.error(request, str(problem.message))
        return redirect("backup:home")
    return redirect("job", key=job)


def _changed(request: HttpRequest, actor: Actor, form: PlanForm) -> bool:
    key = request.POST.get("request_key", "")[:64] or None
    try:
        change_plan(actor, key=key, values=form.cleaned_data)
    except (Invalid, Conflict) as problem:
        for name, text in (problem.fields or {"": problem.message}).items():
            form.add_error(name if name in form.fields else None, str(text))
        return False
    messages.success(request, str(T("备份计划已保存。", "The plan is saved.")))
    return True


def _age(hours: float | None) -> Any:
    if hours is None:
        return T("从未", "never")
    if hours < 1:
        return T("{} 分钟", "{} min").format(int(hours * 60))
    if hours < 48:
        return T("{} 小时", "{} h").format(int(hours))
    return T("{} 天", "{} days").format(int(hours / 24))


def _tiles() -> list[dict[str, Any]]:
    tiles = []
    for kind, title, hours_max in (
        ("backup", T("最近备份距今", "Newest copy"), BACKUP_HOURS_MAX),
        ("drill", T("最近证明可恢复距今", "Newest proof"), DRILL_HOURS_MAX),
    ):
        hours = age_hours(last_good(kind))
        tiles.append({"label": title, "value": _age(hours), "tone": age_tone(hours, hours_max)})
    for key, title in (
        (KEY, T("备份工具", "restic")),
        (LITESTREAM if is_sqlite() else PGBACKREST, T("时间点恢复", "Points in time")),
    ):
        row = connection_of(key)
        tiles.append({"label": title, "value": row.state_title, "href": f"/connectors/{key}/",
                      "tone": ENGINE_TONES.get(row.state, "")})  # fmt: skip
    return tiles


def _table(page: Any) -> Table:
    table = Table(
        T("备份与演练记录", "Copies and drills"),
        [Column(T("结束时间", "Ended")), Column(T("类别", "Kind")), Column(T("结果", "Result")),
         Column(T("证明", "What was shown")), Column(T("用时（秒）", "Seconds"), numeric=True)],
    )  # fmt: skip
    for row in page:
        table.add(
            instant(row.ended_at), KIND_TITLES[row.kind],
            Cell(STATE_TITLES[row.state], tone="ok" if row.state == "ok" else "bad"), row.told,
            row.seconds, href=f"/backup/backup_runs/{row.key}/",
        )  # fmt: skip
    return table


def _lies_beside(address: str) -> bool:
    """Whether the repository is on the disk of what it copies: a broken disk would take both."""
    if not address.startswith("/"):
        return False
    place = Path(address)
    while not place.exists():
        place = place.parent
    return os.stat(place).st_dev == os.stat(settings.BASE_DIR).st_dev


urlpatterns = [path("", backup_page, name="home")]
