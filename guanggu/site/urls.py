"""Addresses: every app's own views under its name, the generic screens, sign-in, and health."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

from django.urls import include, path

from guanggu.site.discover import apps


def _app_urls():
    """An app's ``views.py`` may define ``urlpatterns``; ``AT_ROOT = True`` puts them at /."""
    for app in apps():
        if find_spec(f"{app.module}.views") is None:
            continue
        views = import_module(f"{app.module}.views")
        if patterns := getattr(views, "urlpatterns", None):
            prefix = "" if getattr(views, "AT_ROOT", False) else f"{app.name}/"
            yield path(prefix, include((patterns, app.name)))


urlpatterns = [
    *_app_urls(),
    path("", include("guanggu.web.urls")),
    path("", include("guanggu.web.authentication.urls")),
]

handler400 = "guanggu.web.problems.bad_request"
handler403 = "guanggu.web.problems.forbidden"
handler404 = "guanggu.web.problems.missing"
handler500 = "guanggu.web.problems.failure"
