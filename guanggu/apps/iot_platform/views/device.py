"""One device: state, latest values, key, twin, commands, frames in quarantine."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from guanggu.base.bilingual import T
from guanggu.base.errors import Conflict, Invalid, Problem
from guanggu.kernel.identity.public import actor_of, demand, get
from guanggu.kernel.observation.public import (
    TITLES,
    Device,
    Mark,
    rotate_key,
    send_command,
    suspend_device,
)
from guanggu.web.measures import unit_text, value_text
from guanggu.web.screens.editing import request_key_of
from guanggu.web.table import Cell, Column, Table

from ..actions import set_desired
from ..models import FleetDevice
from ..queries import (
    KEEP,
    VIEW,
    alarms_at,
    commands_of,
    messages_of_fleets,
    quarantine_of,
    standings,
    streams_with_values,
)
from ..rules import STATES, TONES, Setting, delta, settings_of
from .words import COMMANDS, reason_title

RAW_SHOWN = 600


def _row(request: HttpRequest, key: str) -> FleetDevice:
    return get(actor_of(request), FleetDevice, VIEW, key=key)


def _back(row: FleetDevice) -> HttpResponseRedirect:
    return HttpResponseRedirect(f"/iot_platform/device/{row.key}/")


@require_safe
def device(request: HttpRequest, key: str) -> HttpResponse:
    """GET /iot_platform/device/<key>/"""
    return _page(request, _row(request, key))


def _page(
    request: HttpRequest, row: FleetDevice, problem: Problem | None = None, status: int = 200
) -> HttpResponse:
    standing = standings([row])[0]
    settings = settings_of(row.profile.settings)
    context = {
        "row": row,
        "device": Device.objects.filter(key=row.device).first(),
        "standing": standing,
        "state": STATES[standing.state],
        "tone": TONES[standing.state],
        "values": _values(row),
        "alarms": _alarms(row),
        "fleet_used": messages_of_fleets([row.fleet]).get(row.fleet.pk, 0),
        "twin": _twin(row, settings),
        "fields": _fields(row, settings, problem),
        "open": delta(row.desired, row.reported),
        "commands": _commands(row),
        "command_choices": COMMANDS if row.profile.protocol == "hj212" else (),
        "frames": _frames(row),
        "problem": problem,
        "may_keep": KEEP.is_possible(actor_of(request)),
        "crumbs": [(T("物联设备", "Devices"), "/iot_platform/"), (row.name, "")],
    }
    return render(request, "iot_platform/device.html", context, status=status)


def _values(row: FleetDevice) -> Table:
    table = Table(
        T("最新数据", "Latest values"),
        [Column(T("数据流", "Datastream")), Column(T("数值", "Value"), numeric=True),
         Column(T("单位", "Unit")), Column(T("标记", "Mark")), Column(T("时间", "Time"))],
    )  # fmt: skip
    for stream, reading in streams_with_values(row):
        href = f"/observation/datastreams/{stream.key}/"
        if reading is None:
            table.add(Cell(stream.name), "", unit_text(stream.unit), "", "", href=href)
            continue
        mark = Cell(TITLES[Mark(reading.mark)], tone="ok" if reading.is_valid else "warn")
        value = value_text(reading.value)
        table.add(stream.name, value, unit_text(stream.unit), mark, reading.at, href=href)
    return table


def _alarms(row: FleetDevice) -> Table:
    table = Table(
        T("报警", "Alarms"),
        [Column(T("报警", "Alarm")), Column(T("监测项目", "Property")),
         Column(T("触发值", "Value"), numeric=True), Column(T("发生时间", "Opened")),
         Column(T("状态", "State"))],
    )  # fmt: skip
    tones = {"open": "bad", "acknowledged": "warn", "cleared": "info"}
    for alarm in alarms_at(row):
        stream = alarm.datastream
        named = stream.observed_property if stream else None
        unit = unit_text(stream.unit) if stream else ""
        table.add(
            T(alarm.rule.name, alarm.rule.name_en or alarm.rule.name),
            T(named.name, named.name_en or named.name) if named else "—",
            "—" if alarm.value is None else f"{value_text(alarm.value)} {unit}".strip(),
            alarm.opened_at,
            Cell(alarm.get_state_display(), tone=tones.get(alarm.state, "quiet")),
            href=f"/sensing/alarms/{alarm.key}/",
        )  # fmt: skip
    return table


def _twin(row: FleetDevice, settings: tuple[Setting, ...]) -> Table:
    table = Table(
        T("设备孪生", "Twin"),
        [Column(T("设置项", "Setting")), Column(T("期望", "Desired")),
         Column(T("设备上报", "Reported")), Column(T("是否一致", "In step"))],
    )  # fmt: skip
    titles = {setting.name: setting for setting in settings}
    for name in sorted({*titles, *row.desired, *row.reported}):
        setting = titles.get(name)
        title = name if setting is None else setting.title
        if setting is not None and setting.unit:
            title = f"{title} ({unit_text(setting.unit)})"
        wanted, told = row.desired.get(name), row.reported.get(name)
        if name not in row.desired:
            step: Any = Cell(T("未设置", "Not set"))
        elif wanted == told:
            step = Cell(T("一致", "In step"), tone="ok")
        else:
            step = Cell(T("待设备执行", "The device has yet to take it"), tone="warn")
        table.add(title, "" if wanted is None else str(wanted), "" if told is None else str(told),
                  step)  # fmt: skip
    return table


def _fields(
    row: FleetDevice, settings: tuple[Setting, ...], problem: Problem | None
) -> list[dict[str, Any]]:
    wrong = problem.fields if problem else {}
    return [
        {"setting": setting, "value": row.desired.get(setting.name), "error": wrong.get(setting.name)}
        for setting in settings
    ]  # fmt: skip


def _commands(row: FleetDevice) -> Table:
    table = Table(
        T("反控命令", "Commands"),
        [Column(T("命令", "Command")), Column(T("下达人", "Given by")), Column(T("状态", "State")),
         Column(T("返回", "Answer")), Column(T("时间", "Time"))],
    )  # fmt: skip
    titles = dict(COMMANDS)
    tones = {"executed": "ok", "failed": "bad", "timeout": "bad"}
    for each in commands_of(row):
        table.add(
            titles.get(each.cn, each.cn), each.by,
            Cell(each.get_state_display(), tone=tones.get(each.state, "info")),
            each.result[:200] or each.execution_code, each.finished_at or each.created_at,
            href=f"/observation/field_commands/{each.key}/",
        )  # fmt: skip
    return table


def _frames(row: FleetDevice) -> list[dict[str, Any]]:
    return [
        {
            "frame": each,
            "reason": reason_title(each.reason),
            "text": bytes(each.raw)[:RAW_SHOWN].decode("utf-8", "backslashreplace"),
            "hex": bytes(each.raw)[:RAW_SHOWN].hex(" "),
            "is_cut": len(each.raw) > RAW_SHOWN,
        }
        for each in quarantine_of(row)
    ]


@require_POST
def twin(request: HttpRequest, key: str) -> HttpResponse:
    """POST one field for each setting of the profile."""
    row = _row(request, key)
    values = {
        setting.name: request.POST.get(f"setting-{setting.name}", "")
        for setting in settings_of(row.profile.settings)
    }
    try:
        set_desired(actor_of(request), key=request_key_of(request), device=key, values=values)
    except Invalid as problem:
        return _page(request, row, problem, status=422)
    messages.success(
        request, str(T("已下达，等待设备执行。", "Set; the device has yet to take it."))
    )
    return _back(row)


@require_http_methods(["GET", "HEAD", "POST"])
def key(request: HttpRequest, key: str) -> HttpResponse:
    """A new key of the device, shown once in the answer to the post.

    Without a request key: a receipt would keep the secret, and a repeated post makes a new one.
    """
    row = _row(request, key)
    demand(actor_of(request), KEEP)
    shown: dict[str, Any] = {}
    if request.method == "POST":
        given = {name: request.POST.get(name, "").strip() for name in ("password", "cipher_key")}
        shown = rotate_key(actor_of(request), device=row.device, **given)
    crumbs = [
        (T("物联设备", "Devices"), "/iot_platform/"),
        (row.name, f"/iot_platform/device/{row.key}/"),
        (T("设备密钥", "Device key"), ""),
    ]
    context = {"row": row, "shown": shown, "crumbs": crumbs}
    return render(request, "iot_platform/key.html", context)


@require_POST
def suspend(request: HttpRequest, key: str) -> HttpResponse:
    """POST reason, and ``resume=1`` to take the device in again."""
    row = _row(request, key)
    try:
        suspend_device(
            actor_of(request), key=request_key_of(request), device=row.device,
            reason=request.POST.get("reason", "")[:400],
            suspended=request.POST.get("resume") != "1",
        )  # fmt: skip
    except Invalid as problem:
        return _page(request, row, problem, status=422)
    messages.success(request, str(T("已保存。", "Saved.")))
    return _back(row)


@require_POST
def command(request: HttpRequest, key: str) -> HttpResponse:
    """POST cn, parameters, reason."""
    row = _row(request, key)
    given = {name: request.POST.get(name, "").strip() for name in ("cn", "parameters", "reason")}
    try:
        send_command(actor_of(request), key=request_key_of(request), device=row.device, **given)
    except (Conflict, Invalid) as problem:
        return _page(request, row, problem, status=422)
    messages.success(
        request,
        str(T("命令已排队，设备在线时立即发送。", "Queued; sent once the device is there.")),
    )
    return _back(row)
