"""The indicator kernel as an installed app: its registers and duties are loaded at the start."""

from __future__ import annotations

from django.apps import AppConfig


class IndicatorConfig(AppConfig):
    name = "guanggu.kernel.indicator"
    label = "indicator"

    def ready(self) -> None:
        from . import duties, registers  # noqa: F401
