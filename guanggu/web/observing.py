"""Seeing what the server does: a number on every request, metrics, and whether it is well."""

from __future__ import annotations

import hmac
import ipaddress
import logging
import re
import time
from collections.abc import Callable
from contextvars import ContextVar

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from prometheus_client import CONTENT_TYPE_LATEST, Counter, Histogram, generate_latest

import guanggu
from guanggu.base.bilingual import T
from guanggu.base.errors import Missing
from guanggu.base.ids import readable_code

log = logging.getLogger("guanggu.web.request")
_number: ContextVar[str] = ContextVar("request_number", default="-")
_GIVEN = re.compile(r"[A-Za-z0-9._-]{8,64}")

REQUESTS = Counter(
    "guanggu_requests_total", "Answers by route and status", ["method", "route", "status"]
)
SECONDS = Histogram(
    "guanggu_request_seconds",
    "Time to an answer",
    ["route"],
    buckets=(0.005, 0.01, 0.02, 0.04, 0.06, 0.1, 0.25, 0.5, 1, 2.5, 10),
)
_METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}


class RequestNumberFilter(logging.Filter):
    """Puts ``request_id`` on every log record, so that one request's lines can be gathered."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = _number.get()
        return True


class RequestNumberMiddleware:
    """Numbers, times, counts and logs each request; the first of the middleware."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-ID", "")
        number = given if _GIVEN.fullmatch(given) else readable_code(12)
        request.request_id = number  # type: ignore[attr-defined]
        token = _number.set(number)
        started = time.perf_counter()
        try:
            response = self.get_response(request)
            seconds = time.perf_counter() - started
            self._record(request, response, seconds)
            response.headers["X-Request-ID"] = number
            return response
        finally:
            _number.reset(token)

    @staticmethod
    def _record(request: HttpRequest, response: HttpResponse, seconds: float) -> None:
        # The route and not the address: addresses hold names and would be counted without end.
        route = request.resolver_match.route if request.resolver_match else "-"
        method = request.method if request.method in _METHODS else "other"
        REQUESTS.labels(method, route, str(response.status_code)).inc()
        SECONDS.labels(route).observe(seconds)
        if not request.path.startswith(("/static/", "/healthz")):
            log.info("%s %s %s %.1f ms", method, route, response.status_code, seconds * 1000)


def health(request: HttpRequest) -> HttpResponse:
    """GET /healthz: 200 where the database answers, 503 where not."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            is_well = cursor.fetchone() == (1,)
    except DatabaseError:
        log.exception("the database does not answer")
        is_well = False
    state = {"status": "ok" if is_well else "failing", "version": guanggu.__version__}
    return JsonResponse(state, status=200 if is_well else 503)


def _may_read_metrics(request: HttpRequest) -> bool:
    token = getattr(settings, "GUANGGU_METRICS_TOKEN", "")
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if token and hmac.compare_digest(given.encode(), token.encode()):
        return True
    try:
        local = ipaddress.ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False
    # A proxy on this machine speaks from the loopback address for people who are elsewhere.
    return local and not {"HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED"} & set(request.META)


def metrics(request: HttpRequest) -> HttpResponse:
    """GET /metrics in Prometheus' text format, to this machine or a bearer of the token."""
    if not _may_read_metrics(request):
        raise Missing(T("没有找到您要的内容。", "There is nothing here."))
    return HttpResponse(generate_latest(), content_type=CONTENT_TYPE_LATEST)
