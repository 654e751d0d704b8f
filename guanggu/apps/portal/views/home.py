"""Home: one search, a few doors, what waits for me."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from guanggu.base.bilingual import T
from guanggu.kernel.identity.public import actor_of

from .. import queries

POPULAR_SHOWN = 8
ICONS = {
    "open_business": "building", "open_shop": "home", "build": "gear", "occupy_road": "warning",
    "water_drainage": "lake", "environment": "shield", "advertise": "bell",
    "school_clinic": "book", "culture": "star", "transport_danger": "alarm", "innovate": "chart",
    "talent": "person", "employ": "people", "invest": "scales",
}  # fmt: skip
EVERYDAY = (
    T("开饭店", "restaurant"), T("占道施工", "road"), T("租房补贴", "rent subsidy"),
    T("注册公司", "company"), T("高新技术企业", "high-tech"), T("广告牌", "advertising"),
)  # fmt: skip


def themes_shown(items: list[queries.Item]) -> list[dict[str, Any]]:
    """The themes that have items, each with their number."""
    counts: dict[str, int] = {}
    for item in items:
        for code in item.themes:
            counts[code] = counts.get(code, 0) + 1
    return [
        {"code": code, "title": title, "count": counts[code], "icon": ICONS.get(code, "list")}
        for code, title in queries.words_for("themes").items()
        if code in counts
    ]


def home_page(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    items = queries.published_items(actor)
    mine = queries.matters(actor, limit=5) if actor.kind in ("person", "firm") else []
    context = {
        "everyday": EVERYDAY,
        "total": len(items),
        "popular": queries.popular_items(items)[:POPULAR_SHOWN],
        "themes": themes_shown(items),
        "notices": list(queries.notices(actor)[:5]),
        "mine": mine,
        "waiting": sum(1 for matter in mine if matter.mine),
    }
    return render(request, "portal/home.html", context)
