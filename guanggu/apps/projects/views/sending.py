"""What a telephone sends once it has a network: one entry at a time, each with its own key.

An entry that was taken is answered 200, also when it comes again; one that will never fit is
answered with what is wrong, so that the telephone shows it instead of trying for ever.
"""

from __future__ import annotations

import json
import re
from typing import Any

from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_POST

from guanggu.base.bilingual import T
from guanggu.base.errors import Invalid, Problem

from ..actions.reporting import submit_report
from ..rules.places import is_place
from .writing import keep_photo, reporting_actor

_KEY = re.compile(r"[0-9a-f]{12,32}")
_SHAPE = T(
    "上传内容格式不正确，请刷新页面。", "This does not have the right form; reload the page."
)
_TEXTS = ("project", "month", "invested", "progress", "problems", "at")
_BYTES_MAX = 100_000


def _told(problem: Problem) -> JsonResponse:
    fields = {name: str(text) for name, text in problem.fields.items()}
    told = {"code": problem.code, "message": str(problem.message), "fields": fields}
    return JsonResponse(told, status=problem.status)


def _entry(request: HttpRequest) -> tuple[str, dict[str, Any]]:
    """(key, arguments of the action). Raises Invalid for anything of another shape."""
    if len(request.body) > _BYTES_MAX:
        raise Invalid(_SHAPE)
    try:
        given = json.loads(request.body)
    except ValueError as error:
        raise Invalid(_SHAPE) from error
    if not isinstance(given, dict) or not _KEY.fullmatch(str(given.get("key", ""))):
        raise Invalid(_SHAPE)
    values: dict[str, Any] = {name: given.get(name, "") for name in _TEXTS}
    steps = given.get("steps") or {}
    texts = [*values.values(), *(d for days in _lists(steps) for d in days)]
    if not all(isinstance(text, str) and "\0" not in text for text in texts):
        raise Invalid(_SHAPE)
    lon, lat = given.get("lon"), given.get("lat")
    if is_place(lon, lat):
        values |= {"lon": float(lon), "lat": float(lat)}
    return given["key"], {**values, "steps": steps}


def _lists(steps: Any) -> list[list[Any]]:
    """The pairs of days, each of exactly two."""
    if not isinstance(steps, dict) or len(steps) > 200:
        raise Invalid(_SHAPE)
    if not all(isinstance(days, list) and len(days) == 2 for days in steps.values()):
        raise Invalid(_SHAPE)
    return list(steps.values())


@require_POST
def send_report(request: HttpRequest) -> JsonResponse:
    """POST /projects/sending/report/ {key, project, month, invested, progress, …}"""
    try:
        actor = reporting_actor(request)
        key, values = _entry(request)
        return JsonResponse(submit_report(actor, key=key, **values))
    except Problem as problem:
        return _told(problem)


@require_POST
def send_photo(request: HttpRequest) -> JsonResponse:
    """POST /projects/sending/photo/ with key, report and photo."""
    try:
        actor = reporting_actor(request)
        key, upload = request.POST.get("key", ""), request.FILES.get("photo")
        if not _KEY.fullmatch(key) or upload is None:
            raise Invalid(_SHAPE)
        return JsonResponse(keep_photo(actor, key, request.POST.get("report", "")[:64], upload))
    except Problem as problem:
        return _told(problem)
