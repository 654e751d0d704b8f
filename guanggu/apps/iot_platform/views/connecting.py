"""How a maker's device connects: addresses and examples to copy, from this server's settings."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from guanggu.base.bilingual import T
from guanggu.kernel.identity.public import actor_of, demand
from guanggu.kernel.observation.public import gateway_state

from ..queries import VIEW

HJ212 = (
    "##0101QN=20160801085857223;ST=32;CN=1062;PW=100000;MN=010000A8900016F000169DC0;Flag=5;"
    "CP=&&RtdInterval=30&&1C80"
)


@require_safe
def connect(request: HttpRequest) -> HttpResponse:
    """GET /iot_platform/connect/"""
    demand(actor_of(request), VIEW)
    context = {
        "parts": gateway_state().parts,
        "hj212": HJ212,
        "crumbs": [
            (T("物联设备", "Devices"), "/iot_platform/"),
            (T("接入说明", "How to connect"), ""),
        ],
    }
    return render(request, "iot_platform/connect.html", context)
