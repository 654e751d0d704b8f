"""How the fleet stands: counts by state, engines, devices with what is wrong first."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from guanggu.base.bilingual import T
from guanggu.kernel.identity.public import actor_of, demand
from guanggu.kernel.observation.public import gateway_state
from guanggu.web.table import Cell, Column, Table

from ..models import Fleet, FleetDevice
from ..queries import (
    KEEP,
    LISTED,
    VIEW,
    Standing,
    counts_by_state,
    fleet_devices,
    fleets,
    messages_of_fleets,
    standings,
)
from ..rules import NEAR_QUOTA, STATES, TONES, share_of_quota

_WORST_FIRST = ("offline", "late", "suspended", "never", "online")
COUNTED = 5_000


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """GET /iot_platform/?state=&fleet=&q="""
    actor = actor_of(request)
    demand(actor, VIEW)
    rows, listed = fleet_devices(actor), fleets(actor)
    chosen_fleet = request.GET.get("fleet", "")
    if chosen_fleet:
        rows = rows.filter(fleet__key=chosen_fleet)
    text = request.GET.get("q", "").strip()[:64]
    if text:
        rows = rows.filter(Q(name__contains=text) | Q(address__contains=text))
    found = standings(list(rows[:COUNTED]))
    counts = counts_by_state(found)
    chosen = request.GET.get("state", "")
    if chosen in STATES:
        found = [each for each in found if each.state == chosen]
    found.sort(key=lambda each: (_WORST_FIRST.index(each.state), each.row.key))
    context = {
        "tiles": _tiles(counts),
        "fleets": listed,
        "quotas": _quotas(listed),
        "chosen_fleet": chosen_fleet,
        "text": text,
        "chosen": STATES.get(chosen),
        "devices": _table(found[:LISTED]),
        "left_out": max(0, len(found) - LISTED),
        "gateways": _gateways(),
        "may_keep": KEEP.is_possible(actor),
        "is_cut": FleetDevice.objects.count() > COUNTED,
    }
    return render(request, "iot_platform/overview.html", context)


def _tiles(counts: Any) -> list[dict[str, Any]]:
    return [
        {"label": title, "value": f"{counts.get(code, 0):,}", "href": f"?state={code}",
         "tone": TONES[code] if counts.get(code) else ""}
        for code, title in STATES.items()
    ]  # fmt: skip


def _table(found: list[Standing]) -> Table:
    table = Table(
        T("设备", "Devices"),
        [Column(T("设备", "Device")), Column(T("群组", "Fleet")), Column(T("产品", "Profile")),
         Column(T("状态", "State")), Column(T("最近数据", "Last heard")),
         Column(T("今日报文", "Messages today"), numeric=True),
         Column(T("今日异常报文", "Bad frames today"), numeric=True)],
    )  # fmt: skip
    for each in found:
        share = share_of_quota(each.used, each.quota)
        used: Any = f"{each.used:,}" if not each.quota else f"{each.used:,} / {each.quota:,}"
        table.add(
            Cell(each.row.name), each.row.fleet.name, each.row.profile.name,
            Cell(STATES[each.state], tone=TONES[each.state] or "info"), each.last_at,
            Cell(used, tone="warn" if share is not None and share >= NEAR_QUOTA else ""),
            Cell(each.quarantined or "", tone="bad" if each.quarantined else ""),
            href=f"/iot_platform/device/{each.row.key}/",
        )  # fmt: skip
    return table


def _quotas(listed: list[Fleet]) -> Table:
    """Fleets with a quota, and how much of it today's messages have used."""
    table = Table(
        T("群组报文配额", "Quotas of fleets"),
        [Column(T("设备群组", "Fleet")), Column(T("今日报文", "Messages today"), numeric=True),
         Column(T("每日配额", "A day at most"), numeric=True), Column(T("状态", "State"))],
    )  # fmt: skip
    limited = [fleet for fleet in listed if fleet.messages_a_day_max]
    used = messages_of_fleets(limited)
    for fleet in limited:
        share = share_of_quota(used.get(fleet.pk, 0), fleet.messages_a_day_max) or 0.0
        state = Cell(T("充足", "Enough left"), tone="ok")
        if share >= 1:
            state = Cell(T("已用完，次日恢复", "Used up until tomorrow"), tone="bad")
        elif share >= NEAR_QUOTA:
            state = Cell(T("将用完", "Nearly used up"), tone="warn")
        table.add(
            fleet.name, f"{used.get(fleet.pk, 0):,}", f"{fleet.messages_a_day_max:,}", state,
            href=f"/iot_platform/fleets/{fleet.key}/",
        )  # fmt: skip
    return table


def _gateways() -> Table:
    """The gateways and engines behind them; an absent one is said to be absent."""
    table = Table(
        T("接入服务", "Gateways"),
        [Column(T("服务", "Service")), Column(T("状态", "State")), Column(T("说明", "Detail"))],
    )
    for part in gateway_state().parts:
        table.add(part.title, Cell(part.state, tone=part.tone or "info"), part.detail)
    return table
