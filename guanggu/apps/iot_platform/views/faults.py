"""Faults: what waits for this post, and one fault with its device, alarms and next step."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from guanggu.base.bilingual import T
from guanggu.kernel.identity.public import actor_of, demand, get
from guanggu.web.addresses import address_of
from guanggu.web.case_steps import Answers, entries, file_of_number, stages, tiles, waiting
from guanggu.web.dates import instant_text
from guanggu.web.measures import value_text
from guanggu.web.screens.editing import request_key_of
from guanggu.web.table import Cell, Column, Table

from ..actions import handle_fault
from ..actions.faults import CASE_KIND
from ..models import FAULT_STATES, DeviceFault
from ..queries import VIEW, alarms_of, faults, faults_of_cases, tasks_of_faults

HOME = "/iot_platform/faults/"
STATES = dict(FAULT_STATES)
LISTED = 100


@require_safe
def faults_page(request: HttpRequest) -> HttpResponse:
    """GET /iot_platform/faults/"""
    actor = actor_of(request)
    demand(actor, VIEW)
    tasks = tasks_of_faults(actor, CASE_KIND)
    rows = faults(actor)
    opened, closed = rows.filter(state="open"), rows.filter(state="closed")
    context = {
        "tiles": tiles(tasks, opened.count(), closed.count(), T("处理中", "Open")),
        "waiting": waiting(
            tasks, faults_of_cases([task.case.number for task in tasks]),
            (T("故障", "Fault"), T("设备", "Device"), T("发生时间", "Since")),
            lambda row: (row.device.name, row.begun_at), HOME,
        ),
        "open": _table(T("处理中", "Open"), opened[:LISTED]),
        "closed": _table(T("近期办结", "Closed of late"), closed[:30]),
        "crumbs": [(T("物联设备", "Devices"), "/iot_platform/"), (T("故障处理", "Faults"), "")],
    }  # fmt: skip
    return render(request, "iot_platform/faults.html", context)


def _table(title: T, rows: Any) -> Table:
    table = Table(
        title,
        [Column(T("故障", "Fault")), Column(T("设备", "Device")), Column(T("发生时间", "Since")),
         Column(T("报警数", "Alarms"), numeric=True), Column(T("状态", "State"))],
    )  # fmt: skip
    for row in rows:
        table.add(
            row.title, row.device.name, instant_text(row.begun_at), len(row.alarms),
            Cell(STATES[row.state], tone="warn" if row.state == "open" else "ok"),
            href=f"{HOME}{row.key}/",
        )  # fmt: skip
    return table


@require_http_methods(["GET", "HEAD", "POST"])
def fault_page(request: HttpRequest, key: str) -> HttpResponse:
    """GET, POST /iot_platform/faults/<key>/ – POST gives ``outcome``."""
    actor = actor_of(request)
    rows = DeviceFault.objects.select_related("device__profile", "device__fleet", "organisation")
    row = get(actor, rows, VIEW, key=key)
    file = file_of_number(row.case_number)
    answers = Answers(file, actor, request, give=handle_fault)
    status = 200
    if request.method == "POST":
        if answers.given(request_key_of(request)):
            messages.success(request, str(T("已处理。", "Done.")))
            return redirect(f"{HOME}{key}/")
        status = 422
    context = {
        "row": row,
        "state": STATES[row.state],
        "facts": _facts(row),
        "stages": stages(file),
        "answers": answers,
        "alarms": _alarms(row),
        "entries": entries(row, file),
        "crumbs": [
            (T("物联设备", "Devices"), "/iot_platform/"), (T("故障处理", "Faults"), HOME),
            (row.key, ""),
        ],
    }  # fmt: skip
    return render(request, "iot_platform/fault.html", context, status=status)


def _facts(row: DeviceFault) -> list[tuple[Any, Any]]:
    return [
        (T("设备", "Device"), row.device.name),
        (T("产品", "Profile"), row.device.profile.name),
        (T("设备群组", "Fleet"), row.device.fleet.name),
        (
            T("处理单位", "Handled by"),
            row.organisation.title if row.organisation else T("未指定", "None"),
        ),
        (T("办件编号", "Case"), row.case_number or T("等待开立", "To be opened")),
        (T("发生时间", "Since"), instant_text(row.begun_at)),
        (T("最近报警", "Last alarm"), instant_text(row.last_at)),
    ]


def _alarms(row: DeviceFault) -> Table:
    table = Table(
        T("报警", "Alarms"),
        [Column(T("发生时间", "Since")), Column(T("触发值 / 限值", "Value / limit"), numeric=True),
         Column(T("恢复时间", "Cleared"))],
    )  # fmt: skip
    for each in alarms_of(row):
        cleared = instant_text(each.cleared_at) if each.cleared_at else T("未恢复", "Not yet")
        table.add(
            instant_text(each.opened_at), f"{value_text(each.value)} / {value_text(each.limit)}",
            cleared, href=address_of(each.ref),
        )  # fmt: skip
    return table
