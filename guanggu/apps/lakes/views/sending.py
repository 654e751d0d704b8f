"""What a telephone sends once it has a network: one entry at a time, each with its own key.

An entry that was taken is answered 200, also when it comes again; one that will never fit is
answered with what is wrong, so that the telephone shows it instead of trying for ever.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_POST

from guanggu.base.actor import Actor
from guanggu.base.bilingual import T
from guanggu.base.errors import Forbidden, Invalid, Problem
from guanggu.kernel.document.public import receive
from guanggu.kernel.identity.public import actor_of

from ..actions.patrolling import end_patrol, record_track
from ..actions.reporting import add_photo, report_issue
from ..queries.scopes import may_patrol

_KEY = re.compile(r"[0-9a-f]{12,32}")
_SHAPE = T(
    "上传内容格式不正确，请刷新页面。", "This does not have the right form; reload the page."
)
_FINDING = (
    "lake",
    "kind",
    "severity",
    "description",
    "place",
    "lon",
    "lat",
    "at",
    "patrol",
    "outfall",
)
_BYTES_MAX = 100_000


def _track(actor: Actor, key: str, entry: dict[str, Any]) -> dict[str, Any]:
    return record_track(
        actor, key=key, patrol=str(entry.get("patrol", "")), points=entry.get("points") or []
    )


def _finding(actor: Actor, key: str, entry: dict[str, Any]) -> dict[str, Any]:
    given = entry | {"kind": entry.get("issue_kind")}  # "kind" says what entry this is
    values = {name: given[name] for name in _FINDING if given.get(name) is not None}
    for name, value in values.items():
        if name in ("lon", "lat"):
            if isinstance(value, bool) or not isinstance(value, int | float):
                raise Invalid(_SHAPE)
        elif not isinstance(value, str):
            raise Invalid(_SHAPE)
    missing = {"lake", "kind", "severity", "description"} - values.keys()
    if missing:
        raise Invalid(_SHAPE, fields=dict.fromkeys(sorted(missing), _SHAPE))
    return report_issue(actor, key=key, number=str(entry.get("number", "")), **values)


def _end(actor: Actor, key: str, entry: dict[str, Any]) -> dict[str, Any]:
    return end_patrol(
        actor, key=key, patrol=str(entry.get("patrol", "")), note=str(entry.get("note", "")),
        at=str(entry.get("at", "")),
    )  # fmt: skip


_KINDS: dict[str, Callable[[Actor, str, dict[str, Any]], dict[str, Any]]] = {
    "track": _track, "finding": _finding, "end": _end,
}  # fmt: skip


def _actor(request: HttpRequest) -> Actor:
    actor = actor_of(request)
    if not may_patrol(actor):
        raise Forbidden(T("请以巡查岗位登录。", "Sign in as a post that patrols."))
    return actor


def _told(problem: Problem) -> JsonResponse:
    fields = {name: str(text) for name, text in problem.fields.items()}
    return JsonResponse(
        {"code": problem.code, "message": str(problem.message), "fields": fields},
        status=problem.status,
    )


@require_POST
def send_entry(request: HttpRequest) -> JsonResponse:
    """POST /lakes/patrol/send/ {key, kind: track | finding | end, …}"""
    try:
        actor = _actor(request)
        if len(request.body) > _BYTES_MAX:
            raise Invalid(_SHAPE)
        try:
            entry = json.loads(request.body)
        except ValueError as error:
            raise Invalid(_SHAPE) from error
        if not isinstance(entry, dict) or entry.get("kind") not in _KINDS:
            raise Invalid(_SHAPE)
        key = str(entry.get("key", ""))
        if not _KEY.fullmatch(key):
            raise Invalid(_SHAPE)
        return JsonResponse(_KINDS[entry["kind"]](actor, key, entry))
    except Problem as problem:
        return _told(problem)


@require_POST
def photo_entry(request: HttpRequest) -> JsonResponse:
    """POST /lakes/patrol/photo/ with key, issue and photo."""
    try:
        actor = _actor(request)
        key, upload = request.POST.get("key", ""), request.FILES.get("photo")
        if not _KEY.fullmatch(key) or upload is None:
            raise Invalid(_SHAPE)
        received = receive(upload, upload.name)  # type: ignore[arg-type]
        issue = request.POST.get("issue", "")
        return JsonResponse(add_photo(actor, key=key, issue=issue, received=received.as_dict()))
    except Problem as problem:
        return _told(problem)
