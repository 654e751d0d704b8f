"""Requests of NGSI-LD answered: entities, types, their past, subscriptions (clause 6)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson
from django.conf import settings
from django.http import HttpRequest, HttpResponse

from guanggu.base.bilingual import T
from guanggu.base.errors import Conflict, Forbidden, Invalid, Missing, Problem
from guanggu.kernel.observation.ngsi_ld.public import CORE_CONTEXT, MODELS, context, with_context
from guanggu.web.problems import as_problem
from guanggu.web.sensorthings.caller import Caller, caller_of
from guanggu.web.sensorthings.faults import NotAllowed, Unauthorised

from . import asking, past, subscriptions

LD = "application/ld+json"
_ERRORS = "https://uri.etsi.org/ngsi-ld/errors/"
_KINDS: tuple[tuple[type[Problem], int, str], ...] = (
    (Invalid, 400, "BadRequestData"), (Missing, 404, "ResourceNotFound"),
    (Conflict, 409, "AlreadyExists"), (Forbidden, 403, "AccessDenied"),
    (Unauthorised, 401, "AccessDenied"), (NotAllowed, 405, "OperationNotSupported"),
)  # fmt: skip
_NOTHING = T("没有这个资源，请核对地址。", "There is no such resource; check the address.")
_READ_ONLY = T("实体只读；数据由监测设施写入。", "Entities are read only; stations write the data.")
Answer = tuple[int, Any, dict[str, str]]


def serve(request: HttpRequest, below: str) -> HttpResponse:
    try:
        caller = caller_of(request)
        status, content, headers = _answer(request, below.strip("/"), caller)
    except Exception as error:
        problem = error if isinstance(error, Problem) else as_problem(error)
        if problem is None:
            raise
        return _told(problem)
    return _http(request, status, content, headers)


def _answer(request: HttpRequest, path: str, caller: Caller) -> Answer:
    head, _, rest = path.partition("/")
    if head == "temporal":
        head, _, rest = rest.partition("/")
        head = f"temporal/{head}"
    if head == "subscriptions":
        return subscriptions.answer(request, caller, rest)
    reader = _READERS.get(head)
    if reader is None:
        raise Missing(_NOTHING)
    if request.method not in ("GET", "HEAD"):
        raise NotAllowed(_READ_ONLY)
    return reader(request, caller, rest)


_READERS: dict[str, Callable[[HttpRequest, Caller, str], Answer]] = {
    "entities": asking.entities,
    "types": asking.types,
    "attributes": asking.attributes,
    "temporal/entities": past.entities,
}


def context_address() -> str:
    return f"{settings.GUANGGU_ADDRESS}/ngsi-ld/context.jsonld"


def _http(
    request: HttpRequest, status: int, content: Any, headers: dict[str, str]
) -> HttpResponse:  # fmt: skip
    wants_ld = LD in request.headers.get("Accept", "")
    if content is not None and wants_ld:
        content = with_context(content, context_address())
    body = b"" if content is None else orjson.dumps(content)
    response = HttpResponse(
        body, status=status, content_type=LD if wants_ld else "application/json"
    )
    for name, value in headers.items():
        response.headers[name] = value
    if not wants_ld and content is not None:
        link = f'<{context_address()}>; rel="http://www.w3.org/ns/json-ld#context"; type="{LD}"'
        others = response.headers.get("Link")
        response.headers["Link"] = f"{link}, {others}" if others else link
    return response


def _told(problem: Problem) -> HttpResponse:
    kind = next((k for k in _KINDS if isinstance(problem, k[0])), None)
    status, name = (kind[1], kind[2]) if kind else (problem.status, "InternalError")
    content = {
        "type": _ERRORS + name, "title": str(problem.message), "detail": str(problem.message),
        "status": status,
    }  # fmt: skip
    response = HttpResponse(orjson.dumps(content), status=status, content_type="application/json")
    if status == 401:
        response.headers["WWW-Authenticate"] = 'Bearer realm="NGSI-LD"'
    return response


def context_answer(request: HttpRequest) -> HttpResponse:
    response = HttpResponse(orjson.dumps(context()), content_type=LD)
    response.headers["Cache-Control"] = "public, max-age=3600"
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


__all__ = ["CORE_CONTEXT", "MODELS", "context_answer", "serve"]
