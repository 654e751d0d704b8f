"""The connector kernel as an installed app: its jobs are known to the worker from the start."""

from __future__ import annotations

from django.apps import AppConfig


class ConnectorConfig(AppConfig):
    name = "guanggu.kernel.connector"
    label = "connector"

    def ready(self) -> None:
        from . import public  # noqa: F401
