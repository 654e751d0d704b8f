"""GET /atlas/measure/ – distance and area on the ellipsoid."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from guanggu.base.bilingual import T
from guanggu.base.errors import Invalid

TITLE = T("量算", "Measure")


def length_text(metres: float) -> T:
    if metres >= 1000:
        return T("{} 公里", "{} km").format(f"{metres / 1000:,.3f}")
    return T("{} 米", "{} m").format(f"{metres:,.1f}")


def area_text(square: float) -> T:
    if square >= 1e6:
        return T("{} 平方公里", "{} km²").format(f"{square / 1e6:,.4f}")
    return T("{} 平方米", "{} m²").format(f"{square:,.1f}")


@require_safe
def measure(request: HttpRequest) -> HttpResponse:
    """``places``: pairs; ``f=json`` for the script."""
    from ..rules.measuring import area_m2, length_m, places_of

    text, problem, rows = request.GET.get("places", ""), None, []
    if text:
        try:
            places = places_of(text)
            rows.append((T("长度", "Length"), length_text(length_m(places))))
            if len(places) > 2:
                area, around = area_m2(places)
                rows.append((T("面积", "Area"), area_text(area)))
                rows.append((T("周长", "Perimeter"), length_text(around)))
        except Invalid as found:
            problem = found.message
    if request.GET.get("f") == "json":
        body = {"rows": [[str(a), str(b)] for a, b in rows], "problem": str(problem or "")}
        return JsonResponse(body, status=422 if problem else 200)
    context = {
        "title": TITLE, "rows": rows, "problem": problem, "places": text,
        "crumbs": [(T("一张图", "Map"), "/atlas/"), (TITLE, "")],
    }  # fmt: skip
    return render(request, "atlas/measure.html", context, status=422 if problem else 200)
