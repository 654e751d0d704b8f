"""Frames that could not be taken in, with their bytes as they came."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from guanggu.base.bilingual import T
from guanggu.base.errors import Missing
from guanggu.kernel.identity.public import actor_of, demand
from guanggu.kernel.observation.public import QuarantinedFrame
from guanggu.web.dates import instant_text
from guanggu.web.table import Column, Table

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
            each.detail or "—", f"{each.alike:,}", href=f"{HOME}quarantine/{each.pk}/",
        )  # fmt: skip
    reasons = sorted(set(QuarantinedFrame.objects.values_list("reason", flat=True).distinct()))
    context = {
        "table": table, "page": page, "device": device, "reason": reason,
        "reasons": [(each, reason_title(each)) for each in reasons],
        "crumbs": [CRUMB, (T("异常报文", "Quarantined frames"), "")],
    }  # fmt: skip
    return render(request, "iot_platform/quarantine.html", context)


@require_safe
def frame_page(request: HttpRequest, number: int) -> HttpResponse:
    """GET /iot_platform/quarantine/<number>/"""
    demand(actor_of(request), VIEW)
    found = QuarantinedFrame.objects.select_related("device").filter(pk=min(number, 2**62)).first()
    if found is None:
        raise Missing(
            T("没有这条报文，或已超过保存期限。", "No such frame, or it is kept no longer.")
        )
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
        "text": raw.decode("utf-8", "replace"),
        "dump": "\n".join(_dump(raw)),
        "crumbs": [CRUMB, (T("异常报文", "Quarantined frames"), f"{HOME}quarantine/"), (f"{number}", "")],
    }  # fmt: skip
    return render(request, "iot_platform/frame.html", context)


def _dump(raw: bytes) -> list[str]:
    """Place, bytes in hexadecimal, and what of them can be read."""
    lines = []
    for at in range(0, len(raw), BYTES_A_LINE):
        part = raw[at : at + BYTES_A_LINE]
        digits = part.hex(" ").ljust(BYTES_A_LINE * 3 - 1)
        text = "".join(chr(byte) if 32 <= byte < 127 else "." for byte in part)
        lines.append(f"{at:06x}  {digits}  {text}")
    return lines
