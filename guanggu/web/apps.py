"""The web as a Django application: templates, tags, static files, generic screens."""

from __future__ import annotations

from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "guanggu.web"
    label = "web"

    def ready(self) -> None:
        from guanggu.web.authentication.access_tokens import actor_of_access_token
        from guanggu.web.authentication.events import connect
        from guanggu.web.rest import accept_bearer

        connect()
        accept_bearer(actor_of_access_token)
