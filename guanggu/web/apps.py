"""The web as a Django application: templates, tags, static files, generic screens."""

from __future__ import annotations

from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "guanggu.web"
    label = "web"

    def ready(self) -> None:
        from guanggu.web.authentication.events import connect

        connect()
