"""The addresses of the interface, its page for developers, and the keys of programs."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from guanggu.base.bilingual import T
from guanggu.base.errors import Forbidden
from guanggu.kernel.identity.public import actor_of
from guanggu.web import navigation

TITLE = T("SensorThings 数据接口", "SensorThings interface")
KEYS_TITLE = T("接口密钥", "Access keys")
_OFFICIALS = T(
    "接口密钥供在岗人员使用，请切换到工作岗位。", "Access keys are for officials; switch to a post."
)
_REVOKED = T("密钥已停用。", "The key is revoked.")
_NAME_IT = T(
    "请填写用途，如“水质数据汇聚程序”。", "Say what it is for, such as “collector of water data”."
)
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
    context = {
        "title": TITLE,
        "crumbs": [(T("开放接口", "Open API"), "/api/docs"), (TITLE, "")],
        "root": request.build_absolute_uri("/sensorthings/v1.1"),
        "ngsi_ld": request.build_absolute_uri("/ngsi-ld/v1"),
    }
    return render(request, "guanggu/sensorthings.html", context)


def keys(request: HttpRequest) -> HttpResponse:
    """GET, POST /sensorthings/keys/: the access keys of an official in his post."""
    from guanggu.kernel.observation.sensorthings.public import AccessKey, issue_key, revoke_key

    actor = actor_of(request)
    if actor.kind != "official" or actor.post is None:
        raise Forbidden(_OFFICIALS)
    token = ""
    if request.method == "POST" and request.POST.get("revoke"):
        revoke_key(actor, name=request.POST["revoke"])
        messages.success(request, str(_REVOKED))
        return HttpResponseRedirect(request.path)
    name = request.POST.get("name", "").strip()
    if request.method == "POST" and name:
        token = issue_key(actor, name=name[:200])["token"]
    rows = AccessKey.objects.filter(account_id=actor.account or 0, revoked_at=None)
    context = {
        "title": KEYS_TITLE,
        "crumbs": [(TITLE, "/sensorthings/"), (KEYS_TITLE, "")],
        "keys": rows.select_related("post").order_by("pk"),
        "token": token,
        "error": _NAME_IT if request.method == "POST" and not name else "",
    }
    return render(request, "guanggu/access_keys.html", context)


navigation.account_link(KEYS_TITLE, "/sensorthings/keys/", order=70, allows=navigation.officials)

urlpatterns = [
    path("sensorthings/keys/", keys, name="access_keys"),
    path("sensorthings/", landing, name="sensorthings"),
    path("sensorthings/v1.1", service, name="sensorthings_root"),
    path("sensorthings/v1.1/", service),
    path("sensorthings/v1.1/<path:below>", service, name="sensorthings_service"),
]
