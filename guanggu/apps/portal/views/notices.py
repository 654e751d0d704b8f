"""Public notices."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from guanggu.base.bilingual import T
from guanggu.kernel.identity.public import actor_of, get

from .. import queries
from ..models import Notice

_TITLE = T("通知公告", "Notices")
SHOWN_MAX = 100


def notices_page(request: HttpRequest) -> HttpResponse:
    rows = list(queries.notices(actor_of(request))[:SHOWN_MAX])
    return render(request, "portal/notices.html", {"notices": rows, "crumbs": [(_TITLE, "")]})


def notice_page(request: HttpRequest, key: str) -> HttpResponse:
    notice = get(actor_of(request), Notice, queries.VIEW_NOTICES, key=key)
    context = {"notice": notice, "crumbs": [(_TITLE, "/notices/"), (notice.shown_title, "")]}
    return render(request, "portal/notice.html", context)
