"""One HTTP request of SensorThings, from the framework to the answer and back."""

from __future__ import annotations

from urllib.parse import parse_qsl

import orjson
from django.http import HttpRequest, HttpResponse

from guanggu.base.errors import Problem
from guanggu.web.problems import as_problem

from .answering import Answer, Call, answer
from .batches import answer_batch
from .caller import caller_of
from .told import told

ROOT = "/sensorthings/v1.1"


def serve(request: HttpRequest, below: str) -> HttpResponse:
    try:
        call = _call(request, below)
        answered = answer_batch(call) if call.path.strip("/") == "$batch" else answer(call)
    except Exception as error:
        problem = error if isinstance(error, Problem) else as_problem(error)
        if problem is None:
            raise
        answered = told(problem)
    return _http(answered, request)


def _call(request: HttpRequest, below: str) -> Call:
    return Call(
        method=request.method or "GET",
        path=below,
        pairs=parse_qsl(request.META.get("QUERY_STRING", ""), keep_blank_values=True),
        base=request.build_absolute_uri(ROOT),
        caller=caller_of(request),
        body=request.body,
        content_type=request.headers.get("Content-Type", "application/json"),
        wants_nothing="return=minimal" in request.headers.get("Prefer", ""),
    )


def _http(answered: Answer, request: HttpRequest) -> HttpResponse:
    content = answered.content
    if content is None:
        body = b""
    else:
        body = content if isinstance(content, bytes) else orjson.dumps(content)
    response = HttpResponse(body, status=answered.status, content_type=answered.content_type)
    for name, value in answered.headers.items():
        response.headers[name] = value
    # Anybody's page may read what anybody may read; cookies are never sent along.
    if request.method in ("GET", "HEAD") and "Authorization" not in request.headers:
        response.headers["Access-Control-Allow-Origin"] = "*"
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response
