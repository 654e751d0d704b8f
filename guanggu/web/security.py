"""What every answer says to the browser about trust, and how large a request may be."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from guanggu.base.bilingual import T
from guanggu.base.errors import Problem
from guanggu.base.limits import REQUEST_BYTES_MAX
from guanggu.web.problems import answer

POLICY = "; ".join(
    (
        "default-src 'self'",
        "img-src 'self' data:",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(self), payment=()",
}


class TooLarge(Problem):
    status = 413
    code = "too_large"


class SecurityMiddleware:
    """Headers on every answer; a body that announces more than the limit is not read.

    A view may set its own ``Content-Security-Policy`` (the consent page of sign-in must post
    to the party that asked); pages of a signed-in person are never kept by caches between.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if length.isdigit() and (len(length) > 15 or int(length) > REQUEST_BYTES_MAX):
            problem = TooLarge(
                T(
                    "提交内容超过 {n} MB，请压缩或分次上传。",
                    "This is larger than {n} MB. Compress it or send it in parts.",
                ).format(n=REQUEST_BYTES_MAX // 1024**2)
            )
            response = answer(request, problem)
        else:
            response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if not request.path.startswith("/static/"):
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response
