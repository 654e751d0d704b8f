"""The live wall: one page for a wall of screens and for a phone."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from guanggu.base import clock
from guanggu.base.actor import Actor
from guanggu.base.bilingual import T
from guanggu.base.errors import Forbidden
from guanggu.kernel.identity.public import MAY_NOT, actor_of
from guanggu.web import live, maps

from ..queries.scopes import is_official
from .panels import WALL, ground, newest_lines

REFRESH_S = 30  # without scripts, and where no live server answers


def _reader(request: HttpRequest) -> Actor:
    """Raises Forbidden for whoever is no official."""
    actor = actor_of(request)
    if not is_official(actor):
        raise Forbidden(MAY_NOT)
    return actor


@require_safe
def wall_page(request: HttpRequest) -> HttpResponse:
    """GET /command/wall/"""
    actor = _reader(request)
    after = live.journal_end()  # read first: what happens meanwhile is told again, not missed
    made = WALL.made(actor)
    answer = render(
        request,
        "command/wall.html",
        {
            "panels": {p.key: {"title": p.title, "html": made[p.key]} for p in WALL.panels},
            "lines": [line.html for line in reversed(newest_lines(actor))],
            "ground": maps.picture(ground(actor)),
            "stream": live.stream_address(request, WALL.name, actor, after),
            "now": clock.now(),
            "refresh_s": REFRESH_S,
            "words": _words(),
        },
    )
    answer.headers["Content-Security-Policy"] = live.stream_policy(request)
    return answer


def _words() -> dict[str, str]:
    return {
        "live": str(T("实时", "Live")),
        "lost": str(T("连接中断，正在重连", "Connection lost; trying again")),
        "clock": str(T("每半分钟刷新", "Refreshed every half minute")),
        "out": str(T("已退出登录，请重新登录", "Signed out; sign in again")),
    }


@require_safe
def panels_data(request: HttpRequest) -> JsonResponse:
    """GET /command/wall/panels.json – where no live server answers the page asks for this."""
    actor = _reader(request)
    made: dict[str, Any] = WALL.made(actor)
    lines = "".join(line.html for line in reversed(newest_lines(actor)))
    return JsonResponse({"panels": made, "lines": lines})


@require_safe
def stream_data(request: HttpRequest) -> JsonResponse:
    """GET /command/wall/stream.json – a new ticket: {"href": …}; ``?after=`` goes on from there."""
    actor = _reader(request)
    after = live.cursor_of(request.GET.get("after", "")) or live.journal_end()
    return JsonResponse({"href": live.stream_address(request, WALL.name, actor, after)})
