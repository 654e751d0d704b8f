"""Frames that could not be taken in, with their bytes as they came."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from guanggu.base.bilingual import T
from guanggu.base.errors import Conflict, Invalid, Missing, Problem
from guanggu.kernel.identity.public import actor_of, demand
from guanggu.kernel.observation.public import (
    KEEP_THINGS,
    QuarantinedFrame,
    adopt_factor,
    adoptions_of,
    factors_waiting_in,
    waiting_factors,
    words_of,
)
from guanggu.web.dates import instant_text
from guanggu.web.screens.editing import request_key_of
from guanggu.web.table import Cell, Column, Table

from ..models import FleetDevice
from ..queries import VIEW, frames_kept
from .words import PROTOCOL_TITLES, reason_title

HOME = "/iot_platform/"
CRUMB = (T("物联设备", "Devices"), HOME)
PAGE = 50
COUNTED_MAX = 5_000
BYTES_A_LINE = 16


@require_safe
def quarantine_page(request: HttpRequest) -> HttpResponse:
    """GET /iot_platform/quarantine/?device=&reason=&page="""
    demand(actor_of(request), VIEW)
    device, reason = request.GET.get("device", "")[:64], request.GET.get("reason", "")[:40]
    rows = frames_kept(device, reason)[:COUNTED_MAX]
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    table = Table(
        T("异常报文", "Quarantined frames"),
        [Column(T("时间", "At")), Column(T("设备", "Device")), Column(T("协议", "Protocol")),
         Column(T("来源", "From")), Column(T("原因", "Reason")), Column(T("说明", "Detail")),
         Column(T("同类另有", "More alike"), numeric=True)],
    )  # fmt: skip
    for each in page.object_list:
        table.add(
            instant_text(each.at), each.device.name if each.device else T("未知来源", "Unknown"),
            PROTOCOL_TITLES.get(each.protocol, each.protocol), each.peer, reason_title(each.reason),
            _detail(each), f"{each.alike:,}", href=f"{HOME}quarantine/{each.pk}/",
        )  # fmt: skip
    reasons = sorted(set(QuarantinedFrame.objects.values_list("reason", flat=True).distinct()))
    context = {
        "table": table, "page": page, "device": device, "reason": reason, "waiting": _waiting(),
        "reasons": [(each, reason_title(each)) for each in reasons],
        "crumbs": [CRUMB, (T("异常报文", "Quarantined frames"), "")],
    }  # fmt: skip
    return render(request, "iot_platform/quarantine.html", context)


def _detail(frame: QuarantinedFrame) -> Any:
    if frame.resolved_at is not None:
        return Cell(T("已采用并补存", "Adopted and stored"), tone="ok")
    return frame.detail or "—"


def _waiting() -> Table:
    """Factors that stations send though nobody declared them."""
    table = Table(
        T("未登记因子", "Factors not declared"),
        [Column(T("设备", "Device")), Column(T("因子", "Factor")), Column(T("名称", "Name")),
         Column(T("报文数", "Frames"), numeric=True), Column(T("最早收到", "Since"))],
    )  # fmt: skip
    for each in waiting_factors()[:PAGE]:
        table.add(
            each.device.name, each.factor, each.title, f"{each.frames:,}", instant_text(each.since),
            href=f"{HOME}quarantine/{each.frame}/",
        )  # fmt: skip
    return table


def _frame(number: int) -> QuarantinedFrame:
    """Raises Missing."""
    rows = QuarantinedFrame.objects.select_related("device__thing")
    found = rows.filter(pk=min(number, 2**62)).first()
    if found is None:
        raise Missing(
            T("没有这条报文，或已超过保存期限。", "No such frame, or it is kept no longer.")
        )
    return found


@require_safe
def frame_page(request: HttpRequest, number: int) -> HttpResponse:
    """GET /iot_platform/quarantine/<number>/"""
    demand(actor_of(request), VIEW)
    return _page(request, _frame(number))


@require_POST
def adopt(request: HttpRequest, number: int) -> HttpResponse:
    """POST /iot_platform/quarantine/<number>/adopt/ – factor, name, unit."""
    actor = actor_of(request)
    demand(actor, KEEP_THINGS)
    frame = _frame(number)
    if frame.device is None:
        raise Missing(T("来源未知，不能采用。", "Nobody known sent it: nothing can be adopted."))
    given = {n: request.POST.get(n, "").strip()[:60] for n in ("factor", "name", "unit")}
    try:
        adopt_factor(actor, key=request_key_of(request), device=frame.device.key, **given)
    except (Conflict, Invalid) as problem:
        return _page(request, frame, problem, status=422)
    messages.success(
        request,
        str(T("已采用，留存报文中的数据正在补存。", "Adopted; what waits of it is being stored.")),
    )
    return HttpResponseRedirect(f"{HOME}quarantine/{number}/")


def _page(
    request: HttpRequest, found: QuarantinedFrame, problem: Problem | None = None,
    status: int = 200,
) -> HttpResponse:  # fmt: skip
    raw = bytes(found.raw)
    context = {
        "frame": found,
        "own": FleetDevice.objects.filter(device=found.device.key).first() if found.device else None,
        "reason": reason_title(found.reason),
        "facts": [
            (T("收到时间", "Received"), instant_text(found.at)),
            (T("设备", "Device"), found.device.name if found.device else T("未知来源", "Unknown")),
            (T("协议", "Protocol"), PROTOCOL_TITLES.get(found.protocol, found.protocol)),
            (T("来源", "From"), found.peer),
            (T("说明", "Detail"), found.detail or "—"),
            (T("字节数", "Bytes"), f"{len(raw):,}"),
            (T("同类另有", "More alike"), f"{found.alike:,}"),
        ],
        "factors": _factors(request, found),
        "adopted": _adopted(found),
        "problem": problem,
        "text": raw.decode("utf-8", "replace"),
        "dump": "\n".join(_dump(raw)),
        "crumbs": [
            CRUMB, (T("异常报文", "Quarantined frames"), f"{HOME}quarantine/"), (str(found.pk), ""),
        ],
    }  # fmt: skip
    return render(request, "iot_platform/frame.html", context, status=status)


def _factors(request: HttpRequest, frame: QuarantinedFrame) -> list[dict[str, Any]]:
    """Forms for the factors of the frame that wait, with what the standard says of them."""
    if not KEEP_THINGS.is_possible(actor_of(request)):
        return []
    posted = request.POST if request.method == "POST" else {}
    found = []
    for code in factors_waiting_in(frame):
        title, unit = words_of(code)
        again = posted.get("factor") == code
        found.append(
            {
                "code": code,
                "name": posted.get("name", "") if again else ("" if title.zh == code else title.zh),
                "unit": posted.get("unit", "") if again else unit,
                "is_wrong": again,
            }
        )
    return found


def _adopted(frame: QuarantinedFrame) -> Table | None:
    """What was adopted of the station, and how far what waited of it has been stored."""
    rows = adoptions_of(frame.device.key) if frame.device else []
    if not rows:
        return None
    table = Table(
        T("已采用因子", "Factors adopted"),
        [Column(T("因子", "Factor")), Column(T("采用人", "Adopted by")), Column(T("时间", "At")),
         Column(T("补存报文", "Frames read"), numeric=True),
         Column(T("补存数据", "Data stored"), numeric=True), Column(T("状态", "State"))],
    )  # fmt: skip
    for each in rows:
        state = Cell(T("正在补存", "Being stored"), tone="info")
        if each.finished_at:
            state = Cell(T("补存完成", "Done"), tone="ok")
        table.add(
            each.factor, each.by, instant_text(each.at), f"{each.frames:,}", f"{each.data:,}", state
        )  # fmt: skip
    return table


def _dump(raw: bytes) -> list[str]:
    """Place, bytes in hexadecimal, and what of them can be read."""
    lines = []
    for at in range(0, len(raw), BYTES_A_LINE):
        part = raw[at : at + BYTES_A_LINE]
        digits = part.hex(" ").ljust(BYTES_A_LINE * 3 - 1)
        text = "".join(chr(byte) if 32 <= byte < 127 else "." for byte in part)
        lines.append(f"{at:06x}  {digits}  {text}")
    return lines
