"""Values that stations sent again for data already reviewed or sealed: an officer decides."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from guanggu.base.bilingual import T
from guanggu.base.errors import Conflict, Invalid, Missing
from guanggu.kernel.identity.public import actor_of, demand
from guanggu.kernel.observation.public import REVIEW, decide_held, held_values

from .showing import mark_title, mark_tone, property_title, with_unit

_TITLE = T("补传待定数据", "Re-sent data to decide")
_NOT_CHOSEN = T("请选择采纳或不采纳。", "Choose to take it or to drop it.")


@require_http_methods(["GET", "HEAD", "POST"])
def held_page(request: HttpRequest) -> HttpResponse:
    """GET, POST /sensing/review/held/ – POST with datastream, time, ``accept`` or ``drop``, reason."""
    actor = actor_of(request)
    demand(actor, REVIEW)
    if request.method == "POST" and _decided(request):
        return redirect("sensing-held")
    rows = [
        {
            "held": held,
            "property": property_title(held.datastream),
            "sent": with_unit(held.value, held.datastream),
            "standing": with_unit(held.standing, held.datastream),
            "mark": mark_title(held.standing_mark),
            "tone": mark_tone(held.standing_mark),
        }
        for held in held_values()
    ]
    crumbs = [(T("数据审核", "Data review"), "/sensing/review/"), (_TITLE, "")]
    context = {"title": _TITLE, "rows": rows, "crumbs": crumbs}
    return render(request, "guanggu/observations/held.html", context)


def _decided(request: HttpRequest) -> bool:
    posted = request.POST
    try:
        if ("accept" in posted) == ("drop" in posted):
            raise Invalid(_NOT_CHOSEN)
        time = posted.get("time", "")
        decide_held(
            actor_of(request), key=posted.get("request_key", "")[:64] or None,
            datastream=posted.get("datastream", ""), accept="accept" in posted,
            time=int(time) if time.lstrip("-").isdecimal() and len(time) < 18 else 0,
            reason=posted.get("reason", ""),
        )  # fmt: skip
    except (Invalid, Conflict, Missing) as problem:
        messages.error(request, str(problem.message))
        return False
    messages.success(request, str(T("已处理。", "Decided.")))
    return True
