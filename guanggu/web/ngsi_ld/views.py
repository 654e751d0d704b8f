"""The addresses of NGSI-LD."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt


@csrf_exempt
def service(request: HttpRequest, below: str = "") -> HttpResponse:
    """Every call of NGSI-LD. csrf_exempt: who is signed in by a session is asked for the token."""
    from .serving import serve  # with numpy and Arrow, which other pages do without

    return serve(request, below)


def context_document(request: HttpRequest) -> HttpResponse:
    """GET /ngsi-ld/context.jsonld"""
    from .serving import context_answer

    return context_answer(request)


urlpatterns = [
    path("ngsi-ld/context.jsonld", context_document, name="ngsi_ld_context"),
    path("ngsi-ld/v1/<path:below>", service, name="ngsi_ld"),
]
