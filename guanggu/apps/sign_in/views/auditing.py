"""What the audit officer reads: the door, and every change of rights. He can change nothing."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from guanggu.web.paging import keyset_page

from ..queries import AUDIT, DOOR_KINDS, RIGHTS_KINDS, events_of_kinds, names_of
from .posting import acting
from .telling import lines_of


@require_safe
def log(request: HttpRequest) -> HttpResponse:
    acting(request, AUDIT)
    about_rights = request.GET.get("about") == "rights"
    page = keyset_page(
        events_of_kinds(RIGHTS_KINDS if about_rights else DOOR_KINDS),
        order="-id",
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )
    values = {
        "page": page,
        "entries": lines_of(page.rows, names_of(page.rows)),
        "about_rights": about_rights,
    }
    return render(request, "sign_in/log.html", values)
