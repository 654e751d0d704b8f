"""First keys of a whole fleet: shown once, on the page or as a sheet."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from guanggu.base.bilingual import T
from guanggu.kernel.identity.public import actor_of, get
from guanggu.kernel.register.public import write_xlsx
from guanggu.web.table import Column, Table

from ..actions import issue_keys
from ..models import Fleet
from ..queries import KEEP, keyless_devices

_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
HEADS = (
    T("设备标识", "Address"), T("设备名称", "Device"), T("密钥", "Key"),
    T("访问密码（PW）", "Password (PW)"), T("SM4 密钥", "SM4 key"),
)  # fmt: skip


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def fleet_keys(request: HttpRequest, fleet: str) -> HttpResponseBase:
    """GET, POST /iot_platform/keys/<fleet>/; ``as=sheet`` answers the keys as XLSX.

    Without a request key: a receipt would keep the secrets, and a repeated post finds them given.
    """
    actor = actor_of(request)
    row = get(actor, Fleet, KEEP, key=fleet)
    given: dict[str, Any] = {}
    if request.method == "POST":
        given = issue_keys(actor, fleet=fleet)
        if request.POST.get("as") == "sheet":
            return _sheet(row, given["devices"])
    context = {
        "fleet": row,
        "waiting": len(keyless_devices(row)),
        "given": _table(given["devices"]) if given else None,
        "crumbs": [
            (T("物联设备", "Devices"), "/iot_platform/"),
            (T("整批发放密钥", "Keys of a fleet"), ""),
        ],
    }
    return render(request, "iot_platform/fleet_keys.html", context)


def _cells(one: dict[str, str]) -> list[str]:
    return [
        one["address"],
        one["name"],
        *(one.get(n, "") for n in ("key", "password", "cipher_key")),
    ]


def _table(devices: list[dict[str, str]]) -> Table:
    table = Table(T("设备密钥", "Keys of devices"), [Column(head) for head in HEADS])
    for one in devices:
        table.add(*_cells(one))
    return table


def _sheet(fleet: Fleet, devices: list[dict[str, str]]) -> HttpResponse:
    rows = [[str(head) for head in HEADS], *map(_cells, devices)]
    answer = HttpResponse(write_xlsx([(str(T("密钥", "Keys")), rows)]), content_type=_SHEET)
    answer.headers["Content-Disposition"] = f'attachment; filename="keys-{fleet.key}.xlsx"'
    return answer
