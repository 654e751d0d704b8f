"""The addresses of the interface, its page for developers, and the keys of programs."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from guanggu.base.bilingual import T

METHODS = "GET, HEAD, POST, PATCH, PUT, DELETE, OPTIONS"


@csrf_exempt
def service(request: HttpRequest, below: str = "") -> HttpResponse:
    """Every call of SensorThings. csrf_exempt: ``caller_of`` asks the token of signed-in people."""
    if request.method == "OPTIONS":
        return HttpResponse(status=204, headers={"Allow": METHODS})
    from .serving import serve  # with numpy and Arrow, which other pages do without

    return serve(request, below)


def landing(request: HttpRequest) -> HttpResponse:
    """GET /sensorthings/"""
    title = T("SensorThings 数据接口", "SensorThings interface")
    context = {
        "title": title,
        "crumbs": [(T("开放接口", "Open API"), "/api/docs"), (title, "")],
        "root": request.build_absolute_uri("/sensorthings/v1.1"),
    }
    return render(request, "guanggu/sensorthings.html", context)


urlpatterns = [
    path("sensorthings/", landing, name="sensorthings"),
    path("sensorthings/v1.1", service, name="sensorthings_root"),
    path("sensorthings/v1.1/", service),
    path("sensorthings/v1.1/<path:below>", service, name="sensorthings_service"),
]
