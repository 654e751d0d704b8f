"""GET /atlas/print/ – a sheet with map, legend, scale and north, for A4 or A3 paper."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from guanggu.base import clock
from guanggu.base.bilingual import T
from guanggu.kernel.identity.public import actor_of
from guanggu.web.maps import MapView

from .asked import box_asked, map_layers, read
from .looking import DISTRICT

TITLE_MAX = 60
# Width of the map on the sheet, landscape, in metres.
SHEETS = {"A4": 0.225, "A3": 0.34}


@require_safe
def print_page(request: HttpRequest) -> HttpResponse:
    from guanggu.web.maps.drawing import WIDTH, legend, metres_a_pixel, picture

    asked = read(request)
    title = " ".join(request.GET.get("title", "").split())[:TITLE_MAX]
    heading = T(title, title) if title else T("光谷专题图", "Map of Guanggu")
    box = box_asked(request)
    # What lies outside the sheet has no place in its legend.
    drawn = [layer for layer in map_layers(request, asked, box) if layer.features]
    view = MapView(heading, drawn)
    bounds = box or view.bounds() or DISTRICT
    size = "A3" if request.GET.get("size") == "A3" else "A4"
    scale = metres_a_pixel(bounds) * WIDTH / SHEETS[size]
    rounded = round(scale, -int(len(str(int(scale))) - 2))
    kept = request.GET.copy()
    kept.pop("size", None)
    context = {
        "title": heading, "size": size, "picture": picture(view, bounds), "legend": legend(view),
        "scale": f"1:{int(rounded):,}", "on": clock.today(), "by": actor_of(request).name,
        "address": "?" + kept.urlencode(), "wanted": request.GET,
        "is_sample": any(layer.extra.get("is_sample") for layer in asked.chosen),
        "crumbs": [(T("一张图", "Map"), "/atlas/"), (T("打印", "Print"), "")],
    }  # fmt: skip
    return render(request, "atlas/print.html", context)
