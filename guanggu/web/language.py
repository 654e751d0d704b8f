"""The reader's language: chosen by ``?lang=``, remembered by a cookie, Chinese where unsaid."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import translation

from guanggu.base.bilingual import set_language

COOKIE = "language"
COOKIE_SECONDS = 365 * 24 * 3600
DJANGO_CODES = {"zh": "zh-hans", "en": "en"}


def _of_header(header: str) -> str:
    """An interface says its language by Accept-Language; only a plain leading "en" is heard."""
    return "en" if header.strip().lower().startswith("en") else "zh"


class LanguageMiddleware:
    """Sets the language for our texts and for Django's own; cleans ``?lang=`` off the address."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        asked = request.GET.get("lang", "")
        kept = request.COOKIES.get(COOKIE, "")
        if request.path.startswith("/api/") and not kept:
            kept = _of_header(request.headers.get("Accept-Language", ""))
        code = next((c for c in (asked, kept) if c in DJANGO_CODES), "zh")
        set_language(code)
        with translation.override(DJANGO_CODES[code]):
            if asked in DJANGO_CODES and request.method == "GET":
                response: HttpResponse = HttpResponseRedirect(self._without_choice(request))
            else:
                response = self.get_response(request)
        response.headers.setdefault("Content-Language", "en" if code == "en" else "zh-CN")
        if asked in DJANGO_CODES:
            response.set_cookie(
                COOKIE, asked, max_age=COOKIE_SECONDS, samesite="Lax", secure=request.is_secure()
            )
        return response

    @staticmethod
    def _without_choice(request: HttpRequest) -> str:
        query = request.GET.copy()
        query.pop("lang", None)
        # "//host" would leave the house: one leading slash only.
        path = "/" + request.get_full_path().split("?", 1)[0].lstrip("/\\")
        return f"{path}?{query.urlencode()}" if query else path
