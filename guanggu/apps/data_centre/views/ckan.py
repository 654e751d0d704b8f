"""The action interface of CKAN (version 3) over open data, for reading; ``ckanapi`` speaks to it.

Source: CKAN's API guide, action API. Everybody is answered alike, signed in or not: what is open
and nothing else, so no session is looked at and no token asked for.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from guanggu.base.bilingual import T
from guanggu.base.errors import Missing, Problem
from guanggu.web.problems import BadRequest
from guanggu.web.rate import limited

from . import ckan_packages as packages
from .ckan_data import datastore_info, datastore_search

Answer = Callable[[dict[str, Any]], Any]
ACTIONS: dict[str, Answer] = {
    "status_show": packages.status_show,
    "site_read": lambda asked: True,
    "package_list": packages.package_list,
    "package_search": packages.package_search,
    "package_show": packages.package_show,
    "package_autocomplete": packages.package_autocomplete,
    "current_package_list_with_resources": packages.current_packages,
    "resource_show": packages.resource_show,
    "resource_search": packages.resource_search,
    "organization_list": packages.organization_list,
    "organization_show": packages.organization_show,
    "group_list": packages.group_list,
    "group_show": packages.group_show,
    "tag_list": packages.tag_list,
    "tag_show": packages.tag_show,
    "license_list": packages.license_list,
    "datastore_search": datastore_search,
    "datastore_info": datastore_info,
}
_NO_ACTION = T(
    "没有该接口，或它不是只读接口。", "There is no such action, or it is not one for reading."
)
_NO_JSON = T("请求内容应为 JSON 对象。", "The request is a JSON object.")
_TYPES = {403: "Authorization Error", 404: "Not Found Error", 422: "Validation Error"}
# What CKAN answers for each kind; its client tells them apart by status and type.
_STATUSES = {422: 409}


@csrf_exempt
@limited("ckan", times=240, seconds=60)
def action_endpoint(request: HttpRequest, name: str) -> HttpResponse:
    """GET, POST /api/3/action/<name>. csrf_exempt: nothing is written for anybody and none known."""
    help_address = f"{settings.GUANGGU_ADDRESS}/api/3/action/help_show?name={name}"
    try:
        if request.method not in ("GET", "HEAD", "POST"):
            raise BadRequest(_NO_ACTION)
        asked = _asked(request)
        if name == "help_show":
            result: Any = _help(str(asked.get("name", "")))
        else:
            answer = ACTIONS.get(name)
            if answer is None:
                raise BadRequest(_NO_ACTION)
            result = answer(asked)
    except Problem as problem:
        return _refused(problem, help_address)
    return _json({"help": help_address, "success": True, "result": result}, 200)


def _json(body: dict[str, Any], status: int) -> JsonResponse:
    return JsonResponse(body, status=status, json_dumps_params={"ensure_ascii": False})


def _refused(problem: Problem, help_address: str) -> JsonResponse:
    error: dict[str, Any] = {
        "__type": _TYPES.get(problem.status, "Bad request"), "message": str(problem.message),
    }  # fmt: skip
    if problem.status == 422:
        error |= {name: [str(text)] for name, text in problem.fields.items()}
    status = _STATUSES.get(problem.status, problem.status)
    answer = _json({"help": help_address, "success": False, "error": error}, status)
    if seconds := getattr(problem, "retry_after_seconds", None):
        answer.headers["Retry-After"] = str(seconds)
    return answer


def _asked(request: HttpRequest) -> dict[str, Any]:
    """Parameters of the query string, of a form, or of a JSON body."""
    asked: dict[str, Any] = dict(request.GET.items())
    if request.method != "POST":
        return asked
    if request.content_type == "application/json" or request.body[:1] == b"{":
        try:
            body = json.loads(request.body or b"{}")
        except ValueError as error:
            raise BadRequest(_NO_JSON) from error
        if not isinstance(body, dict):
            raise BadRequest(_NO_JSON)
        return asked | body
    return asked | dict(request.POST.items())


def _help(name: str) -> str:
    answer = ACTIONS.get(name)
    if answer is None:
        raise Missing(_NO_ACTION)
    return (answer.__doc__ or name).strip()
